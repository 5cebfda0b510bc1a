"""Making a release: what goes into it, building it in a thread, and what the judged queries say of it.

Nothing here decides or serves anything; `publisher` does.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from knowledge.errors import ReleaseBroken, ReleaseMissing
from knowledge.library import Library
from knowledge.types import Article, ReleaseInfo
from server.articles.content import to_knowledge
from server.articles.people import Editor
from server.articles.releases import planning, repository
from server.articles.releases.errors import LinksAreBroken
from server.articles.releases.images import images_in
from server.articles.releases.wanted import Plan
from server.articles.workbench.gate import Gate
from server.articles.workbench.measure import Search
from server.articles.workbench.service import yardstick
from server.store.base import Row
from server.store.session import Store

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Job:
    """A release in the making."""

    number: int
    plan: Plan
    by: Editor
    note: str
    override: str | None = None
    serve: bool = True
    judged: bool = True
    back: bool = False
    """Whether it goes back to what an earlier release held, instead of carrying out what editors approved."""
    embedded: int = 0
    """Passages embedded so far; written by the builder's thread, read by the lease."""

    def embedding(self, done: int, _of: int) -> None:
        """Hear how many passages are embedded."""
        self.embedded = done


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds and judges; may take long and holds no transaction meanwhile."""

    store: Store
    library: Library
    gate: Gate

    async def contents(self, job: Job) -> list[Row]:
        """Return the revisions that a job puts in; raise `LinksAreBroken` for pictures that are not there."""
        async with self.store.reading() as connection:
            rows = await repository.contents(connection, job.plan.put)
            shown = images_in(rows)
            there = await repository.images(connection, shown)
        absent = [(article, f"image:{image}") for image, by in shown.items() if image not in there for article in by]
        if absent:
            raise LinksAreBroken(absent, number=job.number)
        return rows

    async def build(self, job: Job, rows: Sequence[Row]) -> ReleaseInfo:
        """Build in a thread, on the base where it can be read and on everything that it held where it cannot."""
        articles = [to_knowledge(row, row) for row in rows]
        if job.plan.base is not None:
            try:
                return await asyncio.to_thread(self._change, job, articles)
            except (ReleaseMissing, ReleaseBroken) as problem:
                log.warning("release.base_unreadable", base=job.plan.base, why=str(problem))
                rest = {key: number for key, number in job.plan.after.items() if key not in job.plan.put}
                async with self.store.reading() as connection:
                    articles += [to_knowledge(row, row) for row in await repository.contents(connection, rest)]
        # Whatever the folder holds already lends its vectors.
        return await asyncio.to_thread(
            self.library.build,
            articles,
            note=job.note,
            number=job.number,
            progress=job.embedding,
            links=job.plan.base is None,
        )

    def _change(self, job: Job, articles: Sequence[Article]) -> ReleaseInfo:
        return self.library.change(
            job.plan.base,
            put=articles,
            drop=list(job.plan.drop),
            note=job.note,
            number=job.number,
            progress=job.embedding,
            # What was served once may be served again as it was, links to what has expired since included.
            links=not job.back,
            expired=[key for key, what in job.plan.drop.items() if what == "expire"],
        )

    async def judged(self, plan: Plan, after: Search, embedder: str) -> dict[str, Any]:
        """Ask the judged queries of a plan's base and of what comes of it, and return what the gate says."""
        queries, limit = await yardstick(self.store)
        before = await asyncio.to_thread(self.comparable, plan.base, embedder)
        return await asyncio.to_thread(self.gate.judge, before, after, queries, limit, gone=plan.gone)

    def comparable(self, base: str | None, embedder: str) -> Search | None:
        """Return the search of the base, None where it cannot be read or would be asked by words alone."""
        if base is None:
            return None
        try:
            self.library.members(base)
            same = self.library.release(base).embedder == embedder
        except (ReleaseMissing, ReleaseBroken):
            return None
        return planning.searching(self.library, base) if same else None

    def held(self, release_id: str | None) -> Sequence[Article]:
        """Return what a release holds by its files, nothing without one."""
        return () if release_id is None else self.library.articles(release=release_id)

    async def articles_in(self, number: int) -> list[Article]:
        """Return everything that a release holds, from the database."""
        async with self.store.reading() as connection:
            held = await repository.members(connection, number)
            rows = await repository.contents(connection, held)
        return [to_knowledge(row, row) for row in rows]

    def number_on_disk(self) -> int:
        """Return the number of the release that the files serve, 0 for none.

        A home may hold releases from before its database, whose numbers are taken.
        """
        pointed = self.library.pointed()
        return int(pointed.removeprefix("r").split("-")[0]) if pointed else 0


def measures(info: ReleaseInfo) -> dict[str, Any]:
    """Return what a built release says of itself, for its row."""
    return {
        "articles": info.articles,
        "passages": info.passages,
        "embedded": info.embedded,
        "embedder": info.embedder[:200],
    }
