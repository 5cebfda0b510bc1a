"""Environments that were killed while they were built, or whose lock changed."""

from pathlib import Path

import pytest

from server.up import stamps
from server.up.commands import Commands
from server.up.environments import Environment, build, torn_packages
from server.up.failures import SetupFailed
from server.up.progress import Line
from server.up.pythons import Python
from tests.support.up import script

INTERPRETER = """
case "$1$2$3" in
  -mvenv*)
    mkdir -p "$3/bin" "$3/lib/python3.11/site-packages/pip-1.dist-info"
    touch "$3/lib/python3.11/site-packages/pip-1.dist-info/RECORD"
    cp "$0" "$3/bin/python"
    echo "version = 3.11.7" > "$3/pyvenv.cfg" ;;
  -mpipinstall)
    echo "$@" >> "$PIP_LOG"
    [ -z "$PIP_SAYS" ] || { echo "$PIP_SAYS"; exit 1; } ;;
  -c*) echo 3.11 ;;
esac
"""


class Workshop:
    """A fake Python whose pip only writes down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.lock = folder / "requirements.lock"
        self.lock.write_text("# a comment\nalpha==1\nbeta==2\n")
        self.python = Python(str(script(folder / "python", INTERPRETER)), (3, 11))
        self.environment = Environment(name="house", folder=folder / ".venv", locks=(self.lock,))
        self.line = Line("house", 0.0)
        self.log = folder / "setup.log"
        self.asked = folder / "pip.txt"

    def build(self, **more: str) -> None:
        build(self.environment, self.python, self.line, commands=Commands(), log=self.log, **more)

    def package(self, name: str, *, recorded: int, written: int) -> Path:
        """A package with one file, as an install would leave it."""
        metadata = self.environment.packages / f"{name}-1.dist-info"
        metadata.mkdir()
        (metadata.parent / f"{name}.py").write_text("x" * written)
        (metadata / "RECORD").write_text(f"{name}.py,sha256=abc,{recorded}\n{name}-1.dist-info/RECORD,,\n")
        return metadata

    def calls(self) -> list[str]:
        return self.asked.read_text().splitlines() if self.asked.exists() else []


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setenv("PIP_LOG", str(tmp_path / "pip.txt"))
    return Workshop(tmp_path)


def test_an_environment_is_whole_after_it_was_built(workshop: Workshop) -> None:
    assert not workshop.environment.is_whole()
    workshop.build()
    assert workshop.environment.is_whole()
    assert f"--requirement {workshop.lock}" in workshop.calls()[0]


def test_a_changed_lock_asks_for_another_install(workshop: Workshop) -> None:
    workshop.build()
    workshop.lock.write_text("alpha==3\n")
    assert not workshop.environment.is_whole()


def test_a_failed_install_leaves_no_stamp_and_running_it_again_carries_on(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_SAYS", "ERROR: Could not install packages: [Errno 28] No space left on device")
    with pytest.raises(SetupFailed, match=r"^house: the disk is full\. .*run the same command again; it carries on\."):
        workshop.build()
    assert not workshop.environment.is_whole()
    monkeypatch.delenv("PIP_SAYS")
    workshop.build()
    assert workshop.environment.is_whole()


def test_a_package_that_was_cut_short_is_installed_again_and_a_whole_one_is_kept(workshop: Workshop) -> None:
    workshop.build()
    whole = workshop.package("whole", recorded=4, written=4)
    cut = workshop.package("cut", recorded=4, written=1)
    unrecorded = workshop.package("unrecorded", recorded=4, written=4)
    (unrecorded / "RECORD").unlink()
    assert torn_packages(workshop.environment.packages) == [cut, unrecorded]
    stamps.clear(workshop.environment.stamp)
    workshop.build()
    assert (whole.exists(), cut.exists(), unrecorded.exists()) == (True, False, False)


def test_an_environment_of_another_python_is_made_anew(workshop: Workshop) -> None:
    workshop.build()
    left = workshop.environment.folder / "left"
    left.touch()
    (workshop.environment.folder / "bin" / "python").write_text("#!/bin/sh\necho 3.10\n")
    workshop.build()
    assert not left.exists()


def test_an_environment_that_was_killed_before_it_had_pip_is_made_anew(workshop: Workshop) -> None:
    workshop.build()
    stamps.clear(workshop.environment.stamp)
    pip = workshop.environment.packages / "pip-1.dist-info" / "RECORD"
    pip.unlink()
    workshop.build()
    assert pip.exists()
    assert workshop.environment.is_whole()


def test_the_lock_of_the_tests_vouches_for_the_smaller_one(workshop: Workshop, tmp_path: Path) -> None:
    dev = tmp_path / "requirements-dev.lock"
    dev.write_text("alpha==1\nbeta==2\npytest==9\n")
    larger = Environment(name="house", folder=workshop.environment.folder, locks=(dev, workshop.lock))
    build(larger, workshop.python, workshop.line, commands=Commands(), log=workshop.log)
    assert larger.is_whole()
    assert workshop.environment.is_whole()


def test_torch_wheels_named_by_the_operator_are_offered_to_pip(workshop: Workshop, tmp_path: Path) -> None:
    workshop.build(links=str(tmp_path))
    assert workshop.calls()[0].endswith(f"--find-links {tmp_path}")


def test_uv_is_asked_first_and_pip_where_it_fails(workshop: Workshop, tmp_path: Path) -> None:
    uv = script(tmp_path / "uv", 'echo "uv $*" >> "$PIP_LOG"; exit 1')
    workshop.build(uv=str(uv))
    first, second = workshop.calls()
    assert first.startswith("uv pip install")
    assert second.startswith("-m pip install")
    assert workshop.environment.is_whole()


def test_after_a_stop_no_further_command_starts(workshop: Workshop) -> None:
    commands = Commands()
    commands.stop_all()
    with pytest.raises(SetupFailed, match="stopped"):
        build(workshop.environment, workshop.python, workshop.line, commands=commands, log=workshop.log)
    assert workshop.calls() == []
