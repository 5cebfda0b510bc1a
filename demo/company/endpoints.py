"""The company's systems over HTTP: look up, change, watch and break."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from demo.company import billing, crm, orders
from demo.company.gate import Faults
from demo.company.ledger import Answer, Ledger
from demo.company.payloads import (
    AddressOut,
    AddressWish,
    BalanceOut,
    BalanceWish,
    CopyOut,
    CopyWish,
    CustomerOut,
    EffectsOut,
    Email,
    FaultOut,
    FaultWish,
    HealthOut,
    OrderOut,
    RefundOut,
    RefundWish,
    ResetOut,
    ResetWish,
    order_number,
)

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What the endpoints work with; `clock` gives the time where the company is."""

    ledger: Ledger
    clock: Callable[[], datetime]
    faults: Faults


def _company(request: Request) -> Company:
    company: Company = request.app.state.company
    return company


At = Annotated[Company, Depends(_company)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,200}$")]


@router.get("/orders/{number}", response_model=OrderOut)
def get_order(number: str, at: At) -> OrderOut:
    """Where an order is; `44110`, `#44110` and `LF-44110` are the same order."""
    with at.ledger.reading() as db:
        return orders.look_up(db, order_number(number))


@router.get("/customers", response_model=CustomerOut)
def get_customer(email: Annotated[Email, Query()], at: At) -> CustomerOut:
    """The profile of the customer with this email."""
    with at.ledger.reading() as db:
        return crm.profile(db, email)


@router.post("/refunds", status_code=HTTPStatus.CREATED, response_model=RefundOut)
def post_refund(wish: RefundWish, at: At, idempotency_key: Key = None) -> Response:
    """Gives money back for a delivered order."""
    return _once(at, idempotency_key, "refunds", wish, 201, lambda db, now: billing.refund(db, wish, now))


@router.post("/password-resets", status_code=HTTPStatus.ACCEPTED, response_model=ResetOut)
def post_password_reset(wish: ResetWish, at: At, idempotency_key: Key = None) -> Response:
    """Sends a reset mail if there is such an account."""
    return _once(at, idempotency_key, "password-resets", wish, 202, lambda db, now: crm.reset_password(db, wish, now))


@router.post("/address-changes", response_model=AddressOut)
def post_address_change(wish: AddressWish, at: At, idempotency_key: Key = None) -> Response:
    """Sends an order somewhere else while it is being processed."""
    return _once(
        at, idempotency_key, "address-changes", wish, 200, lambda db, now: orders.change_address(db, wish, now)
    )


@router.post("/invoice-copies", status_code=HTTPStatus.ACCEPTED, response_model=CopyOut)
def post_invoice_copy(wish: CopyWish, at: At, idempotency_key: Key = None) -> Response:
    """Sends an invoice once more."""
    return _once(at, idempotency_key, "invoice-copies", wish, 202, lambda db, now: billing.send_copy(db, wish, now))


@router.post("/balances", response_model=BalanceOut)
def post_balance(wish: BalanceWish, at: At, idempotency_key: Key = None) -> Response:
    """What a customer still owes."""
    return _once(at, idempotency_key, "balances", wish, 200, lambda db, _: billing.balance(db, wish))


@router.get("/health", response_model=HealthOut)
def get_health(at: At) -> HealthOut:
    """The data can be read; says the day it was loaded for."""
    with at.ledger.reading() as db:
        row = db.execute(
            "SELECT today, (SELECT count(*) FROM customers) AS people, (SELECT count(*) FROM orders) AS orders"
            " FROM loaded"
        ).fetchone()
    return HealthOut(loaded_on=row["today"], customers=row["people"], orders=row["orders"])


@router.get("/effects", response_model=EffectsOut)
def get_effects(at: At) -> EffectsOut:
    """How many real changes were done."""
    with at.ledger.reading() as db:
        counts = dict.fromkeys(EffectsOut.model_fields, 0)
        counts.update((kind, count) for kind, count in db.execute("SELECT kind, count(*) FROM effects GROUP BY kind"))
    return EffectsOut(**counts)


@router.get("/faults", response_model=FaultOut)
async def get_faults(at: At) -> FaultOut:
    """The fault that is switched on."""
    return at.faults.now()


@router.post("/faults", response_model=FaultOut)
async def post_faults(wish: FaultWish, at: At) -> FaultOut:
    """Switches a fault on or off."""
    return at.faults.switch(wish)


def _once(
    at: Company,
    key: str | None,
    operation: str,
    wish: BaseModel,
    status: int,
    work: Callable[[sqlite3.Connection, datetime], BaseModel],
) -> Response:
    answer: Answer = at.ledger.once(key, operation, wish, lambda db: (status, work(db, at.clock())))
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else None
    return Response(answer.body, answer.status, headers, "application/json")
