"""Bytes to text without guessing: a byte order mark, a named encoding, or UTF-8; what is no text is said to be none."""

import codecs
import re
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from knowledge.parsing.drafts import FILE_LIMIT, TEXT_LIMIT, TITLE_LIMIT

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
MOST_CONTROLS = 0.002
"""A larger share of control characters is no text."""
OFFER = "say which with `encoding=`, for instance cp1252 or latin-1"


class NotText(ValueError):
    """Bytes that are no text; says why as part of a sentence, and on which line from 1."""

    def __init__(self, why: str, line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


def encoding_of(head: bytes, named: str = "") -> str:
    """How a file that begins with these bytes is written; a byte order mark knows better than a name."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    return named or "utf-8"


def decoded(data: bytes, named: str = "") -> str:
    """The text of a whole file with `\\n` as line ends; `NotText` with the line."""
    encoding = encoding_of(data[:4], named)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise NotText(_undecodable(encoding), line) from problem
    return cleaned(text)


def cleaned(text: str) -> str:
    """A text without the odd control character; `NotText` when there is a NUL in it or there are many."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if SURROGATE.search(text):
        raise NotText("it holds halves of characters")
    found = CONTROLS.findall(text)
    if not found:
        return text
    if "\x00" in found or len(found) > max(3, MOST_CONTROLS * len(text)):
        where = CONTROLS.search(text)
        line = text.count("\n", 0, where.start()) + 1 if where else 1
        raise NotText("it holds binary data, not text", line)
    return CONTROLS.sub("", text)


def written_as(text: str, encoding: str) -> str:
    """A text that was read with `surrogateescape`; `NotText` when bytes of it could not be decoded."""
    if SURROGATE.search(text):
        raise NotText(_undecodable(encoding))
    return cleaned(text)


def opened(file: BinaryIO, named: str = "") -> tuple[TextIOWrapper, str]:
    """A file as text whose undecodable bytes are kept as surrogates, and its encoding."""
    head = file.read(4)
    file.seek(0)
    encoding = encoding_of(head, named)
    return TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline=""), encoding


def lines(file: TextIOWrapper) -> Iterator[tuple[int, str | None]]:
    """Number and text of each line; a line beyond `FILE_LIMIT` characters is None and is not kept in memory."""
    number = 0
    while line := file.readline(FILE_LIMIT + 1):
        number += 1
        if len(line) <= FILE_LIMIT:
            yield number, line
            continue
        while line and not line.endswith("\n"):
            line = file.readline(FILE_LIMIT)
        yield number, None


def too_long(title: str, text: str) -> str:
    """Why an article is too large to be kept, as part of a sentence; empty when it is not."""
    if len(title) > TITLE_LIMIT:
        return f"its title has {len(title)} characters, and {TITLE_LIMIT} are the most"
    if len(text) > TEXT_LIMIT:
        return f"its text has {len(text):,} characters, and {TEXT_LIMIT:,} are the most"
    return ""


def _undecodable(encoding: str) -> str:
    return f"it is not written in {encoding.removesuffix('-sig').upper()}; {OFFER}"
