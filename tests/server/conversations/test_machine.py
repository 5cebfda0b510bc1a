"""The conversation machine in all orders: customers, two agents, the bot and crashes, tried by Hypothesis."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import booleans, integers, sampled_from
from sqlalchemy import select
from typing_extensions import override

from server.conversations.intake import CLAIM
from server.conversations.ledger import CONVERSATIONS, EVENTS, event_of
from server.conversations.state import MOVES, Move, State
from server.house import House
from server.kit.errors import HouseError
from server.realtime.events import Event
from server.realtime.frames import AgentRef
from server.store.base import all_rows
from tests.support.replay import COMPARED, Replayed, replay, step
from tests.support.server import Visitor, bot_of, clock_of, hire, opened, settle, visit

WORDS = ("Where is my order?", "I want a person", "menu please", "refund it", "This is ridiculous!", "bye", "/refund")


class Story:
    """What one run of the machine needs: two customers, two agents, and what was accepted."""

    def __init__(self, house: House, agents: list[AgentRef], visitors: list[Visitor]) -> None:
        self.house = house
        self.agents = agents
        self.visitors = visitors
        self.accepted: dict[tuple[int, str], tuple[Any, str]] = {}

    async def logs(self) -> list[tuple[Mapping[str, Any], list[Event]]]:
        """Return each conversation's row and events as of one moment: nobody writes meanwhile."""
        ids = [visitor.id for visitor in self.visitors]
        async with self.house.store.writing() as db:
            rows = all_rows(
                await db.execute(
                    select(CONVERSATIONS)
                    .where(CONVERSATIONS.c.customer_id.in_(ids))
                    .order_by(CONVERSATIONS.c.last_event_id)
                )
            )
            found = []
            for row in rows:
                query = select(EVENTS).where(EVENTS.c.conversation_id == row["id"]).order_by(EVENTS.c.seq)
                found.append((row, [event_of(event) for event in all_rows(await db.execute(query))]))
        return found

    async def open_one(self, who: int) -> Mapping[str, Any] | None:
        """Return the newest conversation of a customer."""
        rows = [row for row, _ in await self.logs() if row["customer_id"] == self.visitors[who].id]
        return max(rows, key=lambda row: row["last_event_id"], default=None)


