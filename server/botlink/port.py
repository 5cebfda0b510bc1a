"""What the server needs of a bot: an answer to one message, in time or not at all."""

from typing import Any, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from server.realtime.events import Entity, QuickReply, RankedIntent


class Reply(BaseModel):
    """What the bot says: text, buttons, and the article that it comes from."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str
    quick_replies: list[QuickReply] = []
    citation: dict[str, Any] | None = None


class Understanding(BaseModel):
    """What the bot made of the message; `novelty` is the distance to the nearest training example, 0 to 1."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    intent: str | None = None
    confidence: float | None = None
    ranking: list[RankedIntent] = []
    entities: list[Entity] = []
    novelty: float | None = None
    vector: str | None = None
    """The sentence vector: base64 of little-endian half floats, so that nobody encodes the message twice."""
    encoder: str | None = None


class BotState(BaseModel):
    """Where the bot's dialogue stands after the message."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    slots: dict[str, Any] = {}
    active_loop: str | None = None
    requested_slot: str | None = None
    form_slots: list[str] = []


class BotReply(BaseModel):
    """The bot's answer to a message; `signals` (clarify, handoff:<why>, self_served:<skill>) are facts for rules."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    messages: list[Reply] = []
    understanding: Understanding = Understanding()
    state: BotState = BotState()
    signals: list[str] = []
    model: str = ""
    replayed: bool = False


class BotMessage(BaseModel):
    """A customer's message as the bot gets it. The same `message_id` again is answered from memory."""

    model_config = ConfigDict(frozen=True)

    sender: UUID
    message: str
    message_id: UUID
    metadata: dict[str, Any] = Field(default_factory=dict)


class BotSilent(Exception):
    """The bot did not answer: a fact for the rules. `why` is timeout, unreachable, error or resting."""

    def __init__(self, why: Literal["timeout", "unreachable", "error", "resting"], detail: str = "") -> None:
        super().__init__(detail or why)
        self.why = why


class BotEngine(Protocol):
    """A bot."""

    async def reply(self, message: BotMessage) -> BotReply:
        """Answer a message; raise `BotSilent`."""

    async def healthy(self) -> bool:
        """Tell whether it would answer."""
