"""What runs a model tells nobody about it: no file outside of our own folders, nothing sent."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = "from knowledge.embedding.onnx import onnxruntime; onnxruntime().SessionOptions()"


def test_onnxruntime_leaves_nothing_in_the_home_directory(tmp_path: Path) -> None:
    # In CI it is silent anyway; elsewhere it is only because we say so.
    kept = {name: value for name, value in os.environ.items() if name not in {"CI", "ORT_DISABLE_TELEMETRY"}}
    environment = kept | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, env=environment, check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []
