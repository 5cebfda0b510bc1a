"""Importing the whole room loads no model library, and nothing of the server."""

import subprocess
import sys

HEAVY = [
    "torch",
    "transformers",
    "sentence_transformers",
    "faiss",
    "sklearn",
    "spacy",
    "onnxruntime",
    "vaderSentiment",
    "py3langid",
    "server",
]

SCRIPT = f"""
import pkgutil, importlib, sys, assist
for module in pkgutil.walk_packages(assist.__path__, "assist."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sorted(set({HEAVY!r}) & set(sys.modules)))
"""


def test_importing_every_module_is_free() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
