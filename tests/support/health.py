"""What a knowledge base's health is measured on: published articles, questions, uses, readers' words."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from server.articles.health.findings import FINDINGS
from server.articles.health.standing import FEEDBACK, QUESTIONS, USES
from server.house import House
from server.store.base import Row, all_rows
from tests.support.articles import ADA, EVA, approved, written


async def published(house: House, article_id: str, text: str, *, title: str = "", **more: Any) -> None:
    """Write, approve and publish an article."""
    await written(
        house, article_id, by=EVA, title=title or article_id.replace("-", " ").capitalize(), text=text, **more
    )
    await approved(house, article_id, more.get("locale", "en"))
    await house.publisher.publish(None, by=ADA)


async def ask(house: House, text: str, *, times: int = 1, days: float = 0, **more: Any) -> None:
    """Keep a question that different people asked so many days ago and that nothing answered."""
    rows = [
        {
            "id": uuid4(),
            "at": house.clock() - timedelta(days=days),
            "source": "bot",
            "conversation_id": uuid4(),
            "message_id": None,
            "account": "larkfield",
            "locale": "en",
            "region": None,
            "intent": "returns_faq",
            "text": text,
            "release": None,
            "score": 0.1,
            "confident": False,
            "article_id": None,
            **more,
        }
        for _ in range(times)
    ]
    async with house.store.writing() as db:
        await db.execute(insert(QUESTIONS), rows)


async def met(
    house: House,
    article_id: str,
    kind: str,
    *,
    days: float = 0,
    revision: int = 1,
    conversation: UUID | None = None,
    seq: int = 3,
) -> UUID:
    """Say that an article met a conversation; return the conversation."""
    where = conversation or uuid4()
    at = house.clock() - timedelta(days=days)
    facts = {"article_id": article_id, "revision": revision, "release": "r0001", "seq": seq, "kind": kind, "at": at}
    async with house.store.writing() as db:
        await db.execute(insert(USES).values(conversation_id=where, **facts))
    return where


async def read(house: House, article_id: str, *, helpful: bool, reason: str | None = None, comment: str = "") -> None:
    """Say that a reader found an article helpful or not."""
    values = {
        "id": uuid4(),
        "article_id": article_id,
        "locale": "en",
        "revision": 1,
        "release": "r0001",
        "helpful": helpful,
        "reason": reason,
        "comment": comment or None,
        "reader": uuid4().hex,
        "at": house.clock(),
    }
    async with house.store.writing() as db:
        await db.execute(insert(FEEDBACK).values(**values))


async def measured(house: House) -> Row:
    """Measure and return the measurement's row."""
    await house.health.start("Eva Lund")
    await house.health.idle()
    row = await house.health.newest()
    assert row is not None
    assert (row["state"], row["error"]) == ("done", None)
    return row


async def found(house: House, kind: str, *, gone: bool = False) -> list[Row]:
    """Return the findings of a kind, heaviest first."""
    query = select(FINDINGS).where(FINDINGS.c.kind == kind).order_by(FINDINGS.c.weight.desc(), FINDINGS.c.key)
    async with house.store.reading() as db:
        rows = all_rows(await db.execute(query))
    return [row for row in rows if gone or row["state"] != "gone"]
