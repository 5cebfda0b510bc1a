"""The first half of the set-up runs before there is any environment."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ASK = """
import runpy, sys
sys.argv = ["docker/bootstrap.py", "help"]
try:
    runpy.run_path("docker/bootstrap.py", run_name="__main__")
except SystemExit as end:
    import server.up.setup
    from pathlib import Path
    site = [name for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", "") or "")]
    print(end.code, site)
"""


def test_the_set_up_needs_nothing_but_the_standard_library() -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-E", "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    assert ended.stdout == "2 []\n", ended.stderr
    assert "sets up what is missing" in ended.stderr
