"""A segment: some articles with their passages, vectors and words, written once and never changed.

Releases share segments, so publishing one article writes one small segment, however large the library is. What is
searched lies in few large arrays; passages and articles become objects when somebody asks for them, and the Markdown of
articles stays in its file.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, overload
from weakref import finalize
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from knowledge.content import Key
from knowledge.errors import ReleaseBroken
from knowledge.index.lexical import Postings
from knowledge.index.port import Mask, VectorIndex, VectorIndexes
from knowledge.languages import language
from knowledge.names import Named, called
from knowledge.packed import Recent, Rows
from knowledge.tables import ArticleTable, PassageTable
from knowledge.types import ANY, Article, Passage, Scope

FORMAT = 2
MANIFEST, ARTICLES, TABLE, PASSAGES, WORDS, VECTORS = (
    "segment.json", "articles.jsonl", "articles.npz", "passages.npz", "words.npz", "vectors.index",
)  # fmt: skip

# How many different scopes keep their filter ready: locales x regions x brands x audiences of a busy deployment.
SCOPES_KEPT = 64

Thing = TypeVar("Thing")


class Segment:
    """Row i of `passages`, `titles`, `owners`, of the vectors and of the postings is the same passage.

    Row i of `articles` and `table` is the same article.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Mapping[str, Any],
        table: ArticleTable,
        pieces: PassageTable,
        vectors: VectorIndex | None,
        postings: Postings,
        lines: NDArray[np.int64],
    ) -> None:
        """Take over what was read; the file of the articles is opened and stays open as long as the segment lives."""
        self.id: str = manifest["id"]
        self.recipe: str = manifest["recipe"]
        self.embedder: str = manifest["embedder"]
        """The fingerprint of the embedder; empty when these passages are found by words alone."""
        self.vectors_by: str = manifest["vectors_by"]
        self.table = table
        self.pieces = pieces
        self.vectors = vectors
        self.postings = postings
        self.lines = lines
        """Where each article's line begins in the file, and where the last one ends."""
        self._file = os.open(folder / ARTICLES, os.O_RDONLY)
        finalize(self, os.close, self._file)
        self._allowed: Recent[Scope, Mask] = Recent(SCOPES_KEPT)

    @classmethod
    def load(cls, folder: Path, indexes: VectorIndexes) -> "Segment":
        """Read a segment's folder, every file against its checksum.

        `ReleaseBroken` when a file is missing, is not what the manifest says, or does not fit the others.
        """
        try:
            manifest = check_files(folder)
            columns = _arrays(folder / TABLE)
            table = ArticleTable.from_arrays(columns)
            pieces = PassageTable.from_arrays(_arrays(folder / PASSAGES))
            postings = Postings.load(folder / WORDS)
            vectors = indexes.load(folder / VECTORS) if manifest["vectors_by"] else None
            segment = cls(folder, manifest, table, pieces, vectors, postings, columns["lines"])
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, BadZipFile) as problem:
            raise ReleaseBroken(folder.name, f"a file of its segment cannot be read ({problem})") from problem
        fits = (
            manifest["passages"] == len(pieces) == len(postings.lengths) == len(pieces.texts)
            and manifest["articles"] == len(table) == len(table.ids) == len(segment.lines) - 1
            and int(table.firsts[-1]) == len(pieces)
        )
        if not fits:
            raise ReleaseBroken(folder.name, "the files of its segment do not fit each other")
        return segment

    @property
    def passages(self) -> Sequence[Passage]:
        """Every passage, made when asked for."""
        return _OnDemand(len(self.pieces), self._passage)

    @property
    def titles(self) -> Sequence[str]:
        """The title of each passage's article."""
        return _OnDemand(len(self.pieces), self._title)

    @property
    def articles(self) -> Sequence[Article]:
        """Every article, read from its file when asked for; `ReleaseBroken` when that was cut meanwhile."""
        return _OnDemand(len(self.table), self._article)

    @cached_property
    def names(self) -> Named:
        """What its articles are called; gathered when first asked for."""
        table = self.table
        return Named(
            name
            for row, title in enumerate(table.titles)
            for name in called(title, table.tags[row], language(table.reaches[row][0]))
        )

    @property
    def owners(self) -> NDArray[np.int32]:
        """The row of each passage's article."""
        return self.pieces.owners

    @property
    def firsts(self) -> NDArray[np.int32]:
        """The row of each article's first passage, and where the last article's passages end."""
        return self.table.firsts

    def find(self, key: Key) -> int | None:
        """The row of a translation, None when it is not here."""
        return self.table.find(key)

    def allowed(self, scope: Scope) -> Mask:
        """Which articles a scope allows; the work is done once a scope, for each different reach and set of tags."""
        bare = Scope(
            locale=scope.locale, region=scope.region, account=scope.account, audience=scope.audience, tags=scope.tags,
            fallback=scope.fallback,
        )  # fmt: skip
        allowed = self._allowed.get(bare, self._mask)
        withheld = [row for one in scope.exclude for row in self.table.rows_of(one)]
        if withheld:
            allowed = allowed.copy()
            allowed[withheld] = False
        return allowed

    def of_type(self, kind: str) -> Rows:
        """The rows of the articles of a type."""
        reaches = self.table.reaches
        return np.flatnonzero(np.array([reach[1] == kind for reach in reaches.values] or [False])[reaches.places])

    def keys_of(self, row: int) -> Iterator[tuple[bytes, int]]:
        """What was embedded for each passage of an article, as a hash, and the passage's row."""
        for place in range(int(self.table.firsts[row]), int(self.table.firsts[row + 1])):
            yield self.pieces.keys[place].tobytes(), place

    def line(self, start: int, end: int) -> bytes:
        """A part of the file of articles; `ReleaseBroken` when it is not there any more."""
        found = os.pread(self._file, end - start, start)
        if len(found) != end - start:
            raise ReleaseBroken(self.id, "the file of its articles was cut")
        return found

    def _mask(self, scope: Scope) -> Mask:
        reaches, tags = self.table.reaches, self.table.tags
        untagged = replace(scope, tags=frozenset())
        by_reach = [untagged.allows(_like(reach)) for reach in reaches.values]
        allowed: Mask = np.array(by_reach, dtype=np.bool_)[reaches.places]
        if scope.tags:
            anywhere = Scope(locale=ANY, tags=scope.tags)
            by_tags = [anywhere.allows(Article(id="", title="", text="", tags=one)) for one in tags.values]
            allowed = allowed & np.array(by_tags, dtype=np.bool_)[tags.places]
        return allowed

    def _passage(self, row: int) -> Passage:
        pieces, owner = self.pieces, int(self.pieces.owners[row])
        article_id, locale = self.table.key(owner)
        twin = f".{int(pieces.twins[row])}" if pieces.twins[row] > 1 else ""
        return Passage(
            id=f"{article_id}.{locale}.{pieces.marks[row].tobytes().hex()}{twin}",
            article_id=article_id,
            revision=int(self.table.revisions[owner]),
            locale=locale,
            heading=pieces.headings[row],
            text=pieces.texts[row],
        )

    def _title(self, row: int) -> str:
        return self.table.titles[int(self.pieces.owners[row])]

    def _article(self, row: int) -> Article:
        return article_of(self.line(int(self.lines[row]), int(self.lines[row + 1])))


