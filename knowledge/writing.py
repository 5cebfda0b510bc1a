"""Segments are made here: from articles, or from parts of older segments without cutting or embedding again."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.chunking import Chunk, chunk
from knowledge.content import LEAD_SHARE, PREFIX_WEIGHT, content_of, recipe, vectors_by
from knowledge.embedding.port import Embedder, Vectors
from knowledge.errors import EmbedderFailed
from knowledge.index.lexical import Postings
from knowledge.index.port import VectorIndex, VectorIndexes
from knowledge.index.words import Word, words_of
from knowledge.packed import Pool, Rows, Texts, concatenated, small, spans
from knowledge.parsing.markdown import ARTICLE_LINK, links
from knowledge.segment import ARTICLES, FORMAT, MANIFEST, PASSAGES, TABLE, VECTORS, WORDS, Segment, checksum_of
from knowledge.tables import KEY_BYTES, MARK_BYTES, ArticleTable, PassageTable
from knowledge.types import Article

EMBEDDED_AT_ONCE = 256

Reuse = Mapping[bytes, tuple[VectorIndex, int]]
"""Vectors made before, by the hash of what was embedded."""


Progress = Callable[[int, int], None]
"""Is told how many passages are embedded and how many will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a segment holds, before it is a folder."""

    recipe: str
    embedder: str
    vectors_by: str
    table: ArticleTable
    pieces: PassageTable
    vectors: Vectors | None
    postings: Postings
    lines: Sequence[bytes]
    """The articles' lines in their file; several may stand in one."""
    sizes: np.ndarray[Any, np.dtype[np.int64]]
    """The length of each article's line."""


