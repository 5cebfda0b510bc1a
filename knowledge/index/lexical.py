"""The lexical index: BM25 over one or several sets of postings, as if they were one.

The formula is Robertson's BM25 with the always positive idf of Lucene, the same that bm25s calls "lucene" (Lu 2024); a
test holds the two together. It is computed when asked, not beforehand, because a release is made of several segments
that share their word statistics, and because words of earlier turns count for less.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.index.words import Word, is_code
from knowledge.packed import Recent, concatenated, small

K1 = 1.2
B = 0.75
# A found typing error counts for a little less than the word as written.
TYPO_WEIGHT = 0.8
# Shorter words have too many neighbours to guess.
TYPO_SHORTEST = 4
# Below this length any slip but two letters swapped makes too many other words ("world", "would", "word").
TYPO_ANY_SLIP = 6
# From this length on two slips are forgiven.
TYPO_TWO_SLIPS = 8

# For how many words a release remembers how many of its passages hold them, and what they were meant to be.
FREQUENCIES_KEPT = 4096

# From so many passages on, words that more than this share of them hold are looked up only for so many that the rarer
# words put in front.
LARGE = 20_000
COMMON_SHARE = 0.04
IN_FRONT = 500
SAMPLED = 32

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Term:
    """One word to look for; `weight` is 1 for a word of the last turn.

    `also` are words that say a part of it (the halves of a compound, or compounds with it), each with the share of its
    own weight that it counts for.
    """

    stem: str
    weight: float = 1.0
    also: tuple[tuple[str, float], ...] = ()


class Postings:
    """Which passages of one segment hold which words, how often, and how long each passage is."""

    def __init__(
        self,
        stems: Sequence[str],
        surfaces: Sequence[str],
        starts: NDArray[np.int64],
        rows: Rows,
        counts: NDArray[Any],
        lengths: NDArray[np.float32],
    ) -> None:
        """Take the arrays over: word i is written `surfaces[i]` and has `rows[starts[i]:starts[i + 1]]`, `counts`."""
        self.stems = stems
        self.surfaces = surfaces
        self.starts = starts
        self.rows = rows
        self.counts = counts
        self.lengths = lengths
        self.ids = {stem: index for index, stem in enumerate(stems)}

    @classmethod
    def of(cls, texts: Iterable[Sequence[tuple[Word, int]]]) -> "Postings":
        """Build from the words of each passage, each with how often it counts; a word may come several times."""
        entries: dict[str, dict[int, int]] = {}
        written: dict[str, Counter[str]] = {}
        lengths: list[int] = []
        for row, words in enumerate(texts):
            lengths.append(sum(count for _, count in words))
            for word, count in words:
                rows = entries.setdefault(word.stem, {})
                rows[row] = rows.get(row, 0) + count
                written.setdefault(word.stem, Counter())[word.surface] += count
        stems = sorted(entries)
        sizes = np.array([len(entries[stem]) for stem in stems], dtype=np.int64)
        return cls(
            stems,
            [min(written[stem].items(), key=lambda item: (-item[1], item[0]))[0] for stem in stems],
            np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]),
            np.array([row for stem in stems for row in entries[stem]], dtype=np.int32),
            small(np.array([count for stem in stems for count in entries[stem].values()], dtype=np.int64)),
            np.array(lengths, dtype=np.float32),
        )

    @classmethod
    def joined(cls, parts: Sequence[tuple["Postings", NDArray[np.int64]]]) -> "Postings":
        """These passages of each part, part after part; a word is written as in the part that has it most."""
        written: dict[str, tuple[int, str]] = {}
        held = []
        start = 0
        for part, rows in parts:
            new = np.full(len(part.lengths), -1, dtype=np.int64)
            new[rows] = np.arange(len(rows)) + start
            start += len(rows)
            kept = np.flatnonzero(new[part.rows] >= 0)
            words = np.repeat(np.arange(len(part.stems)), np.diff(part.starts))[kept]
            sizes = np.bincount(words, minlength=len(part.stems)).tolist()
            for stem, surface, size in zip(part.stems, part.surfaces, sizes, strict=True):
                if size and size > written.get(stem, (0, ""))[0]:
                    written[stem] = size, surface
            held.append((part, words, new[part.rows[kept]], part.counts[kept]))
        stems = sorted(written)
        places = {stem: place for place, stem in enumerate(stems)}
        # A word that no kept passage holds gets a place too, which nothing points at.
        words = concatenated(
            [np.array([places.get(one, 0) for one in part.stems], dtype=np.int64)[old] for part, old, _, _ in held],
            np.int64,
        )
        rows = concatenated([new for _, _, new, _ in held], np.int64)
        order = np.lexsort((rows, words))
        return cls(
            stems,
            [written[stem][1] for stem in stems],
            np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(words, minlength=len(stems)))]),
            rows[order].astype(np.int32),
            small(concatenated([counts for _, _, _, counts in held], np.int64)[order]),
            concatenated([part.lengths[rows] for part, rows in parts], np.float32),
        )

    def save(self, path: Path) -> None:
        """Write everything into one uncompressed `.npz`."""
        with path.open("wb") as file:
            np.savez(
                file,
                stems=_packed(self.stems),
                surfaces=_packed(self.surfaces),
                starts=self.starts,
                rows=self.rows,
                counts=self.counts,
                lengths=self.lengths,
            )

    @classmethod
    def load(cls, path: Path) -> "Postings":
        """Read what `save` wrote."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            names = ("starts", "rows", "counts", "lengths")
            return cls(_unpacked(arrays["stems"]), _unpacked(arrays["surfaces"]), *(arrays[name] for name in names))

    @cached_property
    def shapes(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """For each word a bit a letter that it has, and its length: what rules out most words as typing errors."""
        letters = np.array([_letters(stem) for stem in self.stems], dtype=np.uint64)
        return letters, np.array([len(stem) for stem in self.stems], dtype=np.int32)

    @cached_property
    def backwards(self) -> list[str]:
        """The words spelled backwards, in order: what finds the words that end alike."""
        return sorted(stem[::-1] for stem in self.stems)

    def entries(self, stem: str) -> tuple[Rows, NDArray[Any]] | None:
        """The passages that hold a word, in rising order, and how often each does; None when none ever did."""
        place = self.ids.get(stem)
        if place is None:
            return None
        span = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.rows[span], self.counts[span]


class LexicalIndex:
    """Several postings seen as one collection; passages are numbered through, segment after segment."""

    def __init__(self, parts: Sequence[tuple[Postings, NDArray[np.bool_] | None]]) -> None:
        """Each part is postings and which of its passages are alive (`None` = all)."""
        self._parts = [part for part, _ in parts]
        self._alive = [alive for _, alive in parts]
        # Counted for the words that are asked for: counting all of them would be most of the work of a publication.
        self._frequencies: Recent[str, int] = Recent(FREQUENCIES_KEPT)
        self._meant: Recent[str, str] = Recent(FREQUENCIES_KEPT)
        self._offsets = np.cumsum([0, *(len(part.lengths) for part in self._parts)])
        living = [part.lengths if alive is None else part.lengths[alive] for part, alive in parts]
        self._count = sum(len(lengths) for lengths in living)
        mean = sum(float(lengths.sum()) for lengths in living) / max(self._count, 1)
        self._norms = [
            (K1 * (1 - B + B * part.lengths / max(mean, 1e-9))).astype(np.float32, copy=False) for part in self._parts
        ]

    def frequency(self, stem: str) -> int:
        """How many living passages hold the word."""
        return self._frequencies.get(stem, self._count_of)

    def _count_of(self, stem: str) -> int:
        found = 0
        for part, alive in zip(self._parts, self._alive, strict=True):
            place = part.ids.get(stem)
            if place is not None:
                span = slice(int(part.starts[place]), int(part.starts[place + 1]))
                found += span.stop - span.start if alive is None else int(np.count_nonzero(alive[part.rows[span]]))
        return found

    def idf(self, stem: str) -> float:
        """How much the word tells: ln(1 + (N - n + 0.5) / (n + 0.5)), largest for a word that nobody wrote."""
        found = self.frequency(stem)
        return float(np.log1p((self._count - found + 0.5) / (found + 0.5)))

    def scores(self, terms: Sequence[Term]) -> NDArray[np.float32]:
        """The BM25 score of every passage for these words, float32 of shape [passages], dead ones included.

        In a large collection the commonest words count only for the passages that the others have put in front: their
        lists are the longest, and no passage gets among the best by them alone while others are asked for.
        """
        scores = np.zeros(int(self._offsets[-1]), dtype=np.float32)
        weights: dict[str, float] = {}
        for term in terms:
            for stem, share in ((term.stem, 1.0), *term.also):
                weights[stem] = weights.get(stem, 0.0) + term.weight * share
        common = {stem for stem in weights if self.frequency(stem) > COMMON_SHARE * self._count}
        late = common if len(common) < len(weights) and self._count >= LARGE else set()
        for stem in weights.keys() - late:
            self._add(scores, stem, weights[stem])
        front = in_front(scores, IN_FRONT) if late else None
        for stem in late:
            if front is None:
                # Too few hold a rarer word to leave the rest out.
                self._add(scores, stem, weights[stem])
            else:
                self._add_to(scores, stem, weights[stem], front)
        return scores

    def _add(self, scores: NDArray[np.float32], stem: str, weight: float) -> None:
        worth = np.float32(weight * self.idf(stem) * (K1 + 1))
        for part, norms, offset in zip(self._parts, self._norms, self._offsets, strict=False):
            found = part.entries(stem)
            if found is not None:
                rows, counts = found
                # In single precision throughout: the postings of a common word are long.
                counted = counts.astype(np.float32)
                counted /= counted + norms[rows]
                counted *= worth
                scores[int(offset) : int(offset) + len(norms)][rows] += counted

    def _add_to(self, scores: NDArray[np.float32], stem: str, weight: float, front: NDArray[np.int64]) -> None:
        worth = np.float32(weight * self.idf(stem) * (K1 + 1))
        for part, norms, offset in zip(self._parts, self._norms, self._offsets, strict=False):
            found = part.entries(stem)
            mine = front[(front >= offset) & (front < offset + len(norms))]
            if found is not None and len(mine):
                rows, counts = found
                local = (mine - offset).astype(rows.dtype)
                at = np.minimum(np.searchsorted(rows, local), len(rows) - 1)
                held = rows[at] == local
                counted = counts[at[held]].astype(np.float32)
                scores[mine[held]] += worth * counted / (counted + norms[local[held]])

    def held(self, stems: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these passages hold which of these words, bool of shape [rows, words]."""
        held = np.zeros((len(rows), len(stems)), dtype=np.bool_)
        for part, start, end in zip(self._parts, self._offsets, self._offsets[1:], strict=False):
            mine = np.flatnonzero((rows >= start) & (rows < end))
            local = rows[mine] - start
            for column, stem in enumerate(stems):
                found = part.entries(stem) if len(mine) else None
                if found is not None:
                    # Rows of a word are in rising order, because passages were counted in order.
                    at = np.minimum(np.searchsorted(found[0], local), len(found[0]) - 1)
                    held[mine, column] = found[0][at] == local
        return held

    def rows_of(self, stem: str) -> NDArray[np.int64]:
        """The passages that hold a word, dead ones included."""
        found = [
            entries[0] + int(offset)
            for part, offset in zip(self._parts, self._offsets, strict=False)
            if (entries := part.entries(stem)) is not None
        ]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])

    def beginning(self, start: str) -> Iterator[str]:
        """The words that begin like this, one part's after another's."""
        for part in self._parts:
            yield from _from(part.stems, start)

    def ending(self, end: str) -> Iterator[str]:
        """The words that end like this, one part's after another's."""
        for part in self._parts:
            yield from (word[::-1] for word in _from(part.backwards, end[::-1]))

    def surface(self, stem: str) -> str:
        """How a known word is mostly written; the stem itself when nobody wrote it."""
        for part in self._parts:
            place = part.ids.get(stem)
            if place is not None:
                return part.surfaces[place]
        return stem

    def corrected(self, term: Term) -> Term:
        """The nearest known word when nobody wrote this one, else the word itself; codes and short words stay."""
        if len(term.stem) < TYPO_SHORTEST or is_code(term.stem) or self.frequency(term.stem):
            return term
        meant = self._meant.get(term.stem, self._nearest)
        return replace(term, stem=meant, weight=term.weight * TYPO_WEIGHT) if meant else term

    def _nearest(self, stem: str) -> str:
        """The known word that a slip may have made this one of; empty when there is none."""
        slips = 2 if len(stem) >= TYPO_TWO_SLIPS else 1
        best: tuple[int, int, str] | None = None
        for candidate in {word for part in self._parts for word in _lookalikes(part, stem, slips)}:
            distance = edit_distance(stem, candidate, slips)
            if len(stem) < TYPO_ANY_SLIP and sorted(stem) != sorted(candidate):
                continue
            frequency = self.frequency(candidate)
            if distance <= slips and frequency and (best is None or (distance, -frequency, candidate) < best):
                best = (distance, -frequency, candidate)
        return "" if best is None else best[2]


def in_front(scores: NDArray[np.float32], least: int) -> NDArray[np.int64] | None:
    """At least so many rows, in rising order, that score above zero and not below any other; None when too few do.

    A sample says where to cut, so that it costs one look at each score; a full partition took ten times as long.
    """
    sample = scores[::SAMPLED]
    rank = 3 * least // SAMPLED + 3
    cut = float(np.partition(sample, -rank)[-rank]) if len(sample) > rank else 0.0
    found = np.flatnonzero(scores > max(cut, 0.0))
    if len(found) < least and cut > 0:
        found = np.flatnonzero(scores > 0)
    return found if len(found) >= least else None


def edit_distance(left: str, right: str, most: int) -> int:
    """How many letters to change, add, drop or swap with a neighbour; anything above `most` is given as `most + 1`.

    The optimal string alignment of Damerau and Levenshtein.
    """
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        row = [i]
        for j, b in enumerate(right, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, above = above, row
    return min(above[-1], most + 1)


def _from(words: Sequence[str], start: str) -> Iterator[str]:
    """The words of a sorted list that begin like this."""
    place = bisect_left(words, start)
    while place < len(words) and words[place].startswith(start):
        yield words[place]
        place += 1


def _packed(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    text = packed.tobytes().decode()
    return text.split("\n") if text else []


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits


def _lookalikes(part: Postings, word: str, slips: int) -> list[str]:
    letters, lengths = part.shapes
    # One slip changes at most two bits of the letters: one letter gone and one come.
    near = np.bitwise_count(letters ^ np.uint64(_letters(word))) <= 2 * slips
    near &= np.abs(lengths - len(word)) <= slips
    return [part.stems[int(place)] for place in np.flatnonzero(near) if not is_code(part.stems[int(place)])]
