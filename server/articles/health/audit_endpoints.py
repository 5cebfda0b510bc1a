"""The quarterly audit over HTTP: how far it is, its cases, and what auditors say."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from server.access.guard import Needs, Principal
from server.articles import repository
from server.articles.health.checklist import AnswerIn
from server.articles.health.sampling import quarter_of
from server.articles.pages import Cursor, Limit, cursor_of, opened
from server.articles.people import editor_of
from server.articles.tasks import uuid_of
from server.house import House, Wired
from server.store.base import Row

router = APIRouter(prefix="/api/v1/article-audits", tags=["article audits"])
Editing = Annotated[Principal, Depends(Needs("knowledge.edit"))]
State = Literal["open", "passed", "failed"]
Quarter = Annotated[str | None, Query(max_length=8)]


class AuditStep(BaseModel):
    """One step of the checklist."""

    step: int
    question: str
    answer: Literal["yes", "no", "not_applicable"] | None
    note: str


class AuditLine(BaseModel):
    """An audit in a list."""

    id: UUID
    quarter: str
    article_id: str
    title: str
    locale: str
    revision: int
    release: str
    conversation_id: UUID | None
    state: State
    auditor: str | None
    at: datetime
    done_at: datetime | None


class AuditMessage(BaseModel):
    """A message of the case, private details masked; `is_case` marks the one with the article."""

    author: Literal["customer", "bot", "agent", "system"]
    text: str
    at: datetime
    is_case: bool


class AuditedArticle(BaseModel):
    """The article as it was in the case; None for its text when the revision is not kept here."""

    title: str
    markdown: str | None
    latest: int | None
    withheld: bool


class Audit(AuditLine):
    """An audit with its case and checklist."""

    seq: int | None
    checklist: list[AuditStep]
    note: str
    messages: list[AuditMessage]
    article: AuditedArticle


class Progress(BaseModel):
    """A quarter: audits, and the share of finished ones that passed with its 95 % interval (Wilson)."""

    quarter: str
    total: int
    done: int
    passed: int
    failed: int
    accuracy: float | None
    low: float
    high: float


class ArticleAuditPage(BaseModel):
    """Audits, oldest first, and how far the quarter is."""

    items: list[AuditLine]
    next_cursor: str | None
    total: int
    progress: Progress


class StartIn(BaseModel):
    """Draw cases: of every article up to so many in the quarter, or so many more of the named ones."""

    quarter: str | None = Field(default=None, max_length=8)
    per_article: int = Field(default=1, ge=1, le=5)
    articles: list[str] | None = Field(default=None, max_length=200)


class Started(BaseModel):
    """How many audits there are new, and how far the quarter is."""

    made: int
    progress: Progress


class FinishIn(BaseModel):
    """The auditor's answers; one no means that it failed."""

    checklist: list[AnswerIn] = Field(max_length=100)
    note: str = Field(default="", max_length=5_000)


@router.get("")
async def audits(
    me: Editing,
    house: Wired,
    quarter: Quarter = None,
    state: State | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ArticleAuditPage:
    """List audits; without a quarter those of the present one."""
    quarter = quarter or quarter_of(house.clock())
    after: tuple[datetime, UUID] | None = None
    if cursor is not None:
        at, last = opened(cursor, (datetime, str))
        after = (at, uuid_of(last))
    rows, total = await house.audits.page(quarter=quarter, state=state, limit=limit, after=after)
    page = rows[:limit]
    titles = await _titles(house, page)
    more = cursor_of((page[-1]["at"], str(page[-1]["id"]))) if len(rows) > limit else None
    return ArticleAuditPage(
        items=[AuditLine.model_validate({**row, "title": titles[row["article_id"]]}) for row in page],
        next_cursor=more,
        total=total,
        progress=Progress.model_validate(await house.audits.progress(quarter)),
    )


@router.post("/start")
async def start(wanted: StartIn, me: Editing, house: Wired) -> Started:
    """Draw live cases to audit; drawing again adds what is missing."""
    made = await house.audits.start(wanted.quarter, wanted.per_article, editor_of(me), articles=wanted.articles)
    quarter = wanted.quarter or quarter_of(house.clock())
    return Started(made=made, progress=Progress.model_validate(await house.audits.progress(quarter)))


@router.get("/{id}")
async def audit(id: UUID, me: Editing, house: Wired) -> Audit:
    """Return an audit with its case: the conversation up to the article, and the article as it was."""
    return await _whole(house, await house.audits.one(id))


@router.post("/{id}/finish")
async def finish(id: UUID, wanted: FinishIn, me: Editing, house: Wired) -> Audit:
    """Say what came of it; an article that fails is not suggested any more until it is put right."""
    return await _whole(house, await house.audits.finish(id, wanted.checklist, wanted.note, editor_of(me)))


async def _whole(house: House, row: Row) -> Audit:
    async with house.store.reading() as db:
        article = await repository.article(db, row["article_id"])
        translation = await repository.translation(db, row["article_id"], row["locale"])
        was = await repository.revision(db, row["article_id"], row["locale"], row["revision"])
    title = was["title"] if was else translation["title"] if translation else row["article_id"]
    shown: dict[str, Any] = {
        **row,
        "title": title,
        "messages": await house.audits.excerpt(row),
        "article": {
            "title": title,
            "markdown": was["text"] if was else None,
            "latest": translation["latest"] if translation else None,
            "withheld": article is not None and article["withheld_at"] is not None,
        },
    }
    return Audit.model_validate(shown)


async def _titles(house: House, rows: list[Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    async with house.store.reading() as db:
        for row in rows:
            if row["article_id"] not in found:
                translation = await repository.translation(db, row["article_id"], row["locale"])
                found[row["article_id"]] = translation["title"] if translation else row["article_id"]
    return found
