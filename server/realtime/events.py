"""Every event of a conversation, in one closed union.

An event is appended once to the log and never changed. The same classes are what the sockets carry, so the TypeScript
types of the apps are generated from this file (`make wire`). To add one: a class here and its name in `EventData`.

`AUDIENCE` says who may see an event: `public` ones go to the customer too, through `for_customer`, which strips
what only staff may see.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

OwnerKind = Literal["bot", "queue", "agent", "closed"]
State = Literal["with_bot", "waiting", "with_agent", "closed"]
DeliveryState = Literal["queued", "sent", "delivered", "read", "failed"]
IdentityLevel = Literal["anonymous", "claimed", "verified"]


class Wire(BaseModel):
    """Base of everything on the wire: frozen, and nothing that was not agreed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Actor(Wire):
    """Who did it: the customer, the bot, an agent (with id and name) or the system."""

    kind: Literal["customer", "bot", "agent", "system"]
    id: str | None = None
    name: str | None = None


class QuickReply(Wire):
    """A button under the last message: what it says, and what it sends to the bot."""

    title: str
    payload: str


class Citation(Wire):
    """The article that an answer comes from, pinned to its revision and release."""

    article_id: str
    revision: int
    release: str
    title: str
    heading: str | None = None
    snippet: str | None = None
    suggestion_id: str | None = None


class Customer(Wire):
    """What we know of the person at the other end; `level` says how sure we are."""

    visitor_id: UUID
    name: str | None = None
    email: str | None = None
    customer_number: str | None = None
    level: IdentityLevel = "anonymous"


class Entity(Wire):
    """A piece of a message with a meaning: `text[start:end]` is an order number, an e-mail, an amount."""

    entity: str
    value: str
    start: int | None = None
    end: int | None = None


class RankedIntent(Wire):
    """One intent and the bot's confidence in it, 0 to 1."""

    intent: str
    confidence: float


class Mood(Wire):
    """How a message sounds: score -1 (angry) to 1 (happy), probability that it is negative, change per message."""

    score: float
    negative: float
    label: Literal["negative", "neutral", "positive"]
    trend: float = 0.0
    why: list[str] = []


class ConversationStarted(Wire):
    """A customer opened a conversation on a channel account."""

    type: Literal["conversation.started"] = "conversation.started"
    account: str
    customer: Customer
    page: str | None = None


class CustomerIdentified(Wire):
    """The customer said, or the host site proved, who they are."""

    type: Literal["customer.identified"] = "customer.identified"
    customer: Customer


class MessageReceived(Wire):
    """The customer wrote; `payload` is set when it came from a quick reply."""

    type: Literal["message.received"] = "message.received"
    message_id: UUID
    text: str
    payload: str | None = None
    client_id: str | None = None


class MessageUnderstood(Wire):
    """What the models made of a customer's message. A part that did not answer in time is null."""

    type: Literal["message.understood"] = "message.understood"
    message_id: UUID
    language: str | None = None
    intent: str | None = None
    confidence: float | None = None
    novelty: float | None = None
    ranking: list[RankedIntent] = []
    entities: list[Entity] = []
    mood: Mood | None = None
    slots: dict[str, Any] = {}
    active_form: str | None = None
    requested_slot: str | None = None
    signals: list[str] = []


class MessageSent(Wire):
    """The bot, an agent or the system said something to the customer.

    `notice` names a system message so that a screen can draw it as a line instead of a bubble.
    """

    type: Literal["message.sent"] = "message.sent"
    message_id: UUID
    text: str
    quick_replies: list[QuickReply] = []
    citations: list[Citation] = []
    notice: str | None = None
    in_reply_to: UUID | None = None
    client_id: str | None = None


class MessageDropped(Wire):
    """A bot reply was thrown away because the bot no longer owned the conversation when it was ready."""

    type: Literal["message.dropped"] = "message.dropped"
    in_reply_to: UUID
    texts: list[str]
    owner: OwnerKind


class NoteAdded(Wire):
    """An agent wrote a note for colleagues; the customer never sees it."""

    type: Literal["note.added"] = "note.added"
    note_id: UUID
    text: str
    client_id: str | None = None


class DecisionMade(Wire):
    """A rule decided what happens after a customer's message."""

    type: Literal["decision.made"] = "decision.made"
    message_id: UUID
    move: Literal["reply", "clarify", "hand_off", "stay_silent"]
    reason: str
    rule: str
    detail: str
    facts: dict[str, Any] = {}


class HandoffRequested(Wire):
    """The conversation left the bot for the queue."""

    type: Literal["handoff.requested"] = "handoff.requested"
    handoff_id: UUID
    reason: str
    detail: str
    message_id: UUID | None = None
    position: int | None = None


class PacketBuilt(Wire):
    """The context packet for a handoff is stored and can be read."""

    type: Literal["packet.built"] = "packet.built"
    handoff_id: UUID
    schema_version: str


