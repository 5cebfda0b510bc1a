"""A request that is sent again does nothing again."""

import asyncio
from pathlib import Path

import pytest

from tests.support.demo import Caller, company, seeded

ANA = "ana.ruiz@example.com"
TOM = "tom.becker@example.com"
CHANGES = [
    ("/refunds", {"order": "43871", "email": ANA, "reason": "Broken"}, "refunds"),
    ("/password-resets", {"email": ANA}, "password_resets"),
    (
        "/address-changes",
        {"order": "44127", "email": TOM, "street": "Elbchaussee 4", "postcode": "22765", "city": "Hamburg"},
        "address_changes",
    ),
    ("/invoice-copies", {"invoice": "INV-2026-00790", "email": TOM}, "invoice_copies"),
]


@pytest.mark.parametrize(("path", "wish", "kind"), CHANGES, ids=[kind for _, _, kind in CHANGES])
async def test_the_same_key_twice_has_one_effect_and_one_answer(
    caller: Caller, path: str, wish: dict[str, str], kind: str
) -> None:
    first = await caller.post(path, wish, key="message-1")
    second = await caller.post(path, wish | {"email": wish["email"].upper()}, key="message-1")
    assert (second.status, second.body) == (first.status, first.body)
    assert (first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"]) == (None, "true")
    assert (await caller.get("/effects")).json()[kind] == 1


@pytest.mark.parametrize(("path", "wish", "kind"), CHANGES, ids=[kind for _, _, kind in CHANGES])
async def test_the_same_key_with_another_request_is_refused(
    caller: Caller, path: str, wish: dict[str, str], kind: str
) -> None:
    await caller.post("/password-resets", {"email": "nobody@example.com"}, key="message-1")
    reply = await caller.post(path, wish, key="message-1")
    assert (reply.status, reply.json()["code"]) == (422, "idempotency_mismatch")
    assert (await caller.get("/effects")).json()[kind] == 0


async def test_two_requests_at_the_same_moment_have_one_effect(caller: Caller) -> None:
    path, wish, kind = CHANGES[1]
    replies = await asyncio.gather(*(caller.post(path, wish, key="message-1") for _ in range(8)))
    assert {reply.status for reply in replies} == {202}
    assert sum("idempotency-replayed" in reply.headers for reply in replies) == 7
    assert (await caller.get("/effects")).json()[kind] == 1


async def test_two_keys_at_the_same_moment_still_give_one_refund(caller: Caller) -> None:
    path, wish, kind = CHANGES[0]
    replies = await asyncio.gather(*(caller.post(path, wish, key=f"message-{number}") for number in range(6)))
    assert sorted(reply.status for reply in replies) == [201, 409, 409, 409, 409, 409]
    assert (await caller.get("/effects")).json()[kind] == 1


async def test_a_key_is_still_known_after_a_restart(home: Path) -> None:
    path, wish, kind = CHANGES[0]
    first = await Caller(company(home, seeded)).post(path, wish, key="message-1")
    restarted = Caller(company(home, seeded))
    again = await restarted.post(path, wish, key="message-1")
    assert (again.status, again.body) == (201, first.body)
    assert (await restarted.get("/effects")).json()[kind] == 1


async def test_a_refusal_leaves_the_key_free(caller: Caller) -> None:
    path, wish, _ = CHANGES[0]
    assert (await caller.post(path, wish | {"email": TOM}, key="message-1")).status == 403
    assert (await caller.post(path, wish, key="message-1")).status == 201


async def test_without_a_key_each_request_counts(caller: Caller) -> None:
    path, wish, kind = CHANGES[1]
    for _ in range(2):
        await caller.post(path, wish)
    assert (await caller.get("/effects")).json()[kind] == 2


@pytest.mark.parametrize("key", ["", "two words", "x" * 201])
async def test_a_key_that_is_no_key_is_refused(caller: Caller, key: str) -> None:
    path, wish, _ = CHANGES[1]
    reply = await caller.post(path, wish, key=key)
    assert (reply.status, reply.json()["code"]) == (422, "invalid_request")
