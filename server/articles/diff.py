"""What has changed between two revisions, side by side: lines first, then the words within lines that changed."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel

from server.articles.aligning import matches
from server.articles.content import FIELDS, Content

CONTEXT = 3
"""Lines that are the same on either side of a change and are shown with it."""
MOST_PAIRS = 2_500
"""Lines times lines of one change that are paired by how alike they are; above that they are paired in order."""
MOST_LINES = 4_000
"""Lines of one change that are shown one by one."""
ALIKE = 40.0
"""Below this share of equal characters (per cent) two lines are one gone and one new."""
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")


class Span(BaseModel):
    """Some words of a line and what became of them."""

    text: str
    mark: Literal["same", "added", "removed"]


class DiffRow(BaseModel):
    """One line of the left side beside one of the right; a gap stands for `count` lines that are the same."""

    kind: Literal["same", "changed", "added", "removed", "gap"]
    left_line: int | None = None
    right_line: int | None = None
    left: list[Span] = []
    right: list[Span] = []
    count: int = 0


class DiffField(BaseModel):
    """What else of an article differs."""

    name: str
    left: str | list[str]
    right: str | list[str]


class DiffStats(BaseModel):
    """How many words are new and how many are gone."""

    added_words: int
    removed_words: int


class Diff(BaseModel):
    """The difference between two revisions, named by their numbers."""

    left: int
    right: int
    fields: list[DiffField]
    rows: list[DiffRow]
    stats: DiffStats


def difference(left: Content, right: Content, *, numbers: tuple[int, int]) -> Diff:
    """Return the difference of two revisions. Texts of the largest size take well under a second."""
    rows = list(_rows(left.text.split("\n"), right.text.split("\n")))
    spans = [span for row in rows for span in (*row.left, *row.right)]
    return Diff(
        left=numbers[0],
        right=numbers[1],
        fields=[
            DiffField(name=name, left=getattr(left, name), right=getattr(right, name))
            for name in FIELDS
            if name != "text" and getattr(left, name) != getattr(right, name)
        ],
        rows=rows,
        stats=DiffStats(
            added_words=sum(len(_WORD.findall(span.text)) for span in spans if span.mark == "added"),
            removed_words=sum(len(_WORD.findall(span.text)) for span in spans if span.mark == "removed"),
        ),
    )


def _rows(left: Sequence[str], right: Sequence[str]) -> Iterator[DiffRow]:
    at_left = at_right = 0
    for here, there, length in [*matches(left, right), (len(left), len(right), 0)]:
        yield from _changed(left[at_left:here], right[at_right:there], at_left, at_right)
        # A stretch is shown near the changes around it; at the beginning and at the end there are none.
        before = CONTEXT if here or there else 0
        after = CONTEXT if here + length < len(left) or there + length < len(right) else 0
        hidden = range(before, length - after)
        yield from (_same(left[here + at], here + at, there + at) for at in range(min(before, length)))
        if hidden:
            first = {"left_line": here + before + 1, "right_line": there + before + 1}
            yield DiffRow(kind="gap", count=len(hidden), **first)
        yield from (_same(left[here + at], here + at, there + at) for at in range(max(before, length - after), length))
        at_left, at_right = here + length, there + length


def _same(line: str, at_left: int, at_right: int) -> DiffRow:
    said = [Span(text=line, mark="same")]
    return DiffRow(kind="same", left_line=at_left + 1, right_line=at_right + 1, left=said, right=said)


def _changed(left: Sequence[str], right: Sequence[str], at_left: int, at_right: int) -> Iterator[DiffRow]:
    if len(left) + len(right) > MOST_LINES:
        # Nobody reads so many lines one by one: each side is one row with all of them.
        if left:
            yield DiffRow(kind="removed", left_line=at_left + 1, left=[Span(text="\n".join(left), mark="removed")])
        if right:
            yield DiffRow(kind="added", right_line=at_right + 1, right=[Span(text="\n".join(right), mark="added")])
        return
    for old, new in _pairs(left, right):
        left_line = None if old is None else at_left + old + 1
        right_line = None if new is None else at_right + new + 1
        if old is None and new is not None:
            yield DiffRow(kind="added", right_line=right_line, right=[Span(text=right[new], mark="added")])
        elif new is None and old is not None:
            yield DiffRow(kind="removed", left_line=left_line, left=[Span(text=left[old], mark="removed")])
        elif old is not None and new is not None:
            before, after = words(left[old], right[new])
            yield DiffRow(kind="changed", left_line=left_line, right_line=right_line, left=before, right=after)


def _pairs(left: Sequence[str], right: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Return which old line became which new one, in order; None on one side for a line that is gone or new."""
    if not left or not right:
        return [(old, None) for old in range(len(left))] + [(None, new) for new in range(len(right))]
    if len(left) * len(right) > MOST_PAIRS:
        paired: list[tuple[int | None, int | None]] = [(at, at) for at in range(min(len(left), len(right)))]
        paired += [(old, None) for old in range(len(paired), len(left))]
        return paired + [(None, new) for new in range(min(len(left), len(right)), len(right))]
    return _most_alike(left, right)


def _most_alike(left: Sequence[str], right: Sequence[str]) -> list[tuple[int | None, int | None]]:
    # Needleman and Wunsch (1970): the pairs in order that are most alike in sum.
    from rapidfuzz.fuzz import ratio

    alike = [[ratio(old[:500], new[:500]) for new in right] for old in left]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for old in range(len(left) - 1, -1, -1):
        for new in range(len(right) - 1, -1, -1):
            together = best[old + 1][new + 1] + alike[old][new] if alike[old][new] >= ALIKE else -1.0
            best[old][new] = max(together, best[old + 1][new], best[old][new + 1])
    found: list[tuple[int | None, int | None]] = []
    old = new = 0
    while old < len(left) and new < len(right):
        if alike[old][new] >= ALIKE and best[old][new] == best[old + 1][new + 1] + alike[old][new]:
            found.append((old, new))
            old, new = old + 1, new + 1
        elif best[old][new] == best[old + 1][new]:
            found.append((old, None))
            old += 1
        else:
            found.append((None, new))
            new += 1
    return found + [(at, None) for at in range(old, len(left))] + [(None, at) for at in range(new, len(right))]


def words(left: str, right: str) -> tuple[list[Span], list[Span]]:
    """Return two lines with the words marked that only one of them has."""
    old, new = _TOKEN.findall(left), _TOKEN.findall(right)
    before: list[Span] = []
    after: list[Span] = []
    at_old = at_new = 0
    for here, there, length in [*matches(old, new), (len(old), len(new), 0)]:
        same = "".join(old[here : here + length])
        lonely = bool(same) and not same.strip() and (at_old < here or at_new < there)
        # A space between two changed words belongs to the change; it would only make the line restless.
        marks: tuple[Literal["same", "removed"], Literal["same", "added"]] = (
            ("removed", "added") if lonely and here + length < len(old) and there + length < len(new) else ("same",) * 2
        )
        _put(before, "".join(old[at_old:here]), "removed")
        _put(after, "".join(new[at_new:there]), "added")
        _put(before, same, marks[0])
        _put(after, same, marks[1])
        at_old, at_new = here + length, there + length
    return before, after


def _put(spans: list[Span], text: str, mark: Literal["same", "added", "removed"]) -> None:
    if not text:
        return
    if spans and spans[-1].mark == mark:
        spans[-1] = Span(text=spans[-1].text + text, mark=mark)
    else:
        spans.append(Span(text=text, mark=mark))
