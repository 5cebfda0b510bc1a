"""The context packet: what a person gets with a conversation, so that the customer repeats nothing.

It is a published format: a field may be added in a minor version, none renamed or dropped without a new major one.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from assist.types import Author, MoodLabel, Reason

SCHEMA_VERSION = "1.0"

Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=-1, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PacketReason(_Part):
    """Why a person is asked: code, one sentence, the rule that spoke and the values that decided."""

    code: Reason
    detail: str
    rule: str
    facts: dict[str, JsonValue] = {}


class ShownArticle(_Part):
    """An article that the customer was shown, and whether it helped (null: not known)."""

    article_id: str
    revision: int
    release: str
    title: str
    helped: bool | None = None


class Tried(_Part):
    """What was done before a person came."""

    articles: tuple[ShownArticle, ...] = ()
    actions: tuple[str, ...] = ()


class HalfDone(_Part):
    """A form that the bot began: what is filled, what is missing, what it asked for last."""

    form: str
    filled: dict[str, JsonValue]
    missing: tuple[str, ...]
    asked_for: str | None = None


class IntentSeen(_Part):
    """What the bot took a message for, and how sure it was."""

    message_id: str
    at: datetime
    intent: str
    confidence: Share | None = None


class MoodPoint(_Part):
    """The mood of one customer message."""

    message_id: str
    at: datetime
    score: Score


class PacketMood(_Part):
    """The mood at the handoff; ``trend`` is the change of the score per message."""

    score: Score
    label: MoodLabel
    negative: Share
    trend: float
    why: tuple[str, ...] = ()


class Identity(_Part):
    """Who the customer is, as far as that is known and proven."""

    level: Literal["anonymous", "claimed", "verified"] = "anonymous"
    email: str | None = None
    email_masked: bool = False
    name: str | None = None
    customer_number: str | None = None


class Named(_Part):
    """Something the customer named: an order, an invoice, an amount."""

    kind: str
    value: str


class TranscriptReference(_Part):
    """Where the whole conversation is: events ``first_seq`` to ``last_seq`` of it."""

    conversation_id: str
    first_seq: int | None = None
    last_seq: int | None = None
    lines: int = 0


class LastLine(_Part):
    """One of the last lines, so that the packet reads without the transcript."""

    author: Author
    text: str
    at: datetime


class ContextPacket(_Part):
    """Everything that an agent needs before the first word."""

    schema_version: Literal["1.0"] = "1.0"
    built_at: datetime
    conversation: TranscriptReference
    channel: str
    locale: str
    account: str
    reason: PacketReason
    summary: str
    wants: str
    named: tuple[Named, ...] = ()
    tried: Tried = Tried()
    half_done: HalfDone | None = None
    intents: tuple[IntentSeen, ...] = ()
    slots: dict[str, JsonValue] = {}
    sentiment_line: tuple[MoodPoint, ...] = ()
    mood: PacketMood | None = None
    identity: Identity = Identity()
    profile: dict[str, JsonValue] | None = None
    promised: tuple[str, ...] = ()
    suggested_first_reply: str = ""
    last_lines: tuple[LastLine, ...] = ()
    versions: dict[str, str] = {}
