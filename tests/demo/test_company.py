"""What the company's systems answer, asked the way the server asks."""

from typing import Any

import pytest

from tests.support.demo import TOKEN, Caller, Reply, company, seeded

ANA = "ana.ruiz@example.com"
TOM = "tom.becker@example.com"


def refused(reply: Reply, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code."""
    assert reply.headers["content-type"] == "application/problem+json", reply
    document: dict[str, Any] = reply.json()
    assert (reply.status, document["status"], document["code"]) == (status, status, code)
    assert document["title"]
    assert document["detail"].endswith(".")
    return document


async def effects(caller: Caller) -> dict[str, int]:
    counts: dict[str, int] = (await caller.get("/effects")).json()
    return {kind: count for kind, count in counts.items() if count}


@pytest.mark.parametrize("number", ["44110", "#44110", "LF-44110", "lf-44110"])
async def test_an_order_says_where_it_is_and_nothing_about_the_person(caller: Caller, number: str) -> None:
    reply = await caller.get(f"/orders/{number}")
    assert reply.status == 200
    assert reply.json() == {
        "number": "44110",
        "status": "shipped",
        "placed_on": "2026-03-12",
        "expected_on": "2026-03-18",
        "delivered_on": None,
        "carrier": "DHL",
        "tracking": "JJD000390018815402",
        "items": [
            {"name": "Nook reading chair, moss", "quantity": 1, "price": 229.0},
            {"name": "Tide wool throw, oat", "quantity": 1, "price": 49.0},
        ],
        "total": 278.0,
        "currency": "EUR",
    }


@pytest.mark.parametrize("number", ["11111", "4411", "hello", "44110' OR 1=1 --", "9" * 3000])
async def test_an_order_that_is_not_there_is_not_found(caller: Caller, number: str) -> None:
    refused(await caller.get(f"/orders/{number}"), 404, "order_not_found")


async def test_a_profile_has_the_newest_orders_first_and_the_balance(caller: Caller) -> None:
    reply = await caller.get("/customers", email=" Tom.Becker@Example.com")
    assert reply.status == 200
    profile = reply.json()
    assert (profile["customer"], profile["name"], profile["email"]) == ("C-10002", "Tom Becker", TOM)
    assert [one["number"] for one in profile["orders"]] == ["44127", "44083", "42790"]
    assert set(profile["orders"][0]) == {"number", "status", "placed_on", "total", "currency"}
    assert (profile["balance"], profile["currency"], profile["tier"]) == (149.9, "EUR", "Linden")


async def test_a_stranger_has_no_profile(caller: Caller) -> None:
    refused(await caller.get("/customers", email="nobody@example.com"), 404, "customer_not_found")
    refused(await caller.get("/customers", email="nobody"), 422, "invalid_request")
    refused(await caller.get("/customers"), 422, "invalid_request")


async def test_a_refund_gives_the_whole_amount_back_once(caller: Caller) -> None:
    wish = {"order": "LF-43871", "email": "Ana.Ruiz@example.com", "reason": "It flickers", "amount": None}
    reply = await caller.post("/refunds", wish)
    assert reply.status == 201
    refund = reply.json()
    assert refund.pop("refund").startswith("RF-")
    assert refund == {"order": "43871", "amount": 89.0, "currency": "EUR", "days": 7}
    document = refused(await caller.post("/refunds", wish), 409, "already_refunded")
    assert document["reason"] == "Order 43871 has been refunded already."
    assert await effects(caller) == {"refunds": 1}


async def test_a_part_of_the_amount_may_be_refunded_but_not_more_than_all(caller: Caller) -> None:
    wish = {"order": "43871", "email": ANA, "reason": "Scratched"}
    document = refused(await caller.post("/refunds", wish | {"amount": 89.01}), 409, "not_refundable")
    assert "89.00 EUR" in document["reason"]
    assert (await caller.post("/refunds", wish | {"amount": 20})).json()["amount"] == 20.0


@pytest.mark.parametrize(
    ("order", "email", "words"),
    [("42790", TOM, "61 days ago"), ("44110", ANA, "not been delivered yet"), ("44127", TOM, "not been delivered yet")],
)
async def test_a_refund_that_is_not_possible_says_why(caller: Caller, order: str, email: str, words: str) -> None:
    document = refused(
        await caller.post("/refunds", {"order": order, "email": email, "reason": "No longer needed"}),
        409,
        "not_refundable",
    )
    assert words in document["reason"]
    assert await effects(caller) == {}


async def test_an_address_can_be_changed_until_the_order_is_packed(caller: Caller) -> None:
    address = {"street": " Elbchaussee  4 ", "postcode": "22765", "city": "Hamburg"}
    reply = await caller.post("/address-changes", {"order": "44127", "email": TOM} | address)
    assert reply.status == 200
    assert reply.json() == {"order": "44127", "street": "Elbchaussee 4", "postcode": "22765", "city": "Hamburg"}
    late = await caller.post("/address-changes", {"order": "44110", "email": ANA} | address)
    assert "on its way" in refused(late, 409, "too_late_to_change")["reason"]
    assert await effects(caller) == {"address_changes": 1}


async def test_a_password_reset_never_tells_whether_there_is_an_account(caller: Caller) -> None:
    known = await caller.post("/password-resets", {"email": ANA})
    unknown = await caller.post("/password-resets", {"email": "nobody@example.com"})
    assert (known.status, known.json()) == (unknown.status, unknown.json()) == (202, {"accepted": True})
    assert await effects(caller) == {"password_resets": 1}


async def test_a_copy_of_an_invoice_goes_to_the_address_of_the_account(caller: Caller) -> None:
    reply = await caller.post("/invoice-copies", {"invoice": "inv-2026-00871", "email": ANA})
    assert (reply.status, reply.json()) == (202, {"invoice": "INV-2026-00871", "sent_to": "a***@example.com"})
    refused(await caller.post("/invoice-copies", {"invoice": "INV-2026-99999", "email": ANA}), 404, "invoice_not_found")
    assert await effects(caller) == {"invoice_copies": 1}


async def test_a_balance_lists_what_is_open(caller: Caller) -> None:
    reply = await caller.post("/balances", {"email": TOM, "customer": "C-10002"})
    assert reply.status == 200
    assert reply.json() == {
        "customer": "C-10002",
        "balance": 149.9,
        "currency": "EUR",
        "due_on": "2026-03-28",
        "open_invoices": [{"invoice": "INV-2026-00929", "amount": 149.9, "due_on": "2026-03-28"}],
    }
    nothing = (await caller.post("/balances", {"email": ANA, "customer": "c-10001"})).json()
    assert (nothing["balance"], nothing["due_on"], nothing["open_invoices"]) == (0.0, None, [])
    refused(await caller.post("/balances", {"email": ANA, "customer": "C-99999"}), 404, "customer_not_found")
    assert await effects(caller) == {}


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("/refunds", {"order": "43871", "reason": "Broken"}),
        ("/address-changes", {"order": "44127", "street": "Elbchaussee 4", "postcode": "22765", "city": "Hamburg"}),
        ("/invoice-copies", {"invoice": "INV-2026-00871"}),
        ("/balances", {"customer": "C-10002"}),
    ],
)
async def test_nobody_acts_for_somebody_else(caller: Caller, path: str, wish: dict[str, str]) -> None:
    for email in ("nobody@example.com", TOM if path in {"/refunds", "/invoice-copies"} else ANA):
        refused(await caller.post(path, wish | {"email": email}), 403, "identity_mismatch")
    assert await effects(caller) == {}


@pytest.mark.parametrize(
    ("path", "wish", "field"),
    [
        ("/refunds", {"order": "4387", "email": ANA, "reason": "x"}, "order"),
        ("/refunds", {"order": 43871, "email": ANA, "reason": "x"}, "order"),
        ("/refunds", {"order": "43871", "email": "ana", "reason": "x"}, "email"),
        ("/refunds", {"order": "43871", "email": ANA}, "reason"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "  "}, "reason"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "\ud800"}, "reason"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x" * 2001}, "reason"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "amount": "20"}, "amount"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "amount": 0}, "amount"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "amount": 1.005}, "amount"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "amount": float("nan")}, "amount"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "amount": True}, "amount"),
        ("/refunds", {"order": "43871", "email": ANA, "reason": "x", "<script>": 1}, "The request"),
        ("/refunds", [], "The request"),
        ("/address-changes", {"order": "44127", "email": TOM, "street": "", "postcode": "1", "city": "\x07"}, "street"),
        ("/invoice-copies", {"invoice": "00871", "email": ANA}, "invoice"),
        ("/balances", {"email": TOM, "customer": "10002"}, "customer"),
        ("/password-resets", {"email": "a@b"}, "email"),
        ("/faults", {"mode": "explode"}, "mode"),
    ],
)
async def test_a_request_that_is_wrong_is_explained_in_words(
    caller: Caller, path: str, wish: object, field: str
) -> None:
    document = refused(await caller.post(path, wish), 422, "invalid_request")
    assert field in {error["field"] for error in document["errors"]}
    assert field in document["detail"]
    assert "script" not in document["detail"]
    assert await effects(caller) == {}


async def test_what_is_not_json_or_not_there_gets_a_problem_document_too(caller: Caller) -> None:
    refused(await caller.call("POST", "/refunds", body=b"{"), 422, "invalid_request")
    refused(await caller.call("POST", "/refunds", body=b"\xff\xfe"), 422, "invalid_request")
    refused(await caller.get("/nowhere"), 404, "not_found")
    refused(await caller.call("DELETE", "/refunds"), 405, "method_not_allowed")
    refused(await caller.call("POST", "/refunds", body=b" " * 20_000), 413, "body_too_large")


@pytest.mark.parametrize("token", [None, "", "wrong", f"{TOKEN}x", f" {TOKEN}"])
@pytest.mark.parametrize("path", ["/health", "/orders/44110", "/effects", "/faults", "/openapi.json", "/nowhere"])
async def test_without_the_token_nothing_is_said(home: Any, path: str, token: str | None) -> None:
    stranger = Caller(company(home, seeded), token=token)
    reply = await stranger.get(path)
    refused(reply, 401, "unauthorized")
    assert reply.headers["www-authenticate"] == "Bearer"


async def test_health_says_the_day_of_the_data(caller: Caller) -> None:
    health = (await caller.get("/health")).json()
    assert (health["status"], health["loaded_on"], health["customers"]) == ("ok", "2026-03-16", 320)
