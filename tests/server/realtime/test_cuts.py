"""A socket cut at every frame of a burst: nothing is lost and nothing doubled once the tab is back."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from websockets.exceptions import ConnectionClosed

from server.conversations import repository
from server.house import House
from server.realtime.events import for_customer
from tests.support.chat import Served, Socket, Tab, browser, console, signed_in
from tests.support.server import Visitor, hire, log_of, settle, types_of, visit

WORDS = ("Hello", "Where is my order?", "I want a person", "Are you there?")


async def _burst(visitor: Visitor) -> None:
    for words in WORDS:
        await visitor.write(words)
    await settle(visitor.house)


async def _read(line: Socket, take_in: Callable[[dict[str, object]], None], frames: int) -> bool:
    """Take in so many frames, then lose the network; tell whether there were that many."""
    for _ in range(frames):
        try:
            async with asyncio.timeout(0.4):
                take_in(await line.next())
        except (TimeoutError, ConnectionClosed):
            return False
    line.cut()
    return True


async def test_a_visitors_tab_cut_at_every_frame_of_a_burst_has_everything_once(door: Served) -> None:
    for frames in count():
        ana = await visit(door.house)
        tab = Tab(door, ana)
        async with tab.online() as line:
            burst = asyncio.create_task(_burst(ana))
            cut = await _read(line, tab.take_in, frames)
        await burst
        await _until_complete(tab, _visible(door.house, ana))
        assert tab.doubled == [], f"cut after {frames} frames"
        assert tab.gaps == [], f"cut after {frames} frames"
        assert [text for text in tab.texts if text in WORDS] == list(WORDS)
        if not cut:
            assert frames > 8, "The burst was too short to say anything."
            return


async def test_a_visitors_tab_cut_after_every_frame_of_one_burst_has_everything_once(door: Served) -> None:
    ana = await visit(door.house)
    tab = Tab(door, ana)
    burst = asyncio.create_task(_burst(ana))
    cuts = 0
    while not burst.done() or cuts < 12:
        async with tab.online() as line:
            cuts += 1
            await _read(line, tab.take_in, cuts % 2)
    await _until_complete(tab, _visible(door.house, ana))
    assert (tab.doubled, tab.gaps) == ([], [])
    assert [text for text in tab.texts if text in WORDS] == list(WORDS)


def _visible(house: House, visitor: Visitor) -> Callable[[], Awaitable[list[int]]]:
    async def visible() -> list[int]:
        async with house.store.reading() as db:
            row = await repository.newest_of_customer(db, visitor.id)
        assert row is not None
        return [event.seq for event in await log_of(house, row["id"]) if for_customer(event) is not None]

    return visible


async def _until_complete(tab: Tab, wanted: Callable[[], Awaitable[list[int]]]) -> None:
    async with tab.online() as line:
        for frame in await line.quiet(0.05):
            tab.take_in(frame)
    assert sorted(tab.events) == await wanted()


class DeskTab:
    """What the console keeps of one conversation."""

    def __init__(self, conversation_id: str) -> None:
        self.conversation_id = conversation_id
        self.events: dict[int, object] = {}
        self.doubled: list[int] = []
        self.gaps: list[tuple[int, int]] = []
        self.lines: list[int] = []
        self.last_id = 0

    @property
    def last_seq(self) -> int:
        """The last seq that it has."""
        return max(self.events, default=0)

    def take_in(self, frame: dict[str, object]) -> None:
        """Take in one frame as the console does."""
        found: list[dict[str, object]] = []
        if frame["type"] == "watching":
            assert frame["start_over"] is False
            found = frame["events"]  # type: ignore[assignment]  # JSON
        elif frame["type"] == "event":
            if frame["after"] != self.last_seq:
                self.gaps.append((frame["after"], self.last_seq))  # type: ignore[arg-type]  # JSON
            found = [frame["event"]]  # type: ignore[list-item]  # JSON
        elif frame["type"] == "conversation":
            self.lines.append(frame["conversation"]["last_seq"])  # type: ignore[index]  # JSON
            self.last_id = max(self.last_id, frame["last_id"])  # type: ignore[call-overload]  # JSON
        for event in found:
            seq = event["seq"]
            assert isinstance(seq, int)
            if seq in self.events:
                self.doubled.append(seq)
            self.events[seq] = event


async def test_an_agents_tab_cut_at_every_frame_of_a_burst_has_everything_once(door: Served) -> None:
    kim = await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who:
        assert who.agent["id"] == str(kim.id)
        for frames in count():
            ana = await visit(door.house)
            first = await ana.write("First")
            await settle(door.house)
            tab = DeskTab(str(first.conversation_id))
            async with console(door, who) as line:
                await _watch(line, tab)
                burst = asyncio.create_task(_burst(ana))
                cut = await _read(line, tab.take_in, frames)
            await burst
            async with console(door, who) as line:
                await _watch(line, tab)
                for frame in await line.quiet(0.05):
                    tab.take_in(frame)
            assert (tab.doubled, tab.gaps) == ([], []), f"cut after {frames} frames"
            assert sorted(tab.events) == list(range(1, len(await types_of(door.house, first)) + 1))
            if not cut:
                assert frames > 15, "The burst was too short to say anything."
                return
            if frames > 60:
                return


async def _watch(line: Socket, tab: DeskTab) -> None:
    await line.send(type="watch", conversation_id=tab.conversation_id, last_seq=tab.last_seq)
    tab.take_in(await line.until("watching"))


async def test_the_desks_list_that_comes_back_gets_the_lines_that_changed(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who:
        ana, tom = await visit(door.house), await visit(door.house)
        await ana.ask("Hello")
        async with console(door, who) as line:
            last_id = line.frames[0]["last_id"]
        taken = await tom.write("I want a person")
        await settle(door.house)
        async with console(door, who, last_id=last_id) as line:
            [changed] = line.frames[0]["changed"]
            assert changed["id"] == str(taken.conversation_id)
            assert changed["state"] == "waiting"
            assert line.frames[0]["start_over"] is False


async def test_a_console_that_has_seen_more_than_there_is_starts_over(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who, console(door, who, last_id=10_000) as line:
        assert line.frames[0]["start_over"] is True


@pytest.mark.parametrize("last_id", [-1, 2**80])
async def test_a_console_with_an_odd_last_id_is_served_or_closed_but_nothing_breaks(
    each_door: Served, last_id: int
) -> None:
    await hire(each_door.house, "Kim Larsen")
    async with signed_in(each_door, "kim@example.com") as who:
        try:
            async with console(each_door, who, last_id=last_id) as line:
                assert line.frames[0]["type"] == "welcome"
        except ConnectionClosed:
            pass
        async with console(each_door, who) as line:
            await line.send(type="ping")
            await line.until("pong")
    async with browser(each_door) as nobody:
        assert (await nobody.get("/healthz"))[0] == 200
