"""No child outlives the process that holds its leash, however that process ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.up import leash

CHILD = "import os, signal, sys; sys.stdout.write(f'{os.getpid()}\\n'); sys.stdout.flush(); signal.pause()"
HOLDER = """
import subprocess, sys, signal
child = subprocess.Popen(
    [sys.executable, "-I", "-S", sys.argv[1], sys.executable, "-c", sys.argv[2]],
    stdin=subprocess.PIPE, start_new_session=True)
signal.pause()
"""


def gone(pid: int) -> bool:
    """Whether no process of that number is left."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_kill_minus_nine_of_the_holder_ends_the_child() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, leash.__file__, CHILD], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        holder.kill()
        # The child and its leash hold the same output open: its end is theirs.
        assert holder.stdout.read() == ""
    assert gone(child)


@pytest.mark.parametrize(
    ("code", "expected"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)]
)
def test_the_exit_code_of_the_child_is_passed_on(code: str, expected: int) -> None:
    assert _run(sys.executable, "-c", code).returncode == expected


def test_a_command_that_is_not_there_says_so(tmp_path: Path) -> None:
    ended = _run(str(tmp_path / "nothing"))
    assert (ended.returncode, ended.stderr.strip()) == (127, f"{tmp_path}/nothing: No such file or directory")


def test_a_signal_to_the_group_reaches_the_child_and_its_exit_code_is_kept() -> None:
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "sys.stdout.write('up\\n'); sys.stdout.flush()\n"
        "signal.pause()"
    )
    command = [sys.executable, "-I", "-S", leash.__file__, sys.executable, "-c", code]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as held:
        assert held.stdout is not None
        assert held.stdout.readline() == "up\n"
        os.killpg(held.pid, signal.SIGTERM)
        assert held.wait(timeout=10) == 3


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    with subprocess.Popen(
        [sys.executable, "-I", "-S", leash.__file__, *command],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as held:
        assert held.stderr is not None
        said = held.stderr.read()
        return subprocess.CompletedProcess(command, held.wait(timeout=10), "", said)
