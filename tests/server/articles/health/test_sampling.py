"""Live cases are drawn by a lot that nobody can choose; checklists ask for what the article says."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from knowledge.types import Article
from server.articles.health.checklist import AnswerIn, ChecklistIncomplete, checklist, filled, is_passed, ordered_steps
from server.articles.health.sampling import Case, audit_id, first_moment, quarter_of, sample, wilson
from tests.support.server import NOON


def case(
    number: int, *, kind: str = "cited", locale: str = "en", article: str = "a", conversation: int | None = None
) -> Case:
    """A case of an article."""
    return Case(
        article_id=article,
        locale=locale,
        revision=1,
        release="r0001",
        conversation_id=UUID(int=conversation or number),
        seq=number,
        kind=kind,
        at=NOON - timedelta(hours=number),
    )


def test_the_lot_is_the_same_for_everybody_and_another_next_quarter() -> None:
    cases = [case(number) for number in range(1, 60)]
    drawn = sample(cases, quarter="2026-Q2", count=3)
    random.Random(1).shuffle(cases)  # noqa: S311  # a test's own shuffling
    assert sample(cases, quarter="2026-Q2", count=3) == drawn
    assert sample(cases, quarter="2026-Q3", count=3) != drawn
    assert len(set(drawn)) == 3


def test_cases_are_spread_over_locales_and_kinds_and_each_conversation_is_drawn_once() -> None:
    cases = [case(number) for number in range(1, 50)]
    cases += [case(100, kind="used"), case(101, locale="de")]
    drawn = sample(cases, quarter="2026-Q2", count=3)
    assert {(one.locale, one.kind) for one in drawn} == {("en", "cited"), ("en", "used"), ("de", "cited")}
    same = [case(number, conversation=7) for number in range(1, 9)]
    assert len(sample(same, quarter="2026-Q2", count=5)) == 1
    assert sample([], quarter="2026-Q2", count=2) == []


def test_an_audit_of_the_same_case_has_the_same_id() -> None:
    one = audit_id("2026-Q2", "a", "en", case(1), 0)
    assert one == audit_id("2026-Q2", "a", "en", case(1), 3)
    assert audit_id("2026-Q2", "a", "en", None, 0) != audit_id("2026-Q2", "a", "en", None, 1)


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-04-01", "2026-Q2"), ("2026-12-31", "2026-Q4")],
)
def test_quarters_begin_where_the_year_is_cut_in_four(moment: str, quarter: str) -> None:
    day = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert quarter_of(day) == quarter
    assert first_moment(quarter) <= day


@pytest.mark.parametrize("wrong", ["2026", "2026-Q5", "Q1-2026", "26-Q1", "2026-Q", ""])
def test_what_names_no_quarter_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong or "^$"):
        first_moment(wrong)


def test_the_interval_is_the_one_in_the_tables() -> None:
    # Agresti, Coull: Approximate is better than exact, 1998: 9 of 10.
    low, high = wilson(9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(5, 5)[1] == pytest.approx(1.0)


def article(text: str, *, regions: tuple[str, ...] = ()) -> Article:
    """An article."""
    return Article(id="a", title="A", text=text, regions=regions)


def test_a_checklist_asks_for_each_step_that_the_article_lists() -> None:
    text = (
        "Before:\n\n1. Open **My account**.\n2. Choose *Returns*\n   1. a detail\n\n- not a step\n\n3) Print the label"
    )
    assert ordered_steps(text) == ["Open My account.", "Choose Returns", "Print the label"]
    steps = checklist(article(text, regions=("DE", "AT")), used=True)
    questions = [step["question"] for step in steps]
    assert [step["step"] for step in steps] == list(range(1, 8))
    assert "Does this step work as written: Choose Returns" in questions
    assert "Does it fit in DE, AT, with the disclaimer where one is due?" in questions
    assert questions[-1] == "Did the customer get further with it in this conversation?"
    plain = checklist(article("Nothing to do."), used=False)
    assert len(plain) == 4
    assert "Do its instructions work as written?" in [step["question"] for step in plain]


def test_each_step_needs_an_answer_and_one_no_fails_it() -> None:
    steps = checklist(article("Nothing to do."), used=False)
    with pytest.raises(ChecklistIncomplete) as refused:
        filled(steps, [AnswerIn(step=1, answer="yes"), AnswerIn(step=9, answer="no")])
    assert refused.value.facts == {"steps": [2, 3, 4]}
    good = filled(
        steps,
        [AnswerIn(step=number, answer="yes") for number in (1, 2, 3)] + [AnswerIn(step=4, answer="not_applicable")],
    )
    assert is_passed(good)
    bad = filled(
        steps, [AnswerIn(step=number, answer="no" if number == 3 else "yes", note="old") for number in range(1, 5)]
    )
    assert not is_passed(bad)
    assert bad[2] == {"step": 3, "question": steps[2]["question"], "answer": "no", "note": "old"}
