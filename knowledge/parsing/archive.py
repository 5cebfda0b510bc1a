"""Zip archives that strangers made: looked at entry by entry, never unpacked to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from knowledge.parsing.names import locale_of

ENTRIES_LIMIT = 50_000
DIRECTORY_LIMIT = 16 * 1024 * 1024
"""Bytes of the list of entries, which is read as a whole."""
TOTAL_LIMIT = 1024 * 1024 * 1024
"""Bytes of all entries together when unpacked."""
RATIO_LIMIT = 200
"""How many times larger than itself an archive may unpack, above `RATIO_FROM` bytes; text gets to about ten."""
RATIO_FROM = 64 * 1024 * 1024
PACKED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar")
RUBBISH = frozenset({"__MACOSX", ".git", ".github", "node_modules"})
END, ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
LONGEST_COMMENT = 65_535 + 22


class Unreadable(Exception):
    """A file that is not of the format that it is said to be; `why` is part of a sentence."""

    def __init__(self, why: str, *, source: str = "", line: int = 1) -> None:
        super().__init__(why)
        self.why = why
        self.source = source
        self.line = line


class EntryRefused(Exception):
    """An entry that is not read; `why` is part of a sentence, `code` is stable."""

    def __init__(self, why: str, code: str = "unsafe_entry") -> None:
        super().__init__(why)
        self.why = why
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file in the archive; `path` has lost the folder that everything was wrapped in."""

    path: str
    info: zipfile.ZipInfo

    @property
    def ending(self) -> str:
        """The file's ending in small letters, with its dot."""
        name = self.path.rpartition("/")[2].lower()
        return f".{name.rpartition('.')[2]}" if "." in name else ""


class Archive:
    """An open archive: `entries` are what may be read, `refused` what may not, each with its reason."""

    def __init__(self, path: Path) -> None:
        """Open it; `Unreadable` when it is none, or is made to be too large when unpacked."""
        _check_size(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as problem:
            raise Unreadable("it is not a zip archive, or it is cut off") from problem
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        try:
            _check_totals(infos)
        except Unreadable:
            self._zip.close()
            raise
        self.refused: list[tuple[str, EntryRefused]] = []
        safe = [info for info in infos if self._is_safe(info)]
        wrapper = _wrapper([info.filename for info in safe])
        self.entries: Sequence[Entry] = sorted(
            (Entry(path=info.filename[len(wrapper) :], info=info) for info in safe), key=lambda entry: entry.path
        )
        self._by_path = {entry.path: entry for entry in self.entries}

    def __enter__(self) -> Self:
        """Return the archive."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._zip.close()

    def find(self, path: str) -> Entry | None:
        """The entry of that path, or None."""
        return self._by_path.get(path)

    def read(self, entry: Entry, limit: int) -> bytes:
        """The entry's bytes; `EntryRefused` when there are more than `limit`, or the archive is broken there."""
        if entry.info.file_size > limit:
            raise EntryRefused(_larger(entry.info.file_size, limit), "article_too_large")
        try:
            with self._zip.open(entry.info) as file:
                # What the list says of the size may be a lie, so one byte more than allowed is asked for.
                data = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError) as problem:
            raise EntryRefused("the archive is broken at this entry", "not_readable") from problem
        if len(data) > limit:
            raise EntryRefused(_larger(len(data), limit), "article_too_large")
        return data

    def _is_safe(self, info: zipfile.ZipInfo) -> bool:
        name = info.filename
        parts = name.split("/")
        why = ""
        if name.startswith("/") or "\\" in name or ":" in parts[0] or ".." in parts:
            why = "its path leads out of the archive"
        elif stat.S_ISLNK(info.external_attr >> 16):
            why = "it is a symbolic link"
        elif info.flag_bits & 0x1:
            why = "it is encrypted"
        elif name.lower().endswith(PACKED):
            why = "it is an archive within the archive"
        if why:
            self.refused.append((name, EntryRefused(why)))
            return False
        return not parts[-1].startswith(".") and RUBBISH.isdisjoint(parts[:-1])


def is_zip(path: Path) -> bool:
    """Whether a file begins like a zip archive."""
    with path.open("rb") as file:
        return file.read(4) in {b"PK\x03\x04", END}


def _larger(size: int, limit: int) -> str:
    return f"it has {size:,} bytes, and {limit:,} are the most"


def _check_totals(infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > ENTRIES_LIMIT:
        message = f"it holds {len(infos):,} files, and {ENTRIES_LIMIT:,} are the most"
        raise Unreadable(message)
    total = sum(info.file_size for info in infos)
    if total > TOTAL_LIMIT:
        message = "unpacked it would be larger than 1 GB"
        raise Unreadable(message)
    if total > RATIO_FROM and total > RATIO_LIMIT * max(sum(info.compress_size for info in infos), 1):
        message = f"it unpacks to more than {RATIO_LIMIT} times its size, as no text or picture does"
        raise Unreadable(message)


def _check_size(path: Path) -> None:
    """Look at how long the list of entries says it is, before anything reads it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LONGEST_COMMENT))
        tail = file.read()
        at = tail.rfind(END)
        if at < 0 or len(tail) - at < 22:
            message = "it is not a zip archive, or it is cut off"
            raise Unreadable(message)
        length: int = struct.unpack("<L", tail[at + 12 : at + 16])[0]
        if at >= 20 and tail[at - 20 : at - 16] == ZIP64:
            file.seek(struct.unpack("<Q", tail[at - 12 : at - 4])[0])
            record = file.read(56)
            length = struct.unpack("<Q", record[40:48])[0] if len(record) == 56 else DIRECTORY_LIMIT + 1
    if length > DIRECTORY_LIMIT:
        message = f"it holds more than {ENTRIES_LIMIT:,} files"
        raise Unreadable(message)


def _wrapper(names: Sequence[str]) -> str:
    """The folder that everything lies in, as archives of a repository have; a folder named by a locale is none."""
    first = {name.partition("/")[0] for name in names if "/" in name}
    if len(first) != 1 or not all("/" in name for name in names):
        return ""
    folder = first.pop()
    return "" if locale_of(folder) else f"{folder}/"
