"""What is looked for in what readers see: each look takes what was read and returns what it found. No database."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assist.likeness import DUPLICATE, SAME_TITLE, likeness
from server.articles.health.claims import contradictions, overlapping
from server.articles.health.findings import Found, digest_of, key_of
from server.articles.health.standing import Served, comments_of, days_between
from server.store.base import Row

Embed = Callable[[Sequence[str]], NDArray[np.float32]]

OLD_DAYS = 365
UNUSED_DAYS = 180
LOOKED_AT_DAYS = 90
FEWEST_VOTES = 5
UNHELPFUL_SHARE = 0.5
DISMISSED_DAYS = 30
FEWEST_OFFERS = 5
DISMISSED_SHARE = 0.6
MOST_CONVERSATIONS = 10
OUTCOME = "Outcome"
"""How the reason begins for which an article is withheld when agents dismiss it."""
NEAR = 0.7
"""Cosine of two articles from which on their texts are compared word by word."""
HEAD = 1_000
ROWS_AT_ONCE = 512
USING = frozenset({"cited", "used", "suggested", "opened"})


def stale(served: Sequence[Served], uses: Mapping[str, Counter[str]], now: datetime) -> Iterator[Found]:
    """Yield what is used and has not been touched for a year."""
    for one in served:
        used = _used(uses, one.article.id)
        age = days_between(one.at, now)
        if age > OLD_DAYS and used:
            yield Found(
                key=key_of("stale", one.name),
                kind="stale",
                weight=used,
                title=one.title,
                data={**one.where, "days": age, "uses": used, "updated": one.at.isoformat()},
                digest=digest_of(one.revision),
            )


def overdue_reviews(served: Sequence[Served], now: datetime) -> Iterator[Found]:
    """Yield articles whose day of review is past."""
    for one in sources(served):
        review_by = one.article.review_by
        if review_by is not None and review_by < now.date():
            late = days_between(review_by, now)
            yield Found(
                key=key_of("overdue_review", one.article.id),
                kind="overdue_review",
                weight=late,
                title=one.title,
                data={**one.where, "days": late, "review_by": review_by.isoformat()},
                digest=digest_of(review_by),
            )


def outdated_translations(served: Sequence[Served], uses: Mapping[str, Counter[str]]) -> Iterator[Found]:
    """Yield translations of an older revision than readers see of the source."""
    sources = {(one.article.id, one.article.locale): one for one in served}
    for one in served:
        source = sources.get((one.article.id, one.article.source_locale))
        if source is not None and 0 < one.article.source_revision < source.revision:
            behind = source.revision - one.article.source_revision
            yield Found(
                key=key_of("outdated_translation", one.name),
                kind="outdated_translation",
                weight=behind + _used(uses, one.article.id),
                title=one.title,
                data={
                    **one.where,
                    "source_locale": source.article.locale,
                    "translates": one.article.source_revision,
                    "source_revision": source.revision,
                },
                digest=digest_of(one.article.source_revision, source.revision),
            )


def unused(
    served: Sequence[Served], uses: Mapping[str, Counter[str]], read: Set[str], now: datetime
) -> Iterator[Found]:
    """Yield articles that nobody met since they were published half a year ago; `uses` and `read` reach as far back."""
    for one in sources(served):
        there = days_between(one.since, now)
        met = _used(uses, one.article.id) or one.article.id in read
        if there > UNUSED_DAYS and not met and one.article.type != "disclaimer":
            yield Found(
                key=key_of("unused", one.article.id),
                kind="unused",
                weight=there,
                title=one.title,
                data={**one.where, "days": there, "since": one.since.isoformat()},
                digest=digest_of(one.revision),
            )


def unhelpful(served: Sequence[Served], feedback: Mapping[tuple[str, str, int], list[Row]]) -> Iterator[Found]:
    """Yield what at least half of five readers or more found of no help, in the revision that is shown."""
    for one in served:
        rows = feedback.get((one.article.id, one.article.locale, one.revision), [])
        against = [row for row in rows if not row["helpful"]]
        if len(rows) >= FEWEST_VOTES and len(against) >= UNHELPFUL_SHARE * len(rows):
            reasons = Counter(row["reason"] for row in against if row["reason"])
            yield Found(
                key=key_of("unhelpful", one.name),
                kind="unhelpful",
                weight=len(against),
                title=one.title,
                data={
                    **one.where,
                    "votes": len(rows),
                    "unhelpful": len(against),
                    "reasons": dict(reasons.most_common()),
                    "comments": comments_of(against),
                },
            )


def dismissed(
    one: Served, offered: int, refused: int, where: Sequence[str], before: Mapping[str, Any], now: datetime
) -> Found | None:
    """Return that agents keep dismissing an article, when they do; `before` is what its finding said last.

    An article that is withheld for it stays found, since nobody can dismiss what is not suggested.
    """
    key = key_of("dismissed", one.article.id)
    if is_withheld_for_outcome(one):
        return Found(key=key, kind="dismissed", weight=before.get("dismissed", 1), title=one.title, data=dict(before))
    if offered < FEWEST_OFFERS or refused < DISMISSED_SHARE * offered:
        return None
    return Found(
        key=key,
        kind="dismissed",
        weight=refused,
        title=one.title,
        data={
            **one.where,
            "suggested": offered,
            "dismissed": refused,
            "conversations": list(where[:MOST_CONVERSATIONS]),
            "counted_until": now.isoformat(),
        },
    )


def is_withheld_for_outcome(one: Served) -> bool:
    """Tell whether an article is withheld because agents dismissed it."""
    return one.withheld_at is not None and (one.withheld_reason or "").startswith(OUTCOME)


def failed(served: Sequence[Served], audits: Mapping[str, Row]) -> Iterator[Found]:
    """Yield articles that are withheld because an audit failed."""
    for one in sources(served):
        audit = audits.get(one.article.id)
        if audit is not None and one.withheld_at is not None and audit["done_at"] == one.withheld_at:
            yield failed_audit(audit, one.title, revision=audit["revision"])


def failed_audit(audit: Row, title: str, *, revision: int) -> Found:
    """Return the finding of an audit that failed."""
    wrong = [step["question"] for step in audit["checklist"] if step["answer"] == "no"]
    return Found(
        key=key_of("failed_audit", audit["article_id"]),
        kind="failed_audit",
        weight=len(wrong) + 1,
        title=title,
        data={
            "article_id": audit["article_id"],
            "locale": audit["locale"],
            "revision": revision,
            "audit_id": str(audit["id"]),
            "quarter": audit["quarter"],
            "wrong": wrong,
            "note": audit["note"],
        },
        digest=digest_of(audit["id"]),
    )


def contradicting(served: Sequence[Served], embed: Embed) -> Iterator[Found]:
    """Yield pairs of articles that state different numbers about one thing."""
    known = {(one.article.id, one.article.locale): one for one in served}
    for found in contradictions((one.article for one in served), embed):
        left = known[found.left.article.id, found.left.article.locale]
        right = known[found.right.article.id, found.right.article.locale]
        sides = [
            {**one.where, "title": one.title, "sentence": claim.sentence, "number": claim.written}
            for one, claim in ((left, found.left), (right, found.right))
        ]
        yield Found(
            key=key_of("contradiction", left.name, right.name, found.left.unit.replace(" ", "_")),
            kind="contradiction",
            weight=round(found.closeness, 4),
            title=f"{left.title} / {right.title}",
            data={"unit": found.left.unit, "closeness": round(found.closeness, 3), "sides": sides, **left.where},
            digest=digest_of(found.left.sentence, found.right.sentence),
        )


def duplicates(served: Sequence[Served], vectors: NDArray[np.float32]) -> Iterator[Found]:
    """Yield pairs that say the same to the same readers; `vectors` has a unit row for each of `served`."""
    for row, column in _near(vectors):
        left, right = served[row], served[column]
        if left.article.id == right.article.id or not overlapping(left.article, right.article):
            continue
        titles = likeness(left.title, right.title)
        texts = likeness(left.article.text, right.article.text)
        alike = max(texts, titles if titles >= SAME_TITLE else 0.0)
        if alike >= DUPLICATE:
            sides: list[dict[str, Any]] = [{**one.where, "title": one.title} for one in (left, right)]
            yield Found(
                key=key_of("duplicate", left.name, right.name),
                kind="duplicate",
                weight=round(alike, 4),
                title=f"{left.title} / {right.title}",
                data={"likeness": round(alike, 3), "titles": round(titles, 3), "sides": sides, **left.where},
                digest=digest_of(left.revision, right.revision),
            )


def head_of(one: Served) -> str:
    """Return what an article is compared with others by: title, summary and how it begins."""
    return f"{one.title}. {one.article.summary} {one.article.text[:HEAD]}"


def since(now: datetime, days: int) -> datetime:
    """Return the moment so many days ago."""
    return now - timedelta(days=days)


def _near(vectors: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    for begin in range(0, len(vectors), ROWS_AT_ONCE):
        cosines = vectors[begin : begin + ROWS_AT_ONCE] @ vectors.T
        for row, column in np.argwhere(cosines >= NEAR):
            if begin + int(row) < int(column):
                yield begin + int(row), int(column)


def sources(served: Sequence[Served]) -> list[Served]:
    """Return one translation of each article: the source where readers see it, else the first."""
    found: dict[str, Served] = {}
    for one in served:
        # A translation names its source's locale; the source itself names none.
        if one.article.id not in found or not one.article.source_locale:
            found[one.article.id] = one
    return list(found.values())


def _used(uses: Mapping[str, Counter[str]], article_id: str) -> int:
    counts = uses.get(article_id, Counter())
    return sum(count for kind, count in counts.items() if kind in USING)
