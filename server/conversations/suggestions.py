"""Suggestions for the agent: computed after a customer's message is out of the way, never before it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog

from assist.suggest import suggest
from assist.types import Transcript
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from server.conversations import ledger
from server.conversations.ledger import BOT, Draft
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.realtime.events import Suggestion, SuggestionsOffered
from server.realtime.hub import Hub
from server.store.session import Store

log = structlog.get_logger()
SEATS = 2


class Suggesting:
    """Asks the knowledge base on behalf of the agent and puts the answer into the log.

    Work that piles up is dropped from the old end: only the newest customer message of a conversation is worth it.
    """

    def __init__(self, store: Store, hub: Hub, library: Library, clock: Clock) -> None:
        self._store = store
        self._hub = hub
        self._library = library
        self._clock = clock
        self._wanted: dict[UUID, tuple[Mapping[str, Any], Transcript, UUID]] = {}
        self._bell = asyncio.Event()
        self._busy = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def start(self, row: Mapping[str, Any], transcript: Transcript, message_id: UUID) -> None:
        """Want suggestions for a conversation's newest customer message."""
        self._wanted[row["id"]] = (row, transcript, message_id)
        self._quiet.clear()
        self._bell.set()

    def release(self) -> str | None:
        """Return the id of the release that is served here, None while there is none that can be read."""
        try:
            info = self._library.serving()
        except KnowledgeError:
            # The knowledge base's own service says so; a turn goes on without it.
            return None
        return info.id if info else None

    async def run(self) -> None:
        """Work until cancelled, `SEATS` at a time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(SEATS):
                group.create_task(self._work())

    async def idle(self) -> None:
        """Wait until nothing is wanted (for tests)."""
        await self._quiet.wait()

    async def _work(self) -> None:
        while True:
            if not self._wanted:
                self._bell.clear()
                await self._bell.wait()
                continue
            conversation_id = next(iter(self._wanted))
            row, transcript, message_id = self._wanted.pop(conversation_id)
            self._busy += 1
            try:
                await self._offer(row, transcript, message_id)
            except HouseError as error:
                log.warning("suggestions.not_stored", conversation=str(conversation_id), code=error.code)
            except Exception:
                # The desk goes on without suggestions; the next message gets its chance.
                log.exception("suggestions.failed", conversation=str(conversation_id))
            finally:
                self._busy -= 1
                if not self._busy and not self._wanted:
                    self._quiet.set()

    async def _offer(self, row: Mapping[str, Any], transcript: Transcript, message_id: UUID) -> None:
        offered = await self.ask(row, transcript)
        data = SuggestionsOffered(
            message_id=message_id,
            items=offered.items,
            release=offered.release,
            took_ms=offered.took_ms,
        )
        versions = {"knowledge_release": offered.release} if offered.release else {}
        async with self._store.writing() as connection:
            fresh = await ledger.lock(connection, row["id"])
            if fresh["owner"] not in {"queue", "agent"}:
                return
            written = await ledger.append(
                connection,
                fresh,
                [Draft(actor=BOT, data=data, versions=versions)],
                now=self._clock(),
                changes={"updated_at": fresh["updated_at"]},
            )
        self._hub.tell(written)

    async def ask(self, row: Mapping[str, Any], transcript: Transcript, *, limit: int = 3) -> "Offered":
        """Return suggestions for a transcript; none while the knowledge base does not serve."""
        try:
            found = await asyncio.to_thread(
                suggest,
                transcript,
                self._library,
                audience="agents",
                locale=row["locale"],
                region=row["region"],
                account=row["account"],
                limit=limit,
            )
        except KnowledgeError as error:
            log.warning("suggestions.no_knowledge", conversation=str(row["id"]), error=type(error).__name__)
            return Offered(items=[], release=None, took_ms=0)
        items = [
            Suggestion(
                id=item.id,
                text=item.text,
                title=item.title,
                heading=item.heading,
                article_id=item.article_id,
                revision=item.revision,
                release=item.release,
                score=round(item.score, 4),
                confidence=item.confidence,
                why={"words": item.why},
            )
            for item in found.items
        ]
        return Offered(items=items, release=found.release, took_ms=round(found.took_ms))


class Offered:
    """Suggestions with the release that they are from."""

    def __init__(self, *, items: list[Suggestion], release: str | None, took_ms: int) -> None:
        self.items = items
        self.release = release
        self.took_ms = took_ms
