"""Keeps one child running: starts it, writes down what it says, starts it again when it dies, ends it when asked."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp
from typing_extensions import override

from server.kit.clock import system_clock
from server.up import leash
from server.up.children import Child
from server.up.commands import outer
from server.up.failures import SetupFailed, last_words
from server.up.journal import Journal

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STABLE = 60.0
"""Seconds after which a child that dies is taken for one that ran well: its pause begins at the shortest again."""
TRIES = 3
"""A child that ends this often without ever having answered will not come up by itself."""
ASK_EVERY = 0.2
LAST_WORDS = 1.0
"""Seconds that the output of a dead child is still listened to: something that left its group may hold the pipe."""


async def trouble(child: Child) -> str:
    """Why a child does not answer at its health address with a status below 400; empty where it does."""
    if not child.health:
        return ""
    patience = aiohttp.ClientTimeout(total=2.0)
    try:
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.get(child.health, headers=dict(child.headers)) as reply,
        ):
            return "" if reply.status < 400 else f"it answers {reply.status}"
    except TimeoutError:
        return "it takes the question and is silent"
    except (aiohttp.ClientError, OSError):
        return "nothing listens there"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a keeper needs from the world; tests bring their own."""

    logs: Path
    say: Callable[[str], None]
    """Takes one line for the person at the terminal."""
    clock: Callable[[], float] = time.monotonic
    """Counts seconds."""
    now: Callable[[], datetime] = system_clock
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    """Pauses before a restart."""
    trouble: Callable[[Child], Awaitable[str]] = trouble
    """Asks a child how it is; empty where all is well."""


class Keeper:
    """The life of one child, from its first start to its end."""

    def __init__(self, child: Child, around: Surroundings) -> None:
        """Nothing is started yet."""
        self.child = child
        self.group: int | None = None
        """The process group of the running child."""
        self._around = around
        self._log = around.logs / f"{child.name}.log"
        self._said: Sequence[str] = ()
        self._complained = False
        self._trouble = ""
        self._up = asyncio.Event()
        self._ending = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        """Whether the child has ever answered."""
        return self._up.is_set()

    def start(self) -> asyncio.Task[None]:
        """Begins to keep the child; the task ends after `end`, or with SetupFailed when the child never comes up."""
        self._keeping = asyncio.create_task(self._keep())
        return self._keeping

    async def wait_until_up(self) -> None:
        """Returns when the child has answered for the first time. Raises SetupFailed when its patience is over."""
        try:
            async with asyncio.timeout(self.child.patience):
                await self._up.wait()
        except TimeoutError:
            raise self._never_up(f"is not up after {self.child.patience:g} s ({self._trouble})") from None

    async def end(self) -> None:
        """Asks the child to end, and forces it and all that it started after the grace."""
        self._ending.set()
        if self._keeping is None:
            return
        self.signal(signal.SIGTERM)
        done, _ = await asyncio.wait([self._keeping], timeout=self.child.grace)
        if not done:
            self._around.say(f"{self.child.name} does not end when asked; forcing it.")
            self.signal(signal.SIGKILL)
        await asyncio.wait([self._keeping])

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the child's whole group, if there is one."""
        if self.group is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.group, number)

    async def _keep(self) -> None:
        pause, failed = FIRST_PAUSE, 0
        while not self._ending.is_set():
            began = self._around.clock()
            code = await self._live()
            if self._ending.is_set():
                return
            if not self._up.is_set():
                failed += 1
                if failed == TRIES:
                    raise self._never_up(f"ended {TRIES} times ({how(code)})")
            if self._around.clock() - began >= STABLE:
                pause = FIRST_PAUSE
            self._around.say(f"{self.child.name} ended ({how(code)}); starting it again in {pause:g} s.")
            await self._pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _live(self) -> int:
        """One life of the child, from start to its last word; its exit code."""
        began = self._around.clock()
        with Journal(self._log, self._around.now) as journal:
            self._said = journal.last
            transport, ear = await asyncio.get_running_loop().subprocess_exec(
                lambda: _Ear(lambda piece: self._write_down(journal, piece)),
                *(sys.executable, "-I", "-S", leash.__file__, *self.child.command),
                cwd=self.child.cwd,
                env={**outer(), "PYTHONUNBUFFERED": "1", **self.child.env},
                stdin=subprocess.PIPE,  # held open for as long as we live: see leash.py
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.group = transport.get_pid()
            if self._ending.is_set():
                self.signal(signal.SIGTERM)
            asking = asyncio.create_task(self._ask(began))
            try:
                await ear.exited.wait()
            finally:
                # Whatever the dead one started would still hold its port.
                self.signal(signal.SIGKILL)
                self.group = None
                asking.cancel()
                silence = asyncio.create_task(ear.silent.wait())
                await asyncio.wait({asking, silence}, timeout=LAST_WORDS, return_when=asyncio.ALL_COMPLETED)
                silence.cancel()
                transport.close()
            return transport.get_returncode() or 0

    async def _ask(self, began: float) -> None:
        while reason := await self._around.trouble(self.child):
            self._trouble = reason
            await asyncio.sleep(ASK_EVERY)
        if self._up.is_set():
            self._around.say(f"{self.child.name} is back after {self._around.clock() - began:.1f} s.")
        self._up.set()

    def _write_down(self, journal: Journal, piece: bytes) -> None:
        try:
            journal.take(piece)
        except OSError as error:
            # A full disk must not stop the listening: the child would hang on its next word.
            self._complain(error)

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            self._around.say(f"{self._log} cannot be written ({error.strerror}); {self.child.name} runs without it.")
            self._complained = True

    async def _pause(self, seconds: float) -> None:
        pausing = asyncio.ensure_future(self._around.sleep(seconds))
        ending = asyncio.create_task(self._ending.wait())
        await asyncio.wait([pausing, ending], return_when=asyncio.FIRST_COMPLETED)
        pausing.cancel()
        ending.cancel()

    def _never_up(self, what: str) -> SetupFailed:
        said = last_words("\n".join(self._said))
        return SetupFailed(
            f"{self.child.name} {what}: {said}. Its log is {self._log}; `warmline doctor` may know more."
        )


class _Ear(asyncio.SubprocessProtocol):
    """Hears a process. The ready-made streams take it for running while anything holds its output open."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear
        self.exited = asyncio.Event()
        self.silent = asyncio.Event()

    @override
    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._hear(data)

    @override
    def process_exited(self) -> None:
        self.exited.set()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.silent.set()


def how(code: int) -> str:
    """An exit code in words: `SIGKILL`, or `exit code 1`."""
    number = -code if code < 0 else code - 128
    if number > 0:
        with suppress(ValueError):
            return signal.Signals(number).name
    return f"exit code {code}"