class ConversationAssigned(Wire):
    """An agent has the conversation now."""

    type: Literal["conversation.assigned"] = "conversation.assigned"
    agent_id: UUID
    agent_name: str
    handoff_id: UUID | None = None


class ConversationGivenBack(Wire):
    """An agent gave the conversation back to the bot."""

    type: Literal["conversation.given_back"] = "conversation.given_back"


class ConversationClosed(Wire):
    """It is over: `outcome` says how (resolved, ended_by_customer, self_served)."""

    type: Literal["conversation.closed"] = "conversation.closed"
    outcome: str


class ConversationReopened(Wire):
    """A closed conversation goes on."""

    type: Literal["conversation.reopened"] = "conversation.reopened"


class DeliveryUpdated(Wire):
    """A sent message got further on its way; the state never moves back."""

    type: Literal["delivery.updated"] = "delivery.updated"
    message_id: UUID
    state: DeliveryState
    reason: str | None = None


class BotFailed(Wire):
    """The bot did not answer a message; `why` is a code (timeout, unreachable, error)."""

    type: Literal["bot.failed"] = "bot.failed"
    message_id: UUID
    why: str


class CompanyCalled(Wire):
    """The bot asked one of the company's systems; `outcome` is done, refused or failed."""

    type: Literal["company.called"] = "company.called"
    operation: str
    outcome: Literal["done", "refused", "failed"]
    code: str | None = None
    reference: str | None = None
    took_ms: int


class Suggestion(Wire):
    """An answer offered to the agent: text to insert, where it is from, and how sure we are (0 to 1)."""

    id: str
    text: str
    title: str
    heading: str | None = None
    article_id: str
    revision: int
    release: str
    score: float
    confidence: Literal["likely", "maybe"]
    why: dict[str, Any] = {}


class SuggestionsOffered(Wire):
    """Suggestions for one customer message; an empty list says that there is no confident one."""

    type: Literal["suggestions.offered"] = "suggestions.offered"
    message_id: UUID
    items: list[Suggestion]
    release: str | None = None
    took_ms: int


class SuggestionUsed(Wire):
    """An agent sent a suggestion, as it was or edited."""

    type: Literal["suggestion.used"] = "suggestion.used"
    suggestion_id: str
    message_id: UUID
    edited: bool


class SuggestionDismissed(Wire):
    """An agent said that an offered suggestion is of no use here; its article is not offered again in this one."""

    type: Literal["suggestion.dismissed"] = "suggestion.dismissed"
    suggestion_id: str
    article_id: str
    revision: int
    release: str
    reason: str | None = None


EventData = Annotated[
    ConversationStarted
    | CustomerIdentified
    | MessageReceived
    | MessageUnderstood
    | MessageSent
    | MessageDropped
    | NoteAdded
    | DecisionMade
    | HandoffRequested
    | PacketBuilt
    | ConversationAssigned
    | ConversationGivenBack
    | ConversationClosed
    | ConversationReopened
    | DeliveryUpdated
    | BotFailed
    | CompanyCalled
    | SuggestionsOffered
    | SuggestionUsed
    | SuggestionDismissed,
    Field(discriminator="type"),
]

NOBODY = UUID(int=0)
"""Stands where a customer may not know an id."""

PUBLIC: frozenset[str] = frozenset(
    {
        "conversation.started",
        "message.received",
        "message.sent",
        "handoff.requested",
        "conversation.assigned",
        "conversation.given_back",
        "conversation.closed",
        "conversation.reopened",
        "delivery.updated",
    }
)
"""Event types that the customer's own screens get; everything else is for staff."""


class Event(Wire):
    """One row of the log as the apps get it. `seq` has no gaps in a conversation; `id` orders all conversations.

    `versions` names the models, rules and release behind what a machine did; customers get it empty.
    """

    conversation_id: UUID
    seq: int
    id: int
    at: datetime
    actor: Actor
    data: EventData
    versions: dict[str, str] = {}


def for_customer(event: Event) -> Event | None:
    """Return the event as its customer may see it, or None for one that only staff may see.

    Reasons of handoffs, ids of agents and of suggestions, and versions stay inside.
    """
    data = event.data
    if data.type not in PUBLIC:
        return None
    actor = event.actor
    if isinstance(data, HandoffRequested):
        data = data.model_copy(update={"reason": "", "detail": ""})
    elif isinstance(data, ConversationAssigned):
        data = data.model_copy(update={"agent_name": first_name(data.agent_name), "agent_id": NOBODY})
    elif isinstance(data, MessageSent) and data.citations:
        citations = [citation.model_copy(update={"suggestion_id": None}) for citation in data.citations]
        data = data.model_copy(update={"citations": citations})
    if actor.kind == "agent":
        actor = Actor(kind="agent", name=first_name(actor.name or ""))
    return event.model_copy(update={"data": data, "actor": actor, "versions": {}})


def first_name(name: str) -> str:
    """Return what a customer may know of an agent's name."""
    return name.split(" ", 1)[0]
