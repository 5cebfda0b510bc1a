"""How the knowledge base stands now, read once for a measurement: what readers see, and what became of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.private import masked
from knowledge.types import Article
from server.articles.content import to_knowledge
from server.articles.health.gaps import Unanswered
from server.articles.repository import ARTICLES, ITEMS, RELEASES, REVISIONS, TRANSLATIONS
from server.store.base import Row, all_rows, rows_of
from server.store.models import ArticleAudit, ArticleFeedback, ArticleUse, AskedQuestion

AUDITS = rows_of(ArticleAudit)
FEEDBACK = rows_of(ArticleFeedback)
QUESTIONS = rows_of(AskedQuestion)
USES = rows_of(ArticleUse)

LOW_SCORE = 0.35
"""A best answer with a lower probability is none (the floor under which the bot keeps quiet)."""
ASKED_WITHIN = timedelta(days=90)
MOST_QUESTIONS = 20_000
MOST_COMMENTS = 5
NO_QUESTIONS = frozenset(
    {"are_you_a_bot", "cancel", "goodbye", "greet", "no", "not_helpful", "talk_to_person", "thanks", "yes", "yes_no"}
)
"""Intents of what people say that no article answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A translation that readers see, in the revision that they see."""

    article: Article
    title: str
    revision: int
    at: datetime
    since: datetime
    """When readers first saw any revision of it."""
    shown: datetime
    """Since when they see this one."""
    owner_id: UUID | None
    withheld_at: datetime | None
    withheld_reason: str | None

    @property
    def name(self) -> str:
        """Its id and locale."""
        return f"{self.article.id}.{self.article.locale}"

    @property
    def where(self) -> dict[str, Any]:
        """What names it in a finding."""
        return {"article_id": self.article.id, "locale": self.article.locale, "revision": self.revision}


async def served(connection: AsyncConnection) -> list[Served]:
    """Return everything that readers see, by id and locale."""
    since, shown = await _first_shown(connection), await _now_shown(connection)
    query = (
        select(
            REVISIONS,
            ARTICLES.c.type,
            ARTICLES.c.slug,
            ARTICLES.c.source_locale,
            ARTICLES.c.review_by,
            ARTICLES.c.owner_id,
            ARTICLES.c.withheld_at,
            ARTICLES.c.withheld_reason,
        )
        .join(
            TRANSLATIONS,
            (REVISIONS.c.article_id == TRANSLATIONS.c.article_id)
            & (REVISIONS.c.locale == TRANSLATIONS.c.locale)
            & (REVISIONS.c.number == TRANSLATIONS.c.published),
        )
        .join(ARTICLES, ARTICLES.c.id == TRANSLATIONS.c.article_id)
        .order_by(REVISIONS.c.article_id, REVISIONS.c.locale)
    )
    return [
        Served(
            article=to_knowledge(row, row),
            title=row["title"],
            revision=row["number"],
            at=row["at"],
            since=_at(since, row),
            shown=_at(shown, row),
            owner_id=row["owner_id"],
            withheld_at=row["withheld_at"],
            withheld_reason=row["withheld_reason"],
        )
        for row in all_rows(await connection.execute(query))
    ]


def _at(known: Mapping[tuple[str, str], datetime], row: Row) -> datetime:
    """Return when readers saw it first; what no release says was there when it was written."""
    key = (row["article_id"], row["locale"])
    at: datetime = known[key] if key in known else row["at"]
    return at


async def _first_shown(connection: AsyncConnection) -> dict[tuple[str, str], datetime]:
    query = (
        select(ITEMS.c.article_id, ITEMS.c.locale, func.min(RELEASES.c.built_at))
        .join(RELEASES, RELEASES.c.number == ITEMS.c.from_number)
        .group_by(ITEMS.c.article_id, ITEMS.c.locale)
    )
    return {(article_id, locale): at for article_id, locale, at in await connection.execute(query) if at is not None}


async def _now_shown(connection: AsyncConnection) -> dict[tuple[str, str], datetime]:
    query = (
        select(ITEMS.c.article_id, ITEMS.c.locale, RELEASES.c.built_at)
        .join(RELEASES, RELEASES.c.number == ITEMS.c.from_number)
        .where(ITEMS.c.to_number.is_(None))
    )
    return {(article_id, locale): at for article_id, locale, at in await connection.execute(query) if at is not None}


async def uses_since(connection: AsyncConnection, since: datetime) -> dict[str, Counter[str]]:
    """Return how often each article was met since then, by kind: cited, used, suggested, dismissed, opened."""
    query = (
        select(USES.c.article_id, USES.c.kind, func.count())
        .where(USES.c.at >= since)
        .group_by(USES.c.article_id, USES.c.kind)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for article_id, kind, count in await connection.execute(query):
        found[article_id][kind] += count
    return found


async def read_since(connection: AsyncConnection, since: datetime) -> set[str]:
    """Return the articles that readers of the help centre said something about since then."""
    query = select(FEEDBACK.c.article_id).where(FEEDBACK.c.at >= since).distinct()
    return set((await connection.execute(query)).scalars())


async def dismissals(connection: AsyncConnection, article_id: str, since: datetime) -> tuple[int, int, list[str]]:
    """Return in how many conversations an article was suggested since then, in how many dismissed, and those."""
    of_it = (USES.c.article_id == article_id) & (USES.c.at > since)
    offered = select(func.count(distinct(USES.c.conversation_id))).where(of_it, USES.c.kind == "suggested")
    refused = select(USES.c.conversation_id).where(of_it, USES.c.kind == "dismissed").distinct()
    where = sorted(str(one) for one in (await connection.execute(refused)).scalars())
    return (await connection.execute(offered)).scalar_one(), len(where), where


async def feedback_since(connection: AsyncConnection, since: datetime) -> dict[tuple[str, str, int], list[Row]]:
    """Return what readers said of each revision since then, newest first."""
    query = select(FEEDBACK).where(FEEDBACK.c.at >= since).order_by(FEEDBACK.c.at.desc(), FEEDBACK.c.id)
    found: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in all_rows(await connection.execute(query)):
        found[row["article_id"], row["locale"], row["revision"]].append(row)
    return found


async def unanswered_since(connection: AsyncConnection, since: datetime) -> list[tuple[Unanswered, Row]]:
    """Return the newest questions since then that found no confident answer, each with its row."""
    query = (
        select(QUESTIONS)
        .where(
            QUESTIONS.c.at >= since,
            QUESTIONS.c.confident.is_(False) | (QUESTIONS.c.score < LOW_SCORE),
            QUESTIONS.c.intent.is_(None) | QUESTIONS.c.intent.not_in(NO_QUESTIONS),
        )
        .order_by(QUESTIONS.c.at.desc(), QUESTIONS.c.id.desc())
        .limit(MOST_QUESTIONS)
    )
    return [
        (
            Unanswered(
                text=row["text"],
                at=row["at"],
                asker=row["conversation_id"] or row["id"],
                locale=row["locale"],
                source=row["source"],
                intent=row["intent"],
                score=row["score"],
                article_id=row["article_id"],
            ),
            row,
        )
        for row in all_rows(await connection.execute(query))
    ]


async def failed_audits(connection: AsyncConnection) -> dict[str, Row]:
    """Return the newest failed audit of each article."""
    query = select(AUDITS).where(AUDITS.c.state == "failed").order_by(AUDITS.c.done_at, AUDITS.c.id)
    return {row["article_id"]: row for row in all_rows(await connection.execute(query))}


def comments_of(rows: list[Row]) -> list[str]:
    """Return what readers wrote, private details masked, the newest few."""
    return [masked(row["comment"]) for row in rows if row["comment"]][:MOST_COMMENTS]


def days_between(earlier: date | datetime, later: datetime) -> int:
    """Return how many days lie between a day or a moment and a later moment."""
    day = earlier.date() if isinstance(earlier, datetime) else earlier
    return (later.date() - day).days
