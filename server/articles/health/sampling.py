"""Which live cases of an article are audited: drawn by lot, the same lot for everybody who draws again."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from uuid import UUID, uuid5

WINDOW_DAYS = 92
"""How far back cases are drawn from: the quarter before, when a quarter begins."""
CASES = UUID("5e7d2f1a-8a53-5d1c-9d0e-3b8f6f1c2a41")
Z = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An article met a conversation: who cited it (`kind`: cited by the bot or an agent, used from a suggestion)."""

    article_id: str
    locale: str
    revision: int
    release: str
    conversation_id: UUID
    seq: int
    kind: str
    at: datetime


def sample(cases: Iterable[Case], *, quarter: str, count: int) -> list[Case]:
    """Return `count` cases of one article, spread over locales and kinds as evenly as they allow.

    The lot is a digest of quarter, article and case, so the order of the cases does not matter and nobody chooses. One
    conversation is drawn once.
    """
    strata: dict[tuple[str, str], list[Case]] = {}
    seen: set[UUID] = set()
    for case in sorted(cases, key=lambda case: _lot(quarter, case)):
        if case.conversation_id not in seen:
            seen.add(case.conversation_id)
            strata.setdefault((case.locale, case.kind), []).append(case)
    drawn: list[Case] = []
    piles = list(strata.values())
    while piles and len(drawn) < count:
        drawn += [pile.pop(0) for pile in piles[: count - len(drawn)]]
        piles = [pile for pile in piles if pile]
    return drawn


def audit_id(quarter: str, article_id: str, locale: str, case: Case | None, attempt: int) -> UUID:
    """Return the id of an audit: the same for the same case, so that two processes that draw at once draw one."""
    where = f"{case.conversation_id}/{case.seq}" if case else f"-/{attempt}"
    return uuid5(CASES, f"{quarter}/{article_id}/{locale}/{where}")


def quarter_of(moment: datetime) -> str:
    """Return the quarter of a moment in UTC, as `2026-Q4`."""
    return f"{moment.year}-Q{(moment.month - 1) // 3 + 1}"


def first_moment(quarter: str) -> datetime:
    """Return the first moment of a quarter; `ValueError` for a text that names none."""
    year, mark, number = quarter.partition("-Q")
    if not mark or number not in {"1", "2", "3", "4"} or not (year.isdecimal() and len(year) == 4):
        raise ValueError(quarter)
    return datetime(int(year), 3 * int(number) - 2, 1, tzinfo=UTC)


def wilson(right: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson: Probable inference, JASA 22, 1927); 0 to 1 when of nothing."""
    if not of:
        return 0.0, 1.0
    share, spread = right / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def _lot(quarter: str, case: Case) -> str:
    words: Sequence[object] = (quarter, case.article_id, case.locale, case.conversation_id, case.seq)
    return hashlib.sha256("/".join(map(str, words)).encode()).hexdigest()
