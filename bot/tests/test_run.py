"""The door of the bot: what it says when something is missing, and when it has nothing to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import run
from tests.support import BOT, TOKEN


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the door to its end."""
    return subprocess.run(
        [sys.executable, str(BOT / "run.py"), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_model_rasa_says_so_in_one_line(tmp_path: Path) -> None:
    ended = command("rasa", "--port", "1", WARMLINE_HOME=str(tmp_path), WARMLINE_BOT__TOKEN=TOKEN)
    assert ended.returncode == 3
    assert ended.stdout.startswith("no trained model at ")
    assert len(ended.stdout.splitlines()) == 1


@pytest.mark.parametrize(("what", "token"), [("rasa", "WARMLINE_BOT__TOKEN"), ("actions", "WARMLINE_ACTIONS__TOKEN")])
def test_without_a_token_no_door_is_opened(what: str, token: str) -> None:
    ended = command(what, "--port", "1", **{token: ""})
    assert ended.returncode == 3
    assert token in ended.stdout


def test_without_an_encoder_training_says_so(tmp_path: Path) -> None:
    ended = command("train", WARMLINE_HOME=str(tmp_path), WARMLINE_ENCODER=str(tmp_path))
    assert ended.returncode == 3
    assert "encoder is missing" in ended.stdout


def test_a_model_that_is_there_is_not_trained_again() -> None:
    ended = command("train")
    assert ended.returncode == 0
    assert "skipped" in ended.stdout
    assert ended.stdout.splitlines()[-1] == str(run.model_path())


def test_another_encoder_asks_for_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run.fingerprint()
    (tmp_path / "manifest.json").write_text("{}")
    monkeypatch.setenv("WARMLINE_ENCODER", str(tmp_path))
    assert run.fingerprint() != before
