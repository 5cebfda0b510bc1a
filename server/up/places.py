"""Where things lie: the checkout, the home, and what the set-up puts into them. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.up.environments import Environment

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one installation; `home` is absolute."""

    root: Path
    home: Path

    @property
    def logs(self) -> Path:
        """One file a process and a set-up step."""
        return self.home / "logs"

    @property
    def tools(self) -> Path:
        """What was fetched because the machine has none: Node, uv."""
        return self.home / "tools"

    @property
    def stamps(self) -> Path:
        """What the steps that write into the home vouch for."""
        return self.home / "stamps"

    @property
    def web(self) -> Path:
        """The workspace of the web apps."""
        return self.root / "web"

    def log(self, step: str) -> Path:
        """The log file of a set-up step."""
        return self.logs / f"setup-{step.replace(' ', '-')}.log"

    def house(self, *, dev: bool = False) -> Environment:
        """The environment of the house; with `dev`, what the checks and tests need too."""
        locks = (self.root / "requirements.lock",)
        # The tests' lock holds all of the other, so its install vouches for both.
        wanted = (self.root / "requirements-dev.lock", *locks) if dev else locks
        return Environment(name="python environment", folder=self.root / ".venv", locks=wanted)

    def bot(self) -> Environment:
        """The environment of the bot, Python 3.10."""
        # The lock names every package, and Rasa's own bounds contradict the encoder's: nothing is left to resolve.
        return Environment(
            name="bot environment",
            folder=self.root / "bot" / ".venv",
            locks=(self.root / "bot" / "requirements.lock",),
            flags=("--no-deps",),
        )


def places(environ: Mapping[str, str], root: Path = ROOT) -> Places:
    """The places of this checkout, with the home as WARMLINE_HOME says (default `.warmline` in the checkout)."""
    home = Path(environ.get("WARMLINE_HOME") or root / ".warmline").expanduser()
    return Places(root=root, home=(Path.cwd() / home).resolve())
