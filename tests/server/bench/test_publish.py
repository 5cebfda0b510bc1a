"""The measurement of publishing works on a small library, and cleans up after itself."""

import tempfile
from pathlib import Path

import pytest

from server.bench.publish import measure


def test_changes_are_seen_by_another_process_and_only_they_are_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    monkeypatch.setenv("WARMLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WARMLINE_KNOWLEDGE__EMBEDDER", "hashing")
    figures = measure(passages=42, changes=2)
    assert (figures["passages"], figures["articles"], figures["embedded_passages"]) == (42, 11, 1)
    assert 0 < figures["visible_p50_seconds"] <= figures["visible_seconds"] < 30
    assert figures["memory_ratio"] > 0
    assert not list(aside.iterdir())
