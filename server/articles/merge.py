"""Bringing two editors' work together: a three-way merge by lines, and by words where both changed the same lines.

After diff3 (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007): what both sides kept of the base are the
stable parts; between two of them, a side that left the base as it was gives way to the other, and both different is a
conflict.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from server.articles.aligning import matches
from server.articles.content import Content

MINE, MIDDLE, THEIRS = "<<<<<<< mine\n", "=======\n", ">>>>>>> theirs\n"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_TOKEN = re.compile(r"\w+|\s|[^\w\s]")


class MergeConflict(BaseModel):
    """Something that both changed, differently; in the text both stand between plain marks, elsewhere mine is kept."""

    field: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the merge; in a conflict `text` is None."""

    text: str | None
    base: str
    mine: str
    theirs: str


def merged_text(base: str, mine: str, theirs: str) -> list[Part]:
    """Return the merge of two changes of a text, part by part."""
    found: list[Part] = []
    for part in _parts(_LINE.findall(base), _LINE.findall(mine), _LINE.findall(theirs)):
        if part.text is None:
            words = _parts(*(_TOKEN.findall(text) for text in (part.base, part.mine, part.theirs)))
            if all(word.text is not None for word in words):
                said = "".join(word.text or "" for word in words)
                found.append(Part(text=said, base=part.base, mine=part.mine, theirs=part.theirs))
                continue
        found.append(part)
    return found


def _parts(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[Part]:
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    stable = [at for at in range(len(base)) if at in in_mine and at in in_theirs]
    found: list[Part] = []
    at_base = at_mine = at_theirs = next_ = 0
    while at_base < len(base) or at_mine < len(mine) or at_theirs < len(theirs):
        place = stable[next_] if next_ < len(stable) else len(base)
        here, there = in_mine.get(place, len(mine)), in_theirs.get(place, len(theirs))
        part = _part(base[at_base:place], mine[at_mine:here], theirs[at_theirs:there])
        if part.base or part.mine or part.theirs:
            found.append(part)
        length = 0
        while (
            next_ < len(stable)
            and stable[next_] == place + length
            and in_mine[stable[next_]] == here + length
            and in_theirs[stable[next_]] == there + length
        ):
            next_, length = next_ + 1, length + 1
        if length:
            kept = "".join(base[place : place + length])
            found.append(Part(text=kept, base=kept, mine=kept, theirs=kept))
        at_base, at_mine, at_theirs = place + length, here + length, there + length
    return found


def _places(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    return {here + offset: there + offset for here, there, length in matches(base, other) for offset in range(length)}


def _part(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Part:
    b, m, t = "".join(base), "".join(mine), "".join(theirs)
    if m in {b, t}:
        said: str | None = t
    else:
        said = m if t == b else None
    return Part(text=said, base=b, mine=m, theirs=t)


def _marked(part: Part) -> str:
    if part.text is not None:
        return part.text
    sides = [text if not text or text.endswith("\n") else f"{text}\n" for text in (part.mine, part.theirs)]
    return f"{MINE}{sides[0]}{MIDDLE}{sides[1]}{THEIRS}"


def _with_marks(parts: Sequence[Part]) -> str:
    said = ""
    for part in parts:
        # A mark begins a line of its own.
        broken = part.text is None and said and not said.endswith("\n")
        said += ("\n" if broken else "") + _marked(part)
    return said


def _line(field: str, base: str, mine: str, theirs: str) -> tuple[str, list[MergeConflict]]:
    if mine in {base, theirs}:
        return theirs, []
    if theirs == base:
        return mine, []
    words = _parts(*(_TOKEN.findall(text) for text in (base, mine, theirs)))
    if all(part.text is not None for part in words):
        return "".join(part.text or "" for part in words), []
    return mine, [MergeConflict(field=field, base=base, mine=mine, theirs=theirs)]


def _tags(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Return a list without what either side took out, with what either put in."""
    gone = (set(base) - set(mine)) | (set(base) - set(theirs))
    return [name for name in dict.fromkeys([*mine, *theirs]) if name not in gone]


def _scope(field: str, *sides: Sequence[str]) -> tuple[list[str], list[MergeConflict]]:
    """Merge who may read: no names mean everybody, so two different changes are never put together by themselves."""
    base, mine, theirs = (list(side) for side in sides)
    if mine in (base, theirs):
        return theirs, []
    if theirs == base:
        return mine, []
    said = [", ".join(side) for side in (base, mine, theirs)]
    return mine, [MergeConflict(field=field, base=said[0], mine=said[1], theirs=said[2])]


def merged(base: Content, mine: Content, theirs: Content) -> tuple[Content, list[MergeConflict]]:
    """Return both changes of a base in one, and where they contradict each other; nothing of either is lost."""
    parts = merged_text(base.text, mine.text, theirs.text)
    conflicts: list[MergeConflict] = []
    values: dict[str, Any] = {"text": _with_marks(parts), "tags": _tags(base.tags, mine.tags, theirs.tags)}
    for name in ("title", "summary"):
        values[name], found = _line(name, *(getattr(side, name) for side in (base, mine, theirs)))
        conflicts += found
    for name in ("regions", "accounts", "audience"):
        values[name], found = _scope(name, *(getattr(side, name) for side in (base, mine, theirs)))
        conflicts += found
    conflicts += [
        MergeConflict(field="text", base=part.base, mine=part.mine, theirs=part.theirs)
        for part in parts
        if part.text is None
    ]
    return Content.model_construct(**values), conflicts
