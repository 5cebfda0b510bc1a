"""Which ports are free, and who has one that is not. Standard library only."""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

from server.up.failures import SetupFailed

_LISTENING = "0A"


def check_free(host: str, port: int) -> None:
    """Raises SetupFailed with one line on what to do when the port cannot be listened on."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except PermissionError as error:
            raise SetupFailed(f"Port {port} may not be used by this account. Set WARMLINE_PORT above 1023.") from error
        except OSError as error:
            raise SetupFailed(
                f"Port {port} is in use{_by(holder(port))}. Set WARMLINE_PORT to another or stop it."
            ) from error


def pick_free(count: int) -> list[int]:
    """As many free loopback ports, all different."""
    held = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def holder(port: int, proc: Path = Path("/proc")) -> tuple[int, str] | None:
    """Process id and name of who listens on a TCP port, where the system tells (Linux, own processes); else None."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    if not sockets:
        return None
    for process in proc.iterdir():
        if not process.name.isdigit():
            continue
        with suppress(OSError):
            if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                return int(process.name), (process / "comm").read_text().strip()
    return None


def _listening_inodes(port: int, proc: Path) -> set[str]:
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        with suppress(OSError):
            for row in (proc / "net" / table).read_text().splitlines()[1:]:
                words = row.split()
                if words[3] == _LISTENING and int(words[1].rpartition(":")[2], 16) == port:
                    found.add(words[9])
    return found


def _by(who: tuple[int, str] | None) -> str:
    return f" by {who[1]} (pid {who[0]})" if who else ""


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
