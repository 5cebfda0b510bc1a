"""The tokens between the processes of one home, made at random at the first run (see server/kit/secrets.py)."""

import secrets
from pathlib import Path

from server.kit.secrets import load_secrets, save_secrets

TOKENS = ("bot_token", "actions_token", "server_token", "company_token")
"""One bearer token for each process that listens on loopback; `server_token` is the one that the actions bring."""


def tokens(home: Path) -> dict[str, str]:
    """A token for each name in TOKENS, made now where missing. Raises OSError where the file cannot be written."""
    known = load_secrets(home)
    missing = {name: secrets.token_urlsafe(32) for name in TOKENS if not known.get(name)}
    if missing:
        known |= missing
        save_secrets(home, known)
    return {name: known[name] for name in TOKENS}
