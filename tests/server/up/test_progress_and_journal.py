"""What stands on the terminal and in the log files."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.up.journal import KEPT, LONGEST, Journal
from server.up.progress import REMIND, Board

NOON = datetime(2026, 3, 16, 12, tzinfo=UTC)


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_finished_step_is_one_line_with_its_seconds_and_detail() -> None:
    out, clock = io.StringIO(), Seconds()
    with Board(out, clock=clock, live=False).step("bot model") as line:
        line.say("21 skills")
        clock.now = 12.34
    assert out.getvalue().splitlines()[-1].split() == ["✓", "bot", "model", "12.3", "s", "21", "skills"]


def test_a_failed_step_is_marked() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="no"), Board(out, live=False).step("bot model"):
        raise ValueError("no")
    assert out.getvalue().splitlines()[-1].startswith(" ✗ bot model")


def test_a_long_step_speaks_now_and_then_where_there_is_no_terminal() -> None:
    out, clock = io.StringIO(), Seconds()
    board = Board(out, clock=clock, live=False)
    with board.step("environment") as line:
        for second in range(int(REMIND * 2) + 1):
            clock.now = float(second)
            line.say(lambda second=second: f"{second} packages")  # type: ignore[misc]  # bound now
            board.tick()
    assert [row.split()[-2:] for row in out.getvalue().splitlines()[1:3]] == [["15", "packages"], ["30", "packages"]]


def test_on_a_terminal_the_running_line_is_painted_over() -> None:
    out = io.StringIO()
    board = Board(out, live=True)
    with board.step("environment") as line:
        line.say("half")
        board.tick()
        board.note("a note")
    painted = out.getvalue()
    assert "half" in painted
    assert painted.count("\x1b[1F\x1b[J") >= 1
    assert painted.splitlines()[-1].endswith("half")


def test_a_journal_writes_whole_lines_with_their_time(tmp_path: Path) -> None:
    path = tmp_path / "rasa.log"
    with Journal(path, lambda: NOON) as journal:
        journal.take(b"one\ntw")
        journal.take(b"o\nrest")
    assert path.read_text().splitlines() == [f"2026-03-16T12:00:00.000+00:00 {word}" for word in ("one", "two", "rest")]
    assert list(journal.last) == ["one", "two", "rest"]


def test_a_journal_turns_over_at_its_size_and_keeps_a_few(tmp_path: Path) -> None:
    path = tmp_path / "rasa.log"
    with Journal(path, lambda: NOON, limit=100) as journal:
        for number in range(40):
            journal.take(f"line {number}\n".encode())
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "rasa.log",
        *(f"rasa.log.{age}" for age in range(1, KEPT + 1)),
    ]
    assert "line 39" in path.read_text()
    assert all(file.stat().st_size < 200 for file in tmp_path.iterdir())


def test_output_without_an_end_does_not_pile_up(tmp_path: Path) -> None:
    with Journal(tmp_path / "rasa.log", lambda: NOON) as journal:
        journal.take(b"x" * (LONGEST + 1))
        assert len(journal.last) == 1
