"""Measuring the knowledge base: every look in turn, one measurement at a time, at night and whenever somebody asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from knowledge.errors import KnowledgeError
from knowledge.languages import ANY
from knowledge.library import Library
from knowledge.types import PUBLIC, Query
from server.access import repository as access
from server.articles import notices, repository
from server.articles.health import findings, looks, standing
from server.articles.health.findings import Found, Kind, digest_of, key_of
from server.articles.health.gaps import Embed, Unanswered, gaps, recognised
from server.articles.health.standing import LOW_SCORE, Served
from server.conversations.withheld import Withheld
from server.kit.clock import Clock
from server.kit.errors import Conflict
from server.kit.ids import Ids
from server.store.base import Row, one_row, rows_of
from server.store.models import KnowledgeCheck
from server.store.session import Store

log = structlog.get_logger()
CHECKS = rows_of(KnowledgeCheck)
LEASE = timedelta(minutes=15)
NIGHT = range(2, 6)
"""Hours (UTC) in which the nightly measurement begins."""
LATE = timedelta(hours=36)
HOUSE = "Warmline"
MOST_GAPS = 300
AT_ONCE = 50
"""How many questions or articles go to a thread at a time, so that stopping does not wait long."""


class CheckRunning(Conflict):
    """A measurement runs already."""

    code = "check_running"

    def __init__(self) -> None:
        super().__init__("The knowledge base is being measured already.")


class HealthChecks:
    """Runs measurements in the background of this process; the database sees to it that there is one at a time."""

    def __init__(
        self,
        store: Store,
        library: Library,
        embed: Embed,
        withheld: Withheld,
        clock: Clock,
        ids: Ids,
        *,
        instance: str,
    ) -> None:
        self._store = store
        self._library = library
        self._embed = embed
        self._withheld = withheld
        self._clock = clock
        self._ids = ids
        self._instance = instance
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def start(self, by: str) -> Row:
        """Begin a measurement and return its row at once; raise `CheckRunning`."""
        async with self._starting:
            if self._task is not None and not self._task.done():
                raise CheckRunning
            row = await self._begin(by)
            self._task = asyncio.create_task(self._run(row))
        return row

    async def _begin(self, by: str) -> Row:
        now = self._clock()
        row = {
            "id": self._ids(),
            "state": "running",
            "step": "reading",
            "done": 0,
            "total": len(STEPS),
            "counts": {},
            "error": None,
            "by": by,
            "instance": self._instance,
            "lease_until": now + LEASE,
            "started_at": now,
            "finished_at": None,
        }
        try:
            async with self._store.writing() as db:
                # One whose process died, in an earlier life of this one too, is over.
                over = (CHECKS.c.lease_until < now) | (CHECKS.c.instance == self._instance)
                dead = (CHECKS.c.state == "running") & over
                await db.execute(
                    update(CHECKS).where(dead).values(state="failed", error="It was cut off.", finished_at=now)
                )
                await db.execute(insert(CHECKS).values(**row))
        except IntegrityError:
            raise CheckRunning from None
        return row

    async def nightly(self) -> bool:
        """Begin the night's measurement when it is due; return whether it was begun."""
        now = self._clock()
        newest = await self.newest()
        if newest is None:
            due = now.hour in NIGHT
        else:
            last: datetime = newest["started_at"]
            due = (now.hour in NIGHT and last.date() < now.date()) or now - last > LATE
        if not due:
            return False
        try:
            await self.start(HOUSE)
        except CheckRunning:
            return False
        return True

    async def newest(self, *, state: str | None = None) -> Row | None:
        """Return the newest measurement, or the newest in a state; None before the first."""
        query = select(CHECKS).order_by(CHECKS.c.started_at.desc(), CHECKS.c.id.desc()).limit(1)
        if state is not None:
            query = query.where(CHECKS.c.state == state)
        async with self._store.reading() as db:
            return one_row(await db.execute(query))

    async def idle(self) -> None:
        """Wait until nothing is measured here."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        """Stop measuring; what was found so far is kept."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, row: Row) -> None:
        look = _Look(self._store, self._library, self._embed, self._withheld, self._clock, self._ids)
        counts: dict[str, int] = {}
        errors: list[str] = []
        try:
            await look.read()
            for place, (kind, step) in enumerate(STEPS):
                await self._progress(row, step=kind, done=place, counts=counts)
                try:
                    found = await step(look)
                except KnowledgeError as error:
                    # Without vectors some looks see nothing; what they found last stays.
                    errors.append(f"{kind}: {type(error).__name__}")
                    continue
                counts[kind] = len(found)
                async with self._store.writing() as db:
                    await findings.keep(db, (kind,), found, now=self._clock())
            await self._progress(row, state="done", done=len(STEPS), counts=counts, error="; ".join(errors) or None)
        except asyncio.CancelledError:
            await asyncio.shield(self._progress(row, state="failed", error="It was stopped."))
            raise
        except Exception as error:
            log.exception("health.broken", check=str(row["id"]))
            await self._progress(row, state="failed", error=type(error).__name__)

    async def _progress(self, row: Row, **values: Any) -> None:
        now = self._clock()
        if "state" in values:
            values["finished_at"] = now
        async with self._store.writing() as db:
            await db.execute(update(CHECKS).where(CHECKS.c.id == row["id"]).values(lease_until=now + LEASE, **values))


