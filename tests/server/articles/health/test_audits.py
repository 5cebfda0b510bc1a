"""The quarterly audit: live cases by lot, a checklist, and an article that fails is withheld until it is right."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.articles.health.audits import AUDITS, HOUSE
from server.house import House
from server.realtime.frames import CitationUse
from tests.support.articles import EVA
from tests.support.chat import Browser, Served, signed_in
from tests.support.health import found, measured, met, published
from tests.support.server import clock_of, log_of, settle, visit

STEPS = "Before you post it:\n\n1. Print the label.\n2. Stick it on the parcel."
LAMP = "Use a dimmable bulb of at most forty watts."


async def case_of(house: House, article_id: str, kim: Browser, says: str = "How do I send order 44110 back?") -> UUID:
    """Let an agent cite an article in a conversation; return the conversation."""
    from server.realtime.frames import AgentRef

    agent = AgentRef(id=UUID(kim.agent["id"]), name=kim.agent["name"])
    ana = await visit(house)
    taken = await ana.write("I want a person")
    await settle(house)
    await ana.write(says)
    await settle(house)
    await house.conversations.take(taken.conversation_id, agent)
    use = CitationUse(article_id=article_id, revision=1, release=house.suggesting.release() or "", title="T")
    await house.conversations.say(taken.conversation_id, agent, "Print the label.", client_id="1", citations=[use])
    return taken.conversation_id


def answers(audit: dict[str, Any], *, wrong: int | None = None) -> dict[str, Any]:
    """Answer each step with yes, but one."""
    steps = [
        {"step": step["step"], "answer": "no" if step["step"] == wrong else "yes", "note": ""}
        for step in audit["checklist"]
    ]
    return {"checklist": steps, "note": "The label is mailed now." if wrong else ""}


async def listed(who: Browser, query: str = "") -> dict[str, Any]:
    """Return the quarter's audits."""
    status, page = await who.get(f"/api/v1/article-audits{query}")
    assert status == 200, page
    return dict(page)


async def test_each_article_gets_a_live_case_with_the_conversation_masked_and_the_article_as_it_was(
    door: Served,
) -> None:
    house = door.house
    await published(house, "returns", STEPS)
    await published(house, "lamp", LAMP)
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        conversation = await case_of(house, "returns", kim)
        status, started = await eva.post("/api/v1/article-audits/start", {"per_article": 2})
        assert (status, started["made"]) == (200, 2)
        page = await listed(eva)
        lines = {line["article_id"]: line for line in page["items"]}
        assert lines["returns"]["conversation_id"] == str(conversation)
        assert lines["lamp"]["conversation_id"] is None
        assert page["progress"] == {
            "quarter": "2026-Q1", "total": 2, "done": 0, "passed": 0, "failed": 0,
            "accuracy": None, "low": 0.0, "high": 1.0,
        }  # fmt: skip
        _, audit = await eva.get(f"/api/v1/article-audits/{lines['returns']['id']}")
        assert audit["article"] == {"title": "Returns", "markdown": STEPS, "latest": 1, "withheld": False}
        said = [(line["author"], line["text"], line["is_case"]) for line in audit["messages"]]
        assert ("customer", "How do I send order [order_number] back?", False) in said
        assert said[-1] == ("agent", "Print the label.", True)
        questions = [step["question"] for step in audit["checklist"]]
        assert "Does this step work as written: Stick it on the parcel." in questions
        assert questions[-1] == "Did the customer get further with it in this conversation?"
        again = await eva.post("/api/v1/article-audits/start", {"per_article": 2})
        assert again[1]["made"] == 0
        events = await log_of(house, conversation)
        assert audit["seq"] in {event.seq for event in events}


