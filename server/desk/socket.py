"""`/ws/console`: one tab of one agent. What each frame needs is in `PERMISSIONS`, and a test holds it complete."""

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, WebSocket

from server.access.guard import Principal, principal_of
from server.conversations import repository
from server.conversations.errors import NoSuchConversation
from server.conversations.ledger import summary_of
from server.house import House, house_of
from server.kit.errors import Unauthenticated
from server.realtime.connection import CLOSE_FORBIDDEN, CLOSE_TOKEN, Closed, Connection, close, serve
from server.realtime.events import Actor, Event
from server.realtime.feed import Feed
from server.realtime.frames import (
    CONSOLE_IN,
    Accepted,
    Bye,
    ConsoleHello,
    ConsoleNote,
    ConsoleReply,
    ConsoleTyping,
    ConsoleWelcome,
    ConversationChanged,
    Ping,
    Pong,
    Typing,
    Unwatch,
    Watch,
    Watching,
)
from server.realtime.hub import DESK, Listener, agent_topic, conversation_topic
from server.realtime.signals import Nudge, SignedOut, TypingNow, Written

router = APIRouter()
PERMISSIONS: dict[str, str | None] = {
    "hello": None,
    "ping": None,
    "watch": "conversation.read",
    "unwatch": None,
    "reply": "conversation.reply",
    "note": "conversation.note",
    "typing": "conversation.reply",
}
"""What the sender of each frame type must be allowed; None means that being signed in is enough."""

RESUMED_EVENTS = 1000
RESUMED_LINES = 200
RECHECK_SECONDS = 60
WATCHED_AT_ONCE = 20


@router.websocket("/ws/console")
async def console(socket: WebSocket) -> None:
    """Serve one tab of the console until it goes."""
    house = house_of(socket)
    await socket.accept()
    settings = house.settings.realtime
    connection = Connection(
        socket, largest_frame=house.settings.limits.body_bytes, heartbeat_seconds=settings.heartbeat_seconds
    )
    try:
        _same_origin(socket)
        principal = await principal_of(socket, house)
        hello: ConsoleHello = await connection.hello(CONSOLE_IN, ConsoleHello, seconds=settings.hello_seconds)
        _same_session(hello, principal)
    except Closed as closed:
        await close(socket, closed)
        return
    except Unauthenticated:
        await close(socket, Closed(CLOSE_TOKEN, Bye(reason="signed_out", again=False)))
        return
    topics = [agent_topic(principal.id)]
    if "conversation.read" in principal.permissions:
        topics.append(DESK)
    listener = house.hub.join(*topics)
    try:
        tab = Tab(house, connection, principal, socket, listener)
        await serve(socket, listener, lambda: tab.welcome(hello), tab.read, tab.tell, tab.recheck)
    finally:
        house.hub.leave(listener)


def _same_origin(socket: WebSocket) -> None:
    # Browsers send Origin with every socket; a page of another site must not ride on the agent's cookie.
    origin = socket.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != socket.headers.get("host"):
        raise Closed(CLOSE_FORBIDDEN, Bye(reason="forbidden", again=False))


def _same_session(hello: ConsoleHello, principal: Principal) -> None:
    if principal.csrf is None or hello.csrf != principal.csrf:
        raise Closed(CLOSE_FORBIDDEN, Bye(reason="forbidden", again=False))


