"""Fingerprints of what a step was made from, kept beside what it made.

A stamp is written after the step ended well, so a killed step leaves none and is done again. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PASSED_OVER = frozenset({"node_modules", "dist", "__pycache__", ".pytest_cache", ".venv", "models", ".rasa", "output"})


def fingerprint(parts: Iterable[str | Path]) -> str:
    """One SHA-256 in hex over words, files and whole folders; a missing file counts as absent, not as an error."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(b"word\0" + part.encode() + b"\0")
            continue
        for file in _files(part):
            name = file.relative_to(part).as_posix() if file != part else file.name
            total.update(b"file\0" + name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def read(stamp: Path) -> list[str]:
    """The fingerprints a stamp vouches for; none where it is missing or torn."""
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [each for each in known if isinstance(each, str)] if isinstance(known, list) else []


def write(stamp: Path, fingerprints: Iterable[str]) -> None:
    """Writes the stamp whole or not at all."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    aside = stamp.with_name(f"{stamp.name}.{os.getpid()}")
    aside.write_text(json.dumps(list(fingerprints)), encoding="utf-8")
    aside.replace(stamp)


def clear(stamp: Path) -> None:
    """Takes the stamp away before its step begins, so that a kill in the middle is seen."""
    stamp.unlink(missing_ok=True)


def _files(part: Path) -> list[Path]:
    if part.is_file():
        return [part]
    if not part.is_dir():
        return []
    found: list[Path] = []
    for folder, folders, names in os.walk(part):
        folders[:] = sorted(each for each in folders if each not in _PASSED_OVER)
        found.extend(Path(folder, name) for name in names if not name.endswith((".pyc", ".tsbuildinfo")))
    return sorted(found)
