"""The members of large JSON files one at a time: what an object holds in lists, without having it all in memory."""

import json
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.parsing.archive import Archive, EntryRefused, Unreadable, is_zip
from knowledge.parsing.drafts import FILE_LIMIT

MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
SPACE = b" \t\r\n"
ENTRY_LIMIT = 100 * 1024 * 1024

Piece = tuple[str, int, Any]
"""The name of the list (empty for a file that is a list), the line that it begins on, and one of its members."""

View = bytes | mmap.mmap


class TooLargePiece(Exception):
    """A member that is larger than any article; `name` and `line` say which."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(name)
        self.name = name
        self.line = line


@contextmanager
def views(path: Path) -> Iterator[list[tuple[str, "Iterator[Piece | TooLargePiece]"]]]:
    """The JSON files of a path, a single one or those of a zip archive, each with its name and members."""
    if is_zip(path):
        with Archive(path) as archive:
            entries = [entry for entry in archive.entries if entry.ending == ".json"]
            if not entries:
                message = "there is no JSON file in the archive"
                raise Unreadable(message)
            yield [(entry.path, _archived(archive, entry.path)) for entry in entries]
        return
    if path.stat().st_size == 0:
        message = "the file is empty"
        raise Unreadable(message)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        yield [("", pieces(view))]


def _archived(archive: Archive, path: str) -> Iterator[Piece | TooLargePiece]:
    entry = archive.find(path)
    try:
        data = b"" if entry is None else archive.read(entry, ENTRY_LIMIT)
    except EntryRefused as refusal:
        raise Unreadable(refusal.why, source=path) from refusal
    try:
        yield from pieces(data)
    except Unreadable as problem:
        raise Unreadable(problem.why, source=path, line=problem.line) from problem


def pieces(view: View) -> Iterator[Piece | TooLargePiece]:
    """Members of the lists in the outermost object, of objects in it, or of the outermost list.

    A single object under a name (`portal`) is given as a member of that name. `Unreadable` names the line.
    """
    if view[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in view[:64]:
        message = "it is not JSON in UTF-8"
        raise Unreadable(message)
    depth, name, last_string = 0, "", ""
    start, holder = -1, b""
    line, counted = 1, 0
    whole = None
    for found in MARKS.finditer(view):
        mark = found[0]
        if mark[:1] == b'"':
            if depth == 1:
                last_string = mark[1:-1].decode("utf-8", "replace")
            continue
        if mark in b"{[":
            if depth == 0:
                whole = mark
                _only_space(view, 0, found.start())
            elif depth == 1 and whole == b"{":
                name, holder = last_string, mark
                if mark == b"{":
                    start = found.start()
            if mark == b"{" and ((depth == 1 and whole == b"[") or (depth == 2 and holder == b"[")):
                start = found.start()
            depth += 1
            continue
        depth -= 1
        if depth < 0:
            break
        is_member = mark == b"}" and start >= 0
        if is_member and (depth == 1 or (depth == 2 and whole == b"{" and holder == b"[")):
            line += view[counted:start].count(b"\n")
            counted = start
            yield _piece(view, start, found.end(), name if whole == b"{" else "", line)
            start = -1
        if depth == 1:
            holder = b""
        if depth == 0:
            return
    line += view[counted:].count(b"\n")
    message = "it is no JSON object or list, or it is cut off"
    raise Unreadable(message, line=line)


def _piece(view: View, start: int, end: int, name: str, line: int) -> Piece | TooLargePiece:
    if end - start > 2 * FILE_LIMIT:
        return TooLargePiece(name, line)
    try:
        return name, line, json.loads(view[start:end])
    except (ValueError, RecursionError) as problem:
        message = f"the JSON cannot be read: {problem}"
        raise Unreadable(message, line=line) from problem


def _only_space(view: View, start: int, end: int) -> None:
    head = view[start:end].lstrip(b"\xef\xbb\xbf")
    if head.strip(SPACE):
        message = "it is not JSON"
        raise Unreadable(message)
