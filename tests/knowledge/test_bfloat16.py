"""Many texts at once may be computed in bfloat16, and nobody sees it in the vectors."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.embedding import bfloat16, minilm
from knowledge.embedding.minilm import MiniLM
from server.bench.corpus import texts

MANY = texts(64, shortest=20, longest=180)

HAS_IT = pytest.mark.skipif(not bfloat16.pays(), reason="needs OpenVINO and a processor with amx_bf16")

ASK = """
import json, os, sys, threading
from pathlib import Path
from knowledge.embedding.minilm import MiniLM
embedder = MiniLM(Path(sys.argv[1]))
light = "openvino" not in sys.modules
shape = embedder.embed(json.loads(sys.argv[2])).shape
told = sorted(name for name, module in sys.modules.items() if "openvino_telemetry" in name and module)
traces = "intel" in os.listdir(os.environ["HOME"])
print(json.dumps([light, embedder.arithmetic, shape, told, traces]))
"""


@HAS_IT
def test_bfloat16_keeps_the_vectors(model_folder: Path) -> None:
    fast, exact = MiniLM(model_folder, fast=True), MiniLM(model_folder, fast=False)
    assert (fast.arithmetic, exact.arithmetic) == ("bfloat16", "float32")
    assert fast.fingerprint == exact.fingerprint
    cosines = np.sum(fast.embed(MANY) * exact.embed(MANY), axis=1)
    assert cosines.min() >= 0.9999


@HAS_IT
def test_a_fresh_process_starts_from_several_threads_and_reports_to_nobody(model_folder: Path, tmp_path: Path) -> None:
    asked = [sys.executable, "-c", ASK, str(model_folder), json.dumps(MANY)]
    done = subprocess.run(
        asked, capture_output=True, check=True, timeout=100, env={"HOME": str(tmp_path), "PYTHONPATH": _path()}
    )
    assert json.loads(done.stdout) == [True, "bfloat16", [len(MANY), 384], [], False]


def test_a_processor_without_tiles_computes_in_float32(tmp_path: Path) -> None:
    flags = tmp_path / "cpuinfo"
    assert not bfloat16.pays(flags)
    flags.write_text("flags : fpu avx512_bf16 amx_bf16x\n")
    assert not bfloat16.pays(flags)


class Stub:
    """Stands in for OpenVINO: counts the batches and gives the first unit vector."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, inputs: dict[str, Any]) -> Any:
        self.shapes.append(inputs["input_ids"].shape)
        return np.tile(np.eye(1, 384, dtype=np.float32), (len(inputs["input_ids"]), 1))


def test_only_many_texts_go_to_it(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "Bfloat16", Stub)
    embedder = MiniLM(model_folder, fast=True)
    assert embedder.embed(MANY[:2])[0, 0] != 1.0
    assert embedder._many is None
    assert embedder.embed(MANY)[0, 0] == 1.0
    stub: Any = embedder._many
    shapes = stub.shapes
    assert sum(rows for rows, _ in shapes) == len(MANY)
    assert all(length % bfloat16.STEP == 0 and rows * length <= 1024 + rows * bfloat16.STEP for rows, length in shapes)


def test_what_cannot_be_loaded_leaves_float32(model_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Stub):
        def __init__(self, model: Path, *, threads: int) -> None:
            raise RuntimeError("no plugin")

    monkeypatch.setattr(minilm, "Bfloat16", Broken)
    embedder = MiniLM(model_folder, fast=True)
    assert embedder.arithmetic == "float32"
    np.testing.assert_array_equal(_firsts(embedder), _firsts(MiniLM(model_folder, fast=False)))


def _firsts(embedder: MiniLM) -> Any:
    return embedder.embed(MANY)[:, 0]


def _path() -> str:
    entries: Sequence[str] = [str(Path(__file__).resolve().parents[2]), *sys.path]
    return ":".join(entry for entry in entries if entry)
