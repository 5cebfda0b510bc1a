"""The model's arithmetic in bfloat16, for many texts at once on processors with tile registers (Intel AMX).

OpenVINO rounds weights and activations of the matrix products to bfloat16 (8 bits of mantissa) and sums in float32. The
vectors keep a cosine of .9999 and more to those of float32, and an embedder that has both may mix them freely.
"""

import importlib
import importlib.util
import sys
from pathlib import Path
from threading import local
from typing import Any

import numpy as np

from knowledge.embedding.port import Vectors

PACKAGE = "openvino"
FLAG = "amx_bf16"
"""What Linux calls the processor's tile products of bfloat16."""
CPU_INFO = Path("/proc/cpuinfo")

TOKENS_AT_ONCE = 1024
"""What one run reads, in tokens; 512 to 4096 were within a tenth of it, longer ones slower for short texts."""
STEP = 8
"""Lengths are rounded up to multiples of it: each new shape costs some 10 ms, and padding by seven tokens less."""


class Bfloat16:
    """The model compiled by OpenVINO for bfloat16; may be run from several threads at once."""

    def __init__(self, model: Path, *, threads: int) -> None:
        """Compile the ONNX file in a third of a second; raises RuntimeError when OpenVINO cannot."""
        # Its package reports every import to its makers over the network, unless that part of it is not there.
        sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
        openvino = importlib.import_module(PACKAGE)
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "NUM_STREAMS": threads,
            "INFERENCE_NUM_THREADS": threads,
            # Where its threads run is for the system to say: the bot and the database want the same cores.
            "ENABLE_CPU_PINNING": False,
        }
        self._model = openvino.Core().compile_model(str(model), "CPU", settings)
        self._own = local()
        # The binding prepares itself for numpy in its first run; two first runs at once wait for each other forever.
        one = np.ones((1, STEP), dtype=np.int64)
        self.run({"input_ids": one, "attention_mask": one, "token_type_ids": np.zeros_like(one)})

    def run(self, inputs: dict[str, Any]) -> Vectors:
        """The unit vectors of one batch, float32; raises RuntimeError when the runtime fails."""
        if not hasattr(self._own, "request"):
            self._own.request = self._model.create_infer_request()
        # The result lies in memory that the next run writes to.
        made: Vectors = np.array(self._own.request.infer(inputs)[0])
        return made


def pays(flags: Path = CPU_INFO) -> bool:
    """Whether OpenVINO is installed and this processor multiplies bfloat16 in tiles; imports nothing.

    Without tiles OpenVINO is as fast as onnxruntime, which is there already.
    """
    if importlib.util.find_spec(PACKAGE) is None or not flags.is_file():
        return False
    return FLAG in flags.read_text(encoding="ascii", errors="replace").split()


def padded(longest: int) -> int:
    """How long a batch is made whose longest text has so many tokens."""
    return -(-longest // STEP) * STEP
