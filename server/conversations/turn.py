"""A turn: what happens after a customer's message is stored.

Two short transactions with the slow part between them. Intake claimed the turn for this process; here the bot and the
models are asked at the same time, the rules decide, and one transaction checks the owner again and stores the outcome.
A process that dies in between leaves the turn due; the sweep of any process finishes it, and the bot answers a message
that it has answered before from memory.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from assist.decisions import decide
from assist.decisions.facts import BotTurn, gather
from assist.sentiment.line import in_line
from assist.types import Line, Mood, Transcript, Verdict
from assist.understanding import amounts
from server.botlink.port import BotMessage, BotReply, BotSilent
from server.conversations import repository
from server.conversations.intake import CLAIM, Taken
from server.conversations.ledger import BOT, EVENTS
from server.conversations.minds import Read
from server.conversations.outcome import Outcome, Tools, finish
from server.conversations.policies import ai_is_off
from server.handoffs.transcript import TYPES, given_back_at, mood_at_handoff, transcript_of
from server.realtime.events import MessageReceived, MessageSent
from server.realtime.hub import Hub
from server.realtime.signals import Nudge, Signal, TypingNow, Written
from server.store.session import StorageUnavailable

log = structlog.get_logger()
CONTEXT_EVENTS = 120
MERGED_MESSAGES = 5
TRIES = 3
"""A turn that did not come to its end as often as this asks neither bot nor models again, but for a person."""
QUESTION = re.compile(r"[?\uff1f\u061f]\s*$")
REMEMBERED_QUESTIONS = 6
TYPING_AFTER_SECONDS = 0.15
FORGOTTEN_AFTER_SECONDS = 30
KNOWN_ROWS = 2_000
OUTDATING = frozenset({"message.received", "customer.identified"})
"""After these, what the last turn knew is old: another message has its turn, or the customer is somebody else."""
NOT_WORDS = re.compile(r"^[\s/]+")
"""What a text must not begin with: for Rasa a slash is a command, also behind a line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The customer's message, or a burst of them merged into one, that a turn answers."""

    message_id: UUID
    text: str
    payload: str | None
    first_seq: int
    last_seq: int


