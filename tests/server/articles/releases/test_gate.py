"""A release that loses judged queries is refused, and whoever lets it through says why."""

from typing import Any

import pytest
from sqlalchemy import insert

from server.articles.releases.errors import GateRefused
from server.articles.releases.wanted import Wanted
from server.store.base import rows_of
from server.store.models import JudgedQuery
from tests.support.releases import EDNA, Newsroom, names

THINGS = ("lamp", "table", "chair", "shelf", "carpet", "mirror")


async def judge(room: Newsroom, text: str, *expected: str, **more: Any) -> None:
    """Keep a judged query."""
    now = room.clock()
    values = {
        "id": room.ids(),
        "text": text,
        "history": [],
        "locale": "en",
        "audience": ["public"],
        "expected": [{"article_id": one, "heading": None, "grade": 3} for one in expected],
        "source": "manual",
        "note": "",
        "active": True,
        "version": 1,
        "by": "Edna Editor",
        "at": now,
        "updated_at": now,
    }
    async with room.store.writing() as connection:
        await connection.execute(insert(rows_of(JudgedQuery)).values(**(values | more)))


async def furnished(room: Newsroom) -> None:
    """A release with one article on each thing, and a judged query for each."""
    for thing in THINGS:
        await room.write(thing, f"Everything about the {thing}: how the {thing} is assembled and cleaned.")
        await judge(room, f"how is the {thing} assembled", thing)
    await room.publish()


async def thieving(room: Newsroom) -> None:
    """New texts that say nothing of their things any more, and one article that says all of it."""
    for thing in THINGS[:4]:
        await room.write(thing, "Ask us, and we will tell you.", title="Ask us")
    said = " ".join(f"How the {thing} is assembled." for thing in THINGS[:4])
    await room.write("everything", said)


async def test_a_release_that_loses_judged_queries_is_refused_and_the_old_one_serves(room: Newsroom) -> None:
    await furnished(room)
    await thieving(room)
    with pytest.raises(GateRefused) as refused:
        await room.publish()
    gate = refused.value.facts["gate"]
    assert refused.value.facts["number"] == 2
    assert len(gate["lost"]) == 4
    assert {one["stolen_by"]["article_id"] for one in gate["lost"]} == {"everything"}
    assert gate["before"]["recall@1"] == 1.0
    rows = await room.releases()
    assert names(rows, "state") == ["ready", "refused"]
    assert rows[1]["gate"] == gate
    assert room.found("how is the lamp assembled")[0] == ("lamp", 1)
    assert (await room.translation("everything"))["published"] is None
    assert names(await room.audit("release.refused"), "actor") == ["edna@example.com"]


async def test_who_overrides_the_gate_is_kept_with_the_reason(room: Newsroom) -> None:
    await furnished(room)
    await thieving(room)
    row = await room.publish(override="The old texts were dangerous.")
    assert row["state"] == "ready"
    assert row["gate"]["overridden"] == {"by": "Edna Editor", "reason": "The old texts were dangerous."}
    assert row["gate"]["passed"] is False
    [entry] = await room.audit("release.gate_overridden")
    assert entry["data"]["reason"] == "The old texts were dangerous."
    assert len(entry["data"]["lost"]) == 4
    assert room.found("how is the lamp assembled")[0][0] == "everything"


async def test_a_release_that_loses_nothing_passes_and_an_override_is_not_noted(quick_room: Newsroom) -> None:
    await furnished(quick_room)
    await quick_room.write("news", "Something else altogether.")
    row = await quick_room.publish(override="just in case")
    assert row["gate"]["passed"] is True
    assert row["gate"]["overridden"] is None
    assert await quick_room.audit("release.gate_overridden") == []


async def test_queries_that_are_not_active_do_not_count(quick_room: Newsroom) -> None:
    room = quick_room
    for thing in THINGS:
        await room.write(thing, f"Everything about the {thing}: how the {thing} is assembled.")
        await judge(room, f"how is the {thing} assembled", thing, active=False)
    await room.publish()
    await thieving(room)
    assert (await room.publish())["gate"]["queries"] == 0


async def test_retiring_an_article_is_not_a_loss_of_its_own_queries(quick_room: Newsroom) -> None:
    room = quick_room
    await furnished(room)
    retire = [Wanted(article_id=thing, locale="en", what="retire") for thing in THINGS[:4]]
    row = await room.publisher.publish(retire, by=EDNA)
    assert row["gate"]["passed"] is True
    assert len(row["gate"]["set_aside"]) == 4


async def test_the_schedule_is_refused_as_a_person_is_and_nothing_loops(room: Newsroom) -> None:
    await furnished(room)
    await thieving(room)
    for thing in ("everything", *THINGS[:4]):
        await room.set(thing, publish_at=room.clock())
    for _ in range(9):
        await room.keeping.sweep()
    rows = [row for row in await room.releases() if row["by"] == "schedule"]
    assert len(rows) <= 7
    assert (await room.translation("lamp"))["state"] in {"approved", "published"}
    before = len(await room.releases())
    await room.keeping.sweep()
    assert len(await room.releases()) == before
