"""The quarterly audit: live cases drawn for each article, checked step by step, and what comes of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.private import masked
from server.access import repository as access
from server.articles import notices, repository, tasks
from server.articles.contributions.due import due
from server.articles.health import findings, looks, standing
from server.articles.health.checklist import AnswerIn, checklist, filled, is_passed
from server.articles.health.sampling import WINDOW_DAYS, Case, audit_id, first_moment, quarter_of, sample, wilson
from server.articles.health.standing import Served
from server.articles.pages import behind
from server.articles.people import Editor
from server.articles.repository import ARTICLES
from server.conversations.ledger import CONVERSATIONS, EVENTS, event_of
from server.conversations.withheld import USES, Withheld
from server.kit.clock import Clock
from server.kit.errors import Conflict, Invalid, NotFound
from server.kit.ids import Ids
from server.realtime.events import Event, MessageReceived, MessageSent
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import ArticleAudit, ServedRelease
from server.store.session import Store

AUDITS = rows_of(ArticleAudit)
SERVED = rows_of(ServedRelease)
HOUSE = Editor(id=None, name="Warmline", actor="warmline")
WITHHELD = "Audit"
"""How the reason begins for which an article is withheld when an audit fails."""
FIX_DAYS = 3
AT_ONCE = 100
"""How many audits are stored in one transaction."""
AROUND = 12
"""How many messages of a conversation up to the case an auditor sees."""


class AuditNotFound(NotFound):
    """There is no such audit."""

    code = "audit_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such audit.")


class AuditOver(Conflict):
    """The audit is finished."""

    code = "audit_over"

    def __init__(self, state: str) -> None:
        super().__init__(f"This audit has {state} already.", state=state)


class NoQuarter(Invalid):
    """The text names no quarter, or one that has not begun."""

    code = "no_quarter"

    def __init__(self) -> None:
        super().__init__("A quarter is written 2026-Q4 and has begun.")


class Audits:
    """The verbs of the audit."""

    def __init__(self, store: Store, withheld: Withheld, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._withheld = withheld
        self._clock = clock
        self._ids = ids
        self._opened: str | None = None

    async def open_quarter(self) -> int:
        """Begin the present quarter's audits once, for what was published before it; return how many there are new."""
        quarter = quarter_of(self._clock())
        if quarter == self._opened:
            return 0
        query = select(AUDITS.c.id).where(AUDITS.c.quarter == quarter).limit(1)
        async with self._store.reading() as db:
            if (await db.execute(query)).first() is not None:
                self._opened = quarter
                return 0
        made = await self.start(quarter, 1, HOUSE, before=first_moment(quarter))
        self._opened = quarter
        return made

    async def start(
        self,
        quarter: str | None,
        per_article: int,
        by: Editor,
        *,
        articles: Sequence[str] | None = None,
        before: datetime | None = None,
    ) -> int:
        """Draw cases for each article that readers see (or for these), and return how many audits that made.

        Drawing again adds what is missing up to `per_article`. For named articles one more is always made, so that one
        that failed can be audited again. An article that nobody used is checked by itself. `before` leaves out
        what was first published later. Raises `NoQuarter`.
        """
        now = self._clock()
        quarter = quarter or quarter_of(now)
        if not _has_begun(quarter, now):
            raise NoQuarter
        async with self._store.reading() as db:
            served = await standing.served(db)
            cases = await _cases(db, now - timedelta(days=WINDOW_DAYS), served)
            known = await _known(db, quarter)
            release = (await db.execute(select(SERVED.c.release).limit(1))).scalar_one_or_none() or ""
        rows: list[dict[str, Any]] = []
        for one in looks.sources(served):
            if articles is not None and one.article.id not in articles:
                continue
            if one.article.type == "disclaimer" or (before is not None and one.since >= before):
                continue
            rows += self._drawn(one, cases, known, quarter, per_article, release, more=articles is not None)
        return await self._store_new(rows, quarter, by)

    def _drawn(
        self,
        one: Served,
        cases: Mapping[str, list[Case]],
        known: Mapping[str, list[Row]],
        quarter: str,
        per_article: int,
        release: str,
        *,
        more: bool,
    ) -> list[dict[str, Any]]:
        before = known.get(one.article.id, [])
        missing = per_article if more else per_article - len(before)
        if missing <= 0:
            return []
        seen = {(row["conversation_id"], row["seq"]) for row in before}
        free = [case for case in cases.get(one.article.id, []) if (case.conversation_id, case.seq) not in seen]
        drawn: list[Case | None] = [*sample(free, quarter=quarter, count=missing)]
        if not drawn and (more or not before):
            drawn = [None]
        return [self._row(one, case, quarter, release, attempt=len(before)) for case in drawn]

    def _row(self, one: Served, case: Case | None, quarter: str, release: str, *, attempt: int) -> dict[str, Any]:
        locale = case.locale if case else one.article.locale
        return {
            "id": audit_id(quarter, one.article.id, locale, case, attempt),
            "quarter": quarter,
            "article_id": one.article.id,
            "locale": locale,
            "revision": case.revision if case else one.revision,
            "release": case.release if case else release,
            "conversation_id": case.conversation_id if case else None,
            "seq": case.seq if case else None,
            "checklist": checklist(one.article, used=case is not None),
            "state": "open",
            "auditor": None,
            "at": self._clock(),
            "done_at": None,
            "note": "",
        }

    async def _store_new(self, rows: Sequence[Mapping[str, Any]], quarter: str, by: Editor) -> int:
        made = 0
        for start in range(0, len(rows), AT_ONCE):
            async with self._store.writing() as db:
                for row in rows[start : start + AT_ONCE]:
                    try:
                        async with db.begin_nested():
                            await db.execute(insert(AUDITS).values(**row))
                    except IntegrityError:
                        continue  # another process has drawn the same lot
                    made += 1
        if made:
            async with self._store.writing() as db:
                await self._audit(db, "audits.started", quarter, by, {"audits": made})
        return made

    async def finish(self, wanted_id: UUID, answers: Sequence[AnswerIn], note: str, by: Editor) -> Row:
        """Store the answers; with one no it failed: the article is withheld, listed, and somebody's task.

        When it passes and was begun after the failure that the article is withheld for, the article is suggested again.
        Raises `AuditNotFound`, `AuditOver`, `ChecklistIncomplete`.
        """
        now = self._clock()
        async with self._store.writing() as db:
            row = await self._needed(db, wanted_id, lock=True)
            if row["state"] != "open":
                raise AuditOver(row["state"])
            steps = filled(row["checklist"], answers)
            passed = is_passed(steps)
            values: dict[str, Any] = {
                "checklist": steps,
                "state": "passed" if passed else "failed",
                "auditor": by.name,
                "done_at": now,
                "note": note,
            }
            await db.execute(update(AUDITS).where(AUDITS.c.id == wanted_id).values(**values))
            row = {**row, **values}
            article = await repository.needed_article(db, row["article_id"], lock=True)
            await (self._free(db, row, article, by) if passed else self._withhold(db, row, article, by))
            await self._audit(db, f"audit.{row['state']}", row["article_id"], by, {"audit": str(wanted_id)})
        await self._withheld.refresh()
        return row

    async def _withhold(self, db: AsyncConnection, row: Row, article: Row, by: Editor) -> None:
        now: datetime = row["done_at"]
        reason = f"{WITHHELD} {row['quarter']} failed: {row['note']}".rstrip(": ")
        await repository.withhold(db, article["id"], reason, now=now)
        translation = await repository.translation(db, row["article_id"], row["locale"])
        title = translation["title"] if translation else row["article_id"]
        finding = looks.failed_audit(row, title, revision=row["revision"])
        await findings.put(db, finding, now=now)
        owner = article["owner_id"]
        if owner is not None and await repository.agent(db, owner) is None:
            owner = None
        if await tasks.open_of_finding(db, finding.key) is None:
            await tasks.make(
                db,
                ids=self._ids,
                kind="failed_audit",
                title=title,
                owner_id=owner,
                due_at=due(now, FIX_DAYS),
                by=by.name,
                by_id=by.id,
                now=now,
                data={"audit_id": str(row["id"]), "wrong": finding.data["wrong"], "note": row["note"]},
                finding=finding.key,
                article_id=row["article_id"],
                locale=row["locale"],
            )
        await findings.change(db, finding.key, state="tasked")
        told = {"article_id": article["id"], "title": title, "quarter": row["quarter"], "reason": reason}
        await notices.tell(db, owner, "audit.failed", told, ids=self._ids, now=now)

    async def _free(self, db: AsyncConnection, row: Row, article: Row, by: Editor) -> None:
        since: datetime | None = article["withheld_at"]
        by_audit = (article["withheld_reason"] or "").startswith(WITHHELD)
        if since is None or not by_audit or row["at"] <= since:
            return
        await repository.change_article(db, article["id"], withheld_at=None, withheld_reason=None)
        key = findings.key_of("failed_audit", article["id"])
        await findings.change(db, key, state="gone")
        if (task := await tasks.open_of_finding(db, key)) is not None:
            await tasks.finish(db, task["id"], "done", by=by.name, now=row["done_at"])
        await self._audit(db, "article.freed", article["id"], by, {"audit": str(row["id"])})

    async def one(self, wanted_id: UUID) -> Row:
        """Return an audit's row; raise `AuditNotFound`."""
        async with self._store.reading() as db:
            return await self._needed(db, wanted_id)

    async def excerpt(self, row: Row) -> list[dict[str, Any]]:
        """Return the messages of the case up to the one with the article, oldest first, private details masked."""
        if row["conversation_id"] is None:
            return []
        query = (
            select(EVENTS)
            .where(
                EVENTS.c.conversation_id == row["conversation_id"],
                EVENTS.c.seq <= row["seq"],
                EVENTS.c.type.in_(("message.received", "message.sent")),
            )
            .order_by(EVENTS.c.seq.desc())
            .limit(AROUND)
        )
        async with self._store.reading() as db:
            events = [event_of(one) for one in all_rows(await db.execute(query))]
        return [_line(event, row["seq"]) for event in reversed(events)]

    async def page(
        self, *, quarter: str | None, state: str | None, limit: int, after: tuple[datetime, UUID] | None
    ) -> tuple[list[Row], int]:
        """Return audits, oldest first, one more than `limit` where there are more; and how many there are in all."""
        query = select(AUDITS)
        if quarter is not None:
            query = query.where(AUDITS.c.quarter == quarter)
        if state is not None:
            query = query.where(AUDITS.c.state == state)
        order = (AUDITS.c.at, AUDITS.c.id)
        async with self._store.reading() as db:
            total = (await db.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
            if after is not None:
                query = query.where(behind(order, after, down=False))
            return all_rows(await db.execute(query.order_by(*order).limit(limit + 1))), total

    async def progress(self, quarter: str) -> dict[str, Any]:
        """Return how far a quarter is: audits, done, passed, failed, and the accuracy with its 95 % interval.

        The interval is Wilson's. It is about audits; an article that was audited twice counts twice.
        """
        query = (
            select(AUDITS.c.state, func.count().label("number"))
            .where(AUDITS.c.quarter == quarter)
            .group_by(AUDITS.c.state)
        )
        async with self._store.reading() as db:
            found = {row.state: row.number for row in await db.execute(query)}
        passed, wrong = found.get("passed", 0), found.get("failed", 0)
        low, high = wilson(passed, passed + wrong)
        return {
            "quarter": quarter,
            "total": sum(found.values()),
            "done": passed + wrong,
            "passed": passed,
            "failed": wrong,
            "accuracy": passed / (passed + wrong) if passed + wrong else None,
            "low": low,
            "high": high,
        }

    async def _needed(self, db: AsyncConnection, wanted_id: UUID, *, lock: bool = False) -> Row:
        query = select(AUDITS).where(AUDITS.c.id == wanted_id)
        row = one_row(await db.execute(query.with_for_update() if lock else query))
        if row is None:
            raise AuditNotFound
        return row

    async def _audit(self, db: AsyncConnection, action: str, target: str, by: Editor, data: Mapping[str, Any]) -> None:
        await access.audit(
            db, id=self._ids(), at=self._clock(), actor=by.actor, action=action, target=target, data=data
        )


async def _cases(db: AsyncConnection, since: datetime, served: Sequence[Served]) -> dict[str, list[Case]]:
    locales: dict[str, set[str]] = defaultdict(set)
    sources = {one.article.id: one.article.source_locale or one.article.locale for one in served}
    for one in served:
        locales[one.article.id].add(one.article.locale)
    query = (
        select(USES, CONVERSATIONS.c.locale)
        .join(CONVERSATIONS, CONVERSATIONS.c.id == USES.c.conversation_id)
        .where(USES.c.at >= since, USES.c.kind.in_(("cited", "used")), USES.c.article_id.in_(select(ARTICLES.c.id)))
        .order_by(USES.c.id)
    )
    found: dict[str, list[Case]] = defaultdict(list)
    for row in all_rows(await db.execute(query)):
        if row["article_id"] in sources:
            shown = _shown_in(row["locale"], locales[row["article_id"]], sources[row["article_id"]])
            facts = {
                name: row[name] for name in ("article_id", "revision", "release", "conversation_id", "seq", "kind")
            }
            found[row["article_id"]].append(Case(**facts, at=row["at"], locale=shown))
    return found


def _shown_in(locale: str, locales: set[str], source: str) -> str:
    """Return the translation that a reader of this locale was shown."""
    language = locale.split("-", 1)[0]
    return next((one for one in (locale, language, source) if one in locales), min(locales))


async def _known(db: AsyncConnection, quarter: str) -> dict[str, list[Row]]:
    query = select(AUDITS.c.article_id, AUDITS.c.conversation_id, AUDITS.c.seq).where(AUDITS.c.quarter == quarter)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in all_rows(await db.execute(query)):
        found[row["article_id"]].append(row)
    return found


def _has_begun(quarter: str, now: datetime) -> bool:
    try:
        return first_moment(quarter) <= now
    except ValueError:
        return False


def _line(event: Event, seq: int) -> dict[str, Any]:
    data = event.data
    text = data.text if isinstance(data, MessageReceived | MessageSent) else ""
    return {"author": event.actor.kind, "text": masked(text), "at": event.at, "is_case": event.seq == seq}
