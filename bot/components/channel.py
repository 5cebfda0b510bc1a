"""The two doors of the bot: our own webhook, and Rasa's stock REST webhook, both behind the bearer token."""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from components.sentence_vectors import RECENT, encoder_name
from components.tracker import SqliteTrackers

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 8_000
INTERNAL_SLOTS = frozenset({"requested_slot", "session_started_metadata"})
INTERNAL_PREFIX = "desk_"
NOTHING_SAID = "Something on our side failed, so I could not answer that. I can ask a person to take over."
TALK_TO_PERSON = {"title": "Talk to a person", "payload": "/talk_to_person"}

Handler = Callable[[UserMessage], Awaitable[Any]]


class Said(OutputChannel):
    """Swallows what the bot says while it runs; the channel reads it from the tracker, where a repeat finds it too."""

    @classmethod
    def name(cls) -> str:
        """The name that conditional responses may ask for."""
        return "warmline"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Nothing leaves from here."""


class Turns:
    """One turn at a time per conversation, in order of arrival."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, sender: str) -> AsyncIterator[None]:
        """Hold the conversation for the length of the block; its lock is forgotten when nobody waits for it."""
        lock, users = self._locks.get(sender, (asyncio.Lock(), 0))
        self._locks[sender] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            _, users = self._locks[sender]
            if users == 1:
                del self._locks[sender]
            else:
                self._locks[sender] = (lock, users - 1)


def allowed(request: Request, token: str) -> bool:
    """Whether the request carries the bearer token; the comparison takes the same time wherever they differ."""
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def problem(status: int, code: str, detail: str) -> HTTPResponse:
    """An RFC 9457 problem document."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return json(body, status=status, content_type="application/problem+json")


def message_of(spoken: BotUttered) -> dict[str, Any]:
    """One bot utterance as contract 1 spells it."""
    buttons = spoken.data.get("buttons") or []
    custom = spoken.data.get("custom") or {}
    return {
        "text": spoken.text or "",
        "quick_replies": [{"title": b["title"], "payload": b["payload"]} for b in buttons],
        "citation": custom.get("citation"),
    }


def understanding_of(heard: UserUttered) -> dict[str, Any]:
    """What the bot made of the customer's words; confidence is that of the best real intent even when it fell back."""
    parsed = heard.parse_data or {}
    ranking = [
        {"intent": one["name"], "confidence": round(one["confidence"], 4)}
        for one in parsed.get("intent_ranking") or []
        if one["name"] != "nlu_fallback"
    ]
    intent = (parsed.get("intent") or {}).get("name")
    own = round((parsed.get("intent") or {}).get("confidence") or 0.0, 4)
    return {
        "intent": intent,
        "confidence": ranking[0]["confidence"] if intent == "nlu_fallback" and ranking else own,
        "ranking": ranking[:5],
        "entities": [
            {key: one.get(key) for key in ("entity", "value", "start", "end")} for one in parsed.get("entities") or []
        ],
        "novelty": round(parsed["novelty"], 4) if parsed.get("novelty") is not None else None,
        **vector_of(heard.text or ""),
    }


def vector_of(text: str) -> dict[str, Any]:
    """The sentence vector as base64 of 384 little-endian half floats, and the encoder that it is from."""
    vector = RECENT.get(text)
    if vector is None:
        return {"vector": None, "encoder": None}
    packed = base64.b64encode(vector.astype("<f2").tobytes()).decode()
    return {"vector": packed, "encoder": encoder_name()}


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """The slots that are set and meant for others, and what the bot is waiting for."""
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value is not None and name not in INTERNAL_SLOTS and not name.startswith(INTERNAL_PREFIX)
    }
    loop = tracker.active_loop_name
    return {"slots": slots, "active_loop": loop, "requested_slot": tracker.get_slot("requested_slot") if loop else None}


