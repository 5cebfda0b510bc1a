"""Importing is free: what is heavy is loaded when it is used, not before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "torch", "transformers", "sentence_transformers", "faiss", "spacy", "sklearn", "onnxruntime", "onnx", "openvino",
    "scipy",
}  # fmt: skip
NAMES = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def _modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; {NAMES}"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module", ["server.api", "server.app", "server.wiring", "server.cli.door", "assist", "knowledge"]
)
def test_importing_loads_nothing_heavy(module: str) -> None:
    assert HEAVY.isdisjoint(_modules_after(f"import {module}"))


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import contextlib, io, sys; sys.argv = ['warmline', '--help']; from server.cli.door import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit): main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + NAMES], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert HEAVY.isdisjoint(json.loads(done.stdout.splitlines()[-1]))
