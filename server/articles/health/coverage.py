"""How well each workflow is covered: what is asked in it, what of that is answered, and which articles there are."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.health.findings import FINDINGS
from server.articles.health.standing import ASKED_WITHIN, LOW_SCORE, NO_QUESTIONS, QUESTIONS
from server.articles.repository import ARTICLES, TRANSLATIONS
from server.conversations.ledger import CONVERSATIONS
from server.store.base import all_rows

GENERIC = frozenset({"faq", "status", "info", "inform", "change", "ask", "request", "question"})
"""Words in the names of intents and tags that say nothing of what they are about (as stems where they have one)."""


@dataclass(slots=True, kw_only=True)
class Workflow:
    """One step of the bot's work, by its intent; `articles` are those about it, `types` counts them by their type."""

    intent: str
    title: str
    questions: int = 0
    answered: int = 0
    gaps: int = 0
    articles: set[str] = field(default_factory=set)
    types: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float | None:
        """The share of questions that were answered with confidence, None where nobody asked."""
        return self.answered / self.questions if self.questions else None


async def coverage(connection: AsyncConnection, *, now: datetime) -> tuple[list[Workflow], dict[str, int]]:
    """Return the workflows of the last ninety days, most asked first, and how many articles of each type there are.

    An article is about a workflow when it answered a question of it, or when one of its tags shares a word with the
    intent's name.
    """
    found: dict[str, Workflow] = {}
    for intent in await _intents(connection, now):
        found[intent] = Workflow(intent=intent, title=intent.replace("_", " ").capitalize())
    types, tags = await _published(connection)
    await _count_questions(connection, found, types, now)
    for article_id, names in tags.items():
        for flow in found.values():
            if words_of(flow.intent) & names:
                flow.articles.add(article_id)
    query = select(FINDINGS.c.data).where(FINDINGS.c.kind == "gap", FINDINGS.c.state.in_(("open", "tasked")))
    for data in (await connection.execute(query)).scalars():
        if data.get("intent") in found:
            found[data["intent"]].gaps += 1
    for flow in found.values():
        flow.types = Counter(types[article_id] for article_id in flow.articles)
    return sorted(found.values(), key=lambda flow: (-flow.questions, flow.intent)), dict(Counter(types.values()))


async def _intents(connection: AsyncConnection, now: datetime) -> set[str]:
    asked = select(QUESTIONS.c.intent).where(QUESTIONS.c.at >= now - ASKED_WITHIN).distinct()
    talked = select(CONVERSATIONS.c.intent).where(CONVERSATIONS.c.updated_at >= now - ASKED_WITHIN).distinct()
    names = {*(await connection.execute(asked)).scalars(), *(await connection.execute(talked)).scalars()}
    return {name for name in names if name} - NO_QUESTIONS


async def _published(connection: AsyncConnection) -> tuple[dict[str, str], dict[str, set[str]]]:
    query = (
        select(ARTICLES.c.id, ARTICLES.c.type, TRANSLATIONS.c.tags)
        .join(TRANSLATIONS, TRANSLATIONS.c.article_id == ARTICLES.c.id)
        .where(TRANSLATIONS.c.published.is_not(None), ARTICLES.c.type != "disclaimer")
    )
    types: dict[str, str] = {}
    tags: dict[str, set[str]] = defaultdict(set)
    for row in all_rows(await connection.execute(query)):
        types[row["id"]] = row["type"]
        for tag in row["tags"]:
            tags[row["id"]] |= words_of(tag)
    return types, tags


async def _count_questions(
    connection: AsyncConnection, found: Mapping[str, Workflow], types: Mapping[str, str], now: datetime
) -> None:
    good: Any = QUESTIONS.c.confident & (QUESTIONS.c.score >= LOW_SCORE)
    query = (
        select(
            QUESTIONS.c.intent,
            QUESTIONS.c.article_id,
            func.count().label("asked"),
            func.sum(cast(case((good, 1), else_=0), Integer)).label("answered"),
        )
        .where(QUESTIONS.c.at >= now - ASKED_WITHIN, QUESTIONS.c.intent.is_not(None))
        .group_by(QUESTIONS.c.intent, QUESTIONS.c.article_id)
    )
    for row in all_rows(await connection.execute(query)):
        flow = found.get(row["intent"])
        if flow is None:
            continue
        flow.questions += row["asked"]
        flow.answered += row["answered"]
        if row["answered"] and row["article_id"] in types:
            flow.articles.add(row["article_id"])


def words_of(name: str) -> set[str]:
    """Return the stems of the words of a tag or an intent, without those that say nothing."""
    words = [word for word in name.lower().replace("-", "_").replace(".", "_").split("_") if len(word) > 2]
    return set(_stemmer().stemWords(words)) - GENERIC


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
