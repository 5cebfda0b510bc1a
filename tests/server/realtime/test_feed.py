"""The feed of one socket: in order, none missing, none twice, whatever the signals did."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from server.realtime.events import (
    Actor,
    BotFailed,
    Customer,
    Event,
    EventData,
    MessageReceived,
    MessageSent,
    NoteAdded,
    for_customer,
)
from server.realtime.feed import Feed
from server.realtime.frames import ConversationSummary
from server.realtime.signals import Nudge, Written
from tests.support.server import NOON

CONVERSATION, CUSTOMER = UUID(int=1), UUID(int=2)
SUMMARY = ConversationSummary(
    id=CONVERSATION,
    state="with_bot",
    owner="bot",
    account="larkfield",
    channel="webchat",
    locale="en",
    customer=Customer(visitor_id=CUSTOMER),
    last_seq=0,
    started_at="",
    updated_at="",
)


def _data(seq: int) -> EventData:
    kinds: tuple[EventData, ...] = (
        MessageReceived(message_id=UUID(int=seq), text=f"m{seq}"),
        NoteAdded(note_id=UUID(int=seq), text="a secret"),
        MessageSent(message_id=UUID(int=seq), text=f"s{seq}"),
        BotFailed(message_id=UUID(int=seq), why="timeout"),
    )
    return kinds[seq % 4]


LOG = [
    Event(
        conversation_id=CONVERSATION,
        seq=seq,
        id=1000 + seq,
        at=NOON + timedelta(seconds=seq),
        actor=Actor(kind="system"),
        data=_data(seq),
    )
    for seq in range(1, 21)
]


class Table:
    """The log as far as it is committed."""

    def __init__(self) -> None:
        self.committed = 0
        self.reads = 0

    async def load(self, _: UUID, seq: int) -> Sequence[Event]:
        """Return the events after a seq."""
        self.reads += 1
        return LOG[seq : self.committed]


def _written(first: int, last: int) -> Written:
    return Written(
        conversation_id=CONVERSATION, customer_id=CUSTOMER, events=tuple(LOG[first - 1 : last]), summary=SUMMARY
    )


def _nudge(last: int) -> Nudge:
    return Nudge(conversation_id=CONVERSATION, customer_id=CUSTOMER, last_seq=last, summary=SUMMARY)


def _feed(table: Table, *, public: bool) -> Feed:
    return Feed(CONVERSATION, seq=0, shown=0, public=public, load=table.load)


async def test_signals_in_order_need_no_reading() -> None:
    table = Table()
    feed = _feed(table, public=False)
    for seq in range(1, 21):
        table.committed = seq
        [frame] = await feed.frames(_written(seq, seq))
        assert (frame.event.seq, frame.after) == (seq, seq - 1)
    assert table.reads == 0


async def test_a_signal_that_comes_twice_is_told_once() -> None:
    table = Table()
    table.committed = 3
    feed = _feed(table, public=False)
    assert len(await feed.frames(_written(1, 3))) == 3
    assert await feed.frames(_written(1, 3)) == []
    assert await feed.frames(_written(2, 2)) == []
    assert await feed.frames(_nudge(3)) == []


async def test_a_gap_is_read_from_the_log() -> None:
    table = Table()
    table.committed = 9
    feed = _feed(table, public=False)
    frames = await feed.frames(_written(8, 9))
    assert [frame.event.seq for frame in frames] == list(range(1, 10))
    assert table.reads == 1


async def test_staff_events_are_left_out_and_after_says_so() -> None:
    table = Table()
    table.committed = 8
    feed = _feed(table, public=True)
    frames = await feed.frames(_written(1, 8))
    assert [(frame.after, frame.event.seq) for frame in frames] == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert feed.seq == 8


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    public=st.booleans(),
    signals=st.lists(
        st.tuples(st.sampled_from(["told", "lost", "late", "twice", "nudged"]), st.integers(1, 3)), max_size=12
    ),
)
async def test_whatever_signals_do_every_event_is_told_once_and_in_order(
    public: bool, signals: list[tuple[str, int]]
) -> None:
    table, told, late = Table(), [], []
    feed = _feed(table, public=public)
    for what, count in signals:
        first, table.committed = table.committed + 1, min(table.committed + count, len(LOG))
        if first > table.committed:
            break
        signal = _written(first, table.committed)
        if what == "late":
            late.append(signal)
        if what in {"told", "twice"}:
            told += await feed.frames(signal)
        if what == "twice":
            told += await feed.frames(signal)
        if what == "nudged":
            told += await feed.frames(_nudge(table.committed))
    for signal in late:
        told += await feed.frames(signal)
    told += await feed.frames(_nudge(table.committed))
    wanted = [event.seq for event in LOG[: table.committed] if not public or for_customer(event) is not None]
    assert [frame.event.seq for frame in told] == wanted
    assert [frame.after for frame in told] == [0, *wanted][: len(wanted)]
