"""Two measurements of the same queries side by side: what was won, what was lost, and which article took its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.articles.workbench.measure import Answered

SEEN = 3
"""An article among the first three is seen; one below is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A query that is answered better or worse than before; `stolen_by` is the article that stands first now."""

    query_id: str
    text: str
    expected: tuple[str, ...]
    rank_before: int | None
    rank_after: int | None
    stolen_by: tuple[str, str] | None

    def as_json(self) -> dict[str, Any]:
        """Return the change as it is stored and shown."""
        stolen = None if self.stolen_by is None else {"article_id": self.stolen_by[0], "title": self.stolen_by[1]}
        return {
            "query_id": self.query_id,
            "text": self.text,
            "expected": list(self.expected),
            "rank_before": self.rank_before,
            "rank_after": self.rank_after,
            "stolen_by": stolen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every query that both measurements asked is won, lost or the same."""

    won: tuple[Change, ...]
    lost: tuple[Change, ...]
    same: int


def compare(before: Iterable[Answered], after: Iterable[Answered]) -> Comparison:
    """Compare two measurements query by query; what only one of them asked is left out.

    A query is lost when its right article was among the first three and is not any more, or was so with confidence and
    has none now; one without a right answer is lost when the search becomes confident. Won is the reverse.
    """
    known = {row.query_id: row for row in before}
    pairs = [(known[row.query_id], row) for row in after if row.query_id in known]
    lost = [_change(old, new) for old, new in pairs if _worse(old, new)]
    won = [_change(old, new) for old, new in pairs if not _worse(old, new) and _worse(new, old)]
    return Comparison(won=tuple(won), lost=tuple(lost), same=len(pairs) - len(lost) - len(won))


def _worse(old: Answered, new: Answered) -> bool:
    return (_seen(old) and not _seen(new)) or (_sure(old) and not _sure(new))


def _seen(row: Answered) -> bool:
    return not row.expected or (row.rank is not None and row.rank <= SEEN)


def _sure(row: Answered) -> bool:
    """Whether the bot would do right: answer with a right article in sight, or say that there is none."""
    return _seen(row) and row.confident if row.expected else not row.confident


def _change(old: Answered, new: Answered) -> Change:
    right = {one.article_id for one in new.expected}
    first = new.found[0] if new.found else None
    stolen = first is not None and first.article_id not in right and (new.expected or new.confident)
    return Change(
        query_id=new.query_id,
        text=new.text,
        expected=tuple(dict.fromkeys(one.article_id for one in new.expected)),
        rank_before=old.rank,
        rank_after=new.rank,
        stolen_by=(first.article_id, first.title) if first is not None and stolen else None,
    )
