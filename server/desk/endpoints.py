"""The desk over HTTP: the list, a conversation, taking it, writing in it, and help with answering."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from knowledge.types import ANY, Scope
from server.access.guard import Needs, Principal
from server.conversations import repository
from server.conversations.articles import ArticleOut, article_out
from server.conversations.errors import NoSuchConversation
from server.conversations.ledger import summary_of
from server.conversations.repository import View
from server.desk.asking import suggestions_for
from server.handoffs import repository as handoffs
from server.house import Wired
from server.kit.errors import NotFound
from server.realtime.events import Event, Suggestion
from server.realtime.frames import Accepted, CitationUse, ConversationSummary, Text

router = APIRouter(prefix="/api/v1/conversations", tags=["desk"])
knowledge = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"])


def needs(permission: str) -> Any:
    """Return the parameter type of a route that wants this permission."""
    return Depends(Needs(permission))


Reader = Annotated[Principal, needs("conversation.read")]
Taker = Annotated[Principal, needs("conversation.take")]
Writer = Annotated[Principal, needs("conversation.reply")]
Noter = Annotated[Principal, needs("conversation.note")]
Giver = Annotated[Principal, needs("conversation.give_back")]
Resolver = Annotated[Principal, needs("conversation.resolve")]
Searcher = Annotated[Principal, needs("knowledge.search")]


class ConversationPage(BaseModel):
    """One page of a list."""

    items: list[ConversationSummary]
    next_cursor: str | None


class Counts(BaseModel):
    """How many conversations each view has."""

    mine: int
    unassigned: int
    bot: int
    closed: int


class EventPage(BaseModel):
    """Events of a conversation after a seq."""

    items: list[Event]
    last_seq: int


class MessageIn(BaseModel):
    """An agent's message; the same `client_id` again is the same message."""

    client_id: str = Field(min_length=1, max_length=64)
    text: Text
    citations: list[CitationUse] = Field(default=[], max_length=10)


class NoteIn(BaseModel):
    """An agent's note."""

    client_id: str = Field(min_length=1, max_length=64)
    text: Text


class SuggestionsOut(BaseModel):
    """Answers from the knowledge base; an empty list says that there is no confident one."""

    items: list[Suggestion]
    release: str | None
    took_ms: int


class NoPacket(NotFound):
    """No person was asked for in this conversation yet."""

    code = "no_packet"

    def __init__(self) -> None:
        super().__init__("There is no context packet: no person was asked for yet.")


@router.get("")
async def conversations(
    me: Reader,
    house: Wired,
    view: View = "unassigned",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> ConversationPage:
    """List a view, newest change first."""
    async with house.store.reading() as db:
        rows, more = await repository.listed(db, view, me.id, limit=limit, cursor=cursor)
    return ConversationPage(items=[summary_of(row) for row in rows], next_cursor=more)


@router.get("/counts")
async def counts(me: Reader, house: Wired) -> Counts:
    """Count the views."""
    async with house.store.reading() as db:
        return Counts.model_validate(await repository.counts(db, me.id))


@router.get("/{id}")
async def conversation(id: UUID, me: Reader, house: Wired) -> ConversationSummary:
    """Return one conversation."""
    async with house.store.reading() as db:
        row = await repository.conversation(db, id)
    if row is None:
        raise NoSuchConversation
    return summary_of(row)


@router.get("/{id}/events")
async def events(
    id: UUID,
    me: Reader,
    house: Wired,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> EventPage:
    """Return the events of a conversation after a seq, oldest first."""
    async with house.store.reading() as db:
        row = await repository.conversation(db, id)
        if row is None:
            raise NoSuchConversation
        found = await repository.events_after(db, id, after, limit=limit)
    return EventPage(items=found, last_seq=row["last_seq"])


@router.get("/{id}/packet")
async def packet(id: UUID, me: Reader, house: Wired) -> dict[str, Any]:
    """Return the context packet of the newest handoff (docs/schemas/context-packet.schema.json)."""
    async with house.store.reading() as db:
        handoff = await handoffs.newest(db, id)
    if handoff is None or handoff["packet"] is None:
        raise NoPacket
    found: dict[str, Any] = handoff["packet"]
    return found


@router.post("/{id}/take")
async def take(id: UUID, me: Taker, house: Wired) -> ConversationSummary:
    """Take a conversation; the second of two agents is told who has it."""
    return await house.conversations.take(id, me.agent, may_reassign="conversation.reassign" in me.permissions)


@router.post("/{id}/give-back")
async def give_back(id: UUID, me: Giver, house: Wired) -> ConversationSummary:
    """Give a conversation back to the bot."""
    return await house.conversations.give_back(id, me.agent, may_any="conversation.reassign" in me.permissions)


@router.post("/{id}/resolve")
async def resolve(id: UUID, me: Resolver, house: Wired) -> ConversationSummary:
    """Close a conversation."""
    return await house.conversations.resolve(id, me.agent, may_any="conversation.reassign" in me.permissions)


@router.post("/{id}/messages", status_code=201)
async def say(id: UUID, message: MessageIn, me: Writer, house: Wired) -> Accepted:
    """Write to the customer."""
    said = await house.conversations.say(
        id, me.agent, message.text, client_id=message.client_id, citations=message.citations
    )
    return Accepted(client_id=message.client_id, conversation_id=id, message_id=said.message_id, seq=said.seq)


@router.post("/{id}/notes", status_code=201)
async def note(id: UUID, wanted: NoteIn, me: Noter, house: Wired) -> Accepted:
    """Write a note for colleagues."""
    said = await house.conversations.note(id, me.agent, wanted.text, client_id=wanted.client_id)
    return Accepted(client_id=wanted.client_id, conversation_id=id, message_id=said.message_id, seq=said.seq)


@router.get("/{id}/suggestions")
async def suggestions(
    id: UUID, me: Searcher, house: Wired, q: Annotated[str, Query(max_length=500)] = ""
) -> SuggestionsOut:
    """Ask the knowledge base: about the newest customer messages, or a question in one's own words."""
    me.must("conversation.read")
    offered = await suggestions_for(house, id, q, audience=me.audience)
    return SuggestionsOut(items=offered.items, release=offered.release, took_ms=offered.took_ms)


class DismissIn(BaseModel):
    """Why a suggestion is of no use; may be left out."""

    reason: str | None = Field(default=None, max_length=500)


@router.post("/{id}/suggestions/{suggestion_id}/dismiss", status_code=204)
async def dismiss(
    id: UUID,
    suggestion_id: Annotated[str, Path(max_length=64)],
    wanted: DismissIn,
    me: Writer,
    house: Wired,
) -> None:
    """Say that a suggestion is of no use here: its article is not offered again in this conversation."""
    await house.suggesting.dismiss(id, me.agent, suggestion_id, wanted.reason)


@knowledge.get("/articles/{article_id}")
async def article(
    article_id: str,
    me: Searcher,
    house: Wired,
    revision: Annotated[int | None, Query(ge=1)] = None,
    locale: Annotated[str, Query(max_length=16)] = "en",
) -> ArticleOut:
    """Return an article for staff, in the revision that was cited."""
    scope = Scope(
        locale=locale,
        region=ANY,
        account=ANY,
        audience=me.audience,
        fallback=tuple(house.settings.knowledge.fallback_locales),
    )
    return await article_out(house.library, house.store, article_id, revision=revision, scope=scope)
