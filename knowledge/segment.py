"""A segment: some articles with their passages, vectors and words, written once and never changed.

Releases share segments, so publishing one article writes one small segment, however large the library is.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from knowledge.chunking import CHUNKER, Chunk, chunk
from knowledge.embedding.port import Embedder, Vectors
from knowledge.errors import EmbedderFailed, ReleaseBroken
from knowledge.index.lexical import Postings
from knowledge.index.port import VectorIndex, VectorIndexes
from knowledge.index.words import ANALYSER, Word, words_of
from knowledge.types import Article, Passage

Key = tuple[str, str]
"""An article's id and locale."""

# A word of the title or of a heading says more about a passage than a word of its text.
PREFIX_WEIGHT = 2

# How much of the vector of title and summary goes into each passage's. At 0.5 nDCG@10 rose from .948 to .966 on
# paraphrased questions, from .44 to .47 on dialogues, and from .74 to .78 on a help centre; 0.3 to 1 differ little.
LEAD_SHARE = 0.5

EMBEDDED_AT_ONCE = 128

Progress = Callable[[int, int], None]
"""Is told how many passages are embedded and how many will be."""


def key_of(article: Article) -> Key:
    """What stays the same through all revisions of a translation."""
    return article.id, article.locale


# In the order that content hashes are made of; a new field of Article goes to the end.
CONTENT_FIELDS = (
    "id", "locale", "title", "text", "regions", "accounts", "audience", "type", "tags", "summary", "updated",
    "review_by", "slug", "source_locale", "source_revision",
)  # fmt: skip
_content = attrgetter(*CONTENT_FIELDS)


def content_of(article: Article) -> str:
    """The SHA-256 of everything in an article but its revision number."""
    # The `repr` of texts and dates tells any two apart and is quick, which counts: every build asks for all articles.
    return hashlib.sha256(repr(_content(article)).encode()).hexdigest()


def recipe(embedder: Embedder, indexes: VectorIndexes) -> str:
    """What decides, besides the articles, what a segment holds."""
    return f"{CHUNKER}|{ANALYSER}:{PREFIX_WEIGHT}:{LEAD_SHARE}|{embedder.fingerprint}|{indexes.name}"


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

    @classmethod
    def load(cls, folder: Path, indexes: VectorIndexes) -> "Segment":
        """Read a segment's folder; `ReleaseBroken` when a file is missing or does not fit the others."""
        try:
            manifest = json.loads((folder / "segment.json").read_text(encoding="utf-8"))
            articles = tuple(_article(row) for row in _rows(folder / "articles.jsonl"))
            rows = list(_rows(folder / "passages.jsonl"))
            postings = Postings.load(folder / "words.npz")
            vectors = indexes.load(folder / "vectors.index")
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, BadZipFile) as problem:
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
    progress: Progress | None = None,
) -> tuple[str, int]:
    """Write a segment of these articles into an existing folder; gives its id and how many passages were embedded.

    `reuse` holds vectors made before, by the hash of what was embedded. Raises `EmbedderFailed` when a passage got no
    proper vector, so a segment that was written is complete.
    """
    chunks = [(row, piece) for row, article in enumerate(articles) for piece in chunk(article)]
    vectors, embedded = _vectors([piece for _, piece in chunks], embedder, reuse, progress)
    indexes.build(vectors).save(folder / "vectors.index")
    Postings.of(_words(piece) for _, piece in chunks).save(folder / "words.npz")
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
    chunks: Sequence[Chunk],
    embedder: Embedder,
    reuse: Mapping[str, tuple[VectorIndex, int]],
    progress: Progress | None,
) -> tuple[Vectors, int]:
    vectors = np.zeros((len(chunks), embedder.dimensions), dtype=np.float32)
    fresh: list[int] = []
    for row, piece in enumerate(chunks):
        if piece.key in reuse:
            index, place = reuse[piece.key]
            vectors[row] = index.vectors(np.array([place], dtype=np.int64))[0]
        else:
            fresh.append(row)
    for start in range(0, len(fresh), EMBEDDED_AT_ONCE):
        rows = fresh[start : start + EMBEDDED_AT_ONCE]
        vectors[rows] = _embedded([chunks[row] for row in rows], embedder)
        if progress is not None:
            progress(start + len(rows), len(fresh))
    return vectors, len(fresh)


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
