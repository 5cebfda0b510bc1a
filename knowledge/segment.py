"""A segment: some articles with their passages, vectors and words, written once and never changed.

Releases share segments, so publishing one article writes one small segment, however large the library is.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.chunking import CHUNKER, Chunk, chunk
from knowledge.embedding.port import Embedder, Vectors
from knowledge.errors import EmbedderFailed, ReleaseBroken
from knowledge.index.lexical import Postings
from knowledge.index.port import VectorIndex, VectorIndexes
from knowledge.index.words import ANALYSER, words_of
from knowledge.types import Article, Passage

Key = tuple[str, str]
"""An article's id and locale."""

# A word of the title or of a heading says more about a passage than a word of its text.
PREFIX_WEIGHT = 1


def key_of(article: Article) -> Key:
    """What stays the same through all revisions of a translation."""
    return article.id, article.locale


def content_of(article: Article) -> str:
    """The SHA-256 of everything in an article but its revision number."""
    return hashlib.sha256(json.dumps(_plain(replace(article, revision=0)), sort_keys=True).encode()).hexdigest()


def recipe(embedder: Embedder, indexes: VectorIndexes) -> str:
    """What decides, besides the articles, what a segment holds."""
    return f"{CHUNKER}|{ANALYSER}:{PREFIX_WEIGHT}|{embedder.fingerprint}|{indexes.name}"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Segment:
    """Row i of `passages`, `titles`, `keys`, `owners`, of the vectors and of the postings is the same passage."""

    id: str
    recipe: str
    articles: tuple[Article, ...]
    contents: tuple[str, ...]
    """The content hash of each article."""
    passages: tuple[Passage, ...]
    titles: tuple[str, ...]
    keys: tuple[str, ...]
    """The hash of what was embedded for each passage."""
    owners: np.ndarray[Any, np.dtype[np.int64]]
    """The row of each passage's article."""
    vectors: VectorIndex
    postings: Postings

    def known(self) -> Mapping[str, int]:
        """Rows of vectors by the hash of what was embedded."""
        return {key: row for row, key in enumerate(self.keys)}

    @classmethod
    def load(cls, folder: Path, indexes: VectorIndexes) -> "Segment":
        """Read a segment's folder; `ReleaseBroken` when a file is missing or does not fit the others."""
        try:
            manifest = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
            articles = tuple(_article(row) for row in _rows(folder / "articles.jsonl"))
            rows = list(_rows(folder / "passages.jsonl"))
            postings = Postings.load(folder / "words.npz")
            vectors = indexes.load(folder / "vectors.index")
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as problem:
            raise ReleaseBroken(folder.name, f"a file of its segment cannot be read ({problem})") from problem
        if not len(rows) == len(postings.lengths) == manifest["passages"] or len(articles) != len(manifest["contents"]):
            raise ReleaseBroken(folder.name, "the files of its segment do not fit each other")
        return cls(
            id=manifest["id"],
            recipe=manifest["recipe"],
            articles=articles,
            contents=tuple(manifest["contents"]),
            passages=tuple(
                Passage(
                    id=row["id"],
                    article_id=articles[row["article"]].id,
                    revision=articles[row["article"]].revision,
                    locale=articles[row["article"]].locale,
                    heading=tuple(row["heading"]),
                    text=row["text"],
                )
                for row in rows
            ),
            titles=tuple(articles[row["article"]].title for row in rows),
            keys=tuple(row["key"] for row in rows),
            owners=np.array([row["article"] for row in rows], dtype=np.int64),
            vectors=vectors,
            postings=postings,
        )


def write_segment(
    folder: Path,
    articles: Sequence[Article],
    *,
    embedder: Embedder,
    indexes: VectorIndexes,
    reuse: Mapping[str, tuple[VectorIndex, int]],
) -> tuple[str, int]:
    """Write a segment of these articles into an existing folder; gives its id and how many passages were embedded.

    `reuse` holds vectors made before, by the hash of what was embedded. Raises `EmbedderFailed` when a passage got no
    proper vector, so a segment that was written is complete.
    """
    chunks = [(row, piece) for row, article in enumerate(articles) for piece in chunk(article)]
    vectors, embedded = _vectors([piece for _, piece in chunks], embedder, reuse)
    indexes.build(vectors).save(folder / "vectors.index")
    Postings.of(_counted(piece) for _, piece in chunks).save(folder / "words.npz")
    contents = [content_of(article) for article in articles]
    made_by = recipe(embedder, indexes)
    named = sorted(
        f"{a.id}|{a.locale}|{a.revision}|{content}" for a, content in zip(articles, contents, strict=True)
    )  # fmt: skip
    segment_id = hashlib.sha256("\n".join([made_by, *named]).encode()).hexdigest()[:20]
    _dump(folder / "articles.jsonl", (_plain(article) for article in articles))
    _dump(
        folder / "passages.jsonl",
        (
            {"id": p.passage.id, "article": row, "heading": p.passage.heading, "text": p.passage.text, "key": p.key}
            for row, p in chunks
        ),
    )
    manifest = {"id": segment_id, "recipe": made_by, "passages": len(chunks), "contents": contents}
    (folder / "segment.json").write_text(json.dumps(manifest), encoding="utf-8")
    return segment_id, embedded


def _vectors(
    chunks: Sequence[Chunk], embedder: Embedder, reuse: Mapping[str, tuple[VectorIndex, int]]
) -> tuple[Vectors, int]:
    vectors = np.zeros((len(chunks), embedder.dimensions), dtype=np.float32)
    keys = [piece.key for piece in chunks]
    fresh = [row for row, key in enumerate(keys) if key not in reuse]
    for row, key in enumerate(keys):
        if key in reuse:
            index, place = reuse[key]
            vectors[row] = index.vectors(np.array([place], dtype=np.int64))[0]
    if fresh:
        made = embedder.embed([chunks[row].embedded for row in fresh])
        if made.shape != (len(fresh), embedder.dimensions):
            raise EmbedderFailed(embedder.name, f"it gave vectors of shape {made.shape} for {len(fresh)} passages")
        vectors[fresh] = made
    # NaN compares as unequal to everything, so it fails here too.
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise EmbedderFailed(embedder.name, "it gave vectors that are not of length one")
    return vectors, len(fresh)


def _counted(piece: Chunk) -> Counter[str]:
    counted = Counter(word.stem for word in words_of(piece.passage.text, piece.passage.locale))
    for word in words_of(piece.prefix, piece.passage.locale):
        counted[word.stem] += PREFIX_WEIGHT
    return counted


def _plain(article: Article) -> dict[str, Any]:
    plain = asdict(article)
    for key in ("updated", "review_by"):
        plain[key] = plain[key].isoformat() if plain[key] else None
    return plain


def _article(row: Mapping[str, Any]) -> Article:
    values = dict(row)
    for key in ("regions", "accounts", "audience", "tags"):
        values[key] = tuple(values[key])
    for key in ("updated", "review_by"):
        values[key] = date.fromisoformat(values[key]) if values[key] else None
    return Article(**values)


def _dump(path: Path, rows: Iterator[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
