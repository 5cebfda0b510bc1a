"""onnxruntime as we want it: it tells nobody anything.

Since 1.29 its builds for Linux report sessions to their makers over the network and keep an id of the device in the
home directory, unless this variable is there before it is imported.
"""

import os
from types import ModuleType

SILENCE = "ORT_DISABLE_TELEMETRY"


def onnxruntime() -> ModuleType:
    """Return the module, imported here so that nothing else has to know of the variable."""
    os.environ[SILENCE] = "1"
    import onnxruntime as module

    found: ModuleType = module
    return found
