"""Makes a passage readable as an answer: its best sentences, without markup."""

import re
from collections.abc import Iterable, Sequence

from knowledge.chunking import sentences

_LONGEST = 420
_MOST = 4
_WORD = re.compile(r"\w{3,}")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKUP = re.compile(
    r"^\s{0,3}(?:#{1,6}\s+.*$|>\s?|[-*+]\s+|\|.*$|```.*$)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", re.MULTILINE
)
_STEP = re.compile(r"^\d+[.)]$")


def answer(passage: str, terms: Iterable[str], *, question: str = "") -> str:
    """Return up to four neighbouring sentences of the passage (about 420 characters) that hold most of the terms.

    ``terms`` are the words of the passage that matched. The first sentence wins a tie, for it usually answers.
    """
    # The library's own rules: a tagger's sentences, for three suggestions, took longer than the whole search.
    plain = _LINK.sub(r"\1", _MARKUP.sub("", passage))
    found = _whole([one for one in sentences(plain) if any(map(str.isalnum, one))])
    if not found:
        return " ".join(passage.split())[:_LONGEST]
    wanted = {word.casefold() for word in terms} | {word.casefold() for word in _WORD.findall(question)}
    gains = [len(wanted & {word.casefold() for word in _WORD.findall(one)}) for one in found]
    best = max(range(len(found)), key=lambda place: (gains[place] + 0.5 * (place == 0), -place))
    if len(" ".join(found[: best + 1])) <= _LONGEST and best < _MOST:
        best = 0
    chosen: list[str] = []
    for one in found[best : best + _MOST]:
        if chosen and len(" ".join([*chosen, one])) > _LONGEST:
            break
        chosen.append(one)
    return _cut(" ".join(chosen))


def _whole(parts: Sequence[str]) -> list[str]:
    """Join the numbers of a list with the step that they count."""
    found: list[str] = []
    for part in parts:
        if found and _STEP.match(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def _cut(text: str) -> str:
    return text if len(text) <= 2 * _LONGEST else f"{text[: 2 * _LONGEST].rsplit(' ', 1)[0]}..."
