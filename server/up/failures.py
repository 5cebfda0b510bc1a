"""What went wrong in a long step, said as one line on what to do. Standard library only."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_DISK = re.compile(
    r"No space left on device|Errno 28\b|ENOSPC|Disk quota exceeded|database or disk is full", re.IGNORECASE
)
_NETWORK = re.compile(
    r"Failed to establish a new connection|NewConnectionError|Temporary failure in name resolution|Could not connect"
    r"|Name or service not known|Network is unreachable|Read timed out|ConnectTimeout|Connection refused|ProxyError"
    r"|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|dns error|error sending request",
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(
    r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UnknownIssuer|UNABLE_TO_GET_ISSUER", re.IGNORECASE
)
_MISSING = re.compile(r"No matching distribution found for (\S+)|has no wheels with a matching|ERR! 404", re.IGNORECASE)
_RIGHTS = re.compile(r"Permission denied|EACCES|Read-only file system", re.IGNORECASE)
_AGAIN = "run the same command again; it carries on."


class SetupFailed(Exception):
    """A step of the set-up ended badly; the message is one line that says what to do."""


def failed(step: str, output: str, log: Path | None = None) -> SetupFailed:
    """The failure of a step, from what it printed: what to do, and where the whole story is."""
    where = f" The whole output is in {log}." if log is not None else ""
    return SetupFailed(f"{step}: {remedy(output)}{where}")


def unwritable(step: str, error: OSError) -> SetupFailed:
    """The failure of a step whose own files could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupFailed(f"{step}: {remedy('No space left on device')}")
    return SetupFailed(f"{step}: {error.strerror or error} ({error.filename}).")


def remedy(output: str) -> str:
    """One line on what to do about the output of a failed command.

    The disk is asked first: a full disk makes downloads fail in ways that look like a bad network.
    """
    if _DISK.search(output):
        return f"the disk is full. Free about 6 GB, then {_AGAIN}"
    if _CERTIFICATE.search(output):
        return f"a certificate was refused. Name your proxy's (PIP_CERT, NODE_EXTRA_CA_CERTS), then {_AGAIN}"
    if _NETWORK.search(output):
        return f"a package index could not be reached. Check network, proxy and pip settings, then {_AGAIN}"
    missing = _MISSING.search(output)
    if missing:
        what = missing.group(1) or "a package"
        return f"no build of {what} was found. Check that the index is reachable and serves this Python and platform."
    if _RIGHTS.search(output):
        return f"a file could not be written. Check who owns this folder and WARMLINE_HOME, then {_AGAIN}"
    return f"it failed ({last_words(output)})."


def last_words(output: str) -> str:
    """The last line that says anything, cut to 160 characters."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:160] if lines else "without a word"
