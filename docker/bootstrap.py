"""What `make run` and `make test` call before any environment exists: any Python 3.8 or newer may run this file.

    python3 docker/bootstrap.py run      sets up what is missing, then starts everything
    python3 docker/bootstrap.py test     sets up what is missing for the tests
    python3 docker/bootstrap.py setup    builds the environments and the web apps, no more

Standard library only. It finds a Python that fits, builds the environments and the web apps, and hands over to
`python -m server.up` in the environment that it built.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
# Bytecode written here would be by whichever Python this is, into folders of the checkout.
sys.dont_write_bytecode = True

from server.up.pythons import HOUSE, NoPython, find_house_python  # noqa: E402  # needs the line above

INTERRUPTED = 130


def main(arguments: list[str]) -> int:
    """Sets up and hands over; returns the exit code where there is nothing to hand over to."""
    task = arguments[0] if arguments else "run"
    if task not in ("run", "test", "setup"):
        sys.stderr.write((__doc__ or "").strip() + "\n")
        return 2
    try:
        python = find_house_python(os.environ)
    except NoPython as error:
        sys.stderr.write(f" ✗ {error}\n")
        return 1
    if sys.version_info[:2] < HOUSE:
        os.execv(python.path, [python.path, __file__, *arguments])  # noqa: S606  # the same file, by a newer Python
    # Only now: these modules are written for a newer Python than the one that may have come this far.
    from server.up.setup import hand_over, set_up

    code = set_up(task, python)
    return code if code or task == "setup" else hand_over(task)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
