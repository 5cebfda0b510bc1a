"""Secrets of one home: made once, kept in `secrets.json` with mode 0600, never in the repository."""

import json
import os
import secrets
import tempfile
from pathlib import Path

NAMES = ("visitor_key", "identity_key")


def load_secrets(home: Path) -> dict[str, str]:
    """Return the secrets of a home as strings by name, making those that are missing.

    Other names in the file (passwords of demo agents, tokens between processes) are left as they are.
    """
    path = home / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in NAMES if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        save_secrets(home, known)
    return known


def save_secrets(home: Path, values: dict[str, str]) -> None:
    """Write the secrets whole or not at all, readable by their owner only."""
    home.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=home, prefix=".secrets-")
    with os.fdopen(handle, "w") as file:
        json.dump(values, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(home / "secrets.json")
