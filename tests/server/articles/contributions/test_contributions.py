"""The contribution loop over HTTP: validated while written, decided in time, published, and the author told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.articles import repository
from server.articles.contributions.due import due
from server.articles.tasks import TASKS
from server.house import House
from server.store.base import all_rows
from tests.support.articles import ADA, EVA, approved, audited, hire_editors, row_of, saved, written
from tests.support.chat import Browser, Served, served, signed_in
from tests.support.server import clock_of, hire

TEXT = "Print the label that we mailed to you and stick it on the parcel. Then bring it to any shop of the carrier."
NEW = {
    "kind": "new",
    "locale": "en",
    "title": "Can I return a lamp without its bulb?",
    "text": "A lamp can be returned without the bulb that came with it, as long as the lamp itself is unused.",
    "why": "Two customers asked today.",
}


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A house with an agent, editors, and one article that readers see."""
    await hire(house, "Kim Larsen")
    await hire(house, "Sam Okoye")
    await hire_editors(house)
    await written(house, "returns", title="Send it back", text=TEXT)
    await approved(house, "returns")
    await house.publisher.publish(None, by=ADA)
    async with served(house) as where:
        yield where


def fix(**more: Any) -> dict[str, Any]:
    """Return a fix of the article."""
    text = TEXT.replace("any shop", "any shop or locker")
    return {
        "kind": "fix", "article_id": "returns", "locale": "en", "title": "Send it back", "text": text,
        "why": "Lockers take parcels too.",
    } | more  # fmt: skip


async def send(who: Browser, wanted: dict[str, Any], path: str = "/api/v1/contributions") -> tuple[int, Any]:
    """Send a contribution."""
    return await who.post(path, wanted)


