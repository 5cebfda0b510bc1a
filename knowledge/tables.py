"""What a segment says of its articles and of their passages, row by row, without their Markdown."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knowledge.packed import Arrays, Bytes, Pool, Rows, Texts, concatenated, small

Reach = tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""Locale, type, source locale, regions, accounts, audience: few different ones, however many the articles."""
KEY_BYTES = 16
"""Of the hash of what was embedded so many bytes are kept: no two texts of one library share them."""
MARK_BYTES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTable:
    """Row i of every column is the same article."""

    ids: Texts
    titles: Texts
    reaches: Pool[Reach]
    tags: Pool[tuple[str, ...]]
    revisions: NDArray[np.int32]
    sources: NDArray[np.int32]
    """The revision of the source that a translation was made from; 0 in a source."""
    contents: Bytes
    """The content hash of each, [n, 32]."""
    firsts: NDArray[np.int32]
    """Where each one's passages begin, and where the last one's end, [n + 1]."""
    link_rows: NDArray[np.int32]
    """Which article each link stands in."""
    link_targets: Pool[str]
    """The id that each link leads to."""
    hashes: NDArray[np.uint64]
    """A hash of each id, in rising order; `order` has the rows."""
    order: NDArray[np.int32]

    @classmethod
    def make(cls, **columns: Any) -> Self:
        """Put columns together and add what finds an id in them."""
        hashes = np.array([id_hash(one) for one in columns["ids"]], dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        return cls(**columns, hashes=hashes[order], order=order.astype(np.int32))

    @classmethod
    def joined(cls, parts: Sequence[tuple["ArticleTable", Rows]]) -> Self:
        """These rows of each part, part after part."""
        before = np.cumsum([0, *(len(rows) for _, rows in parts)])
        sizes = concatenated([np.diff(part.firsts)[rows] for part, rows in parts], np.int64)
        link_rows, links = [], []
        for (part, rows), start in zip(parts, before, strict=False):
            new = np.full(len(part.revisions), -1, dtype=np.int64)
            new[rows] = np.arange(len(rows)) + start
            kept = np.flatnonzero(new[part.link_rows] >= 0)
            link_rows.append(new[part.link_rows[kept]])
            links.append((part.link_targets, kept))
        return cls.make(
            ids=Texts.joined([(part.ids, rows) for part, rows in parts]),
            titles=Texts.joined([(part.titles, rows) for part, rows in parts]),
            reaches=Pool.joined([(part.reaches, rows) for part, rows in parts]),
            tags=Pool.joined([(part.tags, rows) for part, rows in parts]),
            revisions=concatenated([part.revisions[rows] for part, rows in parts], np.int32),
            sources=concatenated([part.sources[rows] for part, rows in parts], np.int32),
            contents=np.concatenate(
                [np.empty((0, 32), dtype=np.uint8), *(part.contents[rows] for part, rows in parts)]
            ),
            firsts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)]).astype(np.int32),
            link_rows=concatenated(link_rows, np.int32),
            link_targets=Pool.joined(links),
        )

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Read what `to_arrays` gave; `KeyError` and `ValueError` when it is something else."""
        return cls(**_read(cls, arrays))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Every column for a file."""
        return _columns(self)

    def __len__(self) -> int:
        """How many articles there are."""
        return len(self.revisions)

    def rows_of(self, article_id: str) -> Iterator[int]:
        """The rows of an article's translations."""
        wanted = np.uint64(id_hash(article_id))
        place = int(np.searchsorted(self.hashes, wanted))
        while place < len(self.hashes) and self.hashes[place] == wanted:
            row = int(self.order[place])
            if self.ids[row] == article_id:
                yield row
            place += 1

    def find(self, key: tuple[str, str]) -> int | None:
        """The row of a translation, None when it is not here."""
        return next((row for row in self.rows_of(key[0]) if self.reaches[row][0] == key[1]), None)

    def key(self, row: int) -> tuple[str, str]:
        """Id and locale of a row."""
        return self.ids[row], self.reaches[row][0]

    def linking(self, target: str) -> Rows:
        """The rows of the articles that link to that id."""
        if target not in self.link_targets.values:
            return np.empty(0, dtype=np.int64)
        place = self.link_targets.values.index(target)
        return np.unique(self.link_rows[self.link_targets.places == place]).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageTable:
    """Row i of every column is the same passage; an article's passages stand together, in reading order."""

    texts: Texts
    headings: Pool[tuple[str, ...]]
    marks: Bytes
    """The hash in each passage's id, [m, 5]."""
    twins: NDArray[Any]
    """Which one of several with the same mark in one article; counted from 1."""
    keys: Bytes
    """The hash of what was embedded for each, [m, 16]."""
    owners: NDArray[np.int32]
    """The row of each one's article."""

    @classmethod
    def joined(cls, parts: Sequence[tuple["PassageTable", Rows, Rows]]) -> Self:
        """The passages of each part with these rows, their articles counted anew; the last array has the articles."""
        start = 0
        owners = []
        for part, rows, articles in parts:
            new = np.zeros(int(part.owners.max(initial=-1)) + 1, dtype=np.int64)
            held = articles[articles < len(new)]
            new[held] = np.flatnonzero(articles < len(new)) + start
            owners.append(new[part.owners[rows]])
            start += len(articles)
        return cls(
            texts=Texts.joined([(part.texts, rows) for part, rows, _ in parts]),
            headings=Pool.joined([(part.headings, rows) for part, rows, _ in parts]),
            marks=np.concatenate([np.empty((0, MARK_BYTES), np.uint8), *(part.marks[rows] for part, rows, _ in parts)]),
            twins=small(concatenated([part.twins[rows] for part, rows, _ in parts], np.int64)),
            keys=np.concatenate([np.empty((0, KEY_BYTES), np.uint8), *(part.keys[rows] for part, rows, _ in parts)]),
            owners=concatenated(owners, np.int32),
        )

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Read what `to_arrays` gave; `KeyError` and `ValueError` when it is something else."""
        return cls(**_read(cls, arrays))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Every column for a file."""
        return _columns(self)

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self.owners)


def id_hash(article_id: str) -> int:
    """Eight bytes that stand for an id; two ids may share them, so whoever finds one compares the ids."""
    return int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=8).digest(), "little")


TEXTS = frozenset({"ids", "titles", "texts"})
POOLS = frozenset({"reaches", "tags", "link_targets", "headings"})


def _columns(table: Any) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {}
    for field in fields(table):
        column = getattr(table, field.name)
        arrays |= column.to_arrays(field.name) if field.name in TEXTS | POOLS else {field.name: column}
    return arrays


def _read(cls: Any, arrays: Arrays) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for field in fields(cls):
        if field.name in TEXTS:
            columns[field.name] = Texts.from_arrays(arrays, field.name)
        elif field.name in POOLS:
            columns[field.name] = Pool.from_arrays(arrays, field.name)
        else:
            columns[field.name] = arrays[field.name]
    return columns
