"""Runs one command and ends it, with all it started, when whoever holds the other end of our standard input is gone.

    python leash.py COMMAND [ARGUMENT ...]

The supervisor starts every child through this. However the supervisor ends, kill -9 included, the system closes the
pipe, and the child's whole process group is ended: asked first, forced after five seconds. Standard library only, and
little of it: one of these runs beside each child.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from select import select

GRACE = 5.0
"""Seconds between asking a group to end and forcing it."""
STEP = 0.05


def main(command: list[str]) -> int:
    """Runs the command in this process's group, which is made if need be; returns its exit code (128 + signal)."""
    with suppress(PermissionError):
        os.setpgid(0, 0)
    # The group's signals reach us as well; the child decides when it is over, not we.
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, _pass_over)
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _pass_over)
    child = _start(command)
    code = _ended(child)
    while code is None:
        ready, _, _ = select([0, awake], [], [])
        if awake in ready:
            os.read(awake, 512)
        code = _ended(child)
        if code is None and 0 in ready and not os.read(0, 512):
            return _end_group(child)
    return code


def _start(command: list[str]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(each, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.execvp(command[0], command)  # noqa: S606  # the supervisor's own command
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _ended(child: int) -> int | None:
    done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        return None
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _end_group(child: int) -> int:
    os.killpg(0, signal.SIGTERM)
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        code = _ended(child)
        if code is not None:
            return code
        time.sleep(STEP)
    os.killpg(0, signal.SIGKILL)
    return 137


def _pass_over(number: int, frame: object) -> None:
    """Only wakes the loop; its interruption of `select` is what counts."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
