"""The vocabulary that every channel speaks, and the three shapes that a channel can have.

A channel parses what its provider sends into `Inbound`s and sends `Outbound`s; it keeps no state and opens no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Capability(StrEnum):
    """What a channel can show by itself; `channels.render` says the rest in words."""

    quick_replies = "quick_replies"
    articles = "articles"
    typing = "typing"
    read_receipts = "read_receipts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One customer message, as any channel hands it over."""

    external_id: str
    sender: str
    text: str
    sent_at: datetime | None = None
    payload: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickReply:
    """A button: what it says and what it sends."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A link to an article that an answer comes from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to a customer. `key` makes sending it twice the same as sending it once, where a provider can."""

    key: str
    recipient: str
    text: str
    quick_replies: Sequence[QuickReply] = ()
    articles: Sequence[Article] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The provider took it; `external_id` is its name for the message."""

    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A webhook call as bytes, before anybody believed it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Channel(Protocol):
    """What all channels have."""

    name: str
    capabilities: frozenset[Capability]


@runtime_checkable
class SendingChannel(Channel, Protocol):
    """A channel that is sent to by a call."""

    async def send(self, message: Outbound) -> Receipt:
        """Send one message.

        Raises `ChannelDown` (try later), `BadCredentials` (tell the operator), `Refused` (tell the agent).
        """


@runtime_checkable
class WebhookChannel(SendingChannel, Protocol):
    """A channel whose provider calls us; one call may carry several messages."""

    def receive(self, request: Request) -> Sequence[Inbound]:
        """Return the messages in a webhook call; raise `NotGenuine` or `NotUnderstood`."""


@runtime_checkable
class SocketChannel(Channel, Protocol):
    """A channel whose customers hold a socket to us: what is in the log is on its way already."""

    def inbound(self, *, sender: str, client_id: str, text: str, payload: str | None) -> Inbound:
        """Return the message in a frame; raise `NotUnderstood`."""
