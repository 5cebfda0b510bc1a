"""The end of a turn: one short transaction that checks the owner again and stores everything that came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.packet import SCHEMA_VERSION
from assist.types import Mood, Transcript, Verdict
from assist.types import Move as Verb
from server.botlink.port import BotEngine, BotReply, BotSilent
from server.conversations import ledger, repository
from server.conversations.intake import CLAIM, preview
from server.conversations.ledger import BOT, EVENTS, SYSTEM, Draft
from server.conversations.minds import Minds, Read
from server.conversations.notices import notice_for, notice_text
from server.conversations.policies import Policies
from server.conversations.state import OWNER_OF, Move, State, after
from server.conversations.suggestions import Suggesting
from server.handoffs import packets
from server.handoffs import repository as handoffs
from server.handoffs.transcript import slots_now
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.realtime import events as wire
from server.realtime.events import (
    BotFailed,
    Citation,
    DecisionMade,
    Entity,
    Event,
    HandoffRequested,
    MessageDropped,
    MessageSent,
    MessageUnderstood,
    PacketBuilt,
)
from server.realtime.hub import Hub
from server.store.session import Store

log = structlog.get_logger()
ON_SOCKETS = frozenset({"webchat"})
OUTCOME_SELF_SERVED = "self_served"
OUTCOME_HANDED_OFF = "handed_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What turns work with."""

    store: Store
    hub: Hub
    clock: Clock
    ids: Ids
    bot: BotEngine
    minds: Minds
    policies: Policies
    suggesting: Suggesting
    profile: Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]
    """The company's profile of a customer, soon or not at all."""
    instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that came of asking the bot, the models and the rules."""

    asked_id: UUID
    last_seq: int
    read: Read
    mood: Mood | None
    verdict: Verdict | None
    bot: BotReply | None
    silent: BotSilent | None
    transcript: Transcript
    events: Sequence[Event]

    @property
    def hands_off(self) -> bool:
        """Whether a person is asked for."""
        return self.verdict is not None and self.verdict.move == Verb.hand_off


Ended = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
"""The row to go on with when more messages have come meanwhile (else None), and the row as it is now, if known."""


async def finish(tools: Tools, row: Mapping[str, Any], outcome: Outcome) -> Ended:
    """Store the outcome and tell the sockets."""
    versions = _versions(tools, outcome)
    packet = await _packet(tools, row, outcome, versions) if outcome.hands_off else None
    if tools.store.sqlite and row["last_seq"] == outcome.last_seq:
        # Mostly nothing has happened since intake. Then its row is as good as a fresh one, and the store checks that.
        # On PostgreSQL the new events would hold the row (by their foreign key) while its move waits behind somebody
        # who waits for them: a deadlock. There the row is locked first.
        try:
            return await _finish(tools, row, outcome, packet, versions, fresh=row)
        except (ledger.Moved, IntegrityError):
            log.info("turn.row_had_moved", conversation=str(row["id"]))
    return await _finish(tools, row, outcome, packet, versions, fresh=None)


async def _finish(
    tools: Tools,
    row: Mapping[str, Any],
    outcome: Outcome,
    packet: dict[str, Any] | None,
    versions: Mapping[str, str],
    *,
    fresh: Mapping[str, Any] | None,
) -> Ended:
    async with tools.store.writing() as connection:
        now = tools.clock()
        locked = fresh is None
        fresh = await ledger.lock(connection, row["id"]) if fresh is None else fresh
        if _answered_elsewhere(fresh, outcome):
            log.info("turn.answered_elsewhere", conversation=str(row["id"]))
            return None, None
        if outcome.verdict is None and fresh["owner"] == "bot":
            # Given back while we only listened: nobody else would answer this message, so the bot has to.
            return fresh, None
        drafts, changes = _understood(outcome, versions, now)
        deliveries: list[dict[str, Any]] = []
        if outcome.verdict is not None:
            if fresh["owner"] == "bot":
                more, moved = await _act(connection, tools, fresh, outcome, packet, versions, now)
                drafts += more
                changes |= moved
            elif outcome.bot is not None and outcome.bot.messages:
                drafts.append(_dropped(outcome, fresh, versions))
        deliveries = _deliveries(fresh, drafts, now)
        next_seq = await _next_due(connection, fresh, outcome.last_seq)
        changes |= {
            "turn_due_seq": next_seq,
            "turn_by": tools.instance if next_seq else None,
            "turn_until": now + CLAIM if next_seq else None,
            "turn_tries": 0,
        }
        written = await ledger.append(connection, fresh, drafts, now=now, changes=changes, locked=locked)
        await repository.add_deliveries(connection, deliveries)
    tools.hub.tell(written)
    after_row = {**fresh, **changes, "last_seq": fresh["last_seq"] + len(drafts)}
    if after_row["owner"] in {"queue", "agent"}:
        tools.suggesting.start(after_row, outcome.transcript, outcome.asked_id)
    return (after_row if next_seq else None), after_row


def _answered_elsewhere(row: Mapping[str, Any], outcome: Outcome) -> bool:
    # A process that slept for longer than its claim holds finds that another one has done its work.
    due: int | None = row["turn_due_seq"]
    return row["state"] != State.closed and (due is None or due > outcome.last_seq)


def _versions(tools: Tools, outcome: Outcome) -> dict[str, str]:
    versions = dict(tools.minds.versions)
    if outcome.bot is not None and outcome.bot.model:
        versions["bot_model"] = outcome.bot.model
    if outcome.verdict is not None:
        versions["rules"] = outcome.verdict.rules_version
    if (release := tools.suggesting.release()) is not None:
        versions["knowledge_release"] = release
    return versions


async def _packet(
    tools: Tools, row: Mapping[str, Any], outcome: Outcome, versions: Mapping[str, str]
) -> dict[str, Any]:
    assert outcome.verdict is not None  # noqa: S101  # asked for only when a person is asked for
    slots, form, requested = slots_now(outcome.events)
    form_slots: Sequence[str] = ()
    if outcome.bot is not None:
        state = outcome.bot.state
        # A bot that ended its form because the customer asked for a person has not finished it.
        slots = {**slots, **state.slots}
        form, requested, form_slots = state.active_loop or form, state.requested_slot or requested, state.form_slots
    profile = await tools.profile(row)
    return await asyncio.to_thread(
        packets.build_packet,
        outcome.transcript,
        row,
        outcome.verdict,
        mood=outcome.mood,
        slots=slots,
        active_form=form,
        requested_slot=requested,
        form_slots=form_slots,
        entities=outcome.read.entities,
        profile=profile,
        embed=tools.minds.embed,
        versions=versions,
        now=tools.clock(),
    )


def _understood(outcome: Outcome, versions: Mapping[str, str], now: datetime) -> tuple[list[Draft], dict[str, Any]]:
    bot, read = outcome.bot, outcome.read
    mood = (
        wire.Mood(
            score=round(outcome.mood.score, 4),
            negative=round(outcome.mood.negative, 4),
            label=outcome.mood.label,
            trend=round(outcome.mood.trend, 4),
            why=list(outcome.mood.why),
        )
        if outcome.mood
        else None
    )
    entities = [
        Entity(entity=found.kind, value=str(found.value), start=found.start, end=found.end) for found in read.entities
    ]
    data = MessageUnderstood(
        message_id=outcome.asked_id,
        language=read.language,
        mood=mood,
        entities=entities,
        **(
            {
                "intent": bot.understanding.intent,
                "confidence": bot.understanding.confidence,
                "novelty": bot.understanding.novelty,
                "ranking": bot.understanding.ranking,
                "slots": bot.state.slots,
                "active_form": bot.state.active_loop,
                "requested_slot": bot.state.requested_slot,
                "signals": bot.signals,
            }
            if bot
            else {}
        ),
    )
    drafts = [Draft(actor=BOT if bot else SYSTEM, data=data, versions=versions)]
    if outcome.silent is not None:
        drafts.append(
            Draft(actor=SYSTEM, data=BotFailed(message_id=outcome.asked_id, why=outcome.silent.why), versions=versions)
        )
    changes: dict[str, Any] = {}
    if mood is not None:
        changes["mood"] = mood.model_dump(mode="json")
    if bot is not None and bot.understanding.intent:
        changes["intent"] = bot.understanding.intent[:64]
    return drafts, changes


async def _act(
    connection: AsyncConnection,
    tools: Tools,
    row: Mapping[str, Any],
    outcome: Outcome,
    packet: dict[str, Any] | None,
    versions: Mapping[str, str],
    now: datetime,
) -> tuple[list[Draft], dict[str, Any]]:
    verdict = outcome.verdict
    assert verdict is not None  # noqa: S101  # the caller has looked
    decision = DecisionMade(
        message_id=outcome.asked_id,
        move=verdict.move.value,
        reason=str(verdict.reason),
        rule=verdict.rule,
        detail=verdict.detail,
        facts=dict(verdict.facts),
    )
    drafts = [Draft(actor=SYSTEM, data=decision, versions=versions)]
    if verdict.move == Verb.hand_off:
        more, moved = await _hand_off(connection, tools, row, outcome, packet or {}, versions, now)
        return drafts + more, moved
    changes: dict[str, Any] = {}
    if verdict.move in {Verb.reply, Verb.clarify} and outcome.bot is not None:
        drafts += [Draft(actor=BOT, data=data, versions=versions) for data in _said(tools, outcome)]
        texts = [reply.text for reply in outcome.bot.messages]
        if texts:
            changes["preview"] = preview(texts[-1], "bot", now)
        if any(signal.startswith("self_served") for signal in outcome.bot.signals):
            changes["outcome"] = OUTCOME_SELF_SERVED
    return drafts, changes


def _said(tools: Tools, outcome: Outcome) -> list[MessageSent]:
    assert outcome.bot is not None  # noqa: S101  # the caller has looked
    return [
        MessageSent(
            message_id=tools.ids(),
            text=reply.text,
            quick_replies=reply.quick_replies,
            citations=[Citation.model_validate(reply.citation)] if reply.citation else [],
            in_reply_to=outcome.asked_id,
        )
        for reply in outcome.bot.messages
    ]


async def _hand_off(
    connection: AsyncConnection,
    tools: Tools,
    row: Mapping[str, Any],
    outcome: Outcome,
    packet: dict[str, Any],
    versions: Mapping[str, str],
    now: datetime,
) -> tuple[list[Draft], dict[str, Any]]:
    verdict = outcome.verdict
    assert verdict is not None  # noqa: S101  # the caller has looked
    state = after(State(row["state"]), Move.handed_off)
    handoff_id, reason = tools.ids(), str(verdict.reason)
    await handoffs.request(
        connection,
        handoff_id=handoff_id,
        conversation_id=row["id"],
        reason=reason,
        detail=verdict.detail,
        now=now,
        packet=packet,
    )
    waiting = await repository.position_in_queue(connection, now)
    code = notice_for(reason)
    text = notice_text(code, row["locale"])
    drafts = [
        Draft(
            actor=SYSTEM,
            data=HandoffRequested(
                handoff_id=handoff_id,
                reason=reason,
                detail=verdict.detail,
                message_id=outcome.asked_id,
                position=waiting + 1,
            ),
            versions=versions,
        ),
        Draft(actor=SYSTEM, data=PacketBuilt(handoff_id=handoff_id, schema_version=SCHEMA_VERSION), versions=versions),
        Draft(
            actor=SYSTEM,
            data=MessageSent(message_id=tools.ids(), text=text, notice=code, in_reply_to=outcome.asked_id),
        ),
    ]
    return drafts, {
        "state": state,
        "owner": OWNER_OF[state],
        "waiting_since": now,
        "handoff_id": handoff_id,
        "reason": reason,
        "outcome": OUTCOME_HANDED_OFF,
    }


def _dropped(outcome: Outcome, row: Mapping[str, Any], versions: Mapping[str, str]) -> Draft:
    assert outcome.bot is not None  # noqa: S101  # the caller has looked
    texts = [reply.text for reply in outcome.bot.messages]
    data = MessageDropped(in_reply_to=outcome.asked_id, texts=texts, owner=row["owner"])
    return Draft(actor=SYSTEM, data=data, versions=versions)


def _deliveries(row: Mapping[str, Any], drafts: Sequence[Draft], now: datetime) -> list[dict[str, Any]]:
    return [
        found
        for seq, draft in enumerate(drafts, row["last_seq"] + 1)
        if isinstance(draft.data, MessageSent)
        for found in delivery_rows(row, draft.data.message_id, seq, now)
    ]


def delivery_rows(row: Mapping[str, Any], message_id: UUID, seq: int, now: datetime) -> list[dict[str, Any]]:
    """Return the outbox row of a message; none for the web chat, whose sockets carry the log itself."""
    if row["channel"] in ON_SOCKETS:
        return []
    return [
        {
            "message_id": message_id,
            "conversation_id": row["id"],
            "seq": seq,
            "account": row["account"],
            "channel": row["channel"],
            "state": "queued",
            "next_at": now,
            "updated_at": now,
        }
    ]


async def _next_due(connection: AsyncConnection, row: Mapping[str, Any], answered: int) -> int | None:
    if row["last_seq"] <= answered:
        return None
    query = select(func.min(EVENTS.c.seq)).where(
        EVENTS.c.conversation_id == row["id"], EVENTS.c.seq > answered, EVENTS.c.type == "message.received"
    )
    found: int | None = (await connection.execute(query)).scalar_one()
    return found
