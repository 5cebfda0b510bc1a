"""Suggestions for the agent: computed after a customer's message is out of the way, never before it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.suggest import heard, suggest
from assist.suggest.types import Suggestions
from assist.types import Transcript
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from server.conversations import ledger, repository
from server.conversations.errors import NoSuchSuggestion
from server.conversations.ledger import BOT, Draft
from server.conversations.questions import Question, Questions
from server.conversations.withheld import Withheld
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.realtime.events import Actor, MessageSent, Suggestion, SuggestionDismissed, SuggestionsOffered
from server.realtime.frames import AgentRef
from server.realtime.hub import Hub
from server.realtime.signals import Signal, Written
from server.store.session import Store

log = structlog.get_logger()
SEATS = 2
SAID_KEPT = 50
"""Messages that wait to be read ahead; what does not fit is read when it is needed."""
AGENTS = frozenset({"public", "agents"})
LOOKED_THROUGH = 200
"""How many of a conversation's newest offers a suggestion is looked for in."""


class Suggesting:
    """Asks the knowledge base on behalf of the agent and puts the answer into the log.

    Work that piles up is dropped from the old end: only the newest customer message of a conversation is worth it.
    """

    def __init__(
        self,
        store: Store,
        hub: Hub,
        library: Library,
        clock: Clock,
        *,
        withheld: Withheld,
        questions: Questions,
        fallback: Sequence[str] = (),
    ) -> None:
        """`fallback` are the locales to read in where an article has none of the conversation's."""
        self._store = store
        self._hub = hub
        self._library = library
        self._clock = clock
        self._withheld = withheld
        self._questions = questions
        self._fallback = tuple(fallback)
        self._wanted: dict[UUID, tuple[Mapping[str, Any], Transcript, UUID]] = {}
        self._bell = asyncio.Event()
        self._busy = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._said: asyncio.Queue[str] = asyncio.Queue(SAID_KEPT)
        hub.watch(self._noticed)

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
            group.create_task(self._listen())

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

    def _noticed(self, signal: Signal) -> None:
        """Want what was just said to a customer whom a person serves to be read before the customer's next message."""
        if not isinstance(signal, Written) or signal.summary.owner not in {"queue", "agent"}:
            return
        for event in signal.events:
            if isinstance(event.data, MessageSent) and event.data.notice is None and not self._said.full():
                self._said.put_nowait(event.data.text)

    async def _listen(self) -> None:
        while True:
            text = await self._said.get()
            try:
                await asyncio.to_thread(heard, text, self._library)
            except KnowledgeError as error:
                # The next search reads it itself, a few milliseconds later.
                log.warning("suggestions.not_heard", error=type(error).__name__)

    async def _offer(self, row: Mapping[str, Any], transcript: Transcript, message_id: UUID) -> None:
        offered = await self.ask(row, transcript, message_id=message_id)
        if offered.release != self.release():
            # A release was swapped in meanwhile: what it replaced is not offered any more.
            offered = await self.ask(row, transcript, message_id=message_id)
        data = SuggestionsOffered(
            message_id=message_id,
            items=[item for item in offered.items if item.article_id not in self._withheld.ids],
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

    async def ask(
        self,
        row: Mapping[str, Any],
        transcript: Transcript,
        *,
        limit: int = 3,
        source: Literal["desk", "agent"] = "desk",
        message_id: UUID | None = None,
        audience: frozenset[str] = AGENTS,
    ) -> "Offered":
        """Return suggestions for a transcript; none while the knowledge base does not serve.

        What is pushed goes into the log, which every agent reads, so a team's own articles come only to who asks.

        What was asked is kept with how well it could be answered. An article that is withheld, or that an agent
        dismissed in this conversation, is not looked at.
        """
        try:
            exclude = await self._withheld.within(row["id"])
            found = await asyncio.to_thread(
                suggest,
                transcript,
                self._library,
                audience=audience,
                locale=row["locale"],
                region=row["region"],
                account=row["account"],
                limit=limit,
                exclude=exclude,
                fallback=self._fallback,
            )
        except KnowledgeError as error:
            log.warning("suggestions.no_knowledge", conversation=str(row["id"]), error=type(error).__name__)
            return Offered(items=[], release=None, took_ms=0)
        self._note(row, transcript, found, source, message_id)
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

    async def dismiss(self, conversation_id: UUID, by: AgentRef, suggestion_id: str, reason: str | None) -> None:
        """An agent says that a suggestion is of no use here; saying it twice is once.

        Raises `NotFound` for a conversation, or a suggestion, that is not there.
        """
        async with self._store.writing() as connection:
            row = await ledger.lock(connection, conversation_id)
            offered = await _offered(connection, conversation_id, suggestion_id)
            if offered is None:
                raise NoSuchSuggestion
            if await _is_dismissed(connection, conversation_id, suggestion_id):
                return
            data = SuggestionDismissed(
                suggestion_id=suggestion_id,
                article_id=offered.article_id,
                revision=offered.revision,
                release=offered.release,
                reason=(reason or "").strip() or None,
            )
            draft = Draft(actor=Actor(kind="agent", id=str(by.id), name=by.name), data=data)
            changes = {"updated_at": row["updated_at"]}
            written = await ledger.append(connection, row, [draft], now=self._clock(), changes=changes)
        self._hub.tell(written)

    def _note(
        self,
        row: Mapping[str, Any],
        transcript: Transcript,
        found: Suggestions,
        source: Literal["desk", "agent"],
        message_id: UUID | None,
    ) -> None:
        intents = [line.intent for line in transcript.by("customer") if line.intent]
        best = found.nearest
        self._questions.note(
            Question(
                source=source,
                text=found.query,
                locale=row["locale"],
                account=row["account"],
                region=row["region"],
                intent=intents[-1] if intents else row["intent"],
                conversation_id=row["id"],
                message_id=message_id,
                release=found.release,
                score=best.score if best else 0.0,
                confident=bool(best and best.confident),
                article_id=best.passage.article_id if best else None,
            )
        )


async def _offered(connection: AsyncConnection, conversation_id: UUID, suggestion_id: str) -> Suggestion | None:
    events = await repository.newest_events(
        connection, conversation_id, limit=LOOKED_THROUGH, types=("suggestions.offered",)
    )
    for event in reversed(events):
        if isinstance(event.data, SuggestionsOffered):
            for item in event.data.items:
                if item.id == suggestion_id:
                    return item
    return None


async def _is_dismissed(connection: AsyncConnection, conversation_id: UUID, suggestion_id: str) -> bool:
    events = await repository.newest_events(
        connection, conversation_id, limit=LOOKED_THROUGH, types=("suggestion.dismissed",)
    )
    return any(
        isinstance(event.data, SuggestionDismissed) and event.data.suggestion_id == suggestion_id for event in events
    )


class Offered:
    """Suggestions with the release that they are from."""

    def __init__(self, *, items: list[Suggestion], release: str | None, took_ms: int) -> None:
        self.items = items
        self.release = release
        self.took_ms = took_ms
