"""Keeping judged queries: each change is one transaction with its entry in the audit trail."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from server.access import repository as access
from server.articles.people import Editor
from server.articles.workbench import repository
from server.articles.workbench.errors import QueryChanged, QueryNotFound, UnknownArticles
from server.articles.workbench.importing import read
from server.articles.workbench.shapes import (
    JudgedQuery,
    JudgedQueryDraft,
    LeftOutLine,
    QueriesImported,
    Source,
    expected_ids,
    query_out,
)
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store


class JudgedQueryBook:
    """The judged queries of this installation."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def add(
        self,
        wanted: JudgedQueryDraft,
        by: Editor,
        *,
        source: Source = "manual",
        conversation_id: UUID | None = None,
        message_id: UUID | None = None,
    ) -> JudgedQuery:
        """Store a judged query; raise `UnknownArticles`."""
        row = self._row(wanted, by, source) | {"conversation_id": conversation_id, "message_id": message_id}
        async with self._store.writing() as connection:
            await _know(connection, wanted)
            await repository.save_queries(connection, [row])
            await self._audit(connection, by, "judged_query.added", row["id"], {"text": wanted.text})
        return await self.one(row["id"])

    async def count(self) -> int:
        """Return how many judged queries there are."""
        async with self._store.reading() as connection:
            return await repository.count(connection)

    async def one(self, id: UUID) -> JudgedQuery:
        """Return a judged query; raise `QueryNotFound`."""
        async with self._store.reading() as connection:
            row = await repository.query(connection, id)
            if row is None:
                raise QueryNotFound
            [shown] = await shown_queries(connection, [row])
        return shown

    async def change(self, id: UUID, wanted: JudgedQueryDraft, version: int, by: Editor) -> JudgedQuery:
        """Change a judged query; raise `QueryNotFound`, `QueryChanged`, `UnknownArticles`."""
        values = {**_said(wanted), "updated_at": self._clock()}
        async with self._store.writing() as connection:
            before = await repository.query(connection, id)
            if before is None:
                raise QueryNotFound
            await _know(connection, wanted)
            if not await repository.change_query(connection, id, version, values):
                raise QueryChanged(before["version"])
            told = {"before": {"text": before["text"], "expected": before["expected"]}, "expected": values["expected"]}
            await self._audit(connection, by, "judged_query.changed", id, told)
        return await self.one(id)

    async def drop(self, id: UUID, by: Editor) -> None:
        """Forget a judged query; raise `QueryNotFound`."""
        async with self._store.writing() as connection:
            row = await repository.query(connection, id)
            if row is None or not await repository.drop_query(connection, id):
                raise QueryNotFound
            told = {"text": row["text"], "expected": row["expected"]}
            await self._audit(connection, by, "judged_query.dropped", id, told)

    async def take_in(self, data: bytes, by: Editor) -> QueriesImported:
        """Store the judged queries of a file that are new by locale and text; lines that are none are told.

        Raises `NotJsonLines` when it is no such file; then nothing is stored.
        """
        found = read(data)
        problems = list(found.problems)
        rows: list[dict[str, Any]] = []
        known = 0
        async with self._store.writing() as connection:
            texts = await repository.known_texts(connection)
            named = [one.article_id for _, draft in found.queries for one in draft.expected]
            unknown = set(await repository.unknown_articles(connection, named))
            for line, draft in found.queries:
                absent = sorted({one.article_id for one in draft.expected} & unknown)
                if absent:
                    problems.append((line, f"There is no article {absent[0]}."))
                elif (draft.locale, draft.text) in texts:
                    known += 1
                else:
                    texts.add((draft.locale, draft.text))
                    rows.append(self._row(draft, by, "import"))
            await repository.save_queries(connection, rows)
            if rows:
                await self._audit(connection, by, "judged_query.imported", None, {"added": len(rows)})
        return QueriesImported(
            added=len(rows),
            known=known,
            problems=[LeftOutLine(line=line, why=why) for line, why in sorted(problems)[:200]],
        )

    def _row(self, wanted: JudgedQueryDraft, by: Editor, source: Source) -> dict[str, Any]:
        now = self._clock()
        kept = {"id": self._ids(), "source": source, "conversation_id": None, "message_id": None, "version": 1}
        return {**_said(wanted), **kept, "by": by.name, "at": now, "updated_at": now}

    async def _audit(
        self, connection: AsyncConnection, by: Editor, action: str, id: UUID | None, data: dict[str, Any]
    ) -> None:
        await access.audit(
            connection,
            id=self._ids(),
            at=self._clock(),
            actor=by.actor,
            action=action,
            target=f"judged_query:{id or '*'}",
            data=data,
        )


async def shown_queries(connection: AsyncConnection, rows: Sequence[Row]) -> list[JudgedQuery]:
    """Return rows of judged queries as they are shown, with the titles of what they expect."""
    titles = await repository.titles(connection, expected_ids(rows))
    return [query_out(row, titles) for row in rows]


def _said(wanted: JudgedQueryDraft) -> dict[str, Any]:
    return wanted.model_dump(exclude={"version"})


async def _know(connection: AsyncConnection, wanted: JudgedQueryDraft) -> None:
    unknown = await repository.unknown_articles(connection, [one.article_id for one in wanted.expected])
    if unknown:
        raise UnknownArticles(unknown)
