"""The company's systems as they are (the demo's real service on a port), through adapter and gateway."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn
from sqlalchemy import delete, select

from demo.company.ledger import Ledger
from server.company.http import HttpCompany
from server.company.port import CompanyRefused, CompanyTimeout, CompanyUnavailable
from server.conversations.gateway import CALLS
from server.house import House
from server.realtime.events import CompanyCalled
from server.store.base import all_rows
from tests.support.chat import Browser, Quiet, browser, served
from tests.support.databases import free_port
from tests.support.demo import TOKEN, company, seeded
from tests.support.server import BOT_TOKEN, log_of, opened, settle, visit

REFUND = {"order": "43871", "email": "ana.ruiz@example.com", "reason": "It flickers."}


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's data, to copy."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    Ledger(path).load_once(seeded)
    return path


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[str]:
    """Run the company's service on a port and return its address."""
    app = company(folder, seeded, hold_seconds=0.5)
    server = Quiet(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


class Place:
    """The company, its adapter, and a house whose gateway uses it."""

    def __init__(self, url: str, adapter: HttpCompany, http: aiohttp.ClientSession, house: House, who: Browser) -> None:
        self.url = url
        self.adapter = adapter
        self.http = http
        self.house = house
        self.who = who

    async def fault(self, mode: str, count: int | None = None) -> None:
        """Let the company fail from now on."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with self.http.post(f"{self.url}/faults", json={"mode": mode, "count": count}, headers=headers) as done:
            assert done.status < 300, await done.text()

    async def effects(self) -> dict[str, int]:
        """Return how many changes were really made."""
        async with self.http.get(f"{self.url}/effects", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
            found: dict[str, int] = await answer.json()
            return found

    async def bot(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Call the gateway as the bot's actions do."""
        return await self.who.call(method, f"/api/v1/bot{path}", body, authorization=f"Bearer {BOT_TOKEN}", **headers)


@pytest.fixture
async def place(sqlite_url: str, tmp_path: Path, loaded: Path) -> AsyncIterator[Place]:
    """Everything that a call goes through."""
    shutil.copy(loaded, tmp_path / "company.db")
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(running(tmp_path))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        adapter = HttpCompany(http, url=url, token=TOKEN, timeout_seconds=0.3)
        house = await stack.enter_async_context(opened(sqlite_url, tmp_path / "home", company=adapter))
        door = await stack.enter_async_context(served(house))
        yield Place(url, adapter, http, house, await stack.enter_async_context(browser(door)))


async def test_a_question_is_answered(place: Place) -> None:
    order = await place.adapter.ask("/orders/44110")
    assert (order["number"], order["status"], order["carrier"]) == ("44110", "shipped", "DHL")
    profile = await place.adapter.ask("/customers", {"email": "ana.ruiz@example.com"})
    assert profile["customer"] == "C-10001"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/refunds", REFUND | {"order": "99999"}, 404, "order_not_found"),
        ("/refunds", REFUND | {"email": "tom.becker@example.com"}, 403, "identity_mismatch"),
        ("/refunds", REFUND | {"order": "42790", "email": "tom.becker@example.com"}, 409, "not_refundable"),
        ("/invoice-copies", {"invoice": "INV-2026-99999", "email": "ana.ruiz@example.com"}, 404, "invoice_not_found"),
        ("/balances", {"email": "ana.ruiz@example.com", "customer": "C-10002"}, 403, "identity_mismatch"),
        ("/refunds", {"order": 7}, 422, "invalid_request"),
    ],
)
async def test_a_refusal_keeps_the_companys_code(
    place: Place, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    with pytest.raises(CompanyRefused) as caught:
        await place.adapter.change(path, body, key="k1")
    assert (caught.value.own_status, caught.value.own_code) == (status, code)
    if code != "invalid_request":
        answer_status, problem = await place.bot("POST", path, body, idempotency_key="k2")
        assert (answer_status, problem["status"], problem["code"]) == (status, status, code)


async def test_a_company_that_holds_is_a_timeout_and_one_that_breaks_is_unavailable(place: Place) -> None:
    await place.fault("timeout")
    with pytest.raises(CompanyTimeout):
        await place.adapter.ask("/orders/44110")
    await place.fault("error")
    with pytest.raises(CompanyUnavailable):
        await place.adapter.ask("/orders/44110")
    await place.fault("none")
    await place.adapter.ask("/orders/44110")


async def test_a_company_that_is_not_there_or_nowhere_is_unavailable(place: Place) -> None:
    for url in (f"http://127.0.0.1:{free_port()}", ""):
        with pytest.raises(CompanyUnavailable):
            await HttpCompany(place.http, url=url, token=TOKEN, timeout_seconds=0.3).ask("/orders/44110")


async def test_a_wrong_token_is_told_and_changes_nothing(place: Place) -> None:
    stranger = HttpCompany(place.http, url=place.url, token="wrong", timeout_seconds=0.3)
    with pytest.raises(CompanyRefused) as caught:
        await stranger.change("/refunds", REFUND, key="k1")
    assert caught.value.own_status == 401


async def test_a_change_happens_once_for_its_key_however_often_it_is_asked_for(place: Place) -> None:
    before = (await place.effects())["refunds"]
    answers = [await place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund") for _ in range(3)]
    answers += await asyncio.gather(
        *(place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund") for _ in range(5))
    )
    assert {status for status, _ in answers} == {201}
    assert len({answer["refund"] for _, answer in answers}) == 1
    assert (await place.effects())["refunds"] == before + 1


async def test_the_first_time_asked_eight_times_at_once_it_happens_once(place: Place) -> None:
    before = (await place.effects())["refunds"]
    answers = await asyncio.gather(
        *(place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund") for _ in range(8))
    )
    assert {status for status, _ in answers} == {201}
    assert len({answer["refund"] for _, answer in answers}) == 1
    assert (await place.effects())["refunds"] == before + 1


async def test_a_process_that_died_between_the_company_and_its_own_notes_does_it_once(place: Place) -> None:
    status, first = await place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund")
    before = (await place.effects())["refunds"]
    # What the database would hold had we died right after the company's answer.
    async with place.house.store.writing() as db:
        await db.execute(delete(CALLS))
    assert await place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund") == (status, first)
    assert (await place.effects())["refunds"] == before


async def test_a_key_used_for_something_else_is_refused(place: Place) -> None:
    await place.bot("POST", "/refunds", REFUND, idempotency_key="m1")
    status, problem = await place.bot("POST", "/refunds", REFUND | {"reason": "Other."}, idempotency_key="m1")
    assert (status, problem["code"]) == (422, "idempotency_mismatch")
    async with place.house.store.writing() as db:
        await db.execute(delete(CALLS))
    status, problem = await place.bot("POST", "/refunds", REFUND | {"reason": "Other."}, idempotency_key="m1")
    assert (status, problem["code"]) == (422, "idempotency_mismatch")


@pytest.mark.parametrize("key", ["", "x" * 129, None])
async def test_a_change_without_a_proper_key_is_refused(place: Place, key: str | None) -> None:
    headers = {} if key is None else {"idempotency_key": key}
    status, _ = await place.bot("POST", "/refunds", REFUND, **headers)
    assert status == 422


@pytest.mark.parametrize(
    ("mode", "status", "code"), [("timeout", 504, "company_timeout"), ("error", 503, "company_unavailable")]
)
async def test_a_failure_is_said_and_the_same_key_later_finishes_it_once(
    place: Place, mode: str, status: int, code: str
) -> None:
    before = (await place.effects())["refunds"]
    await place.fault(mode)
    answer_status, problem = await place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund")
    assert (answer_status, problem["code"]) == (status, code)
    await place.fault("none")
    answer_status, _ = await place.bot("POST", "/refunds", REFUND, idempotency_key="m1:refund")
    assert answer_status == 201
    assert (await place.effects())["refunds"] == before + 1


async def test_each_call_leaves_a_mark_in_the_conversation_that_it_was_made_for(place: Place) -> None:
    ana = await visit(place.house)
    taken = await ana.write("Hello")
    await settle(place.house)
    where = {"x_conversation": str(taken.conversation_id)}
    await place.bot("GET", "/orders/44110", **where)
    await place.bot("GET", "/orders/99999", **where)
    await place.bot("POST", "/refunds", REFUND, idempotency_key=f"{taken.message_id}:refund", **where)
    await place.bot("POST", "/refunds", REFUND, idempotency_key=f"{taken.message_id}:refund", **where)
    await place.fault("error")
    reset = {"email": "ana.ruiz@example.com"}
    await place.bot("POST", "/password-resets", reset, idempotency_key=f"{taken.message_id}:reset", **where)
    called = [event.data for event in await log_of(place.house, taken) if isinstance(event.data, CompanyCalled)]
    assert [(data.operation, data.outcome, data.code) for data in called] == [
        ("order_status", "done", None),
        ("order_status", "refused", "order_not_found"),
        ("refund", "done", None),
        ("password_reset", "failed", "company_unavailable"),
    ]


async def test_an_order_is_told_without_a_name_or_an_address(place: Place) -> None:
    status, order = await place.bot("GET", "/orders/44110")
    assert status == 200
    assert {"number", "status", "placed_on", "expected_on", "carrier", "tracking", "items", "total", "currency"} <= set(
        order
    )
    assert set(order).isdisjoint({"name", "email", "street", "postcode", "city", "customer"})
    assert "Ana" not in str(order)


@pytest.mark.parametrize(
    "number", ["%3Femail=ana.ruiz@example.com", "..", "%2e%2e", "..%2Fcustomers", "%23", "%00", "x" * 33]
)
async def test_a_number_that_is_none_finds_no_other_door_of_the_company(place: Place, number: str) -> None:
    status, problem = await place.bot("GET", f"/orders/{number}")
    assert status in {404, 422}, problem
    assert "Ana" not in str(problem)


async def test_only_the_answers_are_kept_and_by_key(place: Place) -> None:
    await place.bot("POST", "/refunds", REFUND, idempotency_key="m1")
    await place.bot("POST", "/refunds", REFUND | {"order": "99999"}, idempotency_key="m2")
    async with place.house.store.reading() as db:
        kept = all_rows(await db.execute(select(CALLS)))
    assert [(row["key"], row["operation"], row["status"]) for row in kept] == [("m1", "refund", 201)]
