"""Finds the Pythons the house needs: 3.11 or newer for the house, 3.10 for the bot.

Read by docker/bootstrap.py before any environment exists, possibly by an old Python that only wants to find a newer
one: standard library only, and no syntax or call newer than Python 3.8.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOUSE = (3, 11)
BOT = (3, 10)
# Newer ones work too; 3.11 is the one the locks were tried with, so it comes first.
HOUSE_NAMES = ("python3.11", "python3.12", "python3.13", "python3")

# A Debian python3 without its venv package imports venv and fails only later, in ensurepip: ask for both at once.
_QUESTION = "import sys, ensurepip, venv, ssl, sqlite3; print('%d.%d' % sys.version_info[:2])"


class NoPython(Exception):
    """No Python that fits was found; the message says what to do."""


class Python(NamedTuple):
    """A Python that was tried and runs."""

    path: str
    version: tuple[int, int]


def ask(executable: str, *, patience: float = 20.0) -> Python | None:
    """The Python behind a name or path, or None where it does not run or cannot make environments.

    A pyenv shim exists on the path for every installed version and fails when run; only trying tells.
    """
    path = shutil.which(executable)
    if path is None:
        return None
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    try:
        answer = subprocess.run(  # noqa: S603  # a Python the user has, asked for its version
            [path, "-c", _QUESTION], capture_output=True, text=True, timeout=patience, check=False, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if answer.returncode != 0:
        return None
    major, _, minor = answer.stdout.strip().rpartition("\n")[2].partition(".")
    return Python(path, (int(major), int(minor))) if major.isdigit() and minor.isdigit() else None


def find_house_python(environ: Mapping[str, str]) -> Python:
    """Python 3.11 or newer: `WARMLINE_PYTHON`, else the first that really runs.

    Raises NoPython when the named one does not fit or none is found.
    """
    named = environ.get("WARMLINE_PYTHON")
    if named:
        found = ask(named)
        if found is None or found.version < HOUSE:
            raise NoPython(f"WARMLINE_PYTHON is {named}, which is not a Python 3.11 or newer that runs.")
        return found
    for candidate in (*HOUSE_NAMES, sys.executable, *_pyenv_versions(environ, HOUSE_NAMES[:-1])):
        found = ask(candidate)
        if found is not None and found.version >= HOUSE:
            return found
    raise NoPython(
        "No Python 3.11 or newer (with venv and pip) was found. Install one, or set WARMLINE_PYTHON to its path."
    )


def find_bot_python(environ: Mapping[str, str]) -> Python | None:
    """Python 3.10 in this order: `WARMLINE_BOT_PYTHON`, a `python3.10` that really runs, a pyenv version; else None.

    Raises NoPython when the named one does not fit.
    """
    named = environ.get("WARMLINE_BOT_PYTHON")
    if named:
        found = ask(named)
        if found is None or found.version != BOT:
            raise NoPython(f"WARMLINE_BOT_PYTHON is {named}, which is not a Python 3.10 that runs.")
        return found
    for candidate in ("python3.10", *_pyenv_versions(environ, ("python3.10",))):
        found = ask(candidate)
        if found is not None and found.version == BOT:
            return found
    return None


def fetch_bot_python(uv: str) -> Python | None:
    """Python 3.10 as `uv python install` brings it, or None where that fails."""
    try:
        subprocess.run([uv, "python", "install", "3.10"], check=True, capture_output=True, timeout=300)  # noqa: S603
        answer = subprocess.run(  # noqa: S603
            [uv, "python", "find", "--no-project", "3.10"], check=True, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = ask(answer.stdout.strip())
    return found if found is not None and found.version == BOT else None


def _pyenv_versions(environ: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
    """The executables of pyenv's own folders, newest patch release first."""
    home = environ.get("HOME")
    root = environ.get("PYENV_ROOT") or (str(Path(home) / ".pyenv") if home else "")
    if not root:
        return
    for name in names:
        folders = Path(root, "versions").glob(name[len("python") :] + ".*")
        for folder in sorted(folders, key=lambda path: _patch(path.name), reverse=True):
            yield str(folder / "bin" / name)


def _patch(version: str) -> int:
    last = version.rpartition(".")[2]
    return int(last) if last.isdigit() else -1
