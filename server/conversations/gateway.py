"""What the bot's actions may ask of us: the company's systems, the knowledge base, the opening hours.

The bot has one machine token with the scope `bot.act`. Changes carry an idempotency key and happen once: the answer is
kept here by its key, and the key goes on to the company, which keeps it too. Each call leaves an event in the
conversation that it was made for.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from typing import Annotated, Any, Literal
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from fastapi import APIRouter, BackgroundTasks, Depends, Header, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from knowledge.errors import KnowledgeError
from knowledge.types import Query as Wanted
from knowledge.types import SearchResult
from server.access.guard import Needs, Principal
from server.company.port import CompanyRefused, CompanyTimeout, CompanyUnavailable
from server.conversations import ledger, repository
from server.conversations.errors import AccountNotFound, KnowledgeUnavailable
from server.conversations.ledger import BOT, Draft
from server.house import House, Wired
from server.kit.errors import Conflict, HouseError, Invalid
from server.realtime.events import CompanyCalled
from server.store.base import rows_of
from server.store.models import CompanyCall
from server.store.session import StorageUnavailable

log = structlog.get_logger()
router = APIRouter(prefix="/api/v1/bot", tags=["bot"])
CALLS = rows_of(CompanyCall)
BotOnly = Annotated[Principal, Depends(Needs("bot.act"))]
Conversation = Annotated[UUID | None, Header(alias="X-Conversation")]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
STORED_SOON = (0.02, 0.05, 0.1, 0.3, 0.5)
"""Pauses in seconds between looks for a message that is being stored."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RefundIn(BaseModel):
    """A refund that the customer confirmed; no amount means all of it."""

    order: str = Field(max_length=32)
    email: str = Field(max_length=320)
    reason: str = Field(max_length=500)
    amount: float | None = Field(default=None, gt=0)


class PasswordResetIn(BaseModel):
    """A password reset for whoever has this e-mail."""

    email: str = Field(max_length=320)


class AddressChangeIn(BaseModel):
    """A new delivery address for an order that is not packed yet."""

    order: str = Field(max_length=32)
    email: str = Field(max_length=320)
    street: str = Field(max_length=200)
    postcode: str = Field(max_length=20)
    city: str = Field(max_length=100)


class InvoiceCopyIn(BaseModel):
    """A copy of an invoice, sent to the e-mail on file."""

    invoice: str = Field(max_length=32)
    email: str = Field(max_length=320)


class BalanceIn(BaseModel):
    """A customer's balance."""

    email: str = Field(max_length=320)
    customer: str = Field(max_length=32)


class IdempotencyMismatch(Invalid):
    """The key was used for something else before."""

    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__("This idempotency key was used for another request.")


class NotTheBots(Conflict):
    """The bot would change something in a conversation that it does not own, or for a message that is not stored."""

    code = "not_the_bots"

    def __init__(self) -> None:
        super().__init__("The bot may not change anything here now; nothing was changed.")


@router.get("/orders/{number}")
async def order(
    number: Annotated[str, Path(max_length=32)],
    bot: BotOnly,
    house: Wired,
    after: BackgroundTasks,
    conversation: Conversation = None,
) -> dict[str, Any]:
    """Return an order's status, without a name or an address."""
    began = perf_counter()
    try:
        answer = await house.company.ask(f"/orders/{quote(number, safe='')}")
    except HouseError as error:
        await _note(house, conversation, _called("order_status", error, began, number))
        raise
    after.add_task(_note, house, conversation, _called("order_status", None, began, number))
    hidden = {"name", "email", "street", "postcode", "city", "address", "customer"}
    return {key: value for key, value in answer.items() if key not in hidden}


@router.post("/refunds", status_code=201)
async def refund(wanted: RefundIn, bot: BotOnly, house: Wired, key: Key, conversation: Conversation = None) -> Any:
    """Refund an order, once for the key."""
    return await _change(house, "refund", "/refunds", wanted, key, conversation)


