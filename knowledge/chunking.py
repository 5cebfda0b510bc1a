"""Articles to passages: pieces that stay under one heading and are long enough to answer."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.parsing.markdown import Block, blocks
from knowledge.types import Article, Passage

# A passage grows to TARGET words and never beyond MOST: the embedder reads 256 tokens, about 190 English words, and
# title and headings need some of them.
TARGET = 140
MOST = 180

# Raised whenever the same article gives other passages, so that they are made anew.
CHUNKER = f"headings:1:{TARGET}:{MOST}"

SENTENCE = re.compile(r"(?:(?<=[.!?\u2026])|(?<=[.!?\u2026][\"'\u201d)]))\s+(?=[^\sa-z])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage with the text that is embedded and indexed for it, which the reader does not see twice."""

    passage: Passage
    lead: str
    """What the whole article is about: its title and summary."""
    prefix: str
    """Title and headings, outermost first."""

    @property
    def embedded(self) -> str:
        """Title and headings before the text, so that a short passage still says what it is about."""
        return f"{self.prefix}\n{self.passage.text}"

    @property
    def key(self) -> str:
        """The SHA-256 of all that makes the vector: the same key means the same vector."""
        return hashlib.sha256(f"{self.lead}\n{self.embedded}".encode()).hexdigest()


def chunk(article: Article) -> list[Chunk]:
    """The passages of an article in reading order; the summary goes first."""
    lead = [Block(heading=(), text=article.summary)] if article.summary else []
    about = f"{article.title}. {article.summary}" if article.summary else article.title
    chunks: list[Chunk] = []
    seen: dict[str, int] = {}
    for heading, section in groupby([*lead, *blocks(article.text)], key=lambda block: block.heading):
        prefix = " > ".join((article.title, *heading))
        for text in _pack([block.text for block in section]):
            digest = hashlib.sha256(f"{prefix}\n{text}".encode()).hexdigest()[:10]
            seen[digest] = seen.get(digest, 0) + 1
            twin = f".{seen[digest]}" if seen[digest] > 1 else ""
            passage = Passage(
                id=f"{article.id}.{article.locale}.{digest}{twin}",
                article_id=article.id,
                revision=article.revision,
                locale=article.locale,
                heading=heading,
                text=text,
            )
            chunks.append(Chunk(passage=passage, lead=about, prefix=prefix))
    return chunks


def sentences(text: str) -> list[str]:
    """The sentences of a text; every line ends one."""
    return [part.strip() for line in text.split("\n") for part in SENTENCE.split(line) if part.strip()]


def _pack(texts: Sequence[str]) -> Iterator[str]:
    """Whole blocks while they fit; blocks that are too long go in sentence by sentence."""
    if sum(len(text.split()) for text in texts) <= MOST:
        # Blocks stay apart as they are on the page.
        yield "\n\n".join(texts)
        return
    kept: list[str] = []
    size = 0
    for unit in _units(texts):
        words = len(unit.split())
        if kept and (size + words > MOST or size >= TARGET):
            yield "\n".join(kept)
            # The last sentence is said again, so that an answer cut in two is still found.
            last = sentences(kept[-1])[-1]
            kept = [last] if len(last.split()) + words <= MOST // 2 else []
            size = sum(len(one.split()) for one in kept)
        kept.append(unit)
        size += words
    yield "\n".join(kept)


def _units(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if len(text.split()) <= TARGET:
            yield text
            continue
        for sentence in sentences(text):
            words = sentence.split()
            # A sentence without an end (a log, a list in one line) is cut by words.
            for start in range(0, len(words), TARGET):
                yield " ".join(words[start : start + TARGET]) if len(words) > TARGET else sentence