class Turns:
    """Runs the turns of this process, one at a time for each conversation."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._group: asyncio.TaskGroup | None = None
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._known: OrderedDict[UUID, Mapping[str, Any]] = OrderedDict()
        self._ahead: dict[UUID, asyncio.Task[BotReply | BotSilent]] = {}
        self._next: dict[UUID, tuple[Mapping[str, Any], Asked | None]] = {}
        self._stopping = asyncio.Event()
        tools.hub.watch(self._noticed)

    async def run(self) -> None:
        """Be there for turns until `stop`; then let those that run come to their end."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self._stopping.wait()
            self._group = None

    def stop(self) -> None:
        """Take no more turns."""
        self._stopping.set()

    def ask_ahead(self, conversation_id: UUID, message_id: UUID, text: str) -> None:
        """Ask the bot while intake still stores the message, where the last turn left the conversation to the bot.

        Nothing hangs on it: the answer is used by the turn of this very message or thrown away, the transaction at the
        turn's end checks the owner, and if the message is never stored, the bot answers the same id from memory when
        it is sent again. Within a form nothing is asked ahead, and the gateway changes nothing for a message that is
        not stored. One message a turn is asked ahead: of those that follow it a burst may be made, and a bot that
        knows the last of them already would answer that one alone.
        """
        row = self._known.pop(conversation_id, None)
        if self._group is None or row is None or conversation_id in self._running:
            return
        if ai_is_off(self._tools.policies.switches, account=row["account"], channel=row["channel"]):
            return
        asked = Asked(message_id=message_id, text=text, payload=None, first_seq=0, last_seq=0)
        task = self._group.create_task(self._ahead_of(row, asked))
        self._ahead[message_id] = task
        asyncio.get_running_loop().call_later(FORGOTTEN_AFTER_SECONDS, self._ahead.pop, message_id, None)

    async def _ahead_of(self, row: Mapping[str, Any], asked: Asked) -> BotReply | BotSilent:
        try:
            return await self._ask_bot(row, asked, None)
        except Exception as error:
            # Nobody may wait for this task: what it raised would end the group, and with it every turn.
            log.exception("turn.ask_ahead_broken", conversation=str(row["id"]))
            return BotSilent("error", type(error).__name__)

    def start(self, taken: Taken) -> None:
        """Begin the turn that intake claimed for us."""
        if not taken.claimed or taken.row is None or taken.written is None:
            return
        data = taken.written.events[-1].data
        assert isinstance(data, MessageReceived)  # noqa: S101  # what intake wrote last
        due = taken.row["turn_due_seq"]
        asked = (
            Asked(
                message_id=data.message_id,
                text=data.text,
                payload=data.payload,
                first_seq=taken.seq,
                last_seq=taken.seq,
            )
            if due == taken.seq
            else None
        )
        self._spawn(taken.conversation_id, taken.row, asked)

    async def pick_up(self) -> int:
        """Claim and begin turns that are due and that nobody works on; return how many."""
        tools, begun = self._tools, 0
        now = tools.clock()
        async with tools.store.reading() as connection:
            due = await repository.turns_due(connection, now=now)
        for conversation_id in due:
            if conversation_id in self._running:
                continue
            async with tools.store.writing() as connection:
                row = await repository.claim_turn(
                    connection, conversation_id, by=tools.instance, now=now, until=now + CLAIM
                )
            if row is not None:
                begun += 1
                self._spawn(conversation_id, row, None)
        return begun

    async def idle(self) -> None:
        """Wait until no turn runs (for tests and for a clean end)."""
        while self._running:
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _spawn(self, conversation_id: UUID, row: Mapping[str, Any], asked: Asked | None) -> None:
        if self._group is None:
            # The message stays due; the sweep of whoever is there next comes to it.
            return
        if conversation_id in self._running:
            # The turn before this one has stored its end but not yet returned.
            self._next[conversation_id] = (row, asked)
            return
        task = self._group.create_task(self._work(row, asked))
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    def _ended(self, conversation_id: UUID) -> None:
        self._running.pop(conversation_id, None)
        if (waiting := self._next.pop(conversation_id, None)) is not None:
            self._spawn(conversation_id, *waiting)

    async def _work(self, row: Mapping[str, Any], asked: Asked | None) -> None:
        conversation_id: UUID = row["id"]
        try:
            while True:
                due = asked or await self._due(row)
                if due is None:
                    return
                again = await (self._give_up(row, due) if row["turn_tries"] > TRIES else self._one(row, due))
                if again is None:
                    return
                row, asked = again, None
        except StorageUnavailable:
            log.warning("turn.storage_unavailable", conversation=str(conversation_id))
        except Exception:
            # One broken turn must not end the others; its message stays due and the sweep comes back to it.
            log.exception("turn.broken", conversation=str(conversation_id))

    async def _due(self, row: Mapping[str, Any]) -> Asked | None:
        if row["turn_due_seq"] is None:
            return None
        query = (
            select(EVENTS.c.seq, EVENTS.c.data)
            .where(
                EVENTS.c.conversation_id == row["id"],
                EVENTS.c.seq >= row["turn_due_seq"],
                EVENTS.c.type == "message.received",
            )
            .order_by(EVENTS.c.seq)
            .limit(MERGED_MESSAGES)
        )
        async with self._tools.store.reading() as connection:
            found = (await connection.execute(query)).all()
        if not found:
            return None
        messages = _burst([(seq, MessageReceived.model_validate(data)) for seq, data in found])
        if row["turn_tries"]:
            # An earlier life may have asked the bot this very message; merged with others it would be asked anew.
            messages = messages[:1]
        last_seq, last = messages[-1]
        return Asked(
            message_id=last.message_id,
            text="\n".join(message.text for _, message in messages),
            payload=last.payload if len(messages) == 1 else None,
            first_seq=messages[0][0],
            last_seq=last_seq,
        )

    async def _one(self, row: Mapping[str, Any], asked: Asked) -> Mapping[str, Any] | None:
        began = perf_counter()
        tools = self._tools
        owned_by_bot = row["owner"] == "bot"
        off = ai_is_off(tools.policies.switches, account=row["account"], channel=row["channel"])
        context = _Context(tools, row, asked)
        async with asyncio.TaskGroup() as group:
            # The bot first: its question is on the way before the others take the loop.
            answering = group.create_task(self._answer(row, asked, context)) if owned_by_bot and not off else None
            group.create_task(context.load())
            # A bot that is asked in words sends the sentence vector along; otherwise it is made here meanwhile.
            alone = answering is None or asked.payload is not None
            reading = group.create_task(self._read(row, asked) if alone else self._glance(row, asked))
        bot = answering.result() if answering else None
        read = reading.result() if alone else await self._read_after(row, asked, bot, reading.result())
        mood, verdict = None, None
        if owned_by_bot:
            mood, verdict = await self._decide(row, asked, context, read, bot)
        else:
            mood = _in_line(read.mood, context.transcript)
        outcome = Outcome(
            asked_id=asked.message_id,
            last_seq=asked.last_seq,
            read=read,
            mood=mood,
            verdict=verdict,
            bot=bot if isinstance(bot, BotReply) else None,
            silent=bot if isinstance(bot, BotSilent) else None,
            transcript=context.transcript_with(asked, read, bot),
            events=context.events,
        )
        again, after_row = await finish(tools, row, outcome)
        self._remember(after_row, bot)
        log.info(
            "turn.done",
            conversation=str(row["id"]),
            move=str(verdict.move) if verdict else "listened",
            rule=verdict.rule if verdict else None,
            took_ms=round((perf_counter() - began) * 1000, 1),
        )
        return again

    async def _give_up(self, row: Mapping[str, Any], asked: Asked) -> Mapping[str, Any] | None:
        """Ask for a person with what needs neither the bot nor a model: one of them may be what breaks this turn."""
        log.error("turn.given_up", conversation=str(row["id"]), seq=asked.last_seq)
        context = _Context(self._tools, row, asked)
        await context.load()
        read = Read(vector=None, mood=None, language=None, entities=())
        silent = BotSilent("error", f"This turn broke {TRIES} times.")
        mood, verdict = await self._decide(row, asked, context, read, silent) if row["owner"] == "bot" else (None, None)
        outcome = Outcome(
            asked_id=asked.message_id,
            last_seq=asked.last_seq,
            read=read,
            mood=mood,
            verdict=verdict,
            bot=None,
            silent=silent,
            transcript=context.transcript_with(asked, read, silent),
            events=context.events,
        )
        again, _ = await finish(self._tools, row, outcome)
        return again

    async def _read(self, row: Mapping[str, Any], asked: Asked) -> Read:
        return await self._tools.minds.read(asked.message_id, asked.text, row["locale"])

    def _noticed(self, signal: Signal) -> None:
        if not isinstance(signal, Written | Nudge):
            return
        news = isinstance(signal, Written) and any(event.data.type in OUTDATING for event in signal.events)
        if news or signal.summary.owner != "bot":
            self._known.pop(signal.conversation_id, None)

    def _remember(self, row: Mapping[str, Any] | None, bot: BotReply | BotSilent | None) -> None:
        if row is None:
            return
        self._known.pop(row["id"], None)
        answered = row["owner"] == "bot" and row["turn_due_seq"] is None
        if answered and isinstance(bot, BotReply) and bot.state.active_loop is None:
            self._known[row["id"]] = row
            while len(self._known) > KNOWN_ROWS:
                self._known.popitem(last=False)

    async def _glance(self, row: Mapping[str, Any], asked: Asked) -> Read:
        return self._tools.minds.glance(asked.text, row["locale"])

    async def _read_after(
        self, row: Mapping[str, Any], asked: Asked, bot: BotReply | BotSilent | None, glance: Read
    ) -> Read:
        if not isinstance(bot, BotReply):
            return await self._read(row, asked)
        understood = bot.understanding
        return await self._tools.minds.read_with(
            asked.message_id,
            asked.text,
            row["locale"],
            glance,
            vector=understood.vector,
            encoder=understood.encoder,
        )

    async def _decide(
        self, row: Mapping[str, Any], asked: Asked, context: "_Context", read: Read, bot: BotReply | BotSilent | None
    ) -> tuple[Mood | None, Verdict]:
        tools = self._tools
        transcript = context.transcript
        mood = _in_line(read.mood, transcript)
        answered = bot if isinstance(bot, BotReply) else None
        inbound = Line(
            author="customer", text=asked.text, at=tools.clock(), message_id=str(asked.message_id), seq=asked.last_seq
        )
        questions = [(UUID(line.message_id), line.text) for line in transcript.by("customer")[-REMEMBERED_QUESTIONS:]]
        facts = gather(
            transcript,
            inbound,
            owner=row["owner"],
            bot=BotTurn(
                texts=tuple(message.text for message in answered.messages),
                signals=tuple(answered.signals),
                intent=answered.understanding.intent,
                confidence=answered.understanding.confidence,
                novelty=answered.understanding.novelty,
                active_form=answered.state.active_loop,
            )
            if answered
            else None,
            mood=mood,
            switches=tools.policies.switches,
            vector=read.vector,
            earlier_vectors=await tools.minds.vectors_of(questions) if questions else {},
            amounts=amounts(read.entities),
            given_back_at=given_back_at(context.events),
            mood_at_handoff=mood_at_handoff(context.events),
        )
        return mood, decide(facts, tools.policies.limits)

    async def _answer(self, row: Mapping[str, Any], asked: Asked, context: "_Context") -> BotReply | BotSilent:
        ahead = self._ahead.pop(asked.message_id, None)
        if ahead is not None and asked.first_seq == asked.last_seq:
            return await ahead
        return await self._ask_bot(row, asked, context)

    async def _ask_bot(self, row: Mapping[str, Any], asked: Asked, context: "_Context | None") -> BotReply | BotSilent:
        tools = self._tools
        text = NOT_WORDS.sub("", asked.text)
        if asked.payload is not None and context is not None and await context.offered(asked.payload):
            text = asked.payload
        customer = row["customer"]
        message = BotMessage(
            sender=row["id"],
            message=text,
            message_id=asked.message_id,
            metadata={
                "locale": row["locale"],
                "channel": row["channel"],
                "account": row["account"],
                "identity": {key: customer.get(key) for key in ("level", "email", "name", "customer_number")},
            },
        )
        typing = _Typing(tools.hub, row)
        try:
            return await tools.bot.reply(message)
        except BotSilent as silent:
            return silent
        finally:
            typing.end()


