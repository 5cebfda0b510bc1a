"""`/ws/widget`: one tab of one visitor."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, WebSocket

from channels.errors import NotUnderstood
from channels.webchat.adapter import WebChat
from server.access.errors import VisitorTokenInvalid
from server.access.visitors import Visitor
from server.conversations import repository
from server.conversations.errors import ConversationOver, EmptyMessage, MessageTooLong
from server.conversations.intake import Sender, customer_of
from server.house import House, house_of
from server.realtime.connection import CLOSE_TOKEN, CLOSE_TOO_MANY, Closed, Connection, close, serve
from server.realtime.events import Actor, Event, first_name, for_customer
from server.realtime.feed import Feed
from server.realtime.frames import (
    MAX_TEXT,
    WIDGET_IN,
    Accepted,
    AgentBadge,
    Bye,
    ConversationForCustomer,
    Ping,
    Pong,
    Typing,
    WidgetEnd,
    WidgetHello,
    WidgetRead,
    WidgetSend,
    WidgetTyping,
    WidgetWelcome,
)
from server.realtime.hub import Listener, customer_topic
from server.realtime.signals import Nudge, TypingNow, Written

router = APIRouter()
CHANNEL = WebChat()
RESUMED_EVENTS = 1000
LONGEST_LOCALE = 16


@router.websocket("/ws/widget")
async def widget(socket: WebSocket) -> None:
    """Serve one tab until it goes."""
    house = house_of(socket)
    await socket.accept()
    settings = house.settings.realtime
    connection = Connection(
        socket, largest_frame=house.settings.limits.body_bytes, heartbeat_seconds=settings.heartbeat_seconds
    )
    try:
        hello: WidgetHello = await connection.hello(WIDGET_IN, WidgetHello, seconds=settings.hello_seconds)
        visitor = _visitor(house, hello)
    except Closed as closed:
        await close(socket, closed)
        return
    topic = customer_topic(visitor.customer_id)
    listener = house.hub.join(topic)
    try:
        if house.hub.count(topic) > settings.sockets_per_visitor:
            await close(socket, Closed(CLOSE_TOO_MANY, Bye(reason="forbidden", again=False)))
            return
        tab = Tab(house, connection, visitor, hello)
        await serve(socket, listener, tab.welcome, tab.read, lambda: tab.tell(listener))
    finally:
        house.hub.leave(listener)


def _visitor(house: House, hello: WidgetHello) -> Visitor:
    try:
        return house.visitors.read(hello.token)
    except VisitorTokenInvalid:
        raise Closed(CLOSE_TOKEN, Bye(reason="signed_out", again=True)) from None


class Tab:
    """What one tab may do and sees."""

    def __init__(self, house: House, connection: Connection, visitor: Visitor, hello: WidgetHello) -> None:
        self._house = house
        self._connection = connection
        self._visitor = visitor
        self._hello = hello
        self._feed: Feed | None = None
        self._read_upto: tuple[UUID | None, int] = (None, 0)

    async def read(self) -> None:
        """Hear what the tab sends until it goes."""
        await self._connection.read(WIDGET_IN, self._hear)

    async def welcome(self) -> None:
        """Tell the tab what it has missed."""
        house, hello = self._house, self._hello
        async with house.store.reading() as db:
            customer = await repository.customer_by_id(db, self._visitor.customer_id)
            row = await repository.newest_of_customer(db, self._visitor.customer_id)
            if customer is None:
                raise Closed(CLOSE_TOKEN, Bye(reason="signed_out", again=True))
            same = row is not None and hello.conversation_id == row["id"] and hello.last_seq <= row["last_seq"]
            start = hello.last_seq if same else 0
            events = await repository.events_after(db, row["id"], start, limit=RESUMED_EVENTS) if row else []
            # A conversation that is longer than one answer: go on reading until its end.
            while row is not None and events and events[-1].seq < row["last_seq"]:
                events += await repository.events_after(db, row["id"], events[-1].seq, limit=RESUMED_EVENTS)
            position = (
                await repository.position_in_queue(db, row["waiting_since"])
                if row is not None and row["state"] == "waiting"
                else None
            )
        shown = [event for event in (for_customer(event) for event in events) if event is not None]
        if row is not None:
            seq = events[-1].seq if events else start
            self._feed = self._feed_of(row["id"], seq=seq, shown=shown[-1].seq if shown else start)
        await self._connection.send(
            WidgetWelcome(
                customer=customer_of(customer),
                conversation=_for_customer(row, position) if row else None,
                events=shown,
                start_over=not same and (hello.last_seq > 0 or hello.conversation_id is not None),
                heartbeat_seconds=house.settings.realtime.heartbeat_seconds,
            )
        )

    def _feed_of(self, conversation_id: UUID, *, seq: int, shown: int) -> Feed:
        return Feed(conversation_id, seq=seq, shown=shown, public=True, load=self._load)

    async def _load(self, conversation_id: UUID, seq: int) -> Sequence[Event]:
        async with self._house.store.reading() as db:
            return await repository.events_after(db, conversation_id, seq, limit=RESUMED_EVENTS)

    async def tell(self, listener: Listener) -> None:
        """Tell the tab what happens."""
        while True:
            signal = await listener.next()
            if isinstance(signal, Written | Nudge):
                if self._feed is None or self._feed.conversation_id != signal.conversation_id:
                    if signal.summary.state == "closed":
                        continue
                    self._feed = self._feed_of(signal.conversation_id, seq=0, shown=0)
                for frame in await self._feed.frames(signal):
                    await self._connection.send(frame)
            elif isinstance(signal, TypingNow) and signal.who.kind != "customer":
                who = Actor(kind=signal.who.kind, name=first_name(signal.who.name or "") or None)
                await self._connection.send(Typing(conversation_id=signal.conversation_id, who=who, on=signal.on))

    async def _hear(self, frame: Any) -> None:
        match frame:
            case WidgetSend():
                await self._send(frame)
            case Ping():
                await self._connection.send(Pong())
            case WidgetTyping() if self._feed is not None:
                self._house.hub.tell(
                    TypingNow(
                        conversation_id=self._feed.conversation_id,
                        customer_id=self._visitor.customer_id,
                        who=Actor(kind="customer"),
                        on=frame.on,
                    )
                )
            case WidgetRead() if self._feed is not None:
                await self._read(self._feed, frame.seq)
            case WidgetEnd():
                if self._feed is None:
                    raise ConversationOver
                await self._house.conversations.end(self._feed.conversation_id, self._visitor.customer_id)
            case _:
                return

    async def _read(self, feed: Feed, seq: int) -> None:
        # What is no news costs no transaction: there is one writer, and a tab may say this as often as it likes.
        upto = (feed.conversation_id, min(seq, feed.seq))
        if upto[0] != self._read_upto[0] or upto[1] > self._read_upto[1]:
            await self._house.conversations.read(upto[0], self._visitor.customer_id, upto[1])
            self._read_upto = upto

    async def _send(self, frame: WidgetSend) -> None:
        house, limits = self._house, self._house.settings.limits
        await house.limiter.check(
            f"send:{self._visitor.customer_id}", per_second=limits.messages_per_second, burst=limits.burst_messages
        )
        if len(frame.text) > MAX_TEXT:
            raise MessageTooLong(MAX_TEXT)
        try:
            inbound = CHANNEL.inbound(
                sender=str(self._visitor.customer_id),
                client_id=frame.client_id,
                text=frame.text,
                payload=frame.payload,
            )
        except NotUnderstood:
            raise EmptyMessage from None
        sender = Sender(
            customer_id=self._visitor.customer_id,
            account=self._visitor.account,
            channel=CHANNEL.name,
            locale=self._hello.locale[:LONGEST_LOCALE],
            page=self._hello.page,
        )
        if self._feed is not None and inbound.payload is None:
            house.turns.ask_ahead(self._feed.conversation_id, house.intake.message_id(sender, inbound), inbound.text)
        taken = await house.intake.take_in(sender, inbound)
        # The turn first: its question to the bot leaves while the frames below are written.
        house.turns.start(taken)
        if taken.written is not None:
            house.hub.tell(taken.written)
        await self._connection.send(
            Accepted(
                client_id=frame.client_id,
                conversation_id=taken.conversation_id,
                message_id=taken.message_id,
                seq=taken.seq,
            )
        )


def _for_customer(row: Mapping[str, Any], position: int | None) -> ConversationForCustomer:
    return ConversationForCustomer(
        id=row["id"],
        state=row["state"],
        agent=AgentBadge(name=first_name(row["agent_name"])) if row["agent_name"] else None,
        last_seq=row["last_seq"],
        read_seq=row["read_seq"],
        position=position,
    )
