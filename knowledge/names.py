"""Names of things: what articles are called, and what a customer writes with capitals or in quotation marks.

A name is compared as it was typed, word after word; how many signs stand between its words and whether its letters are
large does not matter. Nothing is guessed: a name that no passage holds changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from knowledge.index.words import is_code, is_stop_word

WORD = re.compile(r"[^\W_]+")
QUOTED = re.compile(
    r"[\"\u201c\u201e\u201d\u00ab\u00bb]([^\"\u201c\u201e\u201d\u00ab\u00bb]{2,80})[\"\u201c\u201d\u00ab\u00bb]"
)
APART = re.compile(r"[:,;.!?()\[\]|/\u2013\u2014]|\s-\s")

# Stands between title, tags, headings and text, so that no name reaches from one into the next.
PARTED = "\x1f"

# A folded name in a folded text.
BETWEEN = rf"(?:[^\w{PARTED}]|_)+"
ALONE = (r"(?<![^\W_])", r"(?![^\W_])")

# What may stand between two words of a name, and the small words that some names have inside.
GAPS = frozenset({" ", "-", "'", "\u2019", " & ", ". "})
JOINERS = frozenset({"a", "and", "by", "de", "del", "der", "du", "et", "la", "le", "of", "s", "the", "und", "von", "y"})

# Where capitals say nothing of names.
NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})

# A title of more words is a sentence and no name; a question of more words is read as far as this.
MOST_WORDS = 5
MOST_QUOTED = 12
SHORTEST_ALONE = 3
READ_WORDS = 120
MOST_NAMES = 6

Hashes = NDArray[np.int64]


class Named:
    """The names of a set of articles: only whether there is such a name, as eight bytes each."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take folded names, as `called` gives them."""
        found = {hash(name) for name in names}
        self._hashes: Hashes = np.sort(np.fromiter(found, dtype=np.int64, count=len(found)))

    def known(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of these are hashes of a name."""
        if not len(self._hashes):
            return np.zeros(len(hashes), dtype=np.bool_)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        known: NDArray[np.bool_] = self._hashes[places] == hashes
        return known


def called(title: str, tags: Iterable[str], language: str) -> Iterator[str]:
    """The folded names in a title and in tags: short titles and parts of titles, quoted words, tags of two words."""
    for match in QUOTED.finditer(title):
        name = _folded(match.group(1))
        if _tells(name, language, alone=match.group(1)[0].isupper()):
            yield name
    for part in (*APART.split(title), *tags):
        name = _folded(part)
        if " " in name and _tells(name, language):
            yield name


def names_in(text: str, language: str, known: Iterable[Named]) -> dict[str, str]:
    """The names in what a customer typed, folded, each with how it was typed; of names within names the longest.

    They are names that articles have, in any letters, and what the customer marks as one: words in quotation marks,
    and several words with capitals one after another.
    """
    text = _plain(text)
    words = [(match.group().casefold(), match.start(), match.end()) for match in WORD.finditer(text)][:READ_WORDS]
    found: dict[str, tuple[int, int]] = {}
    spans = [
        (start, end) for start in range(len(words)) for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1)
    ]
    folded = [" ".join(word for word, _, _ in words[start:end]) for start, end in spans]
    hashes = np.array([hash(name) for name in folded], dtype=np.int64)
    held = np.zeros(len(hashes), dtype=np.bool_)
    for one in known:
        held |= one.known(hashes)
    for place in np.flatnonzero(held).tolist():
        start, end = spans[place]
        found.setdefault(folded[place], (words[start][1], words[end - 1][2]))
    for start, end in (*(match.span(1) for match in QUOTED.finditer(text)), *_capitals(text, language)):
        name = _folded(text[start:end])
        if _tells(name, language, alone=True, most=MOST_QUOTED):
            found.setdefault(name, (start, end))
    longest = [name for name in found if not any(f" {name} " in f" {other} " for other in found if other != name)]
    return {name: text[slice(*found[name])] for name in longest[:MOST_NAMES]}


def holding(names: Iterable[str], written: Iterable[str]) -> NDArray[np.bool_]:
    """Which of these texts hold which folded names word after word, bool of shape [texts, names]."""
    patterns = [(name.split()[-1], re.compile(f"{ALONE[0]}{BETWEEN.join(name.split())}{ALONE[1]}")) for name in names]
    held = [[last in text and bool(name.search(text)) for last, name in patterns] for text in map(_small, written)]
    return np.array(held, dtype=np.bool_).reshape(-1, len(patterns))


def _capitals(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Where several words with capitals stand one after another; nothing where all letters are of one size."""
    if text.isupper() or text.islower() or language in NOUNS_ARE_CAPITAL:
        return
    run: list[re.Match[str]] = []
    for match in (*WORD.finditer(text), None):
        near = match is not None and bool(run) and text[run[-1].end() : match.start()] in GAPS
        if (
            match is not None
            and near
            and (_is_capital(match.group()) or match.group() in JOINERS or is_code(match.group()))
        ):
            run.append(match)
            continue
        kept = list(run)
        while kept and (kept[0].group() in JOINERS or is_stop_word(kept[0].group().casefold(), language)):
            kept.pop(0)
        while kept and not (_is_capital(kept[-1].group()) or is_code(kept[-1].group())):
            kept.pop()
        if len(kept) > 1:
            yield kept[0].start(), kept[-1].end()
        run = [match] if match is not None and _is_capital(match.group()) else []


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _tells(name: str, language: str, *, alone: bool = False, most: int = MOST_WORDS) -> bool:
    """Whether a folded name says something: two words that carry meaning, or one of some length that stands alone."""
    words = name.split()
    if len(words) > most:
        return False
    telling = [word for word in words if not is_stop_word(word, language)]
    return len(telling) > 1 or (alone and len(words) == len(telling) == 1 and len(words[0]) >= SHORTEST_ALONE)


def _folded(text: str) -> str:
    return " ".join(WORD.findall(_small(text)))


def _small(text: str) -> str:
    return _plain(text).casefold()


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