class _Look:
    """One measurement's tools and what it has read."""

    def __init__(
        self, store: Store, library: Library, embed: Embed, withheld: Withheld, clock: Clock, ids: Ids
    ) -> None:
        self.store = store
        self.library = library
        self.embed = embed
        self.withheld = withheld
        self.now = clock()
        self.ids = ids
        self.served: list[Served] = []
        self.uses: Mapping[str, Any] = {}
        self.long_uses: Mapping[str, Any] = {}

    async def read(self) -> None:
        """Read what readers see and what became of it."""
        async with self.store.reading() as db:
            self.served = await standing.served(db)
            self.uses = await standing.uses_since(db, looks.since(self.now, looks.LOOKED_AT_DAYS))
            self.long_uses = await standing.uses_since(db, looks.since(self.now, looks.UNUSED_DAYS))

    async def gaps(self) -> list[Found]:
        """Look for what is asked and, asked again now, still not answered."""
        async with self.store.reading() as db:
            asked = await standing.unanswered_since(db, self.now - standing.ASKED_WITHIN)
            known = [(row["key"], row["data"].get("middle", row["title"])) for row in await findings.of_kind(db, "gap")]
        open_ones: list[Unanswered] = []
        answered: dict[tuple[Any, ...], bool] = {}
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start : start + AT_ONCE]
            open_ones += await asyncio.to_thread(self._still_open, part, answered)
        found = await asyncio.to_thread(gaps, open_ones, self.embed, now=self.now)
        found = found[:MOST_GAPS]
        keys = await asyncio.to_thread(recognised, found, known, self.embed)
        return [
            Found(
                key=key or key_of("gap", digest_of(gap.questions[0].locale.split("-", 1)[0], gap.title)),
                kind="gap",
                weight=gap.weight,
                title=gap.title,
                data={**gap.data, "middle": gap.title},
            )
            for key, gap in zip(keys, found, strict=True)
        ]

    def _still_open(
        self, asked: Sequence[tuple[Unanswered, Row]], answered: dict[tuple[Any, ...], bool]
    ) -> list[Unanswered]:
        kept = []
        for one, row in asked:
            key = (one.text, one.locale, row["region"], row["account"])
            if key not in answered:
                answered[key] = self._answers(one, row)
            if not answered[key]:
                kept.append(one)
        return kept

    def _answers(self, one: Unanswered, row: Row) -> bool:
        wanted = Query(
            text=one.text,
            locale=one.locale,
            region=row["region"],
            account=row["account"] or ANY,
            audience=frozenset({PUBLIC} if one.source in {"bot", "help"} else {PUBLIC, "agents"}),
            exclude=self.withheld.ids,
            limit=1,
        )
        try:
            found = self.library.search(wanted)
        except KnowledgeError:
            return False
        return found.confident and found.hits[0].score >= LOW_SCORE

    async def contradictions(self) -> list[Found]:
        """Look for numbers that articles do not agree about."""
        return await asyncio.to_thread(lambda: list(looks.contradicting(self.served, self.embed)))

    async def duplicates(self) -> list[Found]:
        """Look for articles that were written twice."""
        import numpy as np

        heads = [looks.head_of(one) for one in self.served]
        parts = [
            await asyncio.to_thread(self.embed, heads[start : start + AT_ONCE])
            for start in range(0, len(heads), AT_ONCE)
        ]
        if not parts:
            return []
        return await asyncio.to_thread(lambda: list(looks.duplicates(self.served, np.concatenate(parts))))

    async def dismissed(self) -> list[Found]:
        """Look for what agents keep dismissing, and suggest it no more."""
        async with self.store.reading() as db:
            known = {row["key"]: row["data"] for row in await findings.of_kind(db, "dismissed")}
            found = []
            for one in looks.sources(self.served):
                before = known.get(key_of("dismissed", one.article.id), {})
                since = max(one.shown, looks.since(self.now, looks.DISMISSED_DAYS))
                if until := before.get("counted_until"):
                    # It was withheld for what came before, and a person lets it be suggested again.
                    since = max(since, datetime.fromisoformat(until))
                counted = await standing.dismissals(db, one.article.id, since)
                if (finding := looks.dismissed(one, *counted, before, self.now)) is not None:
                    found.append((one, finding))
        for one, finding in found:
            if one.withheld_at is None:
                await self._withhold(one, finding)
        await self.withheld.refresh()
        return [finding for _, finding in found]

    async def _withhold(self, one: Served, finding: Found) -> None:
        data = finding.data
        reason = f"{looks.OUTCOME}: dismissed in {data['dismissed']} of {data['suggested']} conversations."
        async with self.store.writing() as db:
            await repository.withhold(db, one.article.id, reason, now=self.now)
            told = {"article_id": one.article.id, "title": one.title, "reason": reason}
            await notices.tell(db, one.owner_id, "article.withheld", told, ids=self.ids, now=self.now)
            await access.audit(
                db,
                id=self.ids(),
                at=self.now,
                actor=HOUSE,
                action="article.withheld",
                target=one.article.id,
                data={"reason": reason},
            )

    async def unhelpful(self) -> list[Found]:
        """Look for what readers found of no help."""
        async with self.store.reading() as db:
            feedback = await standing.feedback_since(db, looks.since(self.now, looks.LOOKED_AT_DAYS))
        return list(looks.unhelpful(self.served, feedback))

    async def unused(self) -> list[Found]:
        """Look for what nobody meets."""
        async with self.store.reading() as db:
            read = await standing.read_since(db, looks.since(self.now, looks.UNUSED_DAYS))
        return list(looks.unused(self.served, self.long_uses, read, self.now))

    async def failed_audits(self) -> list[Found]:
        """Look for what is withheld for a failed audit."""
        async with self.store.reading() as db:
            audits = await standing.failed_audits(db)
        return list(looks.failed(self.served, audits))

    async def outdated_translations(self) -> list[Found]:
        """Look for translations that lag behind."""
        return list(looks.outdated_translations(self.served, self.uses))

    async def overdue_reviews(self) -> list[Found]:
        """Look for reviews that are due."""
        return list(looks.overdue_reviews(self.served, self.now))

    async def stale(self) -> list[Found]:
        """Look for what is old and in use."""
        return list(looks.stale(self.served, self.uses, self.now))


STEPS: Sequence[tuple[Kind, Callable[[_Look], Awaitable[list[Found]]]]] = (
    ("overdue_review", _Look.overdue_reviews),
    ("outdated_translation", _Look.outdated_translations),
    ("failed_audit", _Look.failed_audits),
    ("dismissed", _Look.dismissed),
    ("unhelpful", _Look.unhelpful),
    ("stale", _Look.stale),
    ("unused", _Look.unused),
    ("gap", _Look.gaps),
    ("duplicate", _Look.duplicates),
    ("contradiction", _Look.contradictions),
)
"""Every look, the quick ones first."""
