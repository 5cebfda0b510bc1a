"""From draft to approved: the moves that there are, the second person, and the trail that each move leaves."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from server.articles import repository
from server.articles.errors import (
    ArticleNotFound,
    NotAllowed,
    RevisionNotFound,
    ScheduleInvalid,
    SecondPersonNeeded,
    TranslationNotFound,
    VersionConflict,
    WrongState,
)
from server.articles.service import ScheduleIn
from server.articles.workflow import MOVES, State, may
from server.house import House
from tests.support.articles import ADA, BOTH, EVA, TOM, approved, audited, person, row_of, saved, shown, states, written
from tests.support.server import refusal


async def test_a_draft_is_handed_in_and_approved_by_another_person(house: House) -> None:
    await written(house)
    await house.articles.submit("returns", "en", 1, EVA, "Please look at the second step.")
    assert (await row_of(house))["state"] == "in_review"
    await house.articles.approve("returns", "en", 1, ADA)
    row = await row_of(house)
    assert (row["state"], row["approved"], row["approved_by"], row["submitted_by"]) == (
        "approved",
        1,
        "Ada Novak",
        "Eva Lund",
    )
    assert row["published"] is None, "Approving shows nothing to readers."
    assert await audited(house) == [
        ("eva@example.com", "article.created", "returns/en"),
        ("eva@example.com", "article.submitted", "returns/en"),
        ("ada@example.com", "article.approved", "returns/en"),
    ]


async def test_nobody_approves_their_own_revision(house: House) -> None:
    await written(house, by=BOTH)
    await house.articles.submit("returns", "en", 1, BOTH)
    assert isinstance(await refusal(house.articles.approve("returns", "en", 1, BOTH)), SecondPersonNeeded)
    assert await states(house) == {"returns/en": "in_review"}


async def test_nobody_approves_what_builds_on_their_own_work_since_the_last_published_one(house: House) -> None:
    await written(house, by=BOTH)
    await saved(house, by=EVA, text="Print the label, then post it.")
    await house.articles.submit("returns", "en", 2, EVA)
    error = await refusal(house.articles.approve("returns", "en", 2, BOTH))
    assert isinstance(error, SecondPersonNeeded)
    await house.articles.approve("returns", "en", 2, ADA)
    await shown(house)
    await saved(house, by=EVA, text="Print the label. Post it.")
    await house.articles.submit("returns", "en", 3, EVA)
    await house.articles.approve("returns", "en", 3, BOTH)
    assert (await row_of(house))["approved"] == 3, "What was published before counts no more."


async def test_who_hands_in_what_another_wrote_is_no_second_person_either(house: House) -> None:
    await written(house, by=EVA)
    await house.articles.submit("returns", "en", 1, BOTH)
    assert isinstance(await refusal(house.articles.approve("returns", "en", 1, BOTH)), SecondPersonNeeded)


async def test_what_is_restored_brings_its_author_along(house: House) -> None:
    await written(house, by=EVA)
    await approved(house)
    await shown(house)
    await saved(house, by=BOTH, text="Bring it to the shop.")
    await approved(house, by=BOTH)
    await shown(house)
    await saved(house, by=TOM, text="Bring it to any shop.")
    await approved(house, by=TOM)
    await shown(house)
    assert await house.articles.restore("returns", "en", 2, TOM) == 4
    await house.articles.submit("returns", "en", 4, TOM)
    assert isinstance(await refusal(house.articles.approve("returns", "en", 4, BOTH)), SecondPersonNeeded)
    await house.articles.approve("returns", "en", 4, ADA)


async def test_somebody_else_of_the_same_name_is_a_second_person(house: House) -> None:
    namesake = person("Eva Lund", "approver")
    stranger = type(namesake)(id=ADA.id, name="Eva Lund", actor="eva.two@example.com", permissions=ADA.permissions)
    await written(house, by=EVA)
    await house.articles.submit("returns", "en", 1, TOM)
    await house.articles.approve("returns", "en", 1, stranger)
    assert await states(house) == {"returns/en": "approved"}


@pytest.mark.parametrize("state", ["in_review", "approved"])
async def test_saving_what_is_reviewed_or_approved_makes_it_a_draft_again(house: House, state: str) -> None:
    await written(house)
    await house.articles.submit("returns", "en", 1, EVA)
    if state == "approved":
        await house.articles.approve("returns", "en", 1, ADA)
    await saved(house, by=TOM, text="Post it within 30 days.")
    row = await row_of(house)
    assert (row["state"], row["approved"], row["approved_by"], row["submitted_by"]) == ("draft", None, None, None)


async def test_only_the_revision_that_was_read_is_decided_on(house: House) -> None:
    await written(house)
    await house.articles.submit("returns", "en", 1, EVA)
    await saved(house, by=TOM, text="Post it within 30 days.")
    await house.articles.submit("returns", "en", 2, TOM)
    for decide in (
        house.articles.approve("returns", "en", 1, ADA),
        house.articles.request_changes("returns", "en", 1, ADA, "Too short."),
        house.articles.submit("returns", "en", 1, EVA),
    ):
        error = await refusal(decide)
        assert isinstance(error, VersionConflict)
        assert error.facts["latest"] == 2
    assert isinstance(await refusal(house.articles.approve("returns", "en", 3, ADA)), RevisionNotFound)


async def test_changes_are_asked_for_with_a_reason_that_stays_as_a_comment(house: House) -> None:
    from server.articles import comments

    await written(house)
    await house.articles.submit("returns", "en", 1, EVA)
    await house.articles.request_changes("returns", "en", 1, ADA, "Which label?")
    assert await states(house) == {"returns/en": "draft"}
    async with house.store.reading() as db:
        [said] = await comments.listed(db, "returns", "en")
    assert (said["author"], said["text"], said["revision"]) == ("Ada Novak", "Which label?", 1)


async def test_a_retired_translation_is_reopened_before_it_is_changed(house: House) -> None:
    await written(house)
    async with house.store.writing() as db:
        await repository.change_translation(db, "returns", "en", state="retired", published=None)
    assert isinstance(await refusal(saved(house, text="Anew.")), WrongState)
    await house.articles.reopen("returns", "en", EVA)
    assert await saved(house, text="Anew.") == 2


async def test_what_readers_see_stays_while_a_newer_revision_is_written(house: House) -> None:
    await written(house)
    await approved(house)
    await shown(house)
    await saved(house, text="Post it within 30 days.")
    row = await row_of(house)
    assert (row["state"], row["latest"], row["published"]) == ("draft", 2, 1)


async def test_a_plan_must_make_sense(house: House) -> None:
    await written(house)
    now = house.clock()
    later = now + timedelta(days=2)
    await house.articles.schedule("returns", "en", ScheduleIn(publish_at=now, expire_at=later), ADA)
    row = await row_of(house)
    assert (row["publish_at"], row["expire_at"]) == (now, later)
    for wrong in (
        ScheduleIn(expire_at=now),
        ScheduleIn(publish_at=later, expire_at=later),
        ScheduleIn(publish_at=later, expire_at=now + timedelta(days=1)),
    ):
        assert isinstance(await refusal(house.articles.schedule("returns", "en", wrong, ADA)), ScheduleInvalid)
    await house.articles.schedule("returns", "en", ScheduleIn(), ADA)
    assert (await row_of(house))["publish_at"] is None


async def test_every_move_outside_its_states_is_refused_and_changes_nothing(sqlite_house: House) -> None:
    house = sqlite_house
    await written(house)
    verbs: dict[str, Callable[[], Awaitable[object]]] = {
        "save": lambda: saved(house, text="Something else."),
        "submit": lambda: house.articles.submit("returns", "en", 1, EVA),
        "withdraw": lambda: house.articles.withdraw("returns", "en", EVA),
        "approve": lambda: house.articles.approve("returns", "en", 1, ADA),
        "request_changes": lambda: house.articles.request_changes("returns", "en", 1, ADA, "No."),
        "restore": lambda: house.articles.restore("returns", "en", 1, EVA),
        "schedule": lambda: house.articles.schedule("returns", "en", ScheduleIn(), ADA),
        "reopen": lambda: house.articles.reopen("returns", "en", EVA),
    }
    assert set(MOVES) - set(verbs) == {"publish", "retire"}, "A move is new: try it here."
    for state in State:
        async with house.store.writing() as db:
            await repository.change_translation(db, "returns", "en", state=state)
        before = dict(await row_of(house))
        for move, verb in verbs.items():
            if state in MOVES[move].begins:
                continue
            error = await refusal(verb())
            assert isinstance(error, WrongState), f"{move} in {state}: {error}"
            assert dict(await row_of(house)) == before


async def test_the_moves_that_one_may_make_are_those_that_are_not_refused(sqlite_house: House) -> None:
    house = sqlite_house
    await written(house)
    await house.articles.submit("returns", "en", 1, TOM)
    async with house.store.reading() as db:
        row = await repository.needed_translation(db, "returns", "en")
        writers = await repository.writers(db, row)
    assert set(may(row, EVA, writers)[0]) == {"save", "withdraw", "restore", "schedule"}
    assert set(may(row, ADA, writers)[0]) == {"approve", "request_changes", "schedule"}
    allowed, reasons = may(row, BOTH, writers)
    assert "approve" in allowed, "Uma neither wrote it nor handed it in."
    assert set(allowed) | set(reasons) == set(MOVES)
    assert "knowledge.approve" in may(row, EVA, writers)[1]["approve"]
    both_wrote = may(row, type(BOTH)(id=EVA.id, name="Eva Lund", actor="e", permissions=BOTH.permissions), writers)[1]
    assert "wrote" in both_wrote["approve"]


async def test_what_is_not_there_is_not_there(house: House) -> None:
    await written(house)
    assert isinstance(await refusal(house.articles.submit("nothing", "en", 1, EVA)), ArticleNotFound)
    assert isinstance(await refusal(house.articles.submit("returns", "de", 1, EVA)), TranslationNotFound)
    assert isinstance(await refusal(house.articles.restore("returns", "en", 9, EVA)), RevisionNotFound)
    assert isinstance(await refusal(written(house, "x", tags=["Nope!"])), NotAllowed)


async def test_a_namesake_of_who_handed_it_in_may_approve_it(house: House) -> None:
    await written(house, by=TOM)
    await house.articles.submit("returns", "en", 1, EVA)
    namesake = type(ADA)(id=ADA.id, name=EVA.name, actor="eva.two@example.com", permissions=ADA.permissions)
    await house.articles.approve("returns", "en", 1, namesake)
    assert await states(house) == {"returns/en": "approved"}
