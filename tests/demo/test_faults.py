"""The company plays broken when it is told to, and never leaves anything half done."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from demo.company import ledger as ledgers
from tests.support.demo import Caller, company, seeded

REFUND = b'{"order": "43871", "email": "ana.ruiz@example.com", "reason": "Broken"}'


@pytest.fixture
def hasty(home: Path) -> Caller:
    """Calls a company that holds an answer for a moment only."""
    return Caller(company(home, seeded, hold_seconds=0.01))


@pytest.fixture
def crowded(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caller]:
    """Calls a company whose data somebody else is writing."""
    monkeypatch.setattr(ledgers, "BUSY_SECONDS", 0.01)
    caller = Caller(company(home, seeded))
    with closing(sqlite3.connect(home / "company.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield caller


async def test_an_error_is_shown_as_often_as_asked_and_then_no_more(caller: Caller) -> None:
    switched = await caller.post("/faults", {"mode": "error", "count": 2})
    assert switched.json() == {"mode": "error", "left": 2, "only": None}
    for _ in range(2):
        reply = await caller.get("/orders/44110")
        assert (reply.status, reply.json()["code"]) == (500, "internal_error")
    assert (await caller.get("/orders/44110")).status == 200
    assert (await caller.get("/faults")).json() == {"mode": "none", "left": None, "only": None}


async def test_a_fault_without_a_count_stays_until_it_is_switched_off(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "error", "count": None})
    assert [(await caller.get("/orders/44110")).status for _ in range(5)] == [500] * 5
    await caller.post("/faults", {"mode": "none"})
    assert (await caller.get("/orders/44110")).status == 200


async def test_watching_is_never_broken_and_uses_no_fault_up(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "error", "count": 1})
    assert [(await caller.get(path)).status for path in ("/health", "/effects", "/faults")] == [200] * 3
    assert (await caller.get("/orders/44110")).status == 500


async def test_a_fault_can_be_kept_to_one_path(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "error", "count": 1, "only": "/refunds"})
    assert (await caller.get("/orders/44110")).status == 200
    assert (await caller.call("POST", "/refunds", body=REFUND)).status == 500
    assert (await caller.call("POST", "/refunds", body=REFUND)).status == 201


async def test_an_error_changes_nothing(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "error"})
    await caller.call("POST", "/refunds", body=REFUND, key="message-1")
    assert (await caller.get("/effects")).json()["refunds"] == 0


async def test_who_does_not_wait_for_a_slow_company_has_changed_nothing(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "timeout"})
    reply = await caller.call("POST", "/refunds", body=REFUND, key="message-1", hang_up=True)
    assert reply.status == 0
    assert (await caller.get("/effects")).json()["refunds"] == 0


async def test_who_waits_gets_an_answer_in_the_end(hasty: Caller) -> None:
    await hasty.post("/faults", {"mode": "timeout"})
    assert (await hasty.call("POST", "/refunds", body=REFUND)).status == 201


async def test_an_answer_that_was_lost_is_there_for_the_same_key(caller: Caller) -> None:
    await caller.post("/faults", {"mode": "answer_lost", "count": 1})
    lost = await caller.call("POST", "/refunds", body=REFUND, key="message-1", hang_up=True)
    assert lost.status == 0
    assert (await caller.get("/effects")).json()["refunds"] == 1
    again = await caller.call("POST", "/refunds", body=REFUND, key="message-1")
    assert (again.status, again.headers["idempotency-replayed"]) == (201, "true")
    assert (await caller.get("/effects")).json()["refunds"] == 1


async def test_a_restart_heals(home: Path) -> None:
    await Caller(company(home, seeded)).post("/faults", {"mode": "error"})
    assert (await Caller(company(home, seeded)).get("/orders/44110")).status == 200


async def test_data_that_is_locked_means_unavailable_and_reading_goes_on(crowded: Caller) -> None:
    reply = await crowded.call("POST", "/refunds", body=REFUND, key="message-1")
    assert (reply.status, reply.json()["code"]) == (503, "company_unavailable")
    assert (await crowded.get("/orders/44110")).status == 200
