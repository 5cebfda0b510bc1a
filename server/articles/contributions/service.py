"""What agents propose and what becomes of it: sent, accepted as a draft or declined, and published in the end."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.library import Library
from server.access import repository as access
from server.articles import notices, repository, tasks
from server.articles.content import content_from, content_of
from server.articles.contributions import checks, due
from server.articles.contributions.checks import Checked, ContributionIn
from server.articles.contributions.errors import (
    AlreadyDecided,
    ContributionNotFound,
    HoldsPrivateData,
    Incomplete,
    LooksLike,
)
from server.articles.merge import merged
from server.articles.pages import behind, cursor_of, opened
from server.articles.people import Editor
from server.articles.repository import ARTICLES, TRANSLATIONS
from server.articles.service import Articles, NewArticleIn, SaveIn
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import Contribution, KnowledgeTask, ServedRelease
from server.store.session import Store

CONTRIBUTIONS = rows_of(Contribution)
SERVED = rows_of(ServedRelease)
TASKS = rows_of(KnowledgeTask)
HOUSE = "Warmline"


class Contributions:
    """The verbs of the contribution loop; each is one transaction and leaves an entry in the audit trail."""

    def __init__(self, store: Store, library: Library, articles: Articles, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._library = library
        self._articles = articles
        self._clock = clock
        self._ids = ids

    async def check(self, wanted: ContributionIn, audience: frozenset[str] | None = None) -> Checked:
        """Say what would be said if it were sent now; nothing is stored. `audience` is whose articles one may read."""
        return await checks.look(self._store, self._library, wanted, audience)

    async def send(self, wanted: ContributionIn, by: Editor, audience: frozenset[str] | None = None) -> Row:
        """Store a contribution and return its row.

        Raises `Incomplete`, `HoldsPrivateData`, and `LooksLike` unless the author is sure.
        """
        found = await self.check(wanted, audience)
        if found.problems:
            raise Incomplete(found.problems)
        if found.private:
            raise HoldsPrivateData([one.model_dump() for one in found.private])
        similar = [one.model_dump() for one in found.similar]
        if found.stops and not wanted.sure:
            raise LooksLike(similar)
        now = self._clock()
        async with self._store.writing() as db:
            policy, _ = await due.newest(db)
            row = {
                "id": self._ids(),
                "kind": wanted.kind,
                "state": "open",
                "article_id": wanted.article_id if wanted.kind == "fix" else None,
                "locale": found.locale,
                "revision": found.revision,
                "title": " ".join(wanted.title.split()),
                "text": wanted.text,
                "why": wanted.why.strip(),
                "similar": similar,
                "conversation_id": wanted.conversation_id,
                "message_id": wanted.message_id,
                "by_id": by.id,
                "by": by.name,
                "at": now,
                "due_at": due.due(now, policy.days(wanted.kind)),
                "decided_by": None,
                "decided_at": None,
                "reason": None,
                "became": None,
            }
            await db.execute(insert(CONTRIBUTIONS).values(**row))
            await self._audit(db, "sent", row, by.actor, {"kind": wanted.kind, "sure": bool(found.stops)})
        return row

    async def accept(
        self,
        contribution_id: UUID,
        by: Editor,
        *,
        owner_id: UUID | None = None,
        due_at: datetime | None = None,
        note: str = "",
    ) -> Row:
        """Make the draft that was proposed, and a task to bring it to readers; return the contribution's row.

        A fix becomes the next revision of its article, which keeps everything else that it says; what changed there
        since the author looked is merged in, and where both changed the same lines both stand in the draft between
        marks. The editor is the author of the revision, and its note names the contributor.
        """
        now = self._clock()
        async with self._store.writing() as db:
            row = await self._undecided(db, contribution_id)
            policy, _ = await due.newest(db)
            became = await (self._fix(db, row, by) if row["kind"] == "fix" else self._new(db, row, by, owner_id))
            owner = owner_id or await self._owner_of(db, became["article_id"]) or by.id
            await tasks.make(
                db,
                ids=self._ids,
                kind="contribution",
                title=row["title"],
                owner_id=owner,
                due_at=due_at or max(row["due_at"], due.due(now, policy.days(row["kind"]))),
                by=by.name,
                by_id=by.id,
                now=now,
                data={"contribution_id": str(row["id"]), "revision": became["revision"], "note": note}
                | {"conflicts": became.pop("conflicts", 0)},
                article_id=became["article_id"],
                locale=became["locale"],
            )
            values = _decision("accepted", by, now, note) | {"became": became}
            return await self._decide(db, row, values, "contribution.accepted", by)

    async def decline(self, contribution_id: UUID, by: Editor, reason: str) -> Row:
        """Say why it is not taken; the author is told."""
        now = self._clock()
        async with self._store.writing() as db:
            row = await self._undecided(db, contribution_id)
            return await self._decide(db, row, _decision("declined", by, now, reason), "contribution.declined", by)

    async def page(
        self,
        *,
        state: str | None,
        by_id: UUID | None,
        overdue: bool,
        limit: int,
        cursor: str | None,
    ) -> tuple[list[Row], str | None, int]:
        """Return one page of contributions, the most urgent first, the next page's cursor, and how many there are."""
        query = select(CONTRIBUTIONS)
        if state is not None:
            query = query.where(CONTRIBUTIONS.c.state == state)
        if by_id is not None:
            query = query.where(CONTRIBUTIONS.c.by_id == by_id)
        if overdue:
            query = query.where(CONTRIBUTIONS.c.state == "open", CONTRIBUTIONS.c.due_at < self._clock())
        order = (CONTRIBUTIONS.c.due_at, CONTRIBUTIONS.c.id)
        async with self._store.reading() as db:
            total = (await db.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
            if cursor is not None:
                at, last = opened(cursor, (datetime, str))
                query = query.where(behind(order, (at, tasks.uuid_of(last)), down=False))
            rows = all_rows(await db.execute(query.order_by(*order).limit(limit + 1)))
        more = cursor_of((rows[limit - 1]["due_at"], str(rows[limit - 1]["id"]))) if len(rows) > limit else None
        return rows[:limit], more, total

    async def one(self, contribution_id: UUID) -> Row:
        """Return a contribution's row; raise `ContributionNotFound`."""
        async with self._store.reading() as db:
            return await _needed(db, contribution_id)

    async def after_release(self) -> int:
        """Find accepted contributions that readers see now, tell the authors, end the tasks; return how many.

        Cheap when there are none, so a sweep asks every few seconds; the release itself knows nothing of this.
        """
        async with self._store.reading() as db:
            if not await _arrived(db):
                return 0
        async with self._store.writing() as db:
            rows = await _arrived(db, lock=True)
            for row in rows:
                await self._arrive(db, row)
        return len(rows)

    async def _arrive(self, db: AsyncConnection, row: Row) -> None:
        now = self._clock()
        release = (await db.execute(select(SERVED.c.release).limit(1))).scalar_one_or_none()
        became = {**row["became"], "release": release}
        await db.execute(
            update(CONTRIBUTIONS)
            .where(CONTRIBUTIONS.c.id == row["id"])
            .values(state="published", became=became)
        )  # fmt: skip
        await self._tell(db, row, "contribution.published", {"became": became}, now)
        await self._audit(db, "published", row, HOUSE, became)
        done = {"state": "done", "done_at": now, "done_by": HOUSE}
        same = TASKS.c.data["contribution_id"].as_string() == str(row["id"])
        await db.execute(
            update(TASKS).where(TASKS.c.kind == "contribution", TASKS.c.state == "open", same).values(**done)
        )

    async def _fix(self, db: AsyncConnection, row: Row, by: Editor) -> dict[str, Any]:
        article_id, locale = row["article_id"], row["locale"]
        translation = await repository.needed_translation(db, article_id, locale, lock=True)
        newest = await repository.needed_revision(db, article_id, locale, translation["latest"])
        base = await repository.needed_revision(db, article_id, locale, row["revision"] or translation["latest"])
        proposed = content_of(base).model_copy(update={"title": row["title"], "text": row["text"]})
        mixed, conflicts = await asyncio.to_thread(merged, content_of(base), proposed, content_of(newest))
        content = content_from(mixed.model_dump())
        wanted = SaveIn(base=translation["latest"], content=content, note=_credit(row))
        number, _ = await self._articles.save_in(db, article_id, locale, wanted, by)
        became = {"article_id": article_id, "locale": locale, "revision": number, "release": None}
        return became | {"conflicts": len(conflicts)}

    async def _new(self, db: AsyncConnection, row: Row, by: Editor, owner_id: UUID | None) -> dict[str, Any]:
        content = content_from({"title": row["title"], "text": row["text"]})
        wanted = NewArticleIn(locale=row["locale"], content=content, owner_id=owner_id, note=_credit(row))
        article_id = await self._articles.create_in(db, wanted, by)
        return {"article_id": article_id, "locale": row["locale"], "revision": 1, "release": None}

    async def _owner_of(self, db: AsyncConnection, article_id: str) -> UUID | None:
        query = select(ARTICLES.c.owner_id).where(ARTICLES.c.id == article_id)
        owner: UUID | None = (await db.execute(query)).scalar_one_or_none()
        if owner is None or await repository.agent(db, owner) is None:
            return None
        return owner

    async def _undecided(self, db: AsyncConnection, contribution_id: UUID) -> Row:
        row = await _needed(db, contribution_id, lock=True)
        if row["state"] != "open":
            raise AlreadyDecided(row["state"], row["decided_by"])
        return row

    async def _decide(self, db: AsyncConnection, row: Row, values: Mapping[str, Any], kind: str, by: Editor) -> Row:
        await db.execute(update(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == row["id"]).values(**values))
        facts = {"reason": values["reason"], "became": values.get("became"), "by": by.name}
        await self._tell(db, row, kind, facts, values["decided_at"])
        await self._audit(db, values["state"], row, by.actor, facts)
        return {**row, **values}

    async def _tell(self, db: AsyncConnection, row: Row, kind: str, facts: Mapping[str, Any], now: datetime) -> None:
        told = {"contribution_id": str(row["id"]), "title": row["title"], **facts}
        await notices.tell(db, row["by_id"], kind, told, ids=self._ids, now=now)

    async def _audit(self, db: AsyncConnection, action: str, row: Row, actor: str, data: Mapping[str, Any]) -> None:
        await access.audit(
            db,
            id=self._ids(),
            at=self._clock(),
            actor=actor,
            action=f"contribution.{action}",
            target=str(row["id"]),
            data=data,
        )


async def _needed(db: AsyncConnection, contribution_id: UUID, *, lock: bool = False) -> Row:
    query = select(CONTRIBUTIONS).where(CONTRIBUTIONS.c.id == contribution_id)
    row = one_row(await db.execute(query.with_for_update() if lock else query))
    if row is None:
        raise ContributionNotFound
    return row


async def _arrived(db: AsyncConnection, *, lock: bool = False) -> list[Row]:
    became = CONTRIBUTIONS.c.became
    query = (
        select(CONTRIBUTIONS)
        .join(
            TRANSLATIONS,
            (TRANSLATIONS.c.article_id == became["article_id"].as_string())
            & (TRANSLATIONS.c.locale == became["locale"].as_string()),
        )
        .where(
            CONTRIBUTIONS.c.state == "accepted",
            TRANSLATIONS.c.published >= became["revision"].as_integer(),
        )
    )
    rows = all_rows(await db.execute(query.with_for_update(of=CONTRIBUTIONS) if lock else query))
    return [row for row in rows if await _is_shown(db, **row["became"])]


async def _is_shown(db: AsyncConnection, *, article_id: str, locale: str, revision: int, **_: Any) -> bool:
    """Whether readers see this revision or one that builds on it; an earlier one brought back does not."""
    row = await repository.needed_translation(db, article_id, locale)
    revisions = {one["number"]: one for one in await repository.history(db, article_id, locale)}
    at = row["published"]
    while at is not None and at > revision and at in revisions:
        at = revisions[at]["restored_from"] or revisions[at]["parent"]
    return bool(at == revision)


def _decision(state: str, by: Editor, now: datetime, reason: str) -> dict[str, Any]:
    return {"state": state, "decided_by": by.name, "decided_at": now, "reason": reason.strip() or None}


def _credit(row: Row) -> str:
    return f"From {row['by']}'s contribution: {row['why']}"[:2_000]
