"""The first half of `make run`: environments and web apps, built side by side. Standard library only."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
import time
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from server.up import apps, environments
from server.up.commands import Commands
from server.up.failures import SetupFailed, unwritable
from server.up.locks import only_setup, refuse_second_run
from server.up.places import places
from server.up.ports import check_free
from server.up.progress import Board
from server.up.pythons import NoPython, fetch_bot_python, find_bot_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.up.environments import Environment
    from server.up.places import Places
    from server.up.pythons import Python

GIGABYTE = 1_000_000_000
ROOM = {"python environment": 2.5, "bot environment": 3.0, "web apps": 0.6}
"""Gigabytes that each part takes at most when it is built anew, the download caches of pip and npm aside."""


INTERRUPTED = 130


def set_up(task: str, python: Python) -> int:
    """Builds what is missing for `run`, `test` or `setup`, and says what it does.

    Returns an exit code: 0 when all is there, 1 after a failure, 130 after Ctrl-C.
    """
    began = time.time()
    here = places(os.environ)
    board = Board(sys.stdout)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        check_home(here.home)
        if task == "run":
            refuse_second_run(here.home)
            check_free(os.environ.get("WARMLINE_HOST") or "127.0.0.1", int(os.environ.get("WARMLINE_PORT") or 8080))
        with only_setup(here.root, lambda: board.note("   Another set-up runs in this checkout; waiting for it.")):
            build_all(here, python, board, os.environ, dev=task != "run")
    except SetupFailed as failure:
        sys.stderr.write(f" ✗ {failure}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f" ✗ {unwritable('set-up', error)}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(" ✗ Stopped. Running it again carries on.\n")
        return INTERRUPTED
    os.environ.update(WARMLINE_HOME=str(here.home), WARMLINE_UP_SINCE=str(began))
    return 0


def hand_over(task: str) -> NoReturn:
    """Becomes `python -m server.up` in the environment that was built."""
    here = places(os.environ)
    os.chdir(here.root)
    house = str(here.house().python)
    os.execv(house, [house, "-m", "server.up", "run" if task == "run" else "prepare"])  # noqa: S606  # our own second half


def build_all(places: Places, python: Python, board: Board, environ: Mapping[str, str], *, dev: bool) -> None:
    """Builds what is missing of both environments and the web apps. Raises SetupFailed with what to do."""
    house, bot = places.house(dev=dev), places.bot()
    check_home(places.home)
    missing = [each.name for each in (house, bot) if not each.is_whole()]
    if not apps.are_built(places.web):
        missing.append("web apps")
    check_disk(places, missing)
    with ThreadPoolExecutor(max_workers=3) as pool:
        work = _Work(places=places, python=python, board=board, environ=environ)
        house_built = pool.submit(work.house, house)
        futures: list[Future[None]] = [
            house_built,
            pool.submit(work.bot, bot, house, house_built),
            pool.submit(work.web, house, house_built),
        ]
        try:
            finished, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for each in finished:
                each.result()
        except BaseException:
            # The other parts are carried on with next time; waiting for them now would hide the reason.
            work.commands.stop_all()
            raise


def check_home(home: Path) -> None:
    """Raises SetupFailed when the home cannot be written to."""
    try:
        (home / "logs").mkdir(parents=True, exist_ok=True)
        trial = home / ".trial"
        trial.write_bytes(b"\0" * 4096)
        trial.unlink()
    except OSError as error:
        raise unwritable(f"WARMLINE_HOME ({home})", error) from error


def check_disk(places: Places, missing: list[str]) -> None:
    """Raises SetupFailed when the disk has no room for the parts that are to be built."""
    wanted = sum(ROOM[each] for each in missing)
    free = shutil.disk_usage(places.root).free / GIGABYTE
    if free < wanted:
        raise SetupFailed(
            f"The disk under {places.root} has {free:.1f} GB free, and the first set-up needs {wanted:.1f} GB. "
            "Free some, then run it again."
        )


class _Work:
    """The three parts; each shows its own line."""

    def __init__(self, *, places: Places, python: Python, board: Board, environ: Mapping[str, str]) -> None:
        self._places, self._python, self._board, self._environ = places, python, board, environ
        self.commands = Commands()

    def house(self, house: Environment) -> None:
        if house.is_whole():
            self._board.done(house.name, f"as locked, Python {house.version()}")
        else:
            with self._board.step(house.name) as line:
                links = self._environ.get("WARMLINE_TORCH_WHEELS")
                environments.build(
                    house, self._python, line, commands=self.commands, log=self._places.log(house.name), links=links
                )
        write_command(self._places, house)

    def bot(self, bot: Environment, house: Environment, house_built: Future[None]) -> None:
        if bot.is_whole():
            self._board.done(bot.name, f"as locked, Python {bot.version()}")
            return
        with self._board.step(bot.name) as line:
            log = self._places.log(bot.name)
            uv = shutil.which("uv") or shutil.which(str(house.folder / "bin" / "uv"))
            try:
                python = find_bot_python(self._environ)
            except NoPython as error:
                raise SetupFailed(f"{bot.name}: {error}") from error
            if python is None:
                line.say("no Python 3.10 here; fetching one with uv")
                uv = uv or self._fetch_uv(house, house_built, log)
                python = fetch_bot_python(uv)
            if python is None:
                raise SetupFailed(
                    f"{bot.name}: Rasa needs Python 3.10 and none was found, nor could uv fetch one. "
                    "Install it (pyenv install 3.10), or set WARMLINE_BOT_PYTHON to its path."
                )
            environments.build(bot, python, line, commands=self.commands, log=log, uv=uv)

    def web(self, house: Environment, house_built: Future[None]) -> None:
        web, tools = self._places.web, self._places.tools
        if not (web / "package.json").is_file():
            return
        if apps.are_built(web):
            self._board.done("web apps", "built")
            return
        with self._board.step("web apps") as line:
            log = self._places.log("web apps")
            node = apps.find_node(tools)
            if node is None:
                line.say("no Node 20.19 or newer here; waiting for the python environment to fetch one")
                house_built.result()
                try:
                    node = apps.fetch_node(tools, house.python, line, commands=self.commands, log=log)
                except SetupFailed as failure:
                    line.say("left out")
                    self._board.note(f"   {failure} Until then the server runs without widget and console.")
                    return
            apps.build(web, node, line, commands=self.commands, log=log)

    def _fetch_uv(self, house: Environment, house_built: Future[None], log: Path) -> str:
        house_built.result()
        folder = self._places.tools / "uv"
        if not (folder / "bin" / "uv").exists():
            pip = [str(house.python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"]
            self.commands.run(
                "bot environment", [*pip, "--upgrade", "--target", str(folder), "uv"], log=log, cwd=self._places.root
            )
        return str(folder / "bin" / "uv")


def write_command(places: Places, house: Environment) -> None:
    """Writes `.venv/bin/warmline`, which runs this checkout from any folder."""
    command = house.folder / "bin" / "warmline"
    text = (
        "#!/bin/sh\n"
        "# Written by the set-up: the code is this checkout's, whatever folder the command is called from.\n"
        f"root={shlex.quote(str(places.root))}\n"
        'export WARMLINE_HOME="${WARMLINE_HOME:-$root/.warmline}" WARMLINE_WEB="${WARMLINE_WEB:-$root/web/dist}"\n'
        'export WARMLINE_DEMO="${WARMLINE_DEMO:-$root/demo}" PYTHONPATH="$root"\n'
        f'exec {shlex.quote(str(house.python))} -P -m server "$@"\n'
    )
    if command.exists() and command.read_text(encoding="utf-8") == text:
        return
    command.write_text(text, encoding="utf-8")
    command.chmod(0o755)
