"""The real model, exported once for the tests that need it."""

from pathlib import Path

import pytest

from knowledge.embedding.export import export_minilm
from knowledge.embedding.minilm import MiniLM


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `export` writes it."""
    folder = tmp_path_factory.mktemp("models") / "minilm"
    export_minilm(folder)
    return folder


@pytest.fixture(scope="session")
def minilm(model_folder: Path) -> MiniLM:
    """The embedder that serves."""
    return MiniLM(model_folder)
