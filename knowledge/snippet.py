"""The part of a passage that is shown: the sentences nearest to the query's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.chunking import sentences
from knowledge.index.words import words_among

SNIPPET_WORDS = 40
ELLIPSIS = "\u2026"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a passage is shown, and which of its words were looked for, as written, heaviest first."""

    text: str
    matched: tuple[str, ...]


def excerpt(text: str, locale: str, stems: Mapping[str, float], *, above: str = "") -> Excerpt:
    """About 40 words around the sentence whose words weigh most in `stems`; marks where something was left out.

    `above` (title and headings) is searched for the words as well, but never shown.
    """
    parts = sentences(text) or [text]
    # Each sentence is read once, for what it is worth and for the words that are shown as found.
    read = [words_among(part, locale, stems) for part in parts]
    found = {
        word.stem: word.surface
        for words in reversed([words_among(above, locale, stems) if above else [], *read])
        for word in reversed(words)
    }
    worth = [sum(stems[stem] for stem in {word.stem for word in words}) for words in read]
    return Excerpt(_shown(text, parts, worth), tuple(found[stem] for stem in stems if stem in found))


def matched(text: str, locale: str, stems: Mapping[str, float]) -> tuple[str, ...]:
    """The words of the text that were looked for, as written, each once."""
    found = {word.stem: word.surface for word in reversed(words_among(text, locale, stems))}
    return tuple(found[stem] for stem in stems if stem in found)


def _shown(text: str, parts: Sequence[str], worth: Sequence[float]) -> str:
    if len(text.split()) <= SNIPPET_WORDS:
        return " ".join(text.split())
    first = worth.index(max(worth))
    last = first + 1
    size = len(parts[first].split())
    while last < len(parts) and size + len(parts[last].split()) <= SNIPPET_WORDS:
        size += len(parts[last].split())
        last += 1
    words = " ".join(parts[first:last]).split()
    cut = " ".join(words[:SNIPPET_WORDS])
    before = f"{ELLIPSIS} " if first else ""
    after = f" {ELLIPSIS}" if last < len(parts) or len(words) > SNIPPET_WORDS else ""
    return f"{before}{cut}{after}"
