"""Runs the commands of a step: output to a log file, the interesting lines to whoever watches.

Standard library only.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from server.up.failures import SetupFailed, failed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
KEPT = 400
"""Lines of output kept in memory to tell what went wrong."""


class Commands:
    """The commands of one set-up, so that all of them can be ended at once."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._running: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()
        self._stopped = False

    def run(
        self,
        step: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        heard: Callable[[str], None] | None = None,
    ) -> str:
        """Runs a command of a step to its end and returns what it printed (the last 400 lines).

        `env` is laid over this process's environment. Raises SetupFailed with a line on what to do.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        lines: list[str] = []
        with log.open("a", encoding="utf-8") as kept:
            kept.write(f"$ {' '.join(str(part) for part in command)}\n")
            kept.flush()
            with self._started(step, command, log, cwd, env) as process:
                assert process.stdout is not None  # noqa: S101  # asked for below
                for line in process.stdout:
                    kept.write(line)
                    lines.append(plain(line) + "\n")
                    del lines[:-KEPT]
                    if heard is not None:
                        heard(plain(line))
                code = process.wait()
        output = "".join(lines)
        if code != 0:
            raise failed(step, output or f"exit code {code}", log)
        return output

    def stop_all(self) -> None:
        """Ends every command that is still running, with what it started; later ones do not start."""
        with self._guard:
            self._stopped = True
            for process in self._running:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)

    @contextmanager
    def _started(
        self, step: str, command: Sequence[str | Path], log: Path, cwd: Path, env: Mapping[str, str] | None
    ) -> Iterator[subprocess.Popen[str]]:
        with self._guard:
            if self._stopped:
                raise SetupFailed(f"{step}: stopped.")
            try:
                process = subprocess.Popen(  # noqa: S603  # the steps of this package, no word of a stranger
                    [str(part) for part in command],
                    cwd=cwd,
                    env={**outer(), **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                    start_new_session=True,
                )
            except OSError as error:
                raise failed(step, str(error), log) from error
            self._running.add(process)
        try:
            with process:
                yield process
        finally:
            with self._guard:
                self._running.discard(process)


def plain(line: str) -> str:
    """A line of output without colours, and of a progress bar only where it stands now."""
    return _COLOUR.sub("", line.rstrip().rpartition("\r")[2]).strip()


_ASTRAY = frozenset({
    "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV",
    # The environments are installed without bytecode: what is imported first writes it, or every start is slow.
    "PYTHONDONTWRITEBYTECODE",
})  # fmt: skip


def outer() -> dict[str, str]:
    """The environment without what would lead another Python astray."""
    return {name: value for name, value in os.environ.items() if name not in _ASTRAY}
