"""Imports: a file is kept and read, tried dry, and then done, in the background and from where it was cut off."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import structlog

from knowledge.parsing.archive import Unreadable
from knowledge.parsing.drafts import Defaults
from knowledge.parsing.linking import Pictures
from knowledge.parsing.reading import FORMATS, read
from server.access import repository as access
from server.articles.imports import repository
from server.articles.imports.checking import check, picture_id
from server.articles.imports.errors import ImportNotFound, ImportUnreadable, ImportWrongState, NoRoom
from server.articles.imports.running import Run
from server.articles.imports.staging import Staging, batches
from server.articles.people import Editor
from server.articles.releases.errors import NothingToPublish, ReleaseRunning
from server.articles.releases.publisher import Publisher
from server.articles.releases.wanted import Wanted
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store

log = structlog.get_logger()
LEASE = timedelta(seconds=60)
"""How long a process may be silent before another one goes on with its import."""
PROBLEMS_SHOWN = 200
PATIENCE = 5.0
"""Seconds that an upload waits for the dry run; a larger one is asked about later."""
CHUNK = 1024 * 1024
RELEASE_TRIES = 60
RELEASE_PAUSE = 2.0
STARTABLE = frozenset({"checked", "cancelled"})
Take = Literal["theirs", "ours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file on its way in: one of the formats of `knowledge.parsing.reading`, its name, and what holds by default."""

    format: str
    name: str
    defaults: Defaults


