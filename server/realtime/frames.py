"""The frames of the two sockets, `/ws/widget` and `/ws/console`: JSON objects told apart by `type`.

Connect, say `hello` with the last seq seen, get `welcome` with what was missed (or `start_over`), then live events.
Client message ids make sends idempotent: the same `client_id` again gets the same `accepted` and stores nothing.
Documented in docs/realtime.md and the AsyncAPI document; the TypeScript types are generated from here.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from server.realtime.events import Actor, Customer, Event, Mood, OwnerKind, State, Wire

MAX_TEXT = 8_000
"""Longest message, in characters, that a person may send."""
ClientId = Annotated[str, Field(min_length=1, max_length=64)]
# The length is checked where the message is stored, so that a refusal can say which send it refuses.
Text = Annotated[str, Field(json_schema_extra={"maxLength": MAX_TEXT})]


class Problem(Wire):
    """A refusal inside a frame; the same words and codes as an HTTP problem document."""

    status: int
    code: str
    detail: str
    retry_after: float | None = None


class AgentBadge(Wire):
    """What a customer may know of an agent."""

    name: str


class ConversationForCustomer(Wire):
    """The conversation as its customer sees it."""

    id: UUID
    state: State
    agent: AgentBadge | None = None
    last_seq: int
    read_seq: int = 0
    position: int | None = None


# --- widget, client to server -------------------------------------------------------------------------------------


class WidgetHello(Wire):
    """The first frame: the visitor token, and the last seq that this tab has of its conversation (0 for none)."""

    type: Literal["hello"] = "hello"
    token: str
    last_seq: int = 0
    conversation_id: UUID | None = None
    locale: str = "en"
    page: str | None = Field(default=None, max_length=500)


class WidgetSend(Wire):
    """A message; `payload` is the quick reply's when a button was pressed."""

    type: Literal["send"] = "send"
    client_id: ClientId
    text: Text
    payload: str | None = Field(default=None, max_length=500)


class WidgetTyping(Wire):
    """The customer began or stopped typing."""

    type: Literal["typing"] = "typing"
    on: bool


class WidgetRead(Wire):
    """Everything up to this seq was on the customer's screen."""

    type: Literal["read"] = "read"
    seq: int


class WidgetEnd(Wire):
    """The customer ends the conversation."""

    type: Literal["end"] = "end"


class Ping(Wire):
    """A sign of life; answered with pong."""

    type: Literal["ping"] = "ping"


WidgetIn = Annotated[
    WidgetHello | WidgetSend | WidgetTyping | WidgetRead | WidgetEnd | Ping, Field(discriminator="type")
]


# --- server to both -----------------------------------------------------------------------------------------------


class EventFrame(Wire):
    """One event of the log, live.

    `after` is the seq of the event that this socket was sent before it: a customer's screens do not get every seq
    (staff events are left out), so a client checks `after` against the last seq it has, never `seq - 1`.
    """

    type: Literal["event"] = "event"
    event: Event
    after: int


class Accepted(Wire):
    """A send is stored: it will not be lost and not be doubled."""

    type: Literal["accepted"] = "accepted"
    client_id: str
    conversation_id: UUID
    message_id: UUID
    seq: int


class Refused(Wire):
    """A frame was not accepted; nothing was stored. `client_id` says which send, where there was one."""

    type: Literal["refused"] = "refused"
    client_id: str | None = None
    problem: Problem


class Typing(Wire):
    """Someone at the other end began or stopped typing; never stored, and it ends by itself after 10 s."""

    type: Literal["typing"] = "typing"
    conversation_id: UUID
    who: Actor
    on: bool


class Pong(Wire):
    """The answer to ping."""

    type: Literal["pong"] = "pong"


class Bye(Wire):
    """The server is about to close the socket; `again` says whether to come back."""

    type: Literal["bye"] = "bye"
    reason: Literal["signed_out", "too_slow", "restarting", "too_old", "bad_frame", "forbidden"]
    again: bool


class WidgetWelcome(Wire):
    """The answer to hello: the conversation, if there is one, and every event after `last_seq`.

    `start_over` says that the tab's state is not a prefix of this conversation: forget it and use `events` as all.
    """

    type: Literal["welcome"] = "welcome"
    customer: Customer
    conversation: ConversationForCustomer | None = None
    events: list[Event] = Field(default_factory=list)
    start_over: bool = False
    heartbeat_seconds: int = 30


