"""A whole house of its own for a measurement or a journey: real processes, trained files lent, data thrown away."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from server.up.children import Child, children
from server.up.keeper import Surroundings
from server.up.places import ROOT, Places
from server.up.ports import pick_free
from server.up.supervisor import Supervisor
from server.up.vault import tokens

LENT = ("models",)
"""Folders of the home that are only read, so that a stack may borrow them."""
COPIED = ("knowledge",)
"""Folders that a stack writes to; what is in them saves it most of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The addresses and tokens of a running stack."""

    url: str
    home: Path
    rasa_url: str
    company_url: str
    tokens: Mapping[str, str]
    supervisor: Supervisor

    def processes(self, name: str) -> list[psutil.Process]:
        """Return the processes of one child, the one that does the work last."""
        group = self.supervisor.groups().get(name)
        if group is None:
            return []
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) == group:
                    found.append(process)
        return found

    def memory_mb(self) -> dict[str, float]:
        """Return the resident memory of each child in MB (unique set size where the system tells it)."""
        return {
            name: round(sum(_memory(process) for process in self.processes(name)) / 1e6, 1)
            for name in sorted(self.supervisor.groups())
        }


def _memory(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return int(process.memory_full_info().uss)
    return 0


@asynccontextmanager
async def running_stack(
    lender: Path, *, env: Mapping[str, str] | None = None, say: Callable[[str], None] = lambda _: None
) -> AsyncIterator[Stack]:
    """Run company, actions, rasa and server with the trained files of the home `lender`, on free loopback ports.

    `env` is laid over the server's environment (another database, looser limits). Everything is stopped and the
    temporary home removed at the end. Raises `SetupFailed` when a process does not come up.
    """
    home = Path(tempfile.mkdtemp(prefix="warmline-stack-"))
    try:
        _lend(lender, home)
        [port] = pick_free(1)
        own = {**_database(home), **(env or {}), "WARMLINE_HOME": str(home)}
        await asyncio.to_thread(_prepare, own)
        parts = [_with(child, own) for child in children(Places(root=ROOT, home=home), host="127.0.0.1", port=port)]
        supervisor = Supervisor(parts, Surroundings(logs=home / "logs", say=say))
        stop, ready = asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(supervisor.run(stop, ready.set))
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            by_name = {child.name: child for child in parts}
            yield Stack(
                url=f"http://127.0.0.1:{port}",
                home=home,
                rasa_url=by_name["server"].env["WARMLINE_BOT__URL"],
                company_url=by_name["server"].env["WARMLINE_COMPANY__URL"],
                tokens=tokens(home),
                supervisor=supervisor,
            )
        finally:
            stop.set()
            waiting.cancel()
            await asyncio.gather(running, waiting, return_exceptions=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _lend(lender: Path, home: Path) -> None:
    for name in LENT:
        if (lender / name).is_dir():
            (home / name).symlink_to((lender / name).absolute())
    for name in COPIED:
        if (lender / name).is_dir():
            shutil.copytree(lender / name, home / name)
    (home / "bot").mkdir()
    if (lender / "bot" / "models").is_dir():
        (home / "bot" / "models").symlink_to((lender / "bot" / "models").absolute())


def _database(home: Path) -> dict[str, str]:
    return {"WARMLINE_DATABASE__URL": f"sqlite+aiosqlite:///{home / 'warmline.db'}"}


def _prepare(env: Mapping[str, str]) -> None:
    # The articles come with their vectors from what was copied, so publishing them into a new database is quick.
    articles = ("kb", "import", "demo/articles", "--publish", "--judged", "demo/articles/questions.jsonl")
    for words in (("migrate",), ("user", "seed-demo"), articles):
        subprocess.run(  # noqa: S603  # our own command
            [sys.executable, "-m", "server", *words],
            env={**os.environ, **env},
            cwd=ROOT,
            check=True,
            capture_output=True,
        )


def _with(child: Child, env: Mapping[str, str]) -> Child:
    return replace(child, env={**child.env, **env}) if child.name == "server" else child
