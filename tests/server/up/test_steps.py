"""Steps run when what they are made from changed, in an order that their needs allow."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server.up.failures import SetupFailed
from server.up.places import Places, places
from server.up.progress import Board
from server.up.steps import Step, Walk, in_short, steps


class Workshop:
    """Steps that write down that they ran."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(root=folder, home=folder / "home")
        self.told = io.StringIO()
        self._diary = folder / "diary"
        self.source = folder / "source"
        self.source.write_text("one")

    def step(self, name: str, *, after: tuple[str, ...] = (), fails: str = "", cached: bool = False) -> Step:
        made = self.places.root / name
        end = f"sys.exit({fails!r})" if fails else f"open({str(made)!r}, 'w').close()"
        code = f"import sys; open({str(self._diary)!r}, 'a').write({name!r} + chr(10)); {end}"
        command = (sys.executable, "-I", "-S", "-c", code)
        sources = (self.source,) if cached else ()
        return Step(name=name, command=command, after=after, sources=sources, made=(made,) if cached else ())

    def do(self, *wanted: Step) -> list[str]:
        """Does the steps and tells which ran, in their order."""
        self._diary.write_text("")
        Walk(self.places, Board(self.told, live=False)).do(wanted)
        return self.ran()

    def ran(self) -> list[str]:
        return self._diary.read_text().split()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_step_waits_for_those_it_needs(workshop: Workshop) -> None:
    last = workshop.step("last", after=("middle",))
    middle = workshop.step("middle", after=("first",))
    assert workshop.do(last, middle, workshop.step("first")) == ["first", "middle", "last"]


def test_a_need_that_is_not_asked_for_is_taken_as_there(workshop: Workshop) -> None:
    assert workshop.do(workshop.step("last", after=("elsewhere",))) == ["last"]


def test_an_unchanged_step_is_passed_over_until_its_source_changes_or_what_it_made_is_gone(workshop: Workshop) -> None:
    step = workshop.step("model", cached=True)
    assert workshop.do(step) == ["model"]
    assert workshop.do(step) == []
    workshop.source.write_text("two")
    assert workshop.do(step) == ["model"]
    (workshop.places.root / "model").unlink()
    assert workshop.do(step) == ["model"]


def test_what_was_done_to_a_database_is_done_again_when_the_database_is_new(workshop: Workshop) -> None:
    base = workshop.places.root / "base.db"
    step = replace(workshop.step("people", cached=True), gone_with=base)
    assert workshop.do(step) == ["people"]
    base.touch()
    assert workshop.do(step) == []
    base.unlink()
    assert workshop.do(step) == ["people"]


def test_a_failing_step_is_told_in_one_line_and_what_needs_it_does_not_run(workshop: Workshop) -> None:
    bad = workshop.step("bad", fails="no such table", cached=True)
    with pytest.raises(
        SetupFailed, match=r"^bad: it failed \(no such table\)\. The whole output is in .*setup-bad\.log\.$"
    ):
        workshop.do(bad, workshop.step("next", after=("bad",)))
    assert workshop.ran() == ["bad"]
    assert "✗ bad" in workshop.told.getvalue()


def test_a_step_that_made_nothing_has_failed(workshop: Workshop) -> None:
    hollow = Step(
        name="hollow",
        command=(sys.executable, "-c", ""),
        sources=(workshop.source,),
        made=(workshop.places.root / "nothing",),
    )
    with pytest.raises(SetupFailed, match="nothing is not there"):
        workshop.do(hollow)


def test_every_need_of_the_real_steps_is_a_step_before_it(tmp_path: Path) -> None:
    known: set[str] = set()
    for step in steps(places({"WARMLINE_HOME": str(tmp_path)})):
        assert known.issuperset(step.after), step.name
        known.add(step.name)


def test_what_the_tests_need_does_not_lean_on_what_they_do_not(tmp_path: Path) -> None:
    wanted = [step for step in steps(places({"WARMLINE_HOME": str(tmp_path)})) if step.for_tests]
    assert {need for step in wanted for need in step.after} <= {step.name for step in wanted}


@pytest.mark.parametrize(
    ("line", "short"), [('{"a": 1}', ""), ("/a/b/model.tar.gz", "model.tar.gz"), ("60 articles", "60 articles")]
)
def test_a_last_line_is_shortened_for_people(line: str, short: str) -> None:
    assert in_short(line) == short
