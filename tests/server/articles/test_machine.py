"""Whatever people do in whatever order, the rules of the workflow hold."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from server.articles import repository
from server.articles.content import content_of, digest_of
from server.articles.errors import RevisionConflict, SecondPersonNeeded, VersionConflict, WrongState
from server.articles.people import Editor
from server.articles.service import Articles, NewArticleIn, SaveIn
from server.articles.workflow import LIVING, MOVES, State, may
from server.kit.clock import MovableClock
from server.kit.ids import counting_ids
from server.store.session import Store
from tests.support.articles import ADA, BOTH, EVA, TOM, content
from tests.support.databases import sqlite_copy
from tests.support.server import NOON

WRITERS = st.sampled_from([EVA, TOM, BOTH])
EVERYBODY = st.sampled_from([EVA, TOM, ADA, BOTH])
TEXTS = st.sampled_from(["Print it.", "Post it.", "Bring it."])


class Workflow(RuleBasedStateMachine):
    """One translation in the hands of four people; a plain model beside it says what must have become of it."""

    template: Path
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self._copy = sqlite_copy(self.template, self.folder)
        self.store = Store(self._copy.__enter__())
        self.articles = Articles(self.store, MovableClock(NOON), counting_ids())
        self.state = State.draft
        self.texts: list[str] = []
        self.hands: list[set[str]] = []
        self.published = 0
        self.ever_published = 0
        self.submitter = ""

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Wait for something."""
        return self.loop.run_until_complete(work)

    @override
    def teardown(self) -> None:
        """Let go of the database."""
        self.do(self.store.close())
        self._copy.__exit__(None, None, None)
        self.loop.close()

    @initialize(who=WRITERS, text=TEXTS)
    def begin(self, who: Editor, text: str) -> None:
        """Somebody writes the first draft."""
        new = NewArticleIn(id="a", locale="en", content=content(text=text))
        self.do(self.articles.create(new, who))
        self._wrote(who, text, set())

    def _wrote(self, who: Editor, text: str, also: set[str]) -> None:
        before = self.hands[-1] if len(self.texts) > self.ever_published and self.hands else set()
        self.texts.append(text)
        self.hands.append({who.name} | before | also)
        self.state = State.draft

    @rule(who=WRITERS, text=TEXTS, back=st.integers(0, 1))
    def save(self, who: Editor, text: str, back: int) -> None:
        """Somebody saves, perhaps on top of an old revision."""
        base = max(1, len(self.texts) - back)
        work = self.articles.save("a", "en", SaveIn(base=base, content=content(text=text)), who)
        if text == self.texts[-1]:
            assert self.do(work) == (len(self.texts), False)
        elif base != len(self.texts):
            with pytest.raises(RevisionConflict):
                self.do(work)
        elif self.state not in LIVING:
            with pytest.raises(WrongState):
                self.do(work)
        else:
            assert self.do(work) == (len(self.texts) + 1, False)
            self._wrote(who, text, set())

    def _move(self, move: str, work: Coroutine[Any, Any, Any], to: State) -> bool:
        if self.state not in MOVES[move].begins:
            with pytest.raises(WrongState):
                self.do(work)
            return False
        self.do(work)
        self.state = to
        return True

    @rule(who=WRITERS)
    def submit(self, who: Editor) -> None:
        """Somebody hands the newest revision in."""
        if self._move("submit", self.articles.submit("a", "en", len(self.texts), who), State.in_review):
            self.submitter = who.name

    @rule(who=WRITERS)
    def withdraw(self, who: Editor) -> None:
        """Somebody takes it back."""
        self._move("withdraw", self.articles.withdraw("a", "en", who), State.draft)

    @rule(who=EVERYBODY)
    def approve(self, who: Editor) -> None:
        """Somebody approves; nobody their own work."""
        work = self.articles.approve("a", "en", len(self.texts), who)
        if self.state is State.in_review and who.name in self.hands[-1] | {self.submitter}:
            with pytest.raises(SecondPersonNeeded):
                self.do(work)
        else:
            self._move("approve", work, State.approved)

    @rule()
    def approve_what_is_old(self) -> None:
        """Somebody approves what they read before it was changed."""
        if len(self.texts) > 1:
            with pytest.raises(VersionConflict):
                self.do(self.articles.approve("a", "en", len(self.texts) - 1, ADA))

    @rule()
    def request_changes(self) -> None:
        """Somebody asks for changes."""
        work = self.articles.request_changes("a", "en", len(self.texts), ADA, "Please.")
        self._move("request_changes", work, State.draft)

    @rule(who=WRITERS, back=st.integers(0, 3))
    def restore(self, who: Editor, back: int) -> None:
        """Somebody brings an older revision back."""
        number = max(1, len(self.texts) - back)
        if self._move("restore", self.articles.restore("a", "en", number, who), State.draft):
            self._wrote(who, self.texts[number - 1], self.hands[number - 1])

    @rule()
    def publish(self) -> None:
        """A release shows what is approved."""
        if self.state is State.approved:
            self.published = self.ever_published = len(self.texts)
            self.state = State.published
            self._set(published=self.published, state=self.state)

    @rule()
    def retire(self) -> None:
        """A release takes it from readers."""
        if self.published:
            self.published = 0
            self.state = State.retired
            self._set(published=None, state=self.state)

    @rule(who=WRITERS)
    def reopen(self, who: Editor) -> None:
        """Somebody works on a retired one again."""
        self._move("reopen", self.articles.reopen("a", "en", who), State.draft)

    def _set(self, **values: Any) -> None:
        async def work() -> None:
            async with self.store.writing() as db:
                await repository.change_translation(db, "a", "en", **values)
                if number := values.get("published"):
                    # Where releases keep what they held.
                    await db.execute(
                        repository.ITEMS.insert().values(
                            article_id="a", locale="en", from_number=number, to_number=None, revision=number
                        )
                    )

        self.do(work())

    @invariant()
    def the_row_is_what_the_model_says(self) -> None:
        """State, number and texts are as they must be, and what may be done is what is not refused."""
        if self.texts:
            self.do(self._compare())

    async def _compare(self) -> None:
        async with self.store.reading() as db:
            row = await repository.needed_translation(db, "a", "en")
            rows = [await repository.needed_revision(db, "a", "en", at + 1) for at in range(len(self.texts))]
            writers = await repository.writers(db, row)
        assert (row["state"], row["latest"], row["published"] or 0) == (self.state, len(self.texts), self.published)
        assert [one["text"] for one in rows] == self.texts
        assert all(one["digest"] == digest_of(content_of(one)) for one in rows)
        if self.state in {State.approved, State.published}:
            assert row["approved"] == row["latest"]
            assert row["approved_by"] not in self.hands[-1]
        if self.state in {State.draft, State.in_review}:
            assert (row["approved"], row["approved_by"]) == (None, None)
        for who in (EVA, TOM, ADA, BOTH):
            expected = (
                self.state is State.in_review
                and "knowledge.approve" in who.permissions
                and who.name not in self.hands[-1] | {self.submitter}
            )
            assert ("approve" in may(row, who, writers)[0]) == expected


@pytest.mark.timeout(300)
def test_whatever_people_do_the_rules_hold(sqlite_template: Path, tmp_path: Path) -> None:
    class Here(Workflow):
        template = sqlite_template
        folder = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
