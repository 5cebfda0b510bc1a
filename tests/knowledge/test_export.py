"""The exported model is the packaged one, and its folder is whole or absent."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import export
from knowledge.embedding.export import export_minilm, main, read_manifest
from knowledge.embedding.minilm import MiniLM
from knowledge.errors import ModelBroken, ModelMissing

TEXTS = (
    "",
    "a",
    "Where is my order #44110?",
    "refund " * 600,
    "Wo ist mein Päckchen? 你好 🙂 \x00",
    "Two\nlines, <b>tags</b> and https://example.com/a?b=c",
    "supercalifragilisticexpialidocious " * 3,
)


# torch and transformers warn about settings of their own on loading; none of it is about this model.
@pytest.mark.filterwarnings("ignore")
def test_the_export_gives_the_vectors_of_sentence_transformers(minilm: MiniLM) -> None:
    from sentence_transformers import SentenceTransformer

    spec = importlib.util.find_spec(export.PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    reference = SentenceTransformer(str(Path(spec.origin).parent / "model"), device="cpu", local_files_only=True)
    wanted = reference.encode(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    cosines = np.sum(minilm.embed(TEXTS) * wanted, axis=1)
    assert cosines.min() >= 0.99999, dict(zip(TEXTS, cosines, strict=True))


def test_a_second_export_changes_nothing(model_folder: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in model_folder.iterdir()}
    steps: list[str] = []
    assert export_minilm(model_folder, steps.append) == read_manifest(model_folder)
    assert steps == []
    assert {path.name: path.stat().st_mtime_ns for path in model_folder.iterdir()} == before


def test_a_damaged_folder_is_written_anew(model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "minilm"
    folder.mkdir()
    for path in model_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes()[:100])
    steps: list[str] = []
    assert export_minilm(folder, steps.append) == read_manifest(model_folder)
    assert steps
    assert [path.name for path in tmp_path.iterdir()] == ["minilm"]


def test_an_export_that_is_stopped_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(source: Path, to: Path) -> None:
        to.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(export, "_write_tokenizer", stop)
    monkeypatch.setattr(export, "_write_model", lambda source, to: to.write_text("model"))
    with pytest.raises(KeyboardInterrupt):
        export_minilm(tmp_path / "minilm")
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelBroken, match="not the pinned ones"):
        export_minilm(tmp_path / "minilm")
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_model_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PACKAGE", "no_such_package_of_weights")
    with pytest.raises(ModelMissing):
        export_minilm(tmp_path / "minilm")


def test_the_command_writes_the_manifest_to_its_output(model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(model_folder)]) == 0
    assert '"name": "all-MiniLM-L6-v2"' in capsys.readouterr().out
    assert main([]) == 2


def test_a_model_file_that_was_changed_is_not_loaded(model_folder: Path, tmp_path: Path) -> None:
    for path in model_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ModelMissing):
        MiniLM(tmp_path / "nowhere")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelBroken, match=r"tokenizer\.json"):
        MiniLM(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing):
        MiniLM(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ModelBroken, match="manifest"):
        MiniLM(tmp_path)