@router.post("/password-resets", status_code=202)
async def password_reset(
    wanted: PasswordResetIn, bot: BotOnly, house: Wired, key: Key, conversation: Conversation = None
) -> Any:
    """Send a password reset; the answer is the same whether or not there is such an account."""
    return await _change(house, "password_reset", "/password-resets", wanted, key, conversation)


@router.post("/address-changes")
async def address_change(
    wanted: AddressChangeIn, bot: BotOnly, house: Wired, key: Key, conversation: Conversation = None
) -> Any:
    """Change an order's delivery address, once for the key."""
    return await _change(house, "address_change", "/address-changes", wanted, key, conversation)


@router.post("/invoice-copies", status_code=202)
async def invoice_copy(
    wanted: InvoiceCopyIn, bot: BotOnly, house: Wired, key: Key, conversation: Conversation = None
) -> Any:
    """Send a copy of an invoice, once for the key."""
    return await _change(house, "invoice_copy", "/invoice-copies", wanted, key, conversation)


@router.post("/balances")
async def balance(wanted: BalanceIn, bot: BotOnly, house: Wired, key: Key, conversation: Conversation = None) -> Any:
    """Return a customer's balance to who knows both their e-mail and their number."""
    return await _change(house, "balance", "/balances", wanted, key, conversation)


@router.get("/knowledge")
async def knowledge(
    bot: BotOnly,
    house: Wired,
    q: Annotated[str, Query(max_length=1000)],
    account: Annotated[str, Query(max_length=64)],
    locale: Annotated[str, Query(max_length=16)] = "en",
    topic: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=10)] = 3,
    conversation: Conversation = None,
) -> dict[str, Any]:
    """Search the public articles of an account; `topic` is the bot's intent, kept beside the question.

    The region is the conversation's, as for the desk's suggestions and the widget's articles, else the account's.
    """
    async with house.store.reading() as db:
        row = await repository.account_by_id(db, account)
        spoken = None if conversation is None else await repository.conversation(db, conversation)
    if row is None:
        raise AccountNotFound(account)
    region = (spoken["region"] if spoken is not None and spoken["account"] == account else None) or row["region"]
    wanted = Wanted(
        text=q,
        locale=locale,
        region=region,
        account=account,
        limit=limit,
        exclude=house.withheld.ids,
        fallback=tuple(house.settings.knowledge.fallback_locales),
    )
    try:
        found = await asyncio.to_thread(house.library.search, wanted)
        beside = await asyncio.to_thread(_beside, house, found)
    except KnowledgeError:
        raise KnowledgeUnavailable from None
    house.questions.searched(
        "bot",
        q,
        found,
        locale=locale,
        account=account,
        region=region,
        intent=topic or None,
        conversation_id=conversation,
    )
    return {
        "release": found.release,
        "confident": found.confident,
        "notices": list(found.notices),
        "hits": [
            {
                "article_id": hit.passage.article_id,
                "revision": hit.passage.revision,
                "release": hit.release,
                "title": hit.title,
                "heading": " / ".join(hit.passage.heading) or None,
                "snippet": hit.snippet,
                "text": hit.passage.text,
                "score": round(hit.score, 4),
                "locale": hit.passage.locale,
                "outdated": hit.outdated,
                "disclaimers": [beside[one.article_id, one.locale] for one in hit.disclaimers],
            }
            for hit in found.hits
        ],
    }


def _beside(house: House, found: SearchResult) -> dict[tuple[str, str], dict[str, Any]]:
    """What must be said beside the hits, by id and locale of the disclaimer."""
    said = {(one.article_id, one.locale): one for hit in found.hits for one in hit.disclaimers}
    return {
        key: {
            "article_id": one.article_id,
            "revision": one.revision,
            "locale": one.locale,
            "title": house.library.article(one.article_id, locale=one.locale, release=found.release).title,
            "text": one.text,
        }
        for key, one in said.items()
    }


@router.get("/hours")
async def hours(bot: BotOnly, house: Wired, account: Annotated[str, Query(max_length=64)]) -> dict[str, Any]:
    """Say when people answer, and whether they do now."""
    async with house.store.reading() as db:
        row = await repository.account_by_id(db, account)
    if row is None:
        raise AccountNotFound(account)
    return opening(row["hours"], house.clock())


