"""Which parts of two sequences are the same: for differences and merges, in bounded time.

A longest common subsequence by rapidfuzz (bit-parallel, Hyyrö 2004) as long as the table of it is small. Above that,
what occurs once on both sides splits the sequences first (patience diff, Cohen 2008); a stretch that is still too large
counts as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

MOST_CELLS = 60_000_000
"""Length times length that is compared in full: a table of 7 MB."""

Match = tuple[int, int, int]
"""So many elements from here on the left are those from there on the right: left, right, length."""


def matches(left: Sequence[str], right: Sequence[str]) -> list[Match]:
    """Return the stretches that both have, in order and without overlap."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(element, len(numbers)) for element in left]
    b = [numbers.setdefault(element, len(numbers)) for element in right]
    found: list[Match] = []
    _match(a, b, 0, 0, found, split=True)
    return _joined(found)


def _match(a: Sequence[int], b: Sequence[int], at_a: int, at_b: int, found: list[Match], *, split: bool) -> None:
    """Put the matches of two sequences that begin at these places of the whole ones into `found`."""
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    if head:
        found.append((at_a, at_b, head))
    inner_a, inner_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if inner_a and inner_b:
        if len(inner_a) * len(inner_b) <= MOST_CELLS:
            _compare(inner_a, inner_b, at_a + head, at_b + head, found)
        elif split:
            _split(inner_a, inner_b, at_a + head, at_b + head, found)
    if tail:
        found.append((at_a + len(a) - tail, at_b + len(b) - tail, tail))


def _compare(a: Sequence[int], b: Sequence[int], at_a: int, at_b: int, found: list[Match]) -> None:
    from rapidfuzz.distance import Indel

    found.extend(
        (at_a + step.src_start, at_b + step.dest_start, step.src_end - step.src_start)
        for step in Indel.opcodes(a, b)
        if step.tag == "equal"
    )


def _split(a: Sequence[int], b: Sequence[int], at_a: int, at_b: int, found: list[Match]) -> None:
    last_a = last_b = 0
    for here_a, here_b in _anchors(a, b):
        _match(a[last_a:here_a], b[last_b:here_b], at_a + last_a, at_b + last_b, found, split=False)
        found.append((at_a + here_a, at_b + here_b, 1))
        last_a, last_b = here_a + 1, here_b + 1
    _match(a[last_a:], b[last_b:], at_a + last_a, at_b + last_b, found, split=False)


def _anchors(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """Return the longest rising run of elements that occur exactly once on both sides."""
    once_a = {element for element, times in Counter(a).items() if times == 1}
    once_b = {element for element, times in Counter(b).items() if times == 1}
    places = {element: place for place, element in enumerate(b) if element in once_b}
    pairs = [(place, places[element]) for place, element in enumerate(a) if element in once_a and element in places]
    # Patience sorting: each pile keeps the smallest end of a rising run of its length.
    ends: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, (_, there) in enumerate(pairs):
        pile = bisect_left(ends, there)
        before.append(piles[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [there]
        piles[pile : pile + 1] = [index]
    run = []
    index = piles[-1] if piles else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _joined(found: Sequence[Match]) -> list[Match]:
    joined: list[Match] = []
    for left, right, length in found:
        if joined and joined[-1][0] + joined[-1][2] == left and joined[-1][1] + joined[-1][2] == right:
            left, right, length = joined[-1][0], joined[-1][1], joined[-1][2] + length
            joined.pop()
        joined.append((left, right, length))
    return joined