def reply_of(turn: list[Event], tracker: DialogueStateTracker, model: str, *, replayed: bool) -> dict[str, Any]:
    """The whole answer of contract 1, read from the events of one turn and the state after it."""
    said = [event for event in turn if isinstance(event, BotUttered)]
    signals = [signal for spoken in said for signal in (spoken.data.get("custom") or {}).get("signals", [])]
    messages = [message_of(spoken) for spoken in said if spoken.text]
    if not messages:
        messages = [{"text": NOTHING_SAID, "quick_replies": [TALK_TO_PERSON], "citation": None}]
        signals.append("bot_failed")
    return {
        "messages": messages,
        "understanding": understanding_of(turn[0]),
        "state": state_of(tracker),
        "signals": list(dict.fromkeys(signals)),
        "model": model,
        "replayed": replayed,
    }


def asked(body: Any) -> tuple[UserMessage | None, str]:
    """The message of a request body, or what is wrong with it."""
    if not isinstance(body, dict):
        return None, "The body is not a JSON object."
    for name in ("sender", "message", "message_id"):
        if not isinstance(body.get(name), str):
            return None, f"The field {name!r} must be a string."
    if not body["sender"] or not body["message_id"]:
        return None, "The fields 'sender' and 'message_id' must not be empty."
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        return None, "The field 'metadata' must be an object."
    # Rasa reads nothing into an empty text; a blank keeps the turn a turn.
    text = body["message"].replace("\x00", "")[:LONGEST_MESSAGE].strip() or " "
    message = UserMessage(
        text,
        Said(),
        body["sender"],
        input_channel="warmline",
        message_id=body["message_id"],
        metadata=metadata,
    )
    return message, ""


class WarmlineChannel(InputChannel):
    """POST /webhooks/warmline/webhook: one message in, replies, understanding, state and signals out; idempotent."""

    def __init__(self, token: str) -> None:
        """Take the bearer token that callers must carry."""
        self._token = token
        self._turns = Turns()

    @classmethod
    def name(cls) -> str:
        """The part of the address after /webhooks/."""
        return "warmline"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> WarmlineChannel:
        """Read the token from credentials.yml."""
        return cls((credentials or {})["token"])

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """Mount the webhook and its health route."""
        door = Blueprint("warmline_webhook")

        @door.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @door.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not allowed(request, self._token):
                return problem(401, "unauthorized", "A bearer token is wanted.")
            message, wrong = asked(request.json)
            if message is None:
                return problem(422, "invalid_request", wrong)
            try:
                return json(await self.answer(request.app.ctx.agent, message))
            except Exception:
                # Whatever went wrong inside Rasa, the server wants a problem document and goes on without the bot.
                log.exception("turn.failed conversation=%s", message.sender_id)
                return problem(500, "bot_failed", "The message was not taken up.")

        return door

    async def answer(self, agent: Agent, message: UserMessage) -> dict[str, Any]:
        """Run the turn unless this message id was answered before; either way the reply is read from the tracker."""
        store = store_of(agent)
        async with self._turns.turn(message.sender_id):
            model = agent.processor.model_filename.replace(".tar.gz", "")
            turn = store.recall(message.sender_id, message.message_id)
            replayed = bool(turn)
            if not replayed:
                await agent.processor.handle_message(message)
                turn = store.recall(message.sender_id, message.message_id)
            tracker = store.look(message.sender_id)
            if tracker is None or not turn:
                raise RuntimeError("The message left no trace in the tracker.")
            return reply_of(turn, tracker, model, replayed=replayed)


def store_of(agent: Agent) -> SqliteTrackers:
    """Our tracker store; Rasa wraps it."""
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(store, SqliteTrackers):
        raise TypeError("endpoints.yml must name components.tracker.SqliteTrackers as the tracker store.")
    return store


class GuardedRest(RestInput):
    """Rasa's own REST webhook, unchanged but for the bearer token."""

    def __init__(self, token: str) -> None:
        """Take the bearer token that callers must carry."""
        self._token = token

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GuardedRest:
        """Read the token from credentials.yml."""
        return cls((credentials or {})["token"])

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The stock routes behind a check of the token."""
        door = super().blueprint(on_new_message)

        @door.middleware("request")
        async def guard(request: Request) -> HTTPResponse | None:
            if allowed(request, self._token):
                return None
            return problem(401, "unauthorized", "A bearer token is wanted.")

        return door