def check_files(folder: Path) -> dict[str, Any]:
    """The manifest of a segment, after every file was found to be of the size and checksum that it names.

    Raises `ValueError`, `KeyError`, `TypeError` or `OSError` with what is wrong.
    """
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        message = f"it is of format {manifest['format']}, not {FORMAT}"
        raise ValueError(message)
    for name, (size, checksum) in manifest["files"].items():
        path = folder / name
        found = path.stat().st_size
        if found != size:
            message = f"{name} has {found} bytes, not {size}"
            raise ValueError(message)
        if checksum_of(path) != checksum:
            message = f"{name} is not what was written"
            raise ValueError(message)
    return manifest


def checksum_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def article_of(line: bytes) -> Article:
    """An article from its line in the file."""
    values = json.loads(line)
    for key in ("regions", "accounts", "audience", "tags"):
        values[key] = tuple(values[key])
    for key in ("updated", "review_by"):
        values[key] = date.fromisoformat(values[key]) if values[key] else None
    return Article(**values)


class _OnDemand(Sequence[Thing], Generic[Thing]):
    """A sequence whose elements are made when asked for."""

    def __init__(self, size: int, make: Callable[[int], Thing]) -> None:
        self._rows = range(size)
        self._make = make

    @override
    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> Thing: ...
    @overload
    def __getitem__(self, row: slice) -> list[Thing]: ...
    @override
    def __getitem__(self, row: int | slice) -> Thing | list[Thing]:
        if isinstance(row, slice):
            return [self._make(one) for one in self._rows[row]]
        return self._make(self._rows[row])


def _like(reach: tuple[Any, ...]) -> Article:
    """An article of that reach, to ask a scope about."""
    locale, kind, _, regions, accounts, audience = reach
    return Article(
        id="", title="", text="", locale=locale, type=kind, regions=regions, accounts=accounts, audience=audience
    )  # fmt: skip


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
