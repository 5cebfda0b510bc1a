"""Publishing: the next release is built aside, checked and judged, and then served everywhere at once or not at all.

The database says which release is served; the files follow. Whatever happens to a builder before its last transaction,
the old release goes on being served; whatever happens after it, `follow` brings the files to the new one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.errors import EmbedderChanged, KnowledgeError, LinksBroken, ReleaseBroken, ReleaseMissing
from knowledge.library import Library
from knowledge.types import ReleaseInfo
from server.articles.people import Editor
from server.articles.releases import planning, repository
from server.articles.releases.building import Builder, Job, measures
from server.articles.releases.errors import (
    BuilderLost,
    BuildFailed,
    GateRefused,
    LinksAreBroken,
    NotServable,
    ReasonNeeded,
    ReleaseNotFound,
    ReleaseRunning,
    ServedMoved,
)
from server.articles.releases.trail import Trail
from server.articles.releases.wanted import SYSTEM, Plan, Wanted
from server.articles.workbench.gate import Gate
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
"""How long a builder may be silent before its release is given up."""
KEPT = 50
"""Releases whose files stay on disk; older ones are written again from the database when they are asked for."""
TRIES = 3
Checkpoint = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A release that was begun; `done` ends with its row or raises why it is not published."""

    number: int
    done: asyncio.Task[Row]