WidgetOut = Annotated[
    WidgetWelcome | EventFrame | Accepted | Refused | Typing | Pong | Bye, Field(discriminator="type")
]


# --- console ------------------------------------------------------------------------------------------------------


class ConsoleHello(Wire):
    """The first frame: the CSRF token of the session, and the last global event id seen (0 for none)."""

    type: Literal["hello"] = "hello"
    csrf: str
    last_id: int = 0


class Watch(Wire):
    """Send me every event of this conversation from after `last_seq`."""

    type: Literal["watch"] = "watch"
    conversation_id: UUID
    last_seq: int = 0


class Unwatch(Wire):
    """No longer this one."""

    type: Literal["unwatch"] = "unwatch"
    conversation_id: UUID


class CitationUse(Wire):
    """A suggestion that went into a reply."""

    suggestion_id: str | None = Field(default=None, max_length=64)
    article_id: str = Field(min_length=1, max_length=120)
    revision: int = Field(ge=0, lt=2**31)
    release: str = Field(max_length=40)
    title: str = Field(max_length=300)
    heading: str | None = Field(default=None, max_length=500)
    snippet: str | None = Field(default=None, max_length=4_000)
    edited: bool = False


class ConsoleReply(Wire):
    """An agent's message to the customer."""

    type: Literal["reply"] = "reply"
    client_id: ClientId
    conversation_id: UUID
    text: Text
    citations: list[CitationUse] = Field(default=[], max_length=10)


class ConsoleNote(Wire):
    """An agent's note for colleagues."""

    type: Literal["note"] = "note"
    client_id: ClientId
    conversation_id: UUID
    text: Text


class ConsoleTyping(Wire):
    """The agent began or stopped typing to the customer."""

    type: Literal["typing"] = "typing"
    conversation_id: UUID
    on: bool


ConsoleIn = Annotated[
    ConsoleHello | Watch | Unwatch | ConsoleReply | ConsoleNote | ConsoleTyping | Ping, Field(discriminator="type")
]


class AgentRef(Wire):
    """An agent by id and name."""

    id: UUID
    name: str


class Preview(Wire):
    """The newest words of a conversation, shortened."""

    text: str
    author: Literal["customer", "bot", "agent", "system"]
    at: str


class ConversationSummary(Wire):
    """One line of the desk's list. Times are RFC 3339 in UTC; `waiting_since` is set while the customer waits."""

    id: UUID
    state: State
    owner: OwnerKind
    agent: AgentRef | None = None
    account: str
    channel: str
    locale: str
    customer: Customer
    preview: Preview | None = None
    reason: str | None = None
    mood: Mood | None = None
    intent: str | None = None
    outcome: str | None = None
    last_seq: int
    started_at: str
    updated_at: str
    waiting_since: str | None = None
    closed_at: str | None = None


class ConversationChanged(Wire):
    """A line of the list is new or different; `last_id` is the global id of the newest event behind it."""

    type: Literal["conversation"] = "conversation"
    conversation: ConversationSummary
    last_id: int


class Watching(Wire):
    """The answer to watch: every event after the seq that was given."""

    type: Literal["watching"] = "watching"
    conversation_id: UUID
    events: list[Event]
    start_over: bool = False


class ConsoleWelcome(Wire):
    """The answer to hello: who you are, what you may, and the list lines that changed since `last_id`.

    `start_over` says that too much was missed: read the list again over HTTP.
    """

    type: Literal["welcome"] = "welcome"
    agent: AgentRef
    permissions: list[str]
    last_id: int
    changed: list[ConversationSummary] = Field(default_factory=list)
    start_over: bool = False
    heartbeat_seconds: int = 30


ConsoleOut = Annotated[
    ConsoleWelcome | ConversationChanged | Watching | EventFrame | Accepted | Refused | Typing | Pong | Bye,
    Field(discriminator="type"),
]

WIDGET_IN: TypeAdapter[Any] = TypeAdapter(WidgetIn)
WIDGET_OUT: TypeAdapter[Any] = TypeAdapter(WidgetOut)
CONSOLE_IN: TypeAdapter[Any] = TypeAdapter(ConsoleIn)
CONSOLE_OUT: TypeAdapter[Any] = TypeAdapter(ConsoleOut)
