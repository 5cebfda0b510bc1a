"""Builds a Python environment from a lock file, so that a killed install is noticed and carried on with.

Standard library only.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from server.up import stamps
from server.up.failures import SetupFailed
from server.up.pythons import ask

if TYPE_CHECKING:
    from server.up.commands import Commands
    from server.up.progress import Line
    from server.up.pythons import Python

STAMP = "warmline-stamp.json"
_FOUND = re.compile(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment and the locks it is built from."""

    name: str
    folder: Path
    locks: tuple[Path, ...]
    """The lock that is installed first; locks after it are parts of it, vouched for by the same install."""
    flags: tuple[str, ...] = field(default=())
    """Further arguments for the installer."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Written inside the environment once it is whole."""
        return self.folder / STAMP

    @property
    def packages(self) -> Path:
        """Its site-packages folder (which need not exist yet)."""
        found = sorted(self.folder.glob("lib/python3.*/site-packages"))
        return found[0] if found else self.folder / "lib"

    def version(self) -> str:
        """The Python it was made with, as `3.11.7`, or the empty string where there is none."""
        with suppress(OSError):
            for line in (self.folder / "pyvenv.cfg").read_text(encoding="utf-8").splitlines():
                key, _, value = line.partition("=")
                if key.strip() in ("version", "version_info"):
                    return ".".join(value.strip().split(".")[:3])
        return ""

    def wanted(self) -> list[str]:
        """What its stamp must say: one fingerprint a lock, each with the Python version in it."""
        return [stamps.fingerprint([lock, self.version(), *self.flags]) for lock in self.locks]

    def is_whole(self) -> bool:
        """Whether it runs and was built from the first of its locks as that lock is now."""
        return self.wanted()[0] in stamps.read(self.stamp) and self.python.exists()


def build(
    environment: Environment,
    python: Python,
    line: Line,
    *,
    commands: Commands,
    log: Path,
    links: str | None = None,
    uv: str | None = None,
) -> None:
    """Makes the environment from its lock, or only what is missing of it.

    `links` is a folder or a page of links with further wheels. With `uv` the install is uv's, and pip's after all where
    uv fails. Raises SetupFailed.
    """
    if environment.folder.exists() and not _fits(environment, python):
        line.say("half made, or by another Python; starting over")
        shutil.rmtree(environment.folder)
    if not environment.python.exists():
        line.say("new environment")
        commands.run(line.name, [python.path, "-m", "venv", environment.folder], log=log, cwd=environment.folder.parent)
    stamps.clear(environment.stamp)
    for torn in torn_packages(environment.packages):
        shutil.rmtree(torn)
    watch = _Watch(environment)
    line.say(watch.words)
    what = ["--requirement", str(environment.locks[0]), *environment.flags]
    if links:
        what += ["--find-links", str(Path(links).resolve()) if Path(links).is_dir() else links]
    for command in _installers(environment, uv):
        try:
            commands.run(line.name, [*command, *what], log=log, cwd=environment.folder.parent, heard=watch.heard)
            break
        except SetupFailed:
            if command[0] != uv:
                raise
            watch.heard("Downloading again, with pip")
    stamps.write(environment.stamp, environment.wanted())
    line.say(f"{len(installed(environment.packages))} packages, Python {environment.version()}")


def installed(packages: Path) -> list[Path]:
    """The metadata folders of the packages that lie in a site-packages folder."""
    return sorted(packages.glob("*.dist-info"))


def torn_packages(packages: Path) -> list[Path]:
    """Metadata folders of packages whose install was cut short: files missing or of another size than recorded.

    Installers look at this folder only, so a torn package would pass for an installed one for ever.
    """
    records = {metadata: _record(metadata) for metadata in installed(packages)}
    claims = Counter(name for record in records.values() for name in record or ())
    return [
        metadata
        for metadata, record in records.items()
        if record is None or not all(_is_there(packages / name, size, claims[name]) for name, size in record.items())
    ]


def _record(metadata: Path) -> dict[str, int] | None:
    """Files of a package with their sizes in bytes; None where the record itself is missing or torn."""
    try:
        with (metadata / "RECORD").open(encoding="utf-8", newline="") as record:
            # Sizes are left empty for files written at install time, such as compiled ones.
            return {name: int(size) for name, _, size in csv.reader(record) if size}
    except (OSError, ValueError):
        return None


def _is_there(file: Path, size: int, claims: int) -> bool:
    try:
        # Tens of thousands of files are asked for, and Path.stat would double the time.
        found = os.stat(file).st_size  # noqa: PTH116
    except OSError:
        return False
    # Careless packages bring files of the same name, a top-level README.md for one; the last one wins.
    return found == size or claims > 1


def _fits(environment: Environment, python: Python) -> bool:
    """Whether the folder holds an environment of this Python that still runs and has a whole pip to go on with."""
    found = ask(str(environment.python))
    if found is None or found.version != python.version:
        return False
    pips = set(environment.packages.glob("pip-*.dist-info"))
    return bool(pips) and pips.isdisjoint(torn_packages(environment.packages))


def _installers(environment: Environment, uv: str | None) -> list[list[str]]:
    by_pip = [str(environment.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    # Compiling all of torch and TensorFlow would take longer than installing them; what is imported is compiled then.
    by_pip += ["--progress-bar", "off", "--no-compile"]
    if uv is None:
        return [by_pip]
    return [[uv, "pip", "install", "--python", str(environment.python)], by_pip]


def _without_tags(line: str) -> str:
    """`Downloading torch-2.13.0-cp311-cp311-linux_x86_64.whl (191 MB)` as `torch-2.13.0 (191 MB)`."""
    file, bracket, size = line.rpartition(" (") if line.endswith(")") else (line, "", "")
    return "-".join(file.split("/")[-1].split()[-1].split("-")[:2]) + bracket + size


class _Watch:
    """Turns an installer's output and the folder it fills into a few words."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        text = environment.locks[0].read_text(encoding="utf-8")
        self._total = sum(1 for each in text.splitlines() if "==" in each and not each.startswith("#"))
        self._seen: set[str] = set()
        self._now = ""
        self._installing = False

    def heard(self, line: str) -> None:
        """Takes in one line of the installer's output."""
        if found := _FOUND.match(line):
            self._seen.add(found.group(1))
        elif line.startswith(("Downloading ", "Using cached ", "Building ")):
            self._now = _without_tags(line)
        elif line.startswith(("Installing collected packages", "Prepared ")):
            self._installing = True

    def words(self) -> str:
        """How far it is."""
        if self._installing:
            return f"installing, {len(installed(self._environment.packages))} of about {self._total} packages"
        return f"{len(self._seen)} of about {self._total} packages found  {self._now}".rstrip()
