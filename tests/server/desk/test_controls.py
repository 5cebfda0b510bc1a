"""Switches and limits that are changed while everything runs: obeyed at the next turn, and in the audit trail."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.access.repository import AUDIT
from server.conversations import policies
from server.house import House
from server.store.base import all_rows
from tests.support.chat import Served, signed_in
from tests.support.server import bot_of, hire, opened, row_of, settle, visit


async def _audit(house: House) -> list[tuple[str, str, str]]:
    async with house.store.reading() as db:
        rows = all_rows(await db.execute(select(AUDIT).order_by(AUDIT.c.at)))
    return [(row["actor"], row["action"], row["target"]) for row in rows]


def _switch(scope: str, key: str | None, *, off: bool) -> dict[str, Any]:
    return {"scope": scope, "key": key, "off": off, "reason": "It says odd things."}


@pytest.mark.parametrize(
    ("scope", "key", "target"),
    [
        ("global", None, "global:"),
        ("account", "larkfield", "account:larkfield"),
        ("channel", "webchat", "channel:webchat"),
    ],
)
async def test_a_switch_silences_the_bot_from_the_next_turn_and_is_audited(
    door: Served, scope: str, key: str | None, target: str
) -> None:
    ana = await visit(door.house)
    assert await ana.ask("Where is my order?") == ["Order 44110 is on its way."]
    asked = len(bot_of(door.house).heard)
    async with signed_in(door, "robin@example.com") as robin:
        status, _ = await robin.put("/api/v1/switches", _switch(scope, key, off=True))
        assert status == 200
        taken = await ana.write("Where is my order?")
        await settle(door.house)
        row = await row_of(door.house, taken)
        assert (row["state"], row["reason"]) == ("waiting", "ai_switched_off")
        assert len(bot_of(door.house).heard) == asked, "The bot was asked although it is switched off."
        await robin.put("/api/v1/switches", _switch(scope, key, off=False))
    tom = await visit(door.house)
    assert await tom.ask("Where is my order?") == ["Order 44110 is on its way."]
    assert await _audit(door.house) == [
        ("robin@example.com", "ai.switched_off", target),
        ("robin@example.com", "ai.switched_on", target),
    ]


async def test_one_account_is_silenced_and_the_other_goes_on(door: Served) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        await robin.put("/api/v1/switches", _switch("account", "larkfield", off=True))
    there = await visit(door.house, "fjord")
    assert await there.ask("Where is my order?") == ["Order 44110 is on its way."]
    here = await visit(door.house)
    assert "colleague" in (await here.ask("Where is my order?"))[0]


async def test_one_intent_is_silenced_and_the_others_go_on(door: Served) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        await robin.put("/api/v1/switches", _switch("intent", "order_status", off=True))
    ana = await visit(door.house)
    assert await ana.ask("Hello") == ["I hear you."]
    taken = await ana.write("Where is my order?")
    await settle(door.house)
    assert (await row_of(door.house, taken))["state"] == "waiting"


@pytest.mark.parametrize(("scope", "key"), [("global", "x"), ("account", None), ("planet", "x"), ("intent", "x" * 65)])
async def test_a_switch_that_makes_no_sense_is_refused(door: Served, scope: str, key: str | None) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        status, _ = await robin.put("/api/v1/switches", _switch(scope, key, off=True))
        assert status == 422
        assert (await robin.get("/api/v1/switches"))[1]["items"] == []


async def test_two_supervisors_who_turn_a_new_switch_at_once_both_get_an_answer(door: Served) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        body = _switch("intent", "refund", off=True)
        answers = await asyncio.gather(*(robin.put("/api/v1/switches", body) for _ in range(8)))
        assert {status for status, _ in answers} <= {200, 409}
        assert len((await robin.get("/api/v1/switches"))[1]["items"]) == 1


async def test_changed_limits_are_obeyed_at_the_next_turn_and_audited(door: Served) -> None:
    ana = await visit(door.house)
    async with signed_in(door, "robin@example.com") as robin:
        _, policy = await robin.get("/api/v1/handoff-policy")
        assert policy["version"] == 0
        changed = policy["limits"] | {
            name: policy["limits"][name] | {"on": False} for name in ("wants_person", "bot_request")
        }
        status, saved = await robin.put("/api/v1/handoff-policy", {"version": 0, "limits": changed})
        assert (status, saved["version"]) == (200, 1)
        taken = await ana.write("I want a person")
        await settle(door.house)
        assert (await row_of(door.house, taken))["state"] == "with_bot"
        status, saved = await robin.put("/api/v1/handoff-policy", {"version": 1, "limits": policy["limits"]})
        assert (status, saved["version"]) == (200, 2)
    await ana.write("I want a person")
    await settle(door.house)
    assert (await row_of(door.house, taken))["state"] == "waiting"
    assert [action for _, action, _ in await _audit(door.house)] == ["policy.changed", "policy.changed"]


async def test_who_changes_an_old_version_is_told_and_changes_nothing(door: Served) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        _, policy = await robin.get("/api/v1/handoff-policy")
        body = {"version": 0, "limits": policy["limits"]}
        answers = await asyncio.gather(*(robin.put("/api/v1/handoff-policy", body) for _ in range(6)))
        assert {status for status, _ in answers} == {200, 409}
        assert [status for status, _ in answers].count(200) == 1
        assert {problem["code"] for status, problem in answers if status != 200} == {"policy_changed"}
        assert (await robin.get("/api/v1/handoff-policy"))[1]["version"] == 1


@pytest.mark.parametrize("limits", [{"nonsense": 1}, {"rules": 7}, {"": None}])
async def test_limits_that_make_no_sense_are_refused(door: Served, limits: dict[str, Any]) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        status, problem = await robin.put("/api/v1/handoff-policy", {"version": 0, "limits": limits})
        assert (status, problem["code"]) == (422, "limits_invalid")
        assert (await robin.get("/api/v1/handoff-policy"))[1]["version"] == 0


async def test_another_process_follows_with_its_next_sweep(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        opened(sqlite_url, tmp_path, instance="one") as first,
        opened(sqlite_url, tmp_path, instance="two") as second,
    ):
        async with first.store.writing() as db:
            await policies.set_switch(db, scope="global", key="", off=True, by="Robin", reason="why", now=first.clock())
        await second.policies.refresh()
        assert not second.policies.switches.ai


async def test_the_audit_trail_is_read_newest_first_and_in_pages(door: Served) -> None:
    async with signed_in(door, "robin@example.com") as robin:
        for off in (True, False, True):
            status, _ = await robin.put("/api/v1/switches", _switch("account", "larkfield", off=off))
            assert status == 200
        _, first = await robin.get("/api/v1/audit?limit=2")
        _, rest = await robin.get(f"/api/v1/audit?limit=2&before={first['items'][-1]['id']}")
    actions = [entry["action"] for entry in first["items"] + rest["items"]]
    assert actions == ["ai.switched_off", "ai.switched_on", "ai.switched_off"]


async def test_a_clock_that_is_not_movable_stays(door: Served) -> None:
    await hire(door.house, "Alex Moreau", "administrator")
    async with signed_in(door, "alex@example.com") as alex:
        status, problem = await alex.post("/api/v1/clock", {"seconds": 60})
    assert (status, problem["code"]) == (409, "clock_fixed")
