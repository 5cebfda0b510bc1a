"""What the knowledge base was asked and how well it could answer, with private details masked.

Nothing waits for it: a question is put into memory and written a moment later, together with the others of that moment.
What cannot be written is lost and said in the log; an answer is never held up or undone for it.
"""

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

import structlog
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError

from assist.private import masked
from knowledge.types import SearchResult
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.kit.ids import Ids
from server.store.base import rows_of
from server.store.models import AskedQuestion
from server.store.session import Store

log = structlog.get_logger()
QUESTIONS = rows_of(AskedQuestion)
LONGEST = 1_000
WAITING = 5_000
"""More questions than this are not kept in memory; the oldest are let go."""
PAUSE_SECONDS = 0.5
"""How long a question waits for others before all are written in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as somebody asked it; `score` is the calibrated probability (0 to 1) of the best answer found."""

    source: Literal["bot", "desk", "agent", "help"]
    text: str
    locale: str
    score: float
    confident: bool
    account: str | None = None
    region: str | None = None
    intent: str | None = None
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    release: str | None = None
    article_id: str | None = None


class Questions:
    """Keeps what was asked."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._waiting: deque[dict[str, Any]] = deque(maxlen=WAITING)
        self._bell = asyncio.Event()

    def note(self, question: Question) -> None:
        """Remember a question; it is written a moment later. A text without a word is no question."""
        if not any(map(str.isalnum, question.text)):
            return
        if len(self._waiting) == WAITING:
            log.warning("questions.let_go", source=question.source)
        # Masked when it is written: the reading of a long text is nothing that an answer should wait for.
        self._waiting.append({**asdict(question), "id": self._ids(), "at": self._clock()})
        self._bell.set()

    def searched(
        self,
        source: Literal["bot", "desk", "agent", "help"],
        text: str,
        found: SearchResult,
        *,
        locale: str,
        account: str | None = None,
        region: str | None = None,
        intent: str | None = None,
        conversation_id: UUID | None = None,
    ) -> None:
        """Remember a question with what a search found for it."""
        best = found.hits[0] if found.hits else None
        self.note(
            Question(
                source=source,
                text=text,
                locale=locale,
                account=account,
                region=region,
                intent=intent,
                conversation_id=conversation_id,
                release=found.release,
                score=best.score if best else 0.0,
                confident=found.confident,
                article_id=best.passage.article_id if best else None,
            )
        )

    async def run(self) -> None:
        """Write what is asked until cancelled, and then what is left."""
        try:
            while True:
                await self._bell.wait()
                await asyncio.sleep(PAUSE_SECONDS)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits now; a database that cannot take it is said in the log."""
        self._bell.clear()
        rows = list(self._waiting)
        self._waiting.clear()
        if not rows:
            return
        try:
            await asyncio.to_thread(_mask, rows)
            async with self._store.writing() as connection:
                await connection.execute(insert(QUESTIONS), rows)
        except (HouseError, SQLAlchemyError) as error:
            log.warning("questions.not_kept", count=len(rows), error=type(error).__name__)


def _mask(rows: list[dict[str, Any]]) -> None:
    # Two seconds for a full list of long texts: nothing for the loop that answers everybody.
    for row in rows:
        row["text"] = masked(row["text"][:LONGEST])
        row["intent"] = row["intent"][:64] if row["intent"] else None
