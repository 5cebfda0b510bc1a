"""Compounds of a language that writes them as one word: `Lieferadresse` is also found by `Adresse`, and finds it.

Nothing is cut when passages are indexed, because what is a word depends on the whole library: a word counts as made of
two when both are words of the release. On a manual in German (words alone) nDCG@10 rose from .824 to .836 for headings,
.859 to .878 for descriptions, .570 to .591 for sentences. Wholes at half their weight as well, a dozen of them added
up, drowned the word itself (.803, .839, .563).
"""

from collections.abc import Iterator
from itertools import chain, islice

from knowledge.index.lexical import LexicalIndex, Term
from knowledge.index.words import is_code, stem_of
from knowledge.languages import language
from knowledge.packed import Recent

# Other languages that write compounds as one word were not measured.
COMPOUNDING = frozenset({"de"})

# What a half counts for where the whole was asked for, and each of several wholes where a half was.
HALF_SHARE = 0.5
WHOLE_SHARE = 0.1

# What may stand between the halves: Lieferung-s-adresse, Woche-n-ende.
JOINTS = ("", "s", "es", "n", "en", "e")
SHORTEST_WORD, SHORTEST_HALF = 8, 3
SHORTEST_START = 4

# Of the compounds of one word so many are looked at and so many kept, those that are written most.
LOOKED_AT, KEPT = 400, 12
WORDS_KEPT = 4096


class Compounds:
    """What the words of one release are made of."""

    def __init__(self, lexical: LexicalIndex) -> None:
        """Nothing is looked up before it is asked for."""
        self._lexical = lexical
        self._halves: Recent[tuple[str, str], tuple[str, ...]] = Recent(WORDS_KEPT)
        self._wholes: Recent[tuple[str, str], tuple[str, ...]] = Recent(WORDS_KEPT)

    def widened(self, term: Term, locale: str) -> Term:
        """The term with what also says it, where the language makes compounds."""
        one = language(locale)
        if one not in COMPOUNDING or is_code(term.stem):
            return term
        name = (term.stem, one)
        halves = dict.fromkeys(self._halves.get(name, self._halves_of), HALF_SHARE)
        wholes = dict.fromkeys(self._wholes.get(name, self._wholes_of), WHOLE_SHARE)
        return Term(term.stem, term.weight, tuple({**wholes, **halves}.items()))

    def _halves_of(self, name: tuple[str, str]) -> tuple[str, ...]:
        """The two words that a word is made of; of several ways the one with the commonest rarer half."""
        word, one = name
        ways = list(self._ways(word, one)) if len(word) >= SHORTEST_WORD else []
        return max(ways, key=lambda way: (min(map(self._lexical.frequency, way)), way), default=())

    def _ways(self, word: str, one: str) -> Iterator[tuple[str, ...]]:
        known = self._lexical.frequency
        for place in range(SHORTEST_START, len(word) - SHORTEST_HALF):
            end = word[place:]
            if known(end) < 2:
                continue
            for joint in JOINTS:
                start = word[: place - len(joint)] if word[:place].endswith(joint) else ""
                for half in (stem_of(start, one), start) if len(start) >= SHORTEST_HALF else ():
                    if len(half) >= SHORTEST_HALF and known(half) >= 2:
                        yield half, end

    def _wholes_of(self, name: tuple[str, str]) -> tuple[str, ...]:
        word, one = name
        if len(word) < SHORTEST_HALF:
            return ()
        alike = islice(chain(self._lexical.ending(word), self._lexical.beginning(word)), LOOKED_AT)
        wholes = {whole for whole in alike if whole != word and word in self._halves.get((whole, one), self._halves_of)}
        return tuple(sorted(wholes, key=lambda whole: (-self._lexical.frequency(whole), whole))[:KEPT])
