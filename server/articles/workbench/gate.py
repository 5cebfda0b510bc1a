"""The gate of a release: one that loses judged queries beyond a limit is not served."""

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from server.articles.workbench.comparing import compare
from server.articles.workbench.judged import Judged
from server.articles.workbench.measure import CUT, Answered, Figures, Search, answer

FEWEST = 5
"""Below this many judged queries a figure says nothing, and the gate is open."""


class GateLimit(BaseModel):
    """How much a release may lose; kept as a policy with versions."""

    model_config = ConfigDict(extra="forbid")

    ndcg_drop: float = Field(default=0.02, ge=0, le=1)
    """How far the mean nDCG@10 may fall."""
    lost: int = Field(default=2, ge=0, le=100_000)
    """How many queries may lose their answer."""
    enabled: bool = True


class Gate:
    """Judges whether a release may take the place of another."""

    def judge(
        self,
        before: Search | None,
        after: Search,
        queries: Sequence[Judged],
        limit: GateLimit,
        *,
        gone: Collection[str] = (),
    ) -> dict[str, Any]:
        """Ask every query of both releases and say whether the second may be served.

        `before` is None for the first release, which has nothing to lose. `gone` are articles that the second one
        leaves out on purpose: they are no right answers any more, and a query that had no other is set aside. Takes
        some milliseconds a query in the calling thread. Raises what the searches raise.
        """
        left = set(gone)
        pairs = [(query, query.without(left)) for query in queries]
        asked = [now for was, now in pairs if now.expected or not was.expected]
        aside = [was for was, now in pairs if was.expected and not now.expected]
        old, new = _ask(before, after, asked)
        document: dict[str, Any] = {
            "limit": {"ndcg_drop": limit.ndcg_drop, "lost": limit.lost},
            "before": None if old is None else old.numbers,
            "after": new.numbers,
            "lost": [],
            "won": [],
            "queries": len(asked),
            "set_aside": [{"query_id": query.id, "text": query.text} for query in aside],
            "overridden": None,
        }
        if old is None:
            return document | {"passed": True, "why": "There is no release to compare with."}
        found = compare(old.rows, new.rows)
        document |= {"lost": [one.as_json() for one in found.lost], "won": [one.as_json() for one in found.won]}
        if not limit.enabled:
            return document | {"passed": True, "why": "The gate is switched off."}
        if len(asked) < FEWEST:
            return document | {"passed": True, "why": f"There are fewer than {FEWEST} judged queries."}
        return document | _verdict(old, new, len(found.lost), limit)


def _ask(before: Search | None, after: Search, queries: Sequence[Judged]) -> tuple[Figures | None, Figures]:
    # One query of both releases after another: whoever remembers the last query's vector need not make it twice.
    old: list[Answered] = []
    new: list[Answered] = []
    for query in queries:
        if before is not None:
            old.append(answer(before, query))
        new.append(answer(after, query))
    return None if before is None else Figures(rows=tuple(old)), Figures(rows=tuple(new))


def _verdict(old: Figures, new: Figures, lost: int, limit: GateLimit) -> dict[str, Any]:
    name = f"ndcg@{CUT}"
    drop = (old.numbers[name] or 0) - (new.numbers[name] or 0)
    why = []
    if drop > limit.ndcg_drop + 1e-9:
        why.append(f"nDCG@10 falls by {drop:.3f}, more than {limit.ndcg_drop:g}.")
    if lost > limit.lost:
        many = "1 query loses its answer" if lost == 1 else f"{lost} queries lose their answer"
        why.append(f"{many}, more than {limit.lost}.")
    return {"passed": not why, "why": " ".join(why)}