def opening(hours: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the week's hours and whether it is open at `now`; `hours` has a timezone and a span for each open day."""
    zone = str(hours.get("timezone", "UTC"))
    local = now.astimezone(ZoneInfo(zone))
    week = [{"day": day, "hours": hours.get(day)} for day in DAYS]
    today = hours.get(DAYS[local.weekday()])
    is_open = False
    if today:
        begins, _, ends = today.partition("-")
        is_open = begins <= f"{local:%H:%M}" < ends
    return {"open": is_open, "timezone": zone, "today": today, "week": week}


async def _change(
    house: House, operation: str, path: str, wanted: BaseModel, key: str, conversation: UUID | None
) -> JSONResponse:
    began = perf_counter()
    body = wanted.model_dump(mode="json")
    request_digest = hashlib.sha256(json.dumps([operation, body], sort_keys=True).encode()).hexdigest()
    async with house.store.reading() as db:
        known = (await db.execute(select(CALLS).where(CALLS.c.key == key))).mappings().one_or_none()
    if known is not None:
        if known["request_digest"] != request_digest:
            raise IdempotencyMismatch
        return JSONResponse(known["response"], status_code=known["status"])
    if conversation is not None:
        await _must_be_the_bots(house, conversation, key)
    try:
        status, answer = await house.company.change(path, body, key=key)
    except HouseError as error:
        await _note(house, conversation, _called(operation, error, began, None))
        raise
    try:
        async with house.store.writing() as db:
            await db.execute(
                insert(CALLS).values(
                    key=key,
                    operation=operation,
                    conversation_id=conversation,
                    request_digest=request_digest,
                    status=status,
                    response=answer,
                    at=house.clock(),
                )
            )
    except IntegrityError:
        # The same key came twice at once; the company did it once and gave both the same answer.
        return JSONResponse(answer, status_code=status)
    except StorageUnavailable:
        # It was done, and saying otherwise would be a lie; the company keeps the key as well.
        log.warning("gateway.change_not_kept", operation=operation, conversation=str(conversation))
        return JSONResponse(answer, status_code=status)
    reference = answer.get("refund") or answer.get("order") or answer.get("invoice") or answer.get("customer")
    await _note(house, conversation, _called(operation, None, began, str(reference) if reference else None))
    return JSONResponse(answer, status_code=status)


async def _must_be_the_bots(house: House, conversation: UUID, key: str) -> None:
    """Raise `NotTheBots` unless the bot owns the conversation and the message behind the key is stored in it.

    The bot is asked while its message is still being stored, so this waits a moment for that.
    """
    try:
        message_id = UUID(key.partition(":")[0])
    except ValueError:
        raise NotTheBots from None
    for pause in (*STORED_SOON, None):
        async with house.store.reading() as db:
            row = await repository.conversation(db, conversation)
            stored = await repository.has_message(db, conversation, message_id)
        if row is None or row["owner"] != "bot":
            raise NotTheBots
        if stored:
            return
        if pause is not None:
            await asyncio.sleep(pause)
    raise NotTheBots


def _called(operation: str, error: HouseError | None, began: float, reference: str | None) -> CompanyCalled:
    outcome: Literal["done", "refused", "failed"] = "done"
    code: str | None = None
    if isinstance(error, CompanyRefused):
        outcome, code = "refused", error.own_code
    elif isinstance(error, CompanyUnavailable | CompanyTimeout):
        outcome, code = "failed", error.code
    took = round((perf_counter() - began) * 1000)
    return CompanyCalled(operation=operation, outcome=outcome, code=code, reference=reference, took_ms=took)


async def _note(house: House, conversation: UUID | None, called: CompanyCalled) -> None:
    if conversation is None:
        return
    async with house.store.writing() as db:
        row = await repository.locked(db, conversation)
        if row is None:
            return
        changes = {"updated_at": row["updated_at"]}
        written = await ledger.append(db, row, [Draft(actor=BOT, data=called)], now=house.clock(), changes=changes)
    house.hub.tell(written)
