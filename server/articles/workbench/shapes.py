"""What judged queries and measurements look like over HTTP; the web apps are compiled against these names."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from knowledge.types import PUBLIC
from server.articles import names
from server.articles.content import Content, Words
from server.store.base import Row

Source = Literal["manual", "conversation", "import", "help"]
Number = Annotated[int, Field(ge=1, lt=2**31)]


class ExpectedIn(BaseModel):
    """A right answer: an article, or one heading of it; `grade` 1 (helps) to 3 (is the answer)."""

    article_id: str = Field(min_length=1, max_length=120)
    heading: Words | None = Field(default=None, max_length=300)
    grade: int = Field(default=3, ge=1, le=3)


class ExpectedOut(ExpectedIn):
    """A right answer with the article's title, empty when it is not there any more."""

    title: str


class JudgedQueryDraft(BaseModel):
    """A judged query that is not stored yet.

    Without a region or an account it is asked for everywhere and every brand. No right answer at all means that the
    search should say that it has none.
    """

    text: Words = Field(min_length=1, max_length=2_000)
    history: list[Annotated[Words, Field(max_length=2_000)]] = Field(default=[], max_length=20)
    locale: names.Locale = "en"
    region: names.Region | None = None
    account: names.Account | None = None
    audience: list[names.Audience] = Field(default=[PUBLIC], max_length=50)
    expected: list[ExpectedIn] = Field(default=[], max_length=20)
    note: Words = Field(default="", max_length=2_000)
    active: bool = True


class JudgedQueryIn(JudgedQueryDraft):
    """What a judged query shall be; `version` is the one that was read."""

    version: Number


class JudgedQuery(BaseModel):
    """A question with the answers that it should find."""

    id: UUID
    text: str
    history: list[str]
    locale: str
    region: str | None
    account: str | None
    audience: list[str]
    expected: list[ExpectedOut]
    source: Source
    conversation_id: UUID | None
    message_id: UUID | None
    note: str
    active: bool
    version: int
    by: str
    at: datetime
    updated_at: datetime


class JudgedQueries(BaseModel):
    """One page of judged queries, newest first, and how many there are at all."""

    items: list[JudgedQuery]
    next_cursor: str | None
    total: int


class LeftOutLine(BaseModel):
    """A line of an import that was left out, and why."""

    line: int
    why: str


class QueriesImported(BaseModel):
    """What an import of judged queries did; `known` were there already."""

    added: int
    known: int
    problems: list[LeftOutLine]


class FromMessageIn(BaseModel):
    """A customer's message to make a judged query of; with `expected` it is stored."""

    conversation_id: UUID
    message_id: UUID
    text: Words | None = Field(default=None, min_length=1, max_length=2_000)
    expected: list[ExpectedIn] | None = Field(default=None, max_length=20)
    note: Words = Field(default="", max_length=2_000)


class Candidate(BaseModel):
    """An article that the search finds now."""

    article_id: str
    title: str
    heading: str | None
    score: float


class QueryFromMessage(BaseModel):
    """A message as a judged query, private details masked, and what might be its answer."""

    draft: JudgedQueryDraft
    candidates: list[Candidate]


class RunDraft(BaseModel):
    """A translation to measure as if it were published: one of its revisions, or a text that is not saved."""

    article_id: str = Field(min_length=1, max_length=120)
    locale: names.Locale
    revision: Number | None = None
    content: Content | None = None


class RunIn(BaseModel):
    """What to measure: a release (the served one when not given), and a draft on it."""

    release: str | None = Field(default=None, max_length=40)
    draft: RunDraft | None = None


class RunSubject(BaseModel):
    """The draft that was measured, `revision` None for a text that was not saved."""

    article_id: str
    locale: str
    revision: int | None


class FoundArticle(BaseModel):
    """An article that was found, by its best passage."""

    article_id: str
    title: str
    locale: str
    score: float
    rank: int


class RunRow(BaseModel):
    """What one judged query found."""

    query_id: str
    text: str
    expected: list[ExpectedIn]
    found: list[FoundArticle]
    rank: int | None
    ndcg: float | None
    confident: bool


class RunLine(BaseModel):
    """A measurement; figures are 0 to 1, None where there was nothing to measure."""

    id: UUID
    release: str
    subject: RunSubject | None
    figures: dict[str, float | int | None]
    by: str
    at: datetime
    took_ms: int


class Run(RunLine):
    """A measurement with what every query found."""

    rows: list[RunRow]


class Runs(BaseModel):
    """One page of measurements, newest first."""

    items: list[RunLine]
    next_cursor: str | None


class Thief(BaseModel):
    """The article that stands first where another one should."""

    article_id: str
    title: str


class RankChange(BaseModel):
    """A query that is answered better or worse than before."""

    query_id: str
    text: str
    expected: list[str]
    rank_before: int | None
    rank_after: int | None
    stolen_by: Thief | None


class RunComparison(BaseModel):
    """Two measurements side by side."""

    before: RunLine
    after: RunLine
    won: list[RankChange]
    lost: list[RankChange]
    same: int


def query_out(row: Row, titles: Mapping[str, str]) -> JudgedQuery:
    """Return a judged query's row as it is shown."""
    values = {name: row[name] for name in JudgedQuery.model_fields if name != "expected"}
    expected = [ExpectedOut(**one, title=titles.get(one["article_id"], "")) for one in row["expected"]]
    return JudgedQuery(**values, expected=expected)


def expected_ids(rows: Iterable[Row]) -> list[str]:
    """Return the ids of all articles that some judged queries expect."""
    return list(dict.fromkeys(one["article_id"] for row in rows for one in row["expected"]))


def run_line(row: Row) -> RunLine:
    """Return a measurement's row without its rows."""
    return RunLine(**_run(row))


def run_out(row: Row) -> Run:
    """Return a measurement's row with its rows."""
    return Run(**_run(row), rows=[RunRow.model_validate(one) for one in row["rows"]])


def _run(row: Row) -> dict[str, Any]:
    figures = dict(row["figures"])
    took = figures.pop("took_ms", 0)
    subject = RunSubject(**row["subject"]) if row["subject"] else None
    same = {name: row[name] for name in ("id", "release", "by", "at")}
    return {**same, "subject": subject, "figures": figures, "took_ms": took}