class Machine(RuleBasedStateMachine):
    """Everything that anybody may do, at any time."""

    house: House
    runner: asyncio.Runner
    agents: list[AgentRef]

    def __init__(self) -> None:
        super().__init__()
        bot_of(self.house).go()
        visitors = [self.do(visit(self.house)) for _ in range(2)]
        self.story = Story(self.house, self.agents, visitors)
        self.held = False
        self.known: dict[Any, tuple[Replayed, int]] = {}

    def do(self, work: Any) -> Any:
        """Let the house run until this is done."""
        return self.runner.run(work)

    def settle_unless_held(self, wait: bool) -> None:
        """Let turns end, where they can."""
        if wait and not self.held:
            self.do(settle(self.house))

    @rule(who=integers(0, 1), words=sampled_from(WORDS), key=integers(0, 12), wait=booleans())
    def customer_writes(self, who: int, words: str, key: int, wait: bool) -> None:
        self._write(who, words, f"k{key}", crash=False)
        self.settle_unless_held(wait)

    @rule(who=integers(0, 1), words=sampled_from(WORDS), key=integers(0, 12))
    def customer_writes_and_the_server_dies(self, who: int, words: str, key: int) -> None:
        self._write(who, words, f"k{key}", crash=True)

    def _write(self, who: int, words: str, key: str, *, crash: bool) -> None:
        visitor = self.story.visitors[who]
        send = visitor.only_intake if crash else visitor.write
        taken = self.do(send(words, client_id=key))
        answer = (taken.conversation_id, taken.message_id, taken.seq)
        earlier = self.story.accepted.setdefault((who, key), (answer, words))
        assert earlier[0] == answer, "The same key was answered differently."

    @rule()
    def another_process_picks_up(self) -> None:
        clock_of(self.house).move(CLAIM + timedelta(seconds=1))
        self.do(self.house.turns.pick_up())

    @rule()
    def bot_begins_to_think_long(self) -> None:
        bot_of(self.house).hold()
        self.held = True

    @precondition(lambda self: self.held)
    @rule()
    def bot_answers(self) -> None:
        bot_of(self.house).go()
        self.held = False
        self.do(settle(self.house))

    @rule(who=integers(0, 1))
    def customer_ends(self, who: int) -> None:
        visitor = self.story.visitors[who]
        self._try(who, Move.closed, lambda row: self.house.conversations.end(row["id"], visitor.id))

    @rule(who=integers(0, 1), by=integers(0, 1))
    def agent_takes(self, who: int, by: int) -> None:
        agent = self.agents[by]
        self._try(who, Move.taken, lambda row: self.house.conversations.take(row["id"], agent), agent)

    @rule(who=integers(0, 1), by=integers(0, 1))
    def agent_gives_back(self, who: int, by: int) -> None:
        agent = self.agents[by]
        self._try(who, Move.given_back, lambda row: self.house.conversations.give_back(row["id"], agent), agent)

    @rule(who=integers(0, 1), by=integers(0, 1))
    def agent_resolves(self, who: int, by: int) -> None:
        agent = self.agents[by]
        self._try(who, Move.closed, lambda row: self.house.conversations.resolve(row["id"], agent), agent)

    @rule(who=integers(0, 1), by=integers(0, 1), key=integers(0, 3))
    def agent_replies(self, who: int, by: int, key: int) -> None:
        row = self.do(self.story.open_one(who))
        if row is None:
            return
        agent, client_id = self.agents[by], f"{self.story.visitors[who].id}-{key}"[-60:]
        may = row["state"] == State.with_agent and row["agent_id"] == agent.id
        said, refused = self._done(self.house.conversations.say(row["id"], agent, "One moment.", client_id=client_id))
        if refused is not None:
            assert not may
            assert refused.code in {"not_yours", "conversation_closed"}
        else:
            assert may or said.seq <= row["last_seq"], "A reply was stored for an agent who does not have it."

    @rule(who=integers(0, 1), by=integers(0, 1), key=integers(0, 3))
    def agent_notes(self, who: int, by: int, key: int) -> None:
        row = self.do(self.story.open_one(who))
        if row is not None:
            client_id = f"{self.story.visitors[who].id}-n{key}"[-60:]
            self.do(self.house.conversations.note(row["id"], self.agents[by], "Look.", client_id=client_id))

    def _try(self, who: int, move: Move, act: Any, by: AgentRef | None = None) -> None:
        row = self.do(self.story.open_one(who))
        if row is None:
            return
        state = State(row["state"])
        has_it = state is State.with_agent and by is not None and row["agent_id"] == by.id
        others = state is State.with_agent and by is not None and row["agent_id"] != by.id
        without = by is not None and move is not Move.taken and not has_it
        may = (state, move) in MOVES and not others and not without
        summary, refused = self._done(act(row))
        # A turn that runs meanwhile may have moved the conversation along.
        if refused is not None:
            assert not may or self._moved(who, row), f"{move} was refused from {state}: {refused.code}"
        else:
            assert may or (has_it and move is Move.taken) or self._moved(who, row)
            assert summary.state in {target for (_, made), target in MOVES.items() if made is move}

    def _done(self, work: Any) -> tuple[Any, HouseError | None]:
        try:
            return self.do(work), None
        except HouseError as error:
            return None, error

    def _moved(self, who: int, row: Mapping[str, Any]) -> bool:
        after = self.do(self.story.open_one(who))
        return after is not None and after["last_seq"] > row["last_seq"]

    @invariant()
    def rows_are_what_their_events_say(self) -> None:
        for row, events in self.do(self.story.logs()):
            old, seen = self.known.get(row["id"], (Replayed(), 0))
            fresh = replay(events[seen:], old)
            assert fresh == replay(events), "Old state and new events do not make the fresh state."
            assert {name: row[name] for name in COMPARED} == fresh.columns()
            self.known[row["id"]] = (fresh, len(events))

    @invariant()
    def one_open_conversation_for_each_customer(self) -> None:
        opened_by = Counter(row["customer_id"] for row, _ in self.do(self.story.logs()) if row["state"] != "closed")
        assert all(count == 1 for count in opened_by.values())

    @invariant()
    def every_message_is_answered_by_at_most_one_turn(self) -> None:
        for _, events in self.do(self.story.logs()):
            turns = Counter(event.data.message_id for event in events if event.data.type == "decision.made")
            assert all(count == 1 for count in turns.values()), f"Answered twice: {turns}"

    @override
    def teardown(self) -> None:
        """Whatever was begun comes to its end; nothing that was accepted is lost or unanswered."""
        bot_of(self.house).go()
        self.do(settle(self.house))
        for _ in range(3):
            clock_of(self.house).move(CLAIM + timedelta(seconds=1))
            self.do(self.house.turns.pick_up())
            self.do(settle(self.house))
        stored = {}
        for row, events in self.do(self.story.logs()):
            assert row["turn_due_seq"] is None, "A message waits for its turn for ever."
            state, last, understood = Replayed(), None, set()
            for event in events:
                state = step(state, event)
                if event.data.type == "message.received":
                    last = event.data.message_id
                    stored[(row["id"], last, event.seq)] = event.data.text
                elif event.data.type == "message.understood":
                    understood.add(event.data.message_id)
            if state.state is not State.closed and last is not None:
                assert last in understood, "The newest message was never read."
        accepted = dict(self.story.accepted.values())
        assert set(accepted) == set(stored)
        assert all(stored[answer] == words for answer, words in accepted.items())


def test_the_conversation_machine_keeps_its_promises_in_all_orders(sqlite_url: str, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        context = opened(sqlite_url, tmp_path)
        house = runner.run(context.__aenter__())
        try:
            agents = [runner.run(hire(house, name)) for name in ("Kim Larsen", "Sam Okoye")]
            bound = type("Bound", (Machine,), {"house": house, "runner": runner, "agents": agents})
            run_state_machine_as_test(
                bound,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=25,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(context.__aexit__(None, None, None))
