"""What readers say about articles: once per reader, article and day; a change of mind changes what was said."""

import hashlib
import hmac
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, Field, field_validator
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request

from assist.private import masked
from knowledge.types import Article
from server.access.guard import address_of
from server.store.base import rows_of
from server.store.models import ArticleFeedback
from server.store.session import Store

FEEDBACK = rows_of(ArticleFeedback)
LONGEST_COMMENT = 1_000


class FeedbackIn(BaseModel):
    """The form under an article."""

    helpful: Literal["yes", "no"]
    revision: int = Field(ge=0, le=1_000_000_000)
    reason: Literal["unclear", "wrong", "outdated", "incomplete", "not_my_question"] | None = None
    comment: str = Field(default="", max_length=LONGEST_COMMENT * 4)
    step: str = Field(default="", max_length=10)

    @field_validator("reason", mode="before")
    @classmethod
    def _chosen(cls, value: object) -> object:
        return value or None


def from_here(request: Request) -> bool:
    """Whether a form was sent from one of our own pages, as the browser says it.

    Browsers send `Sec-Fetch-Site` or `Origin` with every form; what sends neither carries nobody's cookies.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")


def reader_of(request: Request, key: bytes, day: str) -> str:
    """Return a mark of one reader on one day (64 hexadecimal digits) that tells nothing about either later."""
    salt = hmac.new(key, f"help reader {day}".encode(), hashlib.sha256).digest()
    browser = request.headers.get("user-agent", "")[:400]
    return hmac.new(salt, f"{address_of(request)}\n{browser}".encode(errors="replace"), hashlib.sha256).hexdigest()


async def keep(store: Store, said: FeedbackIn, article: Article, *, release: str, reader: str, now: datetime) -> None:
    """Store what a reader said of an article today, or change it. Private details in the comment are masked."""
    id = UUID(bytes=hashlib.sha256(f"{reader}\n{article.id}".encode()).digest()[:16], version=5)
    why = said.helpful == "no"
    comment = masked(said.comment.replace("\x00", "")[:LONGEST_COMMENT].strip()) if why else ""
    values = {
        "locale": article.locale,
        "revision": said.revision or article.revision,
        "release": release,
        "helpful": not why,
        "reason": said.reason if why else None,
        "comment": comment or None,
        "at": now,
    }
    try:
        await _write(store, id, article.id, reader, values)
    except IntegrityError:
        # Pressed twice, and another process was faster: the row is there now.
        await _write(store, id, article.id, reader, values)


async def _write(store: Store, id: UUID, article_id: str, reader: str, values: dict[str, Any]) -> None:
    async with store.writing() as db:
        there = (await db.execute(select(FEEDBACK.c.id).where(FEEDBACK.c.id == id).with_for_update())).first()
        if there is None:
            await db.execute(insert(FEEDBACK).values(id=id, article_id=article_id, reader=reader, **values))
        else:
            await db.execute(update(FEEDBACK).where(FEEDBACK.c.id == id).values(**values))
