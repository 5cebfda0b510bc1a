"""The targets of links and images in Markdown, changed in place; code is left as it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Target = Callable[[str], str | None]
"""What a target becomes: another one, the same, or None when it leads nowhere."""

FENCE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})")
TICKS = re.compile(r"`+")
BLANK = re.compile(r"\n[ \t]*\n")
# Brackets may be nested twice, as in a link around an image; every repetition eats at least one character.
LABEL = r"(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\])*"
PLACE = r"<[^<>\n]*>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*"
TITLE = r"\s{1,20}(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))"
LINK = re.compile(rf"(?<!\\)(!?)\[({LABEL})\]\(\s{{0,20}}({PLACE})({TITLE})?\s{{0,20}}\)", re.DOTALL)
DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]{1,200})\]:[ \t]{0,20}(<[^>\n]*>|[^\s<]\S*)([^\n]*)$", re.MULTILINE)
USED = re.compile(r"(!?)\[([^\[\]]*)\]\[([^\[\]]*)\]")
AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
TAG = re.compile(r"<(a|img)\s[^<>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\s(href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE)


@dataclass(slots=True)
class Relinker:
    """Changes the targets of one text; `lost` collects those that led nowhere and became plain text."""

    link: Target
    image: Target
    lost: list[str] = field(default_factory=list)

    def text(self, markdown: str) -> str:
        """The text with every target changed; a link that leads nowhere leaves its words, an image its description."""
        done: list[str] = []
        for is_code, piece in _pieces(markdown):
            done.append(piece if is_code else self._prose(piece))
        return "".join(done)

    def _prose(self, text: str) -> str:
        dropped: set[str] = set()

        def defined(found: re.Match[str]) -> str:
            target = self.link(_bare(found[2]))
            if target is None:
                self.lost.append(_bare(found[2]))
                dropped.add(_label(found[1]))
                return ""
            return f"[{found[1]}]: {_written(target)}{found[3]}"

        if "]:" in text:
            text = DEFINITION.sub(defined, text)
        if dropped:
            text = USED.sub(lambda found: found[2] if _label(found[3] or found[2]) in dropped else found[0], text)
        if "](" in text:
            text = LINK.sub(self._inline, text)
        if "<" in text:
            text = AUTOLINK.sub(self._automatic, text)
            text = TAG.sub(self._tag, text)
        return text

    def _inline(self, found: re.Match[str]) -> str:
        mark, label, place, title = found[1], found[2], found[3], found[4] or ""
        was = _bare(place)
        target = (self.image if mark else self.link)(was)
        if not mark and "](" in label:
            label = LINK.sub(self._inline, label)
        if target is None:
            self.lost.append(was)
            return label
        return f"{mark}[{label}]({place if target == was else _written(target)}{title})"

    def _automatic(self, found: re.Match[str]) -> str:
        target = self.link(found[1])
        return found[0] if target in {None, found[1]} else f"[{found[1]}]({target})"

    def _tag(self, found: re.Match[str]) -> str:
        change = self.link if found[1].lower() == "a" else self.image

        def attribute(one: re.Match[str]) -> str:
            was = one[2].strip("\"'")
            target = change(was)
            if target is None:
                self.lost.append(was)
                return ""
            return one[0] if target == was else f' {one[1]}="{target}"'

        return ATTRIBUTE.sub(attribute, found[0])


def _pieces(markdown: str) -> list[tuple[bool, str]]:
    """The text as pieces of (code or not, text); put together they are the text again."""
    pieces: list[tuple[bool, str]] = []
    prose: list[str] = []
    code: list[str] = []
    fence = ""
    for line in markdown.splitlines(keepends=True):
        found = FENCE.match(line)
        if fence:
            code.append(line)
            if found and found[1][0] == fence[0] and len(found[1]) >= len(fence) and not line[found.end() :].strip():
                pieces.append((True, "".join(code)))
                code, fence = [], ""
        elif found and not (found[1][0] == "`" and "`" in line[found.end() :]):
            pieces.extend(_spans("".join(prose)))
            prose, code, fence = [], [line], found[1]
        else:
            prose.append(line)
    pieces.extend(_spans("".join(prose)))
    if code:
        pieces.append((True, "".join(code)))
    return pieces


def _spans(text: str) -> list[tuple[bool, str]]:
    """Prose with its code spans cut out where they stand by themselves; a span within a link's words stays there."""
    runs = [(found.start(), found.end()) for found in TICKS.finditer(text)]
    # The nearest run of the same length closes a span, which is found from behind in one go.
    later: dict[int, int] = {}
    closing: list[int | None] = [None] * len(runs)
    for number in range(len(runs) - 1, -1, -1):
        length = runs[number][1] - runs[number][0]
        closing[number] = later.get(length)
        later[length] = number
    pieces: list[tuple[bool, str]] = []
    start, number = 0, 0
    while number < len(runs):
        closed = closing[number]
        begin = runs[number][0]
        if closed is None or BLANK.search(text, begin, end := runs[closed][1]):
            number += 1
            continue
        if "](" in (span := text[begin:end]) or "<" in span:
            pieces += [(False, text[start:begin]), (True, span)]
            start = end
        number = closed + 1
    return [*pieces, (False, text[start:])]


def _bare(place: str) -> str:
    return place[1:-1] if place.startswith("<") else place


def _written(target: str) -> str:
    return f"<{target}>" if re.search(r"[\s()]", target) else target


def _label(text: str) -> str:
    return " ".join(text.casefold().split())
