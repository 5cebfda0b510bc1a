"""The processes that make up a running house: how each is started, what it is told, where it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.up.ports import pick_free
from server.up.vault import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from server.up.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One process: its command, its environment (laid over ours) and the address that answers when it is up."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    health: str = ""
    """An address that answers with a status below 400 once it is up; empty where being alive is enough."""
    headers: Mapping[str, str] = field(default_factory=dict)
    patience: float = 120.0
    """Seconds until its first start counts as failed."""
    grace: float = 5.0
    """Seconds between asking it to end and forcing it."""


def children(places: Places, *, host: str, port: int) -> tuple[Child, ...]:
    """Server, company, actions and rasa of one home; all but the server on free loopback ports.

    Raises OSError where the home's secrets cannot be written.
    """
    words = tokens(places.home)
    rasa, actions, company = pick_free(3)
    local = "http://127.0.0.1"
    house, bot = str(places.house().python), str(places.bot().python)
    home = {"WARMLINE_HOME": str(places.home)}
    server_url = f"http://{reachable(host)}:{port}"
    return (
        Child(
            name="company",
            command=(house, "-m", "demo.company", "--port", str(company)),
            cwd=places.root,
            env={**home, "WARMLINE_COMPANY__TOKEN": words["company_token"]},
            health=f"{local}:{company}/health",
            headers=bearer(words["company_token"]),
        ),
        Child(
            name="rasa",
            command=(bot, "bot/run.py", "rasa", "--port", str(rasa)),
            cwd=places.root,
            env={
                **home,
                "WARMLINE_BOT__TOKEN": words["bot_token"],
                "WARMLINE_ACTIONS__URL": f"{local}:{actions}",
                "WARMLINE_ACTIONS__TOKEN": words["actions_token"],
            },
            health=f"{local}:{rasa}/webhooks/warmline/",
            headers=bearer(words["bot_token"]),
        ),
        Child(
            name="actions",
            command=(bot, "bot/run.py", "actions", "--port", str(actions)),
            cwd=places.root,
            env={
                **home,
                "WARMLINE_ACTIONS__TOKEN": words["actions_token"],
                "WARMLINE_SERVER__URL": server_url,
                "WARMLINE_SERVER__TOKEN": words["server_token"],
            },
            health=f"{local}:{actions}/health",
            headers=bearer(words["actions_token"]),
        ),
        Child(
            name="server",
            command=(house, "-m", "server", "serve"),
            cwd=places.root,
            env={
                **home,
                "WARMLINE_HOST": host,
                "WARMLINE_PORT": str(port),
                "WARMLINE_BOT__URL": f"{local}:{rasa}",
                "WARMLINE_BOT__TOKEN": words["bot_token"],
                "WARMLINE_COMPANY__URL": f"{local}:{company}",
                "WARMLINE_COMPANY__TOKEN": words["company_token"],
                "WARMLINE_SERVER__TOKEN": words["server_token"],
            },
            health=f"{server_url}/healthz",
            # It lets sockets say goodbye and running turns finish.
            grace=10.0,
        ),
    )


def reachable(host: str) -> str:
    """The host under which this machine reaches a server that listens on `host`."""
    if host in ("", "0.0.0.0"):  # noqa: S104  # compared, not listened on
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
