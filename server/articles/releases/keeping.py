"""What is looked after without anybody asking: files that follow the database, dead builders, and the schedule."""

import asyncio
from datetime import datetime, timedelta

import structlog

from knowledge.errors import EmbedderChanged, KnowledgeError, ReleaseBroken, ReleaseMissing
from server.articles.releases import repository
from server.articles.releases.errors import NothingToPublish, ReleaseRunning
from server.articles.releases.publisher import Publisher
from server.articles.releases.wanted import SCHEDULE, Wanted, ready_to_try
from server.kit.errors import HouseError
from server.store.base import Row

log = structlog.get_logger()
PATIENCE = timedelta(hours=1)
"""How long the schedule waits before it tries again what was refused."""
CATCHING_UP = 3


class Keeping:
    """The rounds of one process; each may be walked at any time and does nothing when all is well."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def sweep(self) -> None:
        """Walk every round once."""
        await self.follow()
        await self.keep_time()

    async def keep_time(self) -> None:
        """Walk the rounds that one process of all would be enough for."""
        await self.bury()
        await self.on_schedule()

    async def recover(self) -> None:
        """Give up what an earlier life of this process was building; call it once, at the start."""
        publisher = self._publisher
        async with publisher.store.writing() as connection:
            gone = await repository.bury(connection, now=publisher.clock(), instance=publisher.instance)
        if gone:
            log.warning("release.given_up", numbers=gone)

    async def bury(self) -> None:
        """Give up releases whose builder is silent for too long."""
        publisher = self._publisher
        async with publisher.store.reading() as connection:
            running = await repository.running(connection)
        if running is None or running["lease_until"] is None or running["lease_until"] >= publisher.clock():
            return
        async with publisher.store.writing() as connection:
            gone = await repository.bury(connection, now=publisher.clock())
        if gone:
            log.warning("release.given_up", numbers=gone)

    async def follow(self) -> None:
        """Let this process and the files serve what the database says, writing the files again where they are bad.

        Where the database says nothing (a home from before it did), the files alone say it.
        """
        if await self._served() is None:
            await asyncio.to_thread(self._publisher.library.refresh)
            return
        for _ in range(CATCHING_UP):
            # The pointer first: a release is in the database before the pointer moves, so the row is never the older.
            pointed = await asyncio.to_thread(self._publisher.library.pointed)
            row = await self._served()
            if row is None or await asyncio.to_thread(self._serves, row["release"], pointed):
                break
            await self._mend(row)
            if await self._served() == row:
                break
        else:
            return
        if row is not None:
            await self._renew_once(row)

    async def _served(self) -> Row | None:
        async with self._publisher.store.reading() as connection:
            return await repository.served(connection)

    def _serves(self, release_id: str, pointed: str | None) -> bool:
        """Whether pointer and memory have this release; follows the pointer on the way."""
        library = self._publisher.library
        try:
            library.refresh()
            info = library.serving()
        except (ReleaseMissing, ReleaseBroken):
            return False
        return pointed == release_id and info is not None and info.id == release_id

    async def _mend(self, row: Row) -> None:
        publisher, release_id = self._publisher, row["release"]
        try:
            # What is in memory may be served although its files are gone: they are asked first.
            await asyncio.to_thread(publisher.library.release, release_id)
            await asyncio.to_thread(publisher.library.serve, release_id)
        except (ReleaseMissing, ReleaseBroken) as problem:
            log.warning("release.broken", release=release_id, why=str(problem))
        else:
            log.info("release.followed", release=release_id)
            return
        try:
            await publisher.restore(release_id, row["number"])
            await asyncio.to_thread(publisher.library.serve, release_id)
        except EmbedderChanged:
            await self._renew("Its files are gone, and the embedder is another one now.")

    async def _renew_once(self, row: Row) -> None:
        """Build what is served anew when it was made by another embedder than this process has.

        Once for each other embedder: of two processes with two embedders neither may undo the other's work for ever.
        """
        publisher = self._publisher
        if not publisher.embedder:
            return
        info = await asyncio.to_thread(publisher.library.release, row["release"])
        if info.embedder != publisher.embedder and info.embedder not in publisher.renewed_from:
            publisher.renewed_from.add(info.embedder)
            if not await self._renew("The embedder is another one now."):
                publisher.renewed_from.discard(info.embedder)

    async def _renew(self, reason: str) -> bool:
        """Build what is served anew; False when another release is in the way, so that the next round tries again."""
        try:
            await self._publisher.renew(reason)
        except ReleaseRunning:
            return False
        return True

    async def on_schedule(self) -> None:
        """Publish what is approved and due, and take out what has expired, as one release.

        What is refused stays approved and is tried again after an hour, or when something of it changes.
        """
        publisher = self._publisher
        now = publisher.clock()
        async with publisher.store.reading() as connection:
            due = await repository.due(connection, now)
            if not due:
                return
            refused = await repository.refused_by_schedule(connection, by=SCHEDULE.name)
        lately = [row for row in refused if row["started_at"] > now - PATIENCE]
        wanted = [_wanted(row, expired=_expired(row, now)) for row in ready_to_try(due, lately)]
        if not wanted:
            return
        try:
            await publisher.publish(wanted, by=SCHEDULE, note="on schedule")
        except (ReleaseRunning, NothingToPublish):
            return
        except (HouseError, KnowledgeError) as error:
            log.warning("release.schedule_refused", error=type(error).__name__, translations=len(wanted))


def _expired(row: Row, now: datetime) -> bool:
    expire_at: datetime | None = row["expire_at"]
    return row["published"] is not None and expire_at is not None and expire_at <= now


def _wanted(row: Row, *, expired: bool) -> Wanted:
    if expired:
        return Wanted(article_id=row["article_id"], locale=row["locale"], what="expire")
    return Wanted(article_id=row["article_id"], locale=row["locale"], what="publish", revision=row["approved"])