class Imports:
    """The imports of one process; files lie in `imports/` in the home, which processes share."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, publisher: Publisher, *, home: Path, instance: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._publisher = publisher
        self._folder = home / "imports"
        self._instance = instance
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    async def take_in(self, upload: Upload, body: AsyncIterator[bytes], by: Editor) -> Row:
        """Keep a file as it comes in, read it and try it dry; return the import, which may still be reading.

        Raises `ImportUnreadable` when the file turns out to be of another format while this waits, `NoRoom` when the
        disk is full.
        """
        import_id = self._ids()
        path = self._path(import_id)
        try:
            size = await _keep(path, body)
        except BaseException:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        now = self._clock()
        options = {
            "locale": upload.defaults.locale,
            "type": upload.defaults.type,
            "audience": list(upload.defaults.audience),
            "tags": list(upload.defaults.tags),
            "encoding": upload.defaults.encoding,
        }
        values = {
            "id": import_id,
            "format": upload.format,
            "name": upload.name,
            "state": "reading",
            "options": options,
            "report": {"bytes": size},
            "total": 0,
            "done": 0,
            "instance": self._instance,
            "lease_until": now + LEASE,
            "by_id": by.id,
            "by": by.name,
            "at": now,
            "updated_at": now,
        }
        async with self._store.writing() as db:
            await repository.begin(db, values)
        self._start(import_id, self._read(import_id))
        await asyncio.wait([self._tasks[import_id]], timeout=PATIENCE)
        row = await self.one(import_id)
        if row["state"] == "failed" and "unreadable" in row["report"]:
            await self.remove(import_id, by)
            raise ImportUnreadable(**row["report"]["unreadable"])
        return row

    async def one(self, import_id: UUID) -> Row:
        """Return an import; raise `ImportNotFound`."""
        async with self._store.reading() as db:
            row = await repository.one(db, import_id)
        if row is None:
            raise ImportNotFound
        return row

    async def run(self, import_id: UUID, by: Editor, *, publish: bool, take: Take) -> Row:
        """Begin to write what was read, or go on after a cancellation; raise `ImportWrongState`."""
        now = self._clock()
        async with self._store.writing() as db:
            row = await self._locked(db, import_id)
            if row["state"] not in STARTABLE:
                raise ImportWrongState(row["state"], "started")
            run = {"publish": publish, "take": take, "by": by.name, "by_id": str(by.id or ""), "actor": by.actor}
            await repository.change(
                db,
                import_id,
                state="running",
                options={**row["options"], "run": run},
                instance=self._instance,
                lease_until=now + LEASE,
                updated_at=now,
            )
            await self._audit(db, "article.import_started", import_id, by.actor, {"name": row["name"], **run})
        self._start(import_id, self._run(import_id))
        return await self.one(import_id)

    async def cancel(self, import_id: UUID, by: Editor) -> Row:
        """Stop after the batch that is being written; what is written stays. Raise `ImportWrongState`."""
        async with self._store.writing() as db:
            row = await self._locked(db, import_id)
            if row["state"] not in {"reading", "running"}:
                raise ImportWrongState(row["state"], "cancelled")
            # A dry run that was cut short says nothing true about the rows that it did not come to.
            state = "cancelled" if row["state"] == "running" else "failed"
            report = row["report"] if row["state"] == "running" else {"why": "It was cancelled while it was read."}
            await repository.change(
                db, import_id, state=state, report=report, lease_until=None, updated_at=self._clock()
            )
            await self._audit(db, "article.import_cancelled", import_id, by.actor, {"name": row["name"]})
        if state == "failed" and (task := self._tasks.get(import_id)) is not None:
            task.cancel()
        return await self.one(import_id)

    async def remove(self, import_id: UUID, by: Editor) -> None:
        """Forget an import and its file; the articles that it wrote stay. Raise `ImportWrongState` while it runs."""
        async with self._store.writing() as db:
            row = await self._locked(db, import_id)
            if row["state"] in {"reading", "running"}:
                raise ImportWrongState(row["state"], "removed")
            await repository.forget(db, import_id)
            await self._audit(db, "article.import_removed", import_id, by.actor, {"name": row["name"]})
        await asyncio.to_thread(self._path(import_id).unlink, missing_ok=True)

    async def sweep(self) -> int:
        """Go on with imports that a process began and did not end; return how many."""
        async with self._store.reading() as db:
            if not await repository.unfinished(db, busy=[*self._tasks]):
                return 0
        async with self._store.writing() as db:
            rows = await repository.take_over(
                db, self._instance, now=self._clock(), lease=LEASE, busy=[*self._tasks.keys()]
            )
        for row in rows:
            log.info("import.taken_up", id=str(row["id"]), state=row["state"])
            self._start(row["id"], self._read(row["id"]) if row["state"] == "reading" else self._run(row["id"]))
        return len(rows)

    async def settled(self, import_ids: Iterable[UUID] = ()) -> None:
        """Wait until this process has nothing to do for these imports, or for any."""
        wanted = set(import_ids) or set(self._tasks)
        tasks = [task for import_id, task in self._tasks.items() if import_id in wanted]
        if tasks:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Stop; what is not done is gone on with by another process, or by this one when it comes back."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _path(self, import_id: UUID) -> Path:
        return self._folder / str(import_id)

    async def _locked(self, db: Any, import_id: UUID) -> Row:
        row = await repository.one(db, import_id, lock=True)
        if row is None:
            raise ImportNotFound
        return row

    async def _audit(self, db: Any, action: str, import_id: UUID, actor: str, data: Mapping[str, Any]) -> None:
        await access.audit(
            db,
            id=self._ids(),
            at=self._clock(),
            actor=actor,
            action=action,
            target=f"import:{import_id}",
            data=data,
        )

    def _start(self, import_id: UUID, work: Coroutine[Any, Any, None]) -> None:
        async def leased() -> None:
            renewing = asyncio.create_task(self._renew(import_id))
            try:
                await work
            finally:
                renewing.cancel()

        task = asyncio.create_task(leased())
        self._tasks[import_id] = task

        def done(ended: asyncio.Task[None]) -> None:
            if self._tasks.get(import_id) is ended:
                del self._tasks[import_id]
            if not ended.cancelled() and (error := ended.exception()) is not None:
                log.warning("import.stopped", id=str(import_id), error=type(error).__name__)

        task.add_done_callback(done)

    async def _renew(self, import_id: UUID) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 6)
            with suppress(HouseError):
                async with self._store.writing() as db:
                    await repository.keep_lease(db, import_id, self._instance, self._clock() + LEASE)

    async def _read(self, import_id: UUID) -> None:
        """Read a file from its beginning, store what is in it, and try it dry."""
        row = await self.one(import_id)
        defaults = _defaults(row["options"])
        path = self._path(import_id)
        async with self._store.writing() as db:
            await repository.forget_rows(db, import_id)
        staging = Staging(import_id=import_id)
        try:
            async with _pictures(path) as pictures:
                reads = batches(read(path, row["format"], row["name"], defaults))
                while (batch := await asyncio.to_thread(next, reads, None)) is not None:
                    rows = await asyncio.to_thread(staging.rows, batch)
                    async with self._store.writing() as db:
                        if not await repository.keep_lease(db, import_id, self._instance, self._clock() + LEASE):
                            return
                        await repository.store_rows(db, rows)
                        await repository.change(db, import_id, total=staging.position, updated_at=self._clock())
                await check(self._store, import_id, staging, pictures, defaults.locale)
        except Unreadable as problem:
            facts = {"why": problem.why, "source": problem.source or row["name"], "line": problem.line}
            await self._fail(import_id, {"unreadable": facts, "why": f"The file cannot be read: {problem.why}."})
            return
        except FileNotFoundError:
            await self._fail(import_id, {"why": "The file is gone; please upload it again."})
            return
        except (HouseError, OSError) as error:
            if isinstance(error, HouseError) and error.status >= 500:
                raise  # the database is away for now; the sweep begins again
            await self._fail(import_id, {"why": str(error)})
            return
        await self._checked(import_id)

    async def _checked(self, import_id: UUID) -> None:
        async with self._store.writing() as db:
            row = await repository.one(db, import_id, lock=True)
            if row is None or row["state"] != "reading" or row["instance"] != self._instance:
                return
            report = {**row["report"], **await self._report(db, import_id)}
            await repository.change(
                db, import_id, state="checked", report=report, lease_until=None, updated_at=self._clock()
            )

    async def _report(self, db: Any, import_id: UUID) -> dict[str, Any]:
        would = await repository.counts(db, import_id, "would")
        counted = {name: would.get(name, 0) for name in ("create", "change", "keep", "skip", "broken")}
        return counted | {"problems": await repository.problems(db, import_id, PROBLEMS_SHOWN)}

    async def _fail(self, import_id: UUID, report: Mapping[str, Any]) -> None:
        async with self._store.writing() as db:
            row = await repository.one(db, import_id, lock=True)
            if row is not None and row["state"] == "reading":
                await repository.forget_rows(db, import_id)
                values = {"total": 0, "lease_until": None, "updated_at": self._clock()}
                await repository.change(db, import_id, state="failed", report={**row["report"], **report}, **values)

    async def _run(self, import_id: UUID) -> None:
        """Write every row that has no outcome, publish what was approved, and say what became of it all."""
        row = await self.one(import_id)
        wanted = row["options"]["run"]
        by = Editor(id=UUID(wanted["by_id"]) if wanted["by_id"] else None, name=wanted["by"], actor=wanted["actor"])
        async with _pictures(self._path(import_id)) as pictures:
            run = Run(
                store=self._store,
                clock=self._clock,
                ids=self._ids,
                import_id=import_id,
                instance=self._instance,
                by=by,
                name=row["name"],
                begun_at=row["at"],
                publish=wanted["publish"],
                theirs=wanted["take"] == "theirs",
                pictures=pictures,
            )
            if not await run.rows():
                return
        release = await self._publish(import_id, by, row["name"]) if wanted["publish"] else None
        async with self._store.writing() as db:
            current = await repository.one(db, import_id, lock=True)
            if current is None or current["state"] != "running" or current["instance"] != self._instance:
                return
            outcomes = await repository.counts(db, import_id, "outcome")
            report = {**current["report"], **await self._report(db, import_id), "outcomes": outcomes}
            if release is not None:
                report["release"] = release
            await repository.change(
                db, import_id, state="done", report=report, lease_until=None, updated_at=self._clock()
            )
            data = {"name": row["name"], "outcomes": outcomes, "release": release}
            await self._audit(db, "article.import_done", import_id, by.actor, data)

    async def _publish(self, import_id: UUID, by: Editor, name: str) -> dict[str, Any]:
        """Ask for one release of all that the import approved; a refusal is part of the report."""
        for _ in range(RELEASE_TRIES):
            async with self._store.reading() as db:
                keys = await repository.to_publish(db, import_id)
            if not keys:
                return {"code": "nothing_to_publish", "why": "Nothing was approved that is not published already."}
            wanted = [Wanted(article_id=article_id, locale=locale) for article_id, locale in keys]
            try:
                released = await self._publisher.publish(wanted, by=by, note=f"Import of {name}")
            except ReleaseRunning:
                await asyncio.sleep(RELEASE_PAUSE)
            except NothingToPublish as error:
                return {"code": error.code, "why": error.detail}
            except HouseError as error:
                facts: dict[str, Any] = {one: error.facts[one] for one in ("number", "links") if one in error.facts}
                return {"code": error.code, "why": error.detail, **facts}
            else:
                return {"number": released["number"], "id": released["id"]}
        return {"code": ReleaseRunning.code, "why": "Another release was being built all the time; publish it by hand."}


@asynccontextmanager
async def _pictures(path: Path) -> AsyncIterator[Pictures]:
    """Open the pictures beside a file's articles."""
    pictures = await asyncio.to_thread(Pictures, path, picture_id)
    with pictures:
        yield pictures


async def _keep(path: Path, body: AsyncIterator[bytes]) -> int:
    """Write a body to disk as it comes; return its length in bytes."""
    size = 0
    buffer = bytearray()
    try:
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in body:
                buffer += chunk
                size += len(chunk)
                if len(buffer) >= CHUNK:
                    await asyncio.to_thread(file.write, bytes(buffer))
                    buffer.clear()
            await asyncio.to_thread(file.write, bytes(buffer))
    except OSError as error:
        free = shutil.disk_usage(path.parent).free if path.parent.exists() else 0
        log.warning("import.not_kept", error=error.strerror, free_bytes=free)
        raise NoRoom from error
    if size == 0:
        raise ImportUnreadable("it is empty", source="", line=1)
    return size


def _defaults(options: Mapping[str, Any]) -> Defaults:
    return Defaults(
        locale=options["locale"],
        type=options["type"],
        audience=tuple(options["audience"]),
        tags=tuple(options["tags"]),
        encoding=options["encoding"],
    )


__all__ = ["FORMATS", "Imports", "Take", "Upload"]
