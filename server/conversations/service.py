"""What people do to a conversation: take, say, note, give back, resolve, end, reopen. One transaction each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.text import clean, says_something
from server.conversations import ledger, repository
from server.conversations.errors import (
    AlreadyTaken,
    ConversationOver,
    EmptyMessage,
    MessageTooLong,
    NoSuchConversation,
    NotYours,
)
from server.conversations.intake import preview
from server.conversations.ledger import SYSTEM, Draft
from server.conversations.notices import notice_text
from server.conversations.outcome import delivery_rows
from server.conversations.state import OWNER_OF, Move, State, after
from server.handoffs import repository as handoffs
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.realtime.events import (
    Actor,
    Citation,
    ConversationAssigned,
    ConversationClosed,
    ConversationGivenBack,
    DeliveryUpdated,
    MessageSent,
    NoteAdded,
    SuggestionUsed,
)
from server.realtime.frames import MAX_TEXT, AgentRef, CitationUse, ConversationSummary
from server.realtime.hub import Hub
from server.realtime.signals import Written
from server.store.session import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message or note that is stored."""

    conversation_id: UUID
    message_id: UUID
    seq: int


class Conversations:
    """The verbs of the trade. Each raises `NotFound`, `WrongState` or what it says, and then nothing has happened."""

    def __init__(self, store: Store, hub: Hub, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._ids = ids

    async def take(self, conversation_id: UUID, by: AgentRef, *, may_reassign: bool = False) -> ConversationSummary:
        """The agent takes a conversation from the queue, the bot or (with the right) a colleague.

        Two agents never get the same one: the row is locked, and the second is told who has it (`AlreadyTaken`).
        Taking what one has is no error.
        """
        async with self._store.writing() as connection:
            now = self._clock()
            row = await ledger.lock(connection, conversation_id)
            if row["agent_id"] == by.id and row["state"] == State.with_agent:
                return ledger.summary_of(row)
            if row["state"] == State.with_agent:
                if not may_reassign:
                    raise AlreadyTaken(agent_id=str(row["agent_id"]), name=row["agent_name"])
                state = State.with_agent
            else:
                state = after(State(row["state"]), Move.taken)
            await handoffs.take(
                connection,
                assignment_id=self._ids(),
                conversation_id=conversation_id,
                handoff_id=row["handoff_id"],
                agent_id=by.id,
                now=now,
            )
            first_name = by.name.split(" ", 1)[0]
            joined = MessageSent(
                message_id=self._ids(),
                text=notice_text("agent_joined", row["locale"], name=first_name),
                notice="agent_joined",
            )
            drafts = [
                Draft(
                    actor=_agent(by),
                    data=ConversationAssigned(agent_id=by.id, agent_name=by.name, handoff_id=row["handoff_id"]),
                ),
                Draft(actor=SYSTEM, data=joined),
            ]
            changes = {"state": state, "owner": OWNER_OF[state], "agent_id": by.id, "agent_name": by.name}
            written = await ledger.append(connection, row, drafts, now=now, changes=changes)
            await repository.add_deliveries(connection, delivery_rows(row, joined.message_id, row["last_seq"] + 2, now))
        return self._told(written)

    async def say(
        self,
        conversation_id: UUID,
        by: AgentRef,
        text: str,
        *,
        client_id: str,
        citations: Sequence[CitationUse] = (),
    ) -> Said:
        """The agent writes to the customer. Only who has the conversation may; checked where it is stored."""
        text = checked(text)
        scope = f"agent:{by.id}:{conversation_id}"
        try:
            async with self._store.writing() as connection:
                if known := await repository.key_of(connection, scope, client_id):
                    return _said(known)
                now = self._clock()
                row = await ledger.lock(connection, conversation_id)
                if row["state"] == State.closed:
                    raise ConversationOver
                if row["state"] != State.with_agent or row["agent_id"] != by.id:
                    raise NotYours
                message_id = self._ids()
                data = MessageSent(
                    message_id=message_id,
                    text=text,
                    citations=[Citation.model_validate(use.model_dump(exclude={"edited"})) for use in citations],
                    client_id=client_id,
                )
                drafts = [Draft(actor=_agent(by), data=data)]
                drafts += [
                    Draft(
                        actor=_agent(by),
                        data=SuggestionUsed(suggestion_id=use.suggestion_id, message_id=message_id, edited=use.edited),
                    )
                    for use in citations
                    if use.suggestion_id
                ]
                seq = row["last_seq"] + 1
                await repository.keep_key(
                    connection,
                    scope=scope,
                    key=client_id,
                    conversation_id=conversation_id,
                    message_id=message_id,
                    seq=seq,
                    now=now,
                )
                changes = {"preview": preview(text, "agent", now), "waiting_since": None}
                written = await ledger.append(connection, row, drafts, now=now, changes=changes)
                await repository.add_deliveries(connection, delivery_rows(row, message_id, seq, now))
        except IntegrityError:
            return await self._said_before(scope, client_id)
        self._told(written)
        return Said(conversation_id=conversation_id, message_id=message_id, seq=seq)

    async def note(self, conversation_id: UUID, by: AgentRef, text: str, *, client_id: str) -> Said:
        """The agent writes a note for colleagues."""
        text = checked(text)
        scope = f"agent:{by.id}:{conversation_id}"
        try:
            async with self._store.writing() as connection:
                if known := await repository.key_of(connection, scope, client_id):
                    return _said(known)
                now = self._clock()
                row = await ledger.lock(connection, conversation_id)
                note_id, seq = self._ids(), row["last_seq"] + 1
                await repository.keep_key(
                    connection,
                    scope=scope,
                    key=client_id,
                    conversation_id=conversation_id,
                    message_id=note_id,
                    seq=seq,
                    now=now,
                )
                data = NoteAdded(note_id=note_id, text=text, client_id=client_id)
                written = await ledger.append(connection, row, [Draft(actor=_agent(by), data=data)], now=now)
        except IntegrityError:
            return await self._said_before(scope, client_id)
        self._told(written)
        return Said(conversation_id=conversation_id, message_id=note_id, seq=seq)

    async def give_back(self, conversation_id: UUID, by: AgentRef, *, may_any: bool = False) -> ConversationSummary:
        """The agent gives the conversation back to the bot."""
        async with self._store.writing() as connection:
            now = self._clock()
            row = await ledger.lock(connection, conversation_id)
            _must_have(row, by, may_any=may_any)
            state = after(State(row["state"]), Move.given_back)
            said = self._notice("bot_back", row)
            drafts = [Draft(actor=_agent(by), data=ConversationGivenBack()), Draft(actor=SYSTEM, data=said)]
            await self._end_handoff(connection, row, "given_back")
            # What the customer wrote and the agent left unanswered is the bot's now; the sweep comes to it.
            changes = _without_agent(state) | {
                "given_back_seq": row["last_seq"] + 1,
                "turn_due_seq": row["turn_due_seq"] or await repository.first_unanswered(connection, row["id"]),
            }
            written = await ledger.append(connection, row, drafts, now=now, changes=changes)
            await repository.add_deliveries(connection, delivery_rows(row, said.message_id, row["last_seq"] + 2, now))
        return self._told(written)

    async def resolve(self, conversation_id: UUID, by: AgentRef, *, may_any: bool = False) -> ConversationSummary:
        """The agent closes the conversation."""
        async with self._store.writing() as connection:
            row = await ledger.lock(connection, conversation_id)
            _must_have(row, by, may_any=may_any)
            written = await self._close(connection, row, _agent(by), outcome="resolved", notice="closed")
        return self._told(written)

    async def end(self, conversation_id: UUID, customer_id: UUID) -> ConversationSummary:
        """The customer ends their conversation."""
        async with self._store.writing() as connection:
            row = await ledger.lock(connection, conversation_id)
            if row["customer_id"] != customer_id:
                raise NoSuchConversation
            actor = Actor(kind="customer", id=str(customer_id), name=row["customer"].get("name"))
            written = await self._close(connection, row, actor, outcome="ended_by_customer", notice="ended_by_customer")
        return self._told(written)

    async def read(self, conversation_id: UUID, customer_id: UUID, seq: int) -> None:
        """Everything up to `seq` was on the customer's screen; going back is nothing."""
        async with self._store.writing() as connection:
            now = self._clock()
            row = await ledger.lock(connection, conversation_id)
            if row["customer_id"] != customer_id or seq <= row["read_seq"]:
                return
            seq = min(seq, row["last_seq"])
            newly = await repository.newest_sent(connection, conversation_id, row["read_seq"], seq)
            drafts = [Draft(actor=SYSTEM, data=DeliveryUpdated(message_id=newly, state="read"))] if newly else []
            changes = {"read_seq": seq, "updated_at": row["updated_at"]}
            written = await ledger.append(connection, row, drafts, now=now, changes=changes)
        if written.events:
            self._hub.tell(written)

    async def _close(
        self, connection: AsyncConnection, row: Mapping[str, Any], actor: Actor, *, outcome: str, notice: Any
    ) -> Written:
        now = self._clock()
        state = after(State(row["state"]), Move.closed)
        said = self._notice(notice, row)
        drafts = [Draft(actor=SYSTEM, data=said), Draft(actor=actor, data=ConversationClosed(outcome=outcome))]
        await self._end_handoff(connection, row, "closed")
        kept = "self_served" if outcome != "resolved" and row["outcome"] == "self_served" else outcome
        changes = {
            "state": state,
            "owner": OWNER_OF[state],
            "waiting_since": None,
            "closed_at": now,
            "outcome": kept,
            "turn_due_seq": None,
            "turn_by": None,
            "turn_until": None,
        }
        written = await ledger.append(connection, row, drafts, now=now, changes=changes)
        await repository.add_deliveries(connection, delivery_rows(row, said.message_id, row["last_seq"] + 1, now))
        return written

    async def _end_handoff(self, connection: AsyncConnection, row: Mapping[str, Any], state: str) -> None:
        now = self._clock()
        await handoffs.end_assignment(connection, row["id"], now)
        if row["handoff_id"] is not None:
            await handoffs.end(connection, row["handoff_id"], state=state, now=now)

    async def _said_before(self, scope: str, client_id: str) -> Said:
        async with self._store.reading() as connection:
            known = await repository.key_of(connection, scope, client_id)
        if known is None:
            raise NoSuchConversation
        return _said(known)

    def _notice(self, code: Any, row: Mapping[str, Any]) -> MessageSent:
        return MessageSent(message_id=self._ids(), text=notice_text(code, row["locale"]), notice=code)

    def _told(self, written: Written) -> ConversationSummary:
        self._hub.tell(written)
        return written.summary


def checked(text: str) -> str:
    """Return the text cleaned; raise `EmptyMessage` or `MessageTooLong`."""
    if len(text) > MAX_TEXT:
        raise MessageTooLong(MAX_TEXT)
    cleaned = clean(text)
    if not says_something(cleaned):
        raise EmptyMessage
    return cleaned


def _agent(by: AgentRef) -> Actor:
    return Actor(kind="agent", id=str(by.id), name=by.name)


def _must_have(row: Mapping[str, Any], by: AgentRef, *, may_any: bool) -> None:
    if may_any or row["state"] == State.closed or row["agent_id"] == by.id:
        return
    if row["state"] == State.with_agent:
        raise AlreadyTaken(agent_id=str(row["agent_id"]), name=row["agent_name"])
    raise NotYours


def _without_agent(state: State) -> dict[str, Any]:
    return {
        "state": state,
        "owner": OWNER_OF[state],
        "agent_id": None,
        "agent_name": None,
        "waiting_since": None,
        "handoff_id": None,
        "reason": None,
    }


def _said(known: Mapping[str, Any]) -> Said:
    return Said(conversation_id=known["conversation_id"], message_id=known["message_id"], seq=known["seq"])