class _Typing:
    """Shows the bot's typing, but only when it takes long enough to be seen."""

    def __init__(self, hub: Hub, row: Mapping[str, Any]) -> None:
        self._hub, self._row = hub, row
        self._shown = False
        self._timer = asyncio.get_running_loop().call_later(TYPING_AFTER_SECONDS, self._show, True)

    def _show(self, on: bool) -> None:
        self._shown = on
        self._hub.tell(TypingNow(conversation_id=self._row["id"], customer_id=self._row["customer_id"], who=BOT, on=on))

    def end(self) -> None:
        self._timer.cancel()
        if self._shown:
            self._show(False)


@dataclass(slots=True)
class _Context:
    """What was said before, read while the bot thinks."""

    tools: Tools
    row: Mapping[str, Any]
    asked: Asked
    events: list[Any] = field(default_factory=list)
    transcript: Transcript = field(default_factory=lambda: Transcript(conversation_id="", lines=()))
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self) -> None:
        try:
            async with self.tools.store.reading() as connection:
                found = await repository.newest_events(connection, self.row["id"], limit=CONTEXT_EVENTS, types=TYPES)
            self.events = [
                event
                for event in found
                if not (event.data.type == "message.received" and event.seq >= self.asked.first_seq)
            ]
            self.transcript = transcript_of(self.events, self.row)
        finally:
            self.ready.set()

    async def offered(self, payload: str) -> bool:
        """Tell whether a quick reply with this payload was on the customer's screen."""
        await self.ready.wait()
        shown = [event.data for event in self.events if isinstance(event.data, MessageSent)][-8:]
        return any(reply.payload == payload for message in shown for reply in message.quick_replies)

    def transcript_with(self, asked: Asked, read: Read, bot: BotReply | BotSilent | None) -> Transcript:
        """Return the transcript with the message at hand at its end."""
        understood = bot.understanding if isinstance(bot, BotReply) else None
        line = Line(
            author="customer",
            text=asked.text,
            at=self.tools.clock(),
            message_id=str(asked.message_id),
            seq=asked.last_seq,
            intent=understood.intent if understood else None,
            confidence=understood.confidence if understood else None,
            sentiment=read.mood.score if read.mood else None,
        )
        known = self.transcript
        return Transcript(
            conversation_id=str(self.row["id"]),
            lines=(*known.lines, line),
            locale=self.row["locale"],
            channel=self.row["channel"],
            account=self.row["account"],
        )


def _burst(messages: Sequence[tuple[int, MessageReceived]]) -> Sequence[tuple[int, MessageReceived]]:
    """Return the messages that are answered together: a thought sent in pieces ends with its question mark."""
    for place, (_, message) in enumerate(messages, start=1):
        if QUESTION.search(message.text):
            return messages[:place]
    return messages


def _in_line(mood: Mood | None, transcript: Transcript) -> Mood | None:
    if mood is None:
        return None
    earlier: Sequence[float] = [line.sentiment for line in transcript.by("customer") if line.sentiment is not None]
    return in_line(mood, earlier)