async def test_a_failed_article_is_withheld_listed_and_its_owners_task_until_a_later_audit_passes(door: Served) -> None:
    house = door.house
    await published(house, "returns", STEPS)
    async with signed_in(door, "eva@example.com") as eva, signed_in(door, "tom@example.com") as tom:
        await eva.call("PATCH", "/api/v1/articles/returns", {"version": 1, "owner_id": tom.agent["id"]})
        await eva.post("/api/v1/article-audits/start", {"per_article": 1})
        [line] = (await listed(eva))["items"]
        path = f"/api/v1/article-audits/{line['id']}"
        _, audit = await eva.get(path)
        status, problem = await eva.post(f"{path}/finish", {"checklist": [], "note": ""})
        assert (status, problem["code"]) == (422, "checklist_incomplete")
        assert problem["steps"] == [step["step"] for step in audit["checklist"]]
        status, done = await eva.post(f"{path}/finish", answers(audit, wrong=2))
        assert (status, done["state"], done["auditor"], done["article"]["withheld"]) == (
            200,
            "failed",
            "Eva Lund",
            True,
        )
        assert house.withheld.ids == {"returns"}
        status, problem = await eva.post(f"{path}/finish", answers(audit))
        assert (status, problem["code"]) == (409, "audit_over")
        [finding] = await found(house, "failed_audit")
        assert finding["data"]["wrong"] == ["Does this step work as written: Print the label."]
        [task] = (await tom.get("/api/v1/knowledge-tasks?owner=me"))[1]["items"]
        assert (task["kind"], task["article_id"], task["finding"]) == ("failed_audit", "returns", finding["key"])
        kinds = {notice["kind"] for notice in (await tom.get("/api/v1/notices"))[1]["items"]}
        assert kinds == {"audit.failed", "task.given"}
        await measured(house)
        assert [row["state"] for row in await found(house, "failed_audit")] == ["tasked"]
        _, article = await eva.get("/api/v1/articles/returns")
        assert article["withheld_reason"] == "Audit 2026-Q1 failed: The label is mailed now."

        clock_of(house).move(timedelta(hours=1))
        _, started = await eva.post("/api/v1/article-audits/start", {"articles": ["returns"]})
        assert started["made"] == 1
        [line] = (await listed(eva, "?state=open"))["items"]
        _, audit = await eva.get(f"/api/v1/article-audits/{line['id']}")
        await eva.post(f"/api/v1/article-audits/{line['id']}/finish", answers(audit))
        assert house.withheld.ids == frozenset()
        assert await found(house, "failed_audit") == []
        assert (await tom.get("/api/v1/knowledge-tasks?state=open"))[1]["items"] == []
        progress = (await listed(eva))["progress"]
        assert (progress["done"], progress["passed"], progress["accuracy"]) == (2, 1, 0.5)
        assert progress["low"] < 0.5 < progress["high"]


async def test_an_audit_that_was_begun_before_the_failure_frees_nothing(door: Served) -> None:
    house = door.house
    await published(house, "returns", STEPS)
    async with signed_in(door, "kim@example.com") as kim, signed_in(door, "eva@example.com") as eva:
        for _ in range(2):
            await case_of(house, "returns", kim)
        _, started = await eva.post("/api/v1/article-audits/start", {"per_article": 2})
        assert started["made"] == 2
        first, second = (await listed(eva))["items"]
        clock_of(house).move(timedelta(minutes=1))
        for line, wrong in ((first, 1), (second, None)):
            _, audit = await eva.get(f"/api/v1/article-audits/{line['id']}")
            await eva.post(f"/api/v1/article-audits/{line['id']}/finish", answers(audit, wrong=wrong))
    assert house.withheld.ids == {"returns"}


async def test_a_quarter_begins_by_itself_on_its_first_day_for_what_was_there_before(house: House) -> None:
    await published(house, "returns", STEPS)
    assert await house.audits.open_quarter() == 0
    clock_of(house).move(datetime(2026, 4, 1, 0, 5, tzinfo=UTC) - house.clock())
    await published(house, "lamp", LAMP)
    await met(house, "returns", "suggested", days=3)
    assert await house.audits.open_quarter() == 1
    assert await house.audits.open_quarter() == 0
    async with house.store.reading() as db:
        rows = (await db.execute(select(AUDITS.c.quarter, AUDITS.c.article_id))).all()
    assert [tuple(row) for row in rows] == [("2026-Q2", "returns")]


async def test_two_processes_that_open_a_quarter_at_once_draw_the_same_lot(house: House) -> None:
    from server.articles.health.audits import Audits

    await published(house, "returns", STEPS)
    await published(house, "lamp", LAMP)
    other = Audits(house.store, house.withheld, house.clock, house.ids)
    assert await house.audits.start("2026-Q1", 1, HOUSE) == 2
    rows = [other._row(one, None, "2026-Q1", "r0001", attempt=0) for one in await _served(house)]
    assert await other._store_new(rows, "2026-Q1", HOUSE) == 0
    async with house.store.reading() as db:
        assert (await db.execute(select(func.count()).select_from(AUDITS))).scalar_one() == 2


async def _served(house: House) -> list[Any]:
    from server.articles.health import standing

    async with house.store.reading() as db:
        return list(await standing.served(db))


@pytest.mark.parametrize("quarter", ["2026-Q2", "tomorrow", "2026-Q9"])
async def test_a_quarter_that_has_not_begun_is_refused(door: Served, quarter: str) -> None:
    async with signed_in(door, "eva@example.com") as eva:
        status, problem = await eva.post("/api/v1/article-audits/start", {"quarter": quarter})
        assert (status, problem["code"]) == (422, "no_quarter")
        status, problem = await eva.get("/api/v1/article-audits/00000000-0000-0000-0000-000000000001")
        assert (status, problem["code"]) == (404, "audit_not_found")
    assert await door.house.audits.start(None, 1, EVA) == 0