class Tab:
    """What one tab of the console may do and sees."""

    def __init__(
        self, house: House, connection: Connection, principal: Principal, socket: WebSocket, listener: Listener
    ) -> None:
        self._house = house
        self._connection = connection
        self._me = principal
        self._socket = socket
        self._feeds: dict[UUID, Feed] = {}
        self._listener = listener
        # A watch reads the log and then listens on from there; nothing may be told in between.
        self._order = asyncio.Lock()

    async def read(self) -> None:
        """Hear what the tab sends until it goes."""
        await self._connection.read(CONSOLE_IN, self._hear)

    async def welcome(self, hello: ConsoleHello) -> None:
        """Say who this is and which lines of the list have changed meanwhile."""
        house = self._house
        async with house.store.reading() as db:
            newest = await repository.newest_event_id(db)
            reads = "conversation.read" in self._me.permissions
            missed = reads and hello.last_id > 0
            changed = await repository.changed_since(db, hello.last_id, limit=RESUMED_LINES) if missed else []
        await self._connection.send(
            ConsoleWelcome(
                agent=self._me.agent,
                permissions=sorted(self._me.permissions),
                last_id=newest,
                changed=[summary_of(row) for row in changed],
                start_over=len(changed) == RESUMED_LINES or hello.last_id > newest,
                heartbeat_seconds=house.settings.realtime.heartbeat_seconds,
            )
        )

    async def recheck(self) -> None:
        """Look now and then whether the agent is still signed in, and with which rights."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            await self._look_again()

    async def _load(self, conversation_id: UUID, seq: int) -> Sequence[Event]:
        async with self._house.store.reading() as db:
            return await repository.events_after(db, conversation_id, seq, limit=RESUMED_EVENTS)

    async def tell(self) -> None:
        """Tell the tab what happens."""
        while True:
            signal = await self._listener.next()
            match signal:
                case SignedOut():
                    await self._look_again()
                case Written() | Nudge() if "conversation.read" in self._me.permissions:
                    async with self._order:
                        await self._tell_written(signal)
                case TypingNow() if signal.conversation_id in self._feeds and signal.who.id != str(self._me.id):
                    await self._connection.send(
                        Typing(conversation_id=signal.conversation_id, who=signal.who, on=signal.on)
                    )

    async def _look_again(self) -> None:
        try:
            self._me = await principal_of(self._socket, self._house)
        except Unauthenticated:
            raise Closed(CLOSE_TOKEN, Bye(reason="signed_out", again=False)) from None

    async def _tell_written(self, signal: Written | Nudge) -> None:
        feed = self._feeds.get(signal.conversation_id)
        last_id = 0
        if feed is not None:
            for frame in await feed.frames(signal):
                last_id = frame.event.id
                await self._connection.send(frame)
        if isinstance(signal, Written) and signal.events:
            last_id = signal.events[-1].id
        await self._connection.send(ConversationChanged(conversation=signal.summary, last_id=last_id))

    async def _hear(self, frame: Any) -> None:
        if (permission := PERMISSIONS[frame.type]) is not None:
            self._me.must(permission)
        house, me = self._house, self._me.agent
        match frame:
            case Ping():
                await self._connection.send(Pong())
            case Watch():
                async with self._order:
                    await self._watch(frame)
            case Unwatch():
                self._unwatch(frame.conversation_id)
            case ConsoleReply():
                said = await house.conversations.say(
                    frame.conversation_id, me, frame.text, client_id=frame.client_id, citations=frame.citations
                )
                await self._accepted(frame.client_id, frame.conversation_id, said.message_id, said.seq)
            case ConsoleNote():
                said = await house.conversations.note(frame.conversation_id, me, frame.text, client_id=frame.client_id)
                await self._accepted(frame.client_id, frame.conversation_id, said.message_id, said.seq)
            case ConsoleTyping():
                await self._typing(frame)

    async def _accepted(self, client_id: str, conversation_id: UUID, message_id: UUID, seq: int) -> None:
        await self._connection.send(
            Accepted(client_id=client_id, conversation_id=conversation_id, message_id=message_id, seq=seq)
        )

    async def _typing(self, frame: ConsoleTyping) -> None:
        async with self._house.store.reading() as db:
            row = await repository.conversation(db, frame.conversation_id)
        if row is not None and row["agent_id"] == self._me.id:
            who = Actor(kind="agent", id=str(self._me.id), name=self._me.name)
            self._house.hub.tell(
                TypingNow(conversation_id=row["id"], customer_id=row["customer_id"], who=who, on=frame.on)
            )

    async def _watch(self, frame: Watch) -> None:
        while len(self._feeds) >= WATCHED_AT_ONCE:
            self._unwatch(next(iter(self._feeds)))
        # Listen before reading, so that nothing falls between; what comes twice is dropped by its seq.
        self._house.hub.add(self._listener, conversation_topic(frame.conversation_id))
        async with self._house.store.reading() as db:
            row = await repository.conversation(db, frame.conversation_id)
            if row is None:
                self._unwatch(frame.conversation_id)
                raise NoSuchConversation
            start = frame.last_seq if 0 <= frame.last_seq <= row["last_seq"] else 0
            events = await repository.events_after(db, row["id"], start, limit=RESUMED_EVENTS)
            while events and events[-1].seq < row["last_seq"]:
                events += await repository.events_after(db, row["id"], events[-1].seq, limit=RESUMED_EVENTS)
        seq = events[-1].seq if events else start
        self._feeds[row["id"]] = Feed(row["id"], seq=seq, shown=seq, public=False, load=self._load)
        await self._connection.send(
            Watching(conversation_id=row["id"], events=events, start_over=start != frame.last_seq)
        )

    def _unwatch(self, conversation_id: UUID) -> None:
        self._feeds.pop(conversation_id, None)
        self._house.hub.remove(self._listener, conversation_topic(conversation_id))
