"""A judged query as the measuring knows it: a question, who asks, and the articles that should be found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from knowledge.types import ANY, PUBLIC, Query

FOUND_PASSAGES = 20
"""Passages asked for: at most two are of one article, so that there are at least ten articles among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An article that answers, or one heading of it; `grade` 1 (helps) to 3 (is the answer)."""

    article_id: str
    heading: str | None = None
    grade: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A question with its right answers; none means that the search should say that it has no answer.

    A region or an account of None asks for everywhere and every brand: the question is about finding, not about rights.
    """

    id: str
    text: str
    expected: tuple[Expected, ...]
    history: tuple[str, ...] = ()
    locale: str = "en"
    region: str | None = None
    account: str | None = None
    audience: frozenset[str] = frozenset({PUBLIC})
    version: int = 1

    @property
    def query(self) -> Query:
        """The question as the search takes it."""
        return Query(
            text=self.text,
            history=self.history,
            locale=self.locale,
            region=self.region or ANY,
            account=self.account or ANY,
            audience=self.audience or frozenset({PUBLIC}),
            limit=FOUND_PASSAGES,
        )

    def without(self, gone: Collection[str]) -> "Judged":
        """The same question when these articles are no answer any more."""
        return replace(self, expected=tuple(one for one in self.expected if one.article_id not in gone))


def judged_of(row: Mapping[str, Any]) -> Judged:
    """Return what a row of the judged queries says."""
    return Judged(
        id=str(row["id"]),
        text=row["text"],
        expected=tuple(
            Expected(article_id=one["article_id"], heading=one.get("heading"), grade=one.get("grade", 3))
            for one in row["expected"]
        ),
        history=tuple(row["history"]),
        locale=row["locale"],
        region=row["region"],
        account=row["account"],
        audience=frozenset(row["audience"]),
        version=row["version"],
    )