class Cut:
    """Articles cut into passages, not yet embedded."""

    def __init__(self, articles: Sequence[Article], embedder: Embedder | None, reuse: Reuse) -> None:
        """`reuse` are vectors that need not be made again; `embedder` None gives the passages no vectors."""
        self.articles = articles
        self.embedder = embedder
        self.reuse = reuse
        self.chunks = [(row, piece) for row, article in enumerate(articles) for piece in chunk(article)]
        self.keys = [bytes.fromhex(piece.key)[:KEY_BYTES] for _, piece in self.chunks]

    @property
    def fresh(self) -> list[int]:
        """The passages that must be embedded."""
        return [] if self.embedder is None else [row for row, key in enumerate(self.keys) if key not in self.reuse]

    def content(self, indexes: VectorIndexes, counting: "Counting") -> Content:
        """Embed and count the words; `EmbedderFailed` when a passage got no proper vector."""
        rows = [row for row, _ in self.chunks]
        pieces = [piece for _, piece in self.chunks]
        lines = [_line(article) for article in self.articles]
        marks = [_mark(piece) for piece in pieces]
        linked = [
            (row, target)
            for row, article in enumerate(self.articles)
            if ARTICLE_LINK in article.text
            for target in links(article.text)
        ]
        firsts = np.searchsorted(np.array(rows, dtype=np.int64), np.arange(len(self.articles) + 1))
        return Content(
            recipe=recipe(self.embedder, indexes),
            embedder="" if self.embedder is None else self.embedder.fingerprint,
            vectors_by=vectors_by(self.embedder),
            table=ArticleTable.make(
                ids=Texts.of(article.id for article in self.articles),
                titles=Texts.of(article.title for article in self.articles),
                reaches=Pool.of(
                    (one.locale, one.type, one.source_locale, one.regions, one.accounts, one.audience)
                    for one in self.articles
                ),
                tags=Pool.of(article.tags for article in self.articles),
                revisions=np.array([article.revision for article in self.articles], dtype=np.int32),
                sources=np.array([article.source_revision for article in self.articles], dtype=np.int32),
                contents=_hashes([content_of(article) for article in self.articles], 32),
                firsts=firsts.astype(np.int32),
                link_rows=np.array([row for row, _ in linked], dtype=np.int32),
                link_targets=Pool.of(target for _, target in linked),
            ),
            pieces=PassageTable(
                texts=Texts.of(piece.passage.text for piece in pieces),
                headings=Pool.of(piece.passage.heading for piece in pieces),
                marks=_hashes([mark for mark, _ in marks], MARK_BYTES),
                twins=small(np.array([twin for _, twin in marks], dtype=np.int64)),
                keys=_hashes(self.keys, KEY_BYTES),
                owners=np.array(rows, dtype=np.int32),
            ),
            vectors=None if self.embedder is None else self._vectors(self.embedder, counting),
            postings=Postings.of(_words(piece) for piece in pieces),
            lines=lines,
            sizes=np.array([len(line) for line in lines], dtype=np.int64),
        )

    def _vectors(self, embedder: Embedder, counting: "Counting") -> Vectors:
        vectors = np.zeros((len(self.chunks), embedder.dimensions), dtype=np.float32)
        for row, key in enumerate(self.keys):
            if key in self.reuse:
                index, place = self.reuse[key]
                vectors[row] = index.vectors(np.array([place], dtype=np.int64))[0]
        fresh = self.fresh
        for start in range(0, len(fresh), EMBEDDED_AT_ONCE):
            rows = fresh[start : start + EMBEDDED_AT_ONCE]
            vectors[rows] = _embedded([self.chunks[row][1] for row in rows], embedder)
            counting.more(len(rows))
        return vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A segment to write: what is fresh is embedded when it is its turn."""

    absorbed: Sequence[tuple[Segment, Rows]]
    """Older segments with the rows of their articles that move into this one."""
    fresh: Cut | None

    def content(self, indexes: VectorIndexes, counting: "Counting") -> Content:
        """Embed what is fresh and put it together with what it absorbs."""
        fresh = None if self.fresh is None else self.fresh.content(indexes, counting)
        return fresh if fresh is not None and not self.absorbed else joined(self.absorbed, fresh)


class Counting:
    """How many passages are embedded of how many, across all the segments of one build."""

    def __init__(self, written: Iterable[Written], tell: Progress | None = None) -> None:
        """`tell`, when given, hears of every step."""
        self.done = 0
        self._all = sum(len(one.fresh.fresh) for one in written if one.fresh is not None)
        self._tell = tell

    def more(self, count: int) -> None:
        """So many more are embedded."""
        self.done += count
        if self._tell is not None:
            self._tell(self.done, self._all)


def joined(parts: Sequence[tuple[Segment, Rows]], fresh: Content | None) -> Content:
    """The articles with these rows of each segment, and what is fresh, all made by one recipe, as one segment."""
    passages = [_passages_of(segment.table, rows) for segment, rows in parts]
    tables = [(segment.table, rows) for segment, rows in parts]
    pieces = [(segment.pieces, held, rows) for (segment, rows), held in zip(parts, passages, strict=True)]
    words = [(segment.postings, held) for (segment, _), held in zip(parts, passages, strict=True)]
    vectors = [
        segment.vectors.vectors(held)
        for (segment, _), held in zip(parts, passages, strict=True)
        if segment.vectors is not None
    ]
    lines = [segment.line(*span) for segment, rows in parts for span in spans(segment.lines, rows)]
    sizes = [np.diff(segment.lines)[rows] for segment, rows in parts]
    like: Segment | Content = fresh if fresh is not None else parts[0][0]
    if fresh is not None:
        everything = np.arange(len(fresh.table), dtype=np.int64)
        every_passage = np.arange(len(fresh.pieces), dtype=np.int64)
        tables.append((fresh.table, everything))
        pieces.append((fresh.pieces, every_passage, everything))
        words.append((fresh.postings, every_passage))
        lines.extend(fresh.lines)
        sizes.append(fresh.sizes)
        if fresh.vectors is not None:
            vectors.append(fresh.vectors)
    return Content(
        recipe=like.recipe,
        embedder=like.embedder,
        vectors_by=like.vectors_by,
        table=ArticleTable.joined(tables),
        pieces=PassageTable.joined(pieces),
        vectors=np.concatenate(vectors) if like.vectors is not None else None,
        postings=Postings.joined(words),
        lines=lines,
        sizes=concatenated(sizes, np.int64),
    )


def write_segment(folder: Path, content: Content, indexes: VectorIndexes) -> str:
    """Write a segment into an existing empty folder and give its id; `OSError` when the disk will not take it."""
    table, pieces = content.table, content.pieces
    named = hashlib.sha256(content.recipe.encode())
    for row in range(len(table)):
        # In the order of the rows, because releases name dead articles by their row.
        named.update("|".join((*table.key(row), str(table.revisions[row]), "")).encode())
        named.update(table.contents[row].tobytes())
    with (folder / ARTICLES).open("wb") as file:
        file.writelines(content.lines)
    lines = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(content.sizes)])
    _save(folder / TABLE, {**table.to_arrays(), "lines": lines})
    _save(folder / PASSAGES, pieces.to_arrays())
    content.postings.save(folder / WORDS)
    if content.vectors is not None:
        try:
            indexes.build(content.vectors).save(folder / VECTORS)
        except RuntimeError as problem:
            # FAISS has no other word for a disk that is full.
            message = f"the vectors could not be written: {problem}"
            raise OSError(message) from problem
    manifest = {
        "format": FORMAT,
        "id": named.hexdigest()[:20],
        "recipe": content.recipe,
        "embedder": content.embedder,
        "vectors_by": content.vectors_by,
        "articles": len(table),
        "passages": len(pieces),
        "files": {path.name: (path.stat().st_size, checksum_of(path)) for path in sorted(folder.iterdir())},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return str(manifest["id"])


def _embedded(chunks: Sequence[Chunk], embedder: Embedder) -> Vectors:
    """Each passage's vector with a share of its article's, so that a passage is also found by what surrounds it."""
    leads = {lead: place for place, lead in enumerate(dict.fromkeys(piece.lead for piece in chunks))}
    texts = [*(piece.embedded for piece in chunks), *leads]
    made = embedder.embed(texts)
    if made.shape != (len(texts), embedder.dimensions):
        raise EmbedderFailed(embedder.name, f"it gave vectors of shape {made.shape} for {len(texts)} texts")
    # NaN is close to nothing, so it fails here too.
    if not np.allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-3):
        raise EmbedderFailed(embedder.name, "it gave vectors that are not of length one")
    own, about = made[: len(chunks)], made[len(chunks) :]
    mixed = own + np.float32(LEAD_SHARE) * about[[leads[piece.lead] for piece in chunks]]
    # Two opposite vectors at this share cannot cancel out, so the length is never zero.
    unit: Vectors = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return unit


def _words(piece: Chunk) -> list[tuple[Word, int]]:
    locale = piece.passage.locale
    return [
        *((word, 1) for word in words_of(piece.passage.text, locale)),
        *((word, PREFIX_WEIGHT) for word in words_of(piece.prefix, locale)),
    ]


def _passages_of(table: ArticleTable, rows: Rows) -> Rows:
    """The rows of the passages of these articles, which are in rising order."""
    held = np.zeros(len(table), dtype=np.bool_)
    held[rows] = True
    return np.flatnonzero(np.repeat(held, np.diff(table.firsts)))


def _mark(piece: Chunk) -> tuple[bytes, int]:
    """The hash at the end of a passage's id, and the number behind it."""
    passage = piece.passage
    mark, _, twin = passage.id.removeprefix(f"{passage.article_id}.{passage.locale}.").partition(".")
    return bytes.fromhex(mark), int(twin or 1)


def _line(article: Article) -> bytes:
    plain = asdict(article)
    for key in ("updated", "review_by"):
        plain[key] = plain[key].isoformat() if plain[key] else None
    return (json.dumps(plain, ensure_ascii=False) + "\n").encode()


def _hashes(values: Sequence[bytes], size: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(b"".join(values), dtype=np.uint8).reshape(len(values), size)


def _save(path: Path, arrays: Mapping[str, Any]) -> None:
    with path.open("wb") as file:
        np.savez(file, **arrays)