async def test_what_is_missing_is_said_field_by_field_and_nothing_is_stored(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as kim:
        status, problem = await send(kim, {})
        assert (status, problem["code"]) == (422, "incomplete")
        assert set(problem["fields"]) == {"kind", "locale", "title", "text", "why"}
        status, problem = await send(kim, fix(article_id=None, title=" . ", why="x"))
        assert set(problem["fields"]) == {"article_id", "title", "why"}
        status, problem = await send(kim, fix(article_id="nowhere", locale="klingon"))
        assert set(problem["fields"]) == {"locale"}
        status, problem = await send(kim, fix(article_id="nowhere"))
        assert set(problem["fields"]) == {"article_id"}
        status, problem = await send(kim, fix(text=f"{TEXT}\n"))
        assert problem["fields"] == {"text": "The article says exactly this already."}
        status, problem = await send(kim, fix(text="a\x00" + TEXT))
        assert set(problem["fields"]) == {"text"}
        status, found = await kim.get("/api/v1/contributions")
    assert found == {"items": [], "next_cursor": None, "total": 0}


async def test_private_details_are_refused_with_their_places(door: Served) -> None:
    text = f"{TEXT} Anna (anna@web.example) paid with 4111 1111 1111 1111 for order 44110."
    async with signed_in(door, "kim@example.com") as kim:
        status, problem = await send(kim, fix(text=text, why="Frau Schmidt asked for it."))
        assert (status, problem["code"]) == (422, "holds_private_data")
        named = {(span["label"], span["field"]) for span in problem["spans"]}
        assert named == {("email", "text"), ("card", "text"), ("order_number", "text"), ("person", "why")}
        assert {text[span["start"] : span["end"]] for span in problem["spans"] if span["field"] == "text"} == {
            "anna@web.example",
            "4111 1111 1111 1111",
            "44110",
        }
        status, _ = await send(kim, fix(text=text, sure=True))
        assert status == 422


async def test_what_readers_see_already_is_not_private(door: Served) -> None:
    said = f"{TEXT} Or call +49 30 23125 140."
    await saved(door.house, "returns", title="Send it back", text=said)
    async with signed_in(door, "kim@example.com") as kim:
        assert (await send(kim, fix(text=f"{said} It is free.")))[0] == 422
        await approved(door.house, "returns")
        await door.house.publisher.publish(None, by=ADA)
        assert (await send(kim, fix(text=f"{said} It is free.")))[0] == 201


async def test_nothing_is_said_of_an_article_that_is_another_teams(door: Served) -> None:
    await written(door.house, "secret", title="Whom to call", text=NEW["text"], audience=["team:returns"])
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        new = NEW | {"title": "Whom to call"}
        same = fix(article_id="secret", title="Whom to call", text=NEW["text"])
        _, checked = await send(kim, new, "/api/v1/contributions/check")
        assert (checked["similar"], checked["stops"]) == ([], False)
        _, checked = await send(kim, same, "/api/v1/contributions/check")
        assert checked["problems"] == {"article_id": "There is no such article in this language."}
        _, checked = await send(eva, new, "/api/v1/contributions/check")
        assert [one["article_id"] for one in checked["similar"]] == ["secret"]


async def test_an_article_that_says_the_same_is_shown_and_being_sure_lets_it_through(door: Served) -> None:
    same = NEW | {"title": "How do I get a parcel back to you", "text": TEXT.replace("mailed to you", "have sent you")}
    async with signed_in(door, "kim@example.com") as kim:
        _, checked = await send(kim, same, "/api/v1/contributions/check")
        assert checked["stops"]
        status, problem = await send(kim, same)
        assert (status, problem["code"]) == (409, "looks_like")
        assert [(one["article_id"], one["title"]) for one in problem["similar"]] == [("returns", "Send it back")]
        assert problem["similar"][0]["likeness"] > 0.9
        status, sent = await send(kim, same | {"sure": True})
        assert status == 201
        assert sent["similar"] == problem["similar"]
        status, problem = await send(kim, NEW | {"title": "send it BACK!"})
        assert problem["code"] == "looks_like"
        _, checked = await send(kim, NEW, "/api/v1/contributions/check")
        assert checked == {"problems": {}, "private": [], "similar": [], "stops": False}


async def test_a_fix_becomes_a_draft_that_credits_its_author_and_is_told_when_readers_see_it(door: Served) -> None:
    house = door.house
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, sent = await send(kim, fix())
        assert (sent["state"], sent["revision"], sent["by"]["name"]) == ("open", 1, "Kim Larsen")
        status, done = await eva.post(f"/api/v1/contributions/{sent['id']}/accept", {"note": "Thank you"})
        assert (status, done["state"]) == (200, "accepted")
        assert done["became"] == {"article_id": "returns", "locale": "en", "revision": 2, "release": None}
        async with house.store.reading() as db:
            draft = await repository.needed_revision(db, "returns", "en", 2)
        assert (draft["author"], draft["text"]) == ("Eva Lund", fix()["text"])
        assert draft["note"] == "From Kim Larsen's contribution: Lockers take parcels too."
        assert (await row_of(house))["state"] == "draft"
        _, tasks = await eva.get("/api/v1/knowledge-tasks?owner=me")
        [task] = tasks["items"]
        assert (task["kind"], task["article_id"], task["state"], task["owner"]["name"]) == (
            "contribution", "returns", "open", "Eva Lund",
        )  # fmt: skip
        assert await house.contributions.after_release() == 0
        await approved(house, "returns", second=ADA)
        await house.publisher.publish(None, by=ADA)
        assert await house.contributions.after_release() == 1
        assert await house.contributions.after_release() == 0
        _, now = await kim.get(f"/api/v1/contributions/{sent['id']}")
        assert now["state"] == "published"
        assert now["became"]["release"] == house.suggesting.release()
        _, told = await kim.get("/api/v1/notices")
        assert [one["kind"] for one in told["items"]] == ["contribution.published", "contribution.accepted"]
        assert told["unseen"] == 2
        _, told = await kim.post("/api/v1/notices/seen", {"ids": [told["items"][0]["id"], str(uuid4())]})
        assert [one["kind"] for one in told["items"]] == ["contribution.accepted"]
        _, tasks = await eva.get("/api/v1/knowledge-tasks?state=open")
        assert tasks["items"] == []
    said = [action for _, action, _ in await audited(house) if action.startswith("contribution.")]
    assert said == ["contribution.sent", "contribution.accepted", "contribution.published"]


async def test_nobody_is_told_that_readers_see_a_fix_when_an_earlier_revision_was_brought_back(door: Served) -> None:
    house = door.house
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, sent = await send(kim, fix())
        await eva.post(f"/api/v1/contributions/{sent['id']}/accept", {"note": "Thank you"})
        await house.articles.restore("returns", "en", 1, EVA)
        await saved(house, "returns", title="Send it back", text=f"{TEXT} It is free.")
        await approved(house, "returns", second=ADA)
        await house.publisher.publish(None, by=ADA)
        assert (await row_of(house))["published"] == 4
        assert await house.contributions.after_release() == 0
        await house.articles.restore("returns", "en", 2, EVA)
        await approved(house, "returns", second=ADA)
        await house.publisher.publish(None, by=ADA)
        assert await house.contributions.after_release() == 1


async def test_a_fix_of_an_article_that_went_on_keeps_what_others_wrote(door: Served) -> None:
    house = door.house
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, one = await send(kim, fix(text=f"{TEXT}\n\nLockers take parcels as well."))
        _, two = await send(kim, fix(text=TEXT.replace("any shop", "every shop")))
        await saved(house, "returns", title="Send an item back", text=f"First of all: keep the box.\n\n{TEXT}")
        assert (await eva.post(f"/api/v1/contributions/{one['id']}/accept"))[0] == 200
        async with house.store.reading() as db:
            draft = await repository.needed_revision(db, "returns", "en", 3)
        assert draft["title"] == "Send an item back"
        assert draft["text"] == f"First of all: keep the box.\n\n{TEXT}\n\nLockers take parcels as well."
        await saved(house, "returns", title="Send it back", text=TEXT.replace("any shop", "one shop"))
        assert (await eva.post(f"/api/v1/contributions/{two['id']}/accept"))[0] == 200
        async with house.store.reading() as db:
            draft = await repository.needed_revision(db, "returns", "en", 5)
            tasks = all_rows(await db.execute(select(TASKS).order_by(TASKS.c.id)))
        assert "one shop" in draft["text"]
        assert "every shop" in draft["text"]
        assert [task["data"]["conflicts"] for task in tasks] == [0, 1]


async def test_an_article_that_was_missing_becomes_one_with_an_owner(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, sent = await send(kim, NEW)
        accepting = {"owner_id": eva.agent["id"], "due_at": "2026-04-01T12:00:00Z"}
        _, done = await eva.post(f"/api/v1/contributions/{sent['id']}/accept", accepting)
        assert done["became"]["article_id"] == "can-i-return-a-lamp-without-its-bulb"
        _, tasks = await eva.get("/api/v1/knowledge-tasks")
        assert tasks["items"][0]["due_at"] == "2026-04-01T12:00:00Z"
        status, problem = await eva.post(f"/api/v1/contributions/{sent['id']}/accept")
        assert (status, problem["code"], problem["state"]) == (409, "already_decided", "accepted")
        status, problem = await eva.post(f"/api/v1/contributions/{sent['id']}/decline", {"reason": "No."})
        assert (status, problem["code"]) == (409, "already_decided")


async def test_who_is_declined_reads_why(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, sent = await send(kim, NEW)
        assert (await eva.post(f"/api/v1/contributions/{sent['id']}/decline", {"reason": ""}))[0] == 422
        _, done = await eva.post(f"/api/v1/contributions/{sent['id']}/decline", {"reason": "It is in the warranty."})
        assert (done["state"], done["reason"]) == ("declined", "It is in the warranty.")
        _, told = await kim.get("/api/v1/notices?unseen=true")
        assert told["items"][0]["kind"] == "contribution.declined"
        assert told["items"][0]["data"]["reason"] == "It is in the warranty."


async def test_agents_see_their_own_and_editors_see_all(door: Served) -> None:
    async with (
        signed_in(door, "kim@example.com") as kim,
        signed_in(door, "sam@example.com") as sam,
        signed_in(door, "eva@example.com") as eva,
    ):
        _, mine = await send(kim, fix())
        _, other = await send(sam, NEW)
        assert [one["id"] for one in (await kim.get("/api/v1/contributions"))[1]["items"]] == [mine["id"]]
        assert {one["id"] for one in (await eva.get("/api/v1/contributions"))[1]["items"]} == {mine["id"], other["id"]}
        assert (await eva.get("/api/v1/contributions?mine=true"))[1]["items"] == []
        status, problem = await kim.get(f"/api/v1/contributions/{other['id']}")
        assert (status, problem["code"]) == (404, "contribution_not_found")
        assert (await eva.get(f"/api/v1/contributions/{other['id']}"))[0] == 200
        assert (await kim.post(f"/api/v1/contributions/{mine['id']}/accept"))[0] == 403
        _, first = await eva.get("/api/v1/contributions?limit=1")
        _, second = await eva.get(f"/api/v1/contributions?limit=1&cursor={first['next_cursor']}")
        assert [page["items"][0]["id"] for page in (first, second)] == [mine["id"], other["id"]]
        assert (first["total"], second["next_cursor"]) == (2, None)


async def test_what_nobody_decides_is_overdue_by_the_policys_working_days(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        _, early = await send(kim, fix())
        policy = {"fix_days": 1, "new_days": 10, "version": 0}
        status, changed = await eva.put("/api/v1/contribution-policy", policy)
        assert (status, changed["version"]) == (200, 1)
        status, problem = await eva.put("/api/v1/contribution-policy", policy)
        assert (status, problem["code"]) == (409, "version_conflict")
        _, quick = await send(kim, fix(text=f"{TEXT} It is free."))
        # The tests' clock begins on a Monday, 16 March 2026.
        assert (early["due_at"], quick["due_at"]) == ("2026-03-19T10:30:00Z", "2026-03-17T10:30:00Z")
        clock_of(door.house).move(timedelta(days=2))
        async with signed_in(door, "eva@example.com") as eva:
            _, late = await eva.get("/api/v1/contributions?overdue=true")
        assert [(one["id"], one["overdue"]) for one in late["items"]] == [(quick["id"], True)]


@pytest.mark.parametrize(
    ("sent", "days", "until"),
    [("2026-03-16", 3, "2026-03-19"), ("2026-03-20", 1, "2026-03-23"), ("2026-03-21", 3, "2026-03-25"),
     ("2026-03-19", 5, "2026-03-26"), ("2026-12-31", 1, "2027-01-01")],
)  # fmt: skip
def test_working_days_leave_out_weekends(sent: str, days: int, until: str) -> None:
    assert due(datetime.fromisoformat(f"{sent}T09:15+00:00"), days) == datetime.fromisoformat(f"{until}T09:15+00:00")
    assert due(datetime(2026, 3, 16, tzinfo=UTC), 0) == datetime(2026, 3, 16, tzinfo=UTC)


async def test_tasks_go_to_another_person_and_another_day_and_come_to_an_end_once(door: Served) -> None:
    async with (
        signed_in(door, "kim@example.com") as kim,
        signed_in(door, "eva@example.com") as eva,
        signed_in(door, "tom@example.com") as tom,
    ):
        _, sent = await send(kim, fix())
        await eva.post(f"/api/v1/contributions/{sent['id']}/accept")
        [task] = (await eva.get("/api/v1/knowledge-tasks"))[1]["items"]
        path = f"/api/v1/knowledge-tasks/{task['id']}"
        wanted = {"owner_id": tom.agent["id"], "due_at": "2026-03-16T09:00:00Z"}
        status, changed = await eva.call("PATCH", path, wanted)
        assert (status, changed["owner"]["name"], changed["overdue"]) == (200, "Tom Reyes", True)
        assert (await tom.get("/api/v1/notices"))[1]["items"][0]["kind"] == "task.given"
        assert [one["id"] for one in (await tom.get("/api/v1/knowledge-tasks?owner=me"))[1]["items"]] == [task["id"]]
        status, problem = await eva.call("PATCH", path, {"owner_id": str(uuid4())})
        assert (status, problem["code"]) == (422, "invalid_value")
        assert (await tom.post(f"{path}/done", {"note": "See revision 2"}))[1]["done_by"] == "Tom Reyes"
        status, problem = await eva.post(f"{path}/drop", {"reason": "late"})
        assert (status, problem["code"]) == (409, "task_over")
        status, problem = await eva.post(f"/api/v1/knowledge-tasks/{uuid4()}/done")
        assert (status, problem["code"]) == (404, "task_not_found")


async def test_a_contributor_who_edits_may_accept_it_but_not_approve_it(door: Served) -> None:
    house = door.house
    async with signed_in(door, "uma@example.com") as uma:
        _, sent = await send(uma, fix())
        assert (await uma.post(f"/api/v1/contributions/{sent['id']}/accept"))[0] == 200
    row = await row_of(house)
    await house.articles.submit("returns", "en", row["latest"], EVA)
    async with house.store.reading() as db:
        writers = await repository.writers(db, await row_of(house))
    assert uma.agent["id"] in {str(one) for one in writers.ids}