class Publisher:
    """Builds releases and serves them; one for each process, and one builds at a time anywhere."""

    def __init__(
        self,
        store: Store,
        library: Library,
        clock: Clock,
        ids: Ids,
        *,
        instance: str,
        embedder: str = "",
        gate: Gate | None = None,
        keep: int = KEPT,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        """`embedder` is the fingerprint of the library's; empty means that releases of another are left as they are.

        `keep` is how many releases keep their files. `checkpoint` is called with the name of each step that is done:
        begun, built, judged, stored, served; tests end the process there.
        """
        self.store = store
        self.library = library
        self.clock = clock
        self.instance = instance
        self.embedder = embedder
        self.renewed_from: set[str] = set()
        """Embedders whose releases this process built anew with its own."""
        self._keep = keep
        self._checkpoint = checkpoint
        self.builder = Builder(store, library, gate or Gate())
        self._trail = Trail(clock, ids)
        self._tasks: set[asyncio.Task[Row]] = set()

    async def publish(
        self,
        wanted: Sequence[Wanted] | None,
        *,
        by: Editor,
        note: str = "",
        override: str | None = None,
        serve: bool = True,
    ) -> Row:
        """Publish some translations (None: all that wait), or take them out, and return the release's row.

        `override` is the reason to publish although the gate refuses; whoever calls has checked the right. `serve`
        False only keeps the release. Raises `ReleaseRunning`, `NothingToPublish`, `NotApproved`, `LinksAreBroken`,
        `GateRefused`, `ServedMoved`, `BuilderLost`, `BuildFailed`; then what was served goes on being served.
        """
        building = await self.begin(wanted, by=by, note=note, override=override, serve=serve)
        return await asyncio.shield(building.done)

    async def begin(
        self,
        wanted: Sequence[Wanted] | None,
        *,
        by: Editor,
        note: str = "",
        override: str | None = None,
        serve: bool = True,
    ) -> Building:
        """Begin what `publish` does and return at once; whoever waits for the end may go away."""
        if override is not None and not override.strip():
            raise ReasonNeeded
        highest = await asyncio.to_thread(self.builder.number_on_disk)

        async def first(connection: AsyncConnection) -> Job:
            plan = await planning.plan(connection, wanted, now=self.clock())
            return await self._begin(connection, plan, highest, by, note)

        job = await self._alone(first)
        job.override, job.serve = override, serve
        return self._start(job)

    async def _alone(self, first: Callable[[AsyncConnection], Awaitable[Job]]) -> Job:
        """Run the first transaction; when another builder is in the way, bury it if it is dead, or give up."""
        for _ in range(TRIES):
            try:
                async with self.store.writing() as connection:
                    return await first(connection)
            except IntegrityError:
                async with self.store.writing() as connection:
                    buried = await repository.bury(connection, now=self.clock())
                    running = await repository.running(connection)
                if running is not None:
                    raise ReleaseRunning(number=running["number"], by=running["by"]) from None
                log.info("release.in_the_way", buried=buried)
        raise ReleaseRunning(number=0, by="")

    async def _begin(self, connection: AsyncConnection, plan: Plan, highest: int, by: Editor, note: str) -> Job:
        now = self.clock()
        number = max(highest, await repository.newest_number(connection)) + 1
        await repository.begin(
            connection,
            {
                "number": number,
                "base": plan.base,
                "note": note,
                "by_id": by.id,
                "by": by.name,
                "instance": self.instance,
                "lease_until": now + LEASE,
                "started_at": now,
                "articles": len(plan.after),
                "changes": plan.changes,
            },
        )
        return Job(number=number, plan=plan, by=by, note=note)

    def _start(self, job: Job) -> Building:
        task = asyncio.create_task(self._make(job))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return Building(number=job.number, done=task)

    def _done(self, task: asyncio.Task[Row]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, HouseError):
            log.error("release.broken", error=type(error).__name__)

    async def close(self) -> None:
        """Stop building; a release that is not finished is given up when its lease runs out or this process returns."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _make(self, job: Job) -> Row:
        try:
            async with self._leased(job):
                await self._reached("begun")
                rows = await self.builder.contents(job)
                await self._step(job, "building")
                info = await self.builder.build(job, rows)
                await self._reached("built")
                await self._step(job, "checking", id=info.id, built_at=self.clock(), **measures(info))
                gate = await self._judge(job, info)
                await self._reached("judged")
                await self._step(job, "storing")
                await self._store(job, info, gate)
        except LinksAreBroken as error:
            await self._fail(job, "failed", error.detail)
            raise
        except LinksBroken as error:
            await self._fail(job, "failed", str(error))
            raise LinksAreBroken(error.links, number=job.number) from error
        except GateRefused as error:
            await self._fail(job, "refused", error.detail, gate=error.facts["gate"])
            raise
        except HouseError as error:
            await self._fail(job, "failed", error.detail)
            raise
        except (KnowledgeError, OSError) as error:
            await self._fail(job, "failed", _words(error))
            raise BuildFailed(number=job.number, why=_words(error)) from error
        except Exception:
            await self._fail(job, "failed", "Something broke that nobody expected; the log says more.")
            raise
        await self._reached("stored")
        if job.serve:
            await self._follow_at_once(job)
            await self._reached("served")
        return await self.row(job.number)

    async def _judge(self, job: Job, info: ReleaseInfo) -> dict[str, Any] | None:
        if not job.judged:
            return None
        document = await self.builder.judged(job.plan, planning.searching(self.library, info.id), info.embedder)
        if document["passed"]:
            return document
        if job.override is None:
            raise GateRefused(number=job.number, gate=document)
        return document | {"overridden": {"by": job.by.name, "reason": job.override}}

    async def _store(self, job: Job, info: ReleaseInfo, gate: dict[str, Any] | None) -> None:
        now, plan = self.clock(), job.plan
        finished: dict[str, Any] = {"state": "ready", "step": "done", "lease_until": None, "gate": gate}
        if job.serve:
            finished["served_at"] = now
        try:
            async with self.store.writing() as connection:
                if not await repository.note_progress(connection, job.number, self.instance, finished):
                    raise BuilderLost(number=job.number)
                await repository.keep_members(connection, job.number, plan.after)
                entries = self._trail.of(job, info, gate)
                if job.serve:
                    moved = await repository.move_served(
                        connection,
                        base=plan.base,
                        release=info.id,
                        number=job.number,
                        at=now,
                        by=job.by.name,
                        reason=job.note,
                    )
                    if not moved:
                        raise ServedMoved(number=job.number)
                    await self._mark(connection, job)
                await repository.write_audit(connection, entries)
        except IntegrityError:
            raise ServedMoved(number=job.number) from None

    async def _mark(self, connection: AsyncConnection, job: Job) -> None:
        """Say in the translations' rows what readers see from now on."""
        now, by, plan = self.clock(), job.by.name, job.plan
        if job.back:
            await repository.mark_as_in(connection, plan.after, now=now, by=by)
            return
        expired = [key for key, what in plan.drop.items() if what == "expire"]
        await repository.mark_published(connection, plan.put, now=now, by=by)
        await repository.mark_gone(connection, plan.drop.keys() - set(expired), now=now, by=by)
        await repository.mark_gone(connection, expired, now=now, by=by, expired=True)

    async def _fail(self, job: Job, state: str, why: str, gate: dict[str, Any] | None = None) -> None:
        """Close the release's row; what is served is not touched."""
        values = {"state": state, "error": why, "lease_until": None, "gate": gate}
        entry = self._trail.entry(job.by, f"release.{state}", f"release:{job.number}", {"why": why, "note": job.note})
        async with self.store.writing() as connection:
            again = await planning.tried_before(connection, job.by, job.plan.changes)
            if await repository.note_progress(connection, job.number, self.instance, values) and not again:
                await repository.write_audit(connection, [entry])
        log.warning("release.not_published", number=job.number, state=state, why=why)

    async def _follow_at_once(self, job: Job) -> None:
        """Move the files to what the database says; when that fails here, `follow` goes on trying."""
        async with self.store.reading() as connection:
            row = await repository.served(connection)
        if row is None or row["number"] != job.number:
            return
        try:
            await asyncio.to_thread(self.library.serve, row["release"])
            await self._tidy(job.number)
        except (KnowledgeError, OSError) as error:
            log.warning("release.files_behind", release=row["release"], error=type(error).__name__)

    async def _tidy(self, number: int) -> None:
        """Let old files go; those of later numbers stay, because another process may be judging such a release now."""
        async with self.store.reading() as connection:
            keep = await repository.kept(connection, self._keep)
            served = await repository.served(connection)
        if served is not None:
            keep.append(served["release"])
        await asyncio.to_thread(self.library.prune, keep, up_to=number)

    async def row(self, number: int) -> Row:
        """Return a release's row; raise `ReleaseNotFound`."""
        async with self.store.reading() as connection:
            row = await repository.release(connection, number)
        if row is None:
            raise ReleaseNotFound(number)
        return row

    async def _step(self, job: Job, step: str, **values: Any) -> None:
        async with self.store.writing() as connection:
            changes = {"step": step, "lease_until": self.clock() + LEASE, **values}
            if not await repository.note_progress(connection, job.number, self.instance, changes):
                raise BuilderLost(number=job.number)

    @asynccontextmanager
    async def _leased(self, job: Job) -> AsyncIterator[None]:
        """Say now and then that the builder lives, and how far it is."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 12)
                with suppress(HouseError):
                    async with self.store.writing() as connection:
                        signs = {"lease_until": self.clock() + LEASE, "embedded": job.embedded}
                        await repository.note_progress(connection, job.number, self.instance, signs)

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _reached(self, step: str) -> None:
        if self._checkpoint is not None:
            await self._checkpoint(step)

    async def serve(self, number: int, *, by: Editor, reason: str) -> Row:
        """Serve a kept release again, older or newer; takes seconds, because nothing is built.

        Raises `ReleaseNotFound`, `NotServable`, `ReasonNeeded`, and `BuildFailed` when its files are gone and cannot be
        written again.
        """
        if not reason.strip():
            raise ReasonNeeded
        row = await self.row(number)
        if row["state"] != "ready":
            raise NotServable(number=number, state=row["state"])
        try:
            await self.ensure(row)
        except EmbedderChanged:
            return await self._again(number, by, reason)
        now = self.clock()
        async with self.store.writing() as connection:
            held = await repository.members(connection, number)
            before = await repository.served(connection)
            base = before["release"] if before else None
            if base != row["id"]:
                moved = await repository.move_served(
                    connection, base=base, release=row["id"], number=number, at=now, by=by.name, reason=reason
                )
                if not moved:
                    raise ServedMoved(number=number)
                await repository.mark_as_in(connection, held, now=now, by=by.name)
                await repository.serve_again(connection, number, now)
                data = {"number": number, "before": base, "reason": reason}
                await repository.write_audit(
                    connection, [self._trail.entry(by, "release.served_again", f"release:{row['id']}", data)]
                )
        self.renewed_from.clear()
        await self._reached("stored")
        await self._point(row["id"])
        return await self.row(number)

    async def _point(self, release_id: str) -> None:
        try:
            await asyncio.to_thread(self.library.serve, release_id)
        except (KnowledgeError, OSError) as error:
            log.warning("release.files_behind", release=release_id, error=type(error).__name__)

    async def ensure(self, row: Row) -> None:
        """Make a kept release readable: where its files are gone or broken, they are written from the database."""
        try:
            await asyncio.to_thread(self.library.members, row["id"])
        except (ReleaseMissing, ReleaseBroken):
            await self.restore(row["id"], row["number"])

    async def make_readable(self, release_id: str) -> None:
        """As `ensure`, by the id; what the database does not know is left to whoever reads it."""
        async with self.store.reading() as connection:
            row = await repository.release_by_id(connection, release_id)
        if row is not None and row["state"] == "ready":
            await self.ensure(row)

    async def restore(self, release_id: str, number: int) -> None:
        """Write a release's files again; raise `EmbedderChanged`, or `BuildFailed` when they cannot be written."""
        articles = await self.builder.articles_in(number)
        try:
            await asyncio.to_thread(self.library.restore, release_id, articles)
        except ValueError as error:
            # The same revisions under another slug or type are another release for the library.
            raise EmbedderChanged(release_id) from error
        except EmbedderChanged:
            raise
        except (KnowledgeError, OSError) as error:
            raise BuildFailed(number=number, why=_words(error)) from error
        log.info("release.restored", release=release_id)

    async def served(self) -> Row | None:
        """Return which release is served by the database, None before the first."""
        async with self.store.reading() as connection:
            return await repository.served(connection)

    async def outdated(self) -> bool:
        """Tell whether what is served would be another release if it were built today: texts are cut otherwise now."""
        served = await self.served()
        return served is not None and await asyncio.to_thread(self._differs, served["release"])

    def _differs(self, release_id: str) -> bool:
        with suppress(ReleaseMissing, ReleaseBroken), self.library.trial(release_id) as trial:
            return trial.info.fingerprint != self.library.release(release_id).fingerprint
        return True

    async def renew(self, reason: str) -> Row:
        """Build a release of just what is served, for an embedder that changed; the old one serves meanwhile."""
        return await self._unjudged(planning.same_again, SYSTEM, reason)

    async def _again(self, number: int, by: Editor, reason: str) -> Row:
        """Serve what an old release held as a new one: its files are gone and cannot be written as they were."""

        async def back(connection: AsyncConnection) -> Plan:
            return await planning.back_to(connection, number)

        return await self._unjudged(back, by, f"As release {number}: {reason}", back=True)

    async def _unjudged(
        self, planned: Callable[[AsyncConnection], Awaitable[Plan]], by: Editor, note: str, *, back: bool = False
    ) -> Row:
        highest = await asyncio.to_thread(self.builder.number_on_disk)

        async def first(connection: AsyncConnection) -> Job:
            job = await self._begin(connection, await planned(connection), highest, by, note)
            job.judged, job.back = False, back
            return job

        return await asyncio.shield(self._start(await self._alone(first)).done)


def _words(error: KnowledgeError | OSError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}."
    return str(error)
