"""The widget's HTTP side: brand, session, articles."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from knowledge.types import Scope
from server.access.guard import Public, VisitorOnly, address_of
from server.conversations import repository
from server.conversations.articles import ArticleOut, article_out
from server.conversations.errors import AccountNotFound
from server.house import Wired
from server.realtime.events import Customer

router = APIRouter(prefix="/api/v1/widget", tags=["widget"])


class Brand(BaseModel):
    """How an account's widget looks and speaks."""

    name: str
    accent: str
    accent_dark: str
    logo: str | None = None
    greeting: str
    launcher: str = "right"
    assistant_name: str


class AccountOut(BaseModel):
    """One channel account, as its customers may know it."""

    account: str
    brand: Brand
    locale: str
    privacy_url: str | None = None


class SessionIn(BaseModel):
    """What a widget says when it opens: an old token, and the host site's identity token, where there are any."""

    account: str = Field(max_length=64)
    locale: str = Field(default="en", max_length=16)
    token: str | None = Field(default=None, max_length=2048)
    identity: str | None = Field(default=None, max_length=4096)
    page: str | None = Field(default=None, max_length=500)


class WidgetSession(BaseModel):
    """A visitor's session."""

    token: str
    visitor_id: str
    expires_at: str
    customer: Customer
    conversation_id: str | None


@router.get("/accounts/{account}", dependencies=[Depends(Public("a widget looks up its brand"))])
async def account(account: str, house: Wired, response: Response) -> AccountOut:
    """Return an account's brand; any site may ask, because the launcher stands on the host's page."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    async with house.store.reading() as db:
        row = await repository.account_by_id(db, account)
    if row is None:
        raise AccountNotFound(account)
    brand: dict[str, Any] = {"name": row["name"], **row["brand"]}
    return AccountOut(
        account=account,
        brand=Brand.model_validate(brand),
        locale=row["locale"],
        privacy_url=row["brand"].get("privacy_url"),
    )


@router.post("/sessions", status_code=201, dependencies=[Depends(Public("a visitor opens the widget"))])
async def open_session(wanted: SessionIn, request: Request, house: Wired) -> WidgetSession:
    """Open a visitor's session, or renew it."""
    a_minute = house.settings.limits.sessions_per_minute
    await house.limiter.check(f"sessions:{address_of(request)}", per_second=a_minute / 60, burst=a_minute)
    token, customer = await house.visits.begin(wanted.account, token=wanted.token, identity=wanted.identity)
    async with house.store.reading() as db:
        newest = await repository.newest_of_customer(db, customer.visitor_id)
    return WidgetSession(
        token=token,
        visitor_id=str(customer.visitor_id),
        expires_at=(house.clock() + house.visitors.lifetime).isoformat(),
        customer=customer,
        conversation_id=str(newest["id"]) if newest else None,
    )


@router.get("/articles/{article_id}")
async def article(
    article_id: str,
    visitor: VisitorOnly,
    house: Wired,
    revision: Annotated[int | None, Query(ge=1)] = None,
    locale: Annotated[str, Query(max_length=16)] = "en",
) -> ArticleOut:
    """Return a public article of the visitor's brand, in the revision that was shown."""
    async with house.store.reading() as db:
        row = await repository.account_by_id(db, visitor.account)
        newest = await repository.newest_of_customer(db, visitor.customer_id)
    if row is None:
        raise AccountNotFound(visitor.account)
    scope = Scope(
        locale=locale,
        region=(newest["region"] if newest else None) or row["region"],
        account=visitor.account,
        fallback=tuple(house.settings.knowledge.fallback_locales),
    )
    return await article_out(house.library, house.store, article_id, revision=revision, scope=scope)
