"""What the release before tells the next one: revision numbers, vectors, and which segments can stay as they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.embedding.port import Embedder
from knowledge.index.port import VectorIndex
from knowledge.segment import Key, key_of
from knowledge.shelf import Release
from knowledge.snapshot import Snapshot

# A new segment takes in every older one that is at most this many times its own size, so there are few segments and
# each passage is rewritten only a few times in its life (the log-structured merge of O'Neil et al. 1996).
GROWTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which segments stay, each without some of its articles, and which articles go into a new one."""

    keep: tuple[tuple[str, frozenset[Key]], ...]
    write: frozenset[Key]


class Base:
    """The newest release seen by its successor; an empty one when there is none."""

    def __init__(self, release: Release | None = None, snapshot: Snapshot | None = None) -> None:
        """Take the release's file and the release in memory."""
        self._parts = [] if snapshot is None else snapshot.parts
        self._embedder = "" if release is None else release.info.embedder
        self._retired: Mapping[Key, int] = {} if release is None else release.retired
        # Of each living article: revision and content.
        self._living: dict[Key, tuple[int, str]] = {
            key_of(article): (article.revision, content)
            for part in self._parts
            for article, content, lives in zip(part.segment.articles, part.segment.contents, part.living, strict=True)
            if lives
        }

    def revision(self, key: Key, content: str) -> int:
        """The revision number of an article with this content: the same, the next, or 1; never one given before."""
        if key not in self._living:
            return self._retired.get(key, 0) + 1
        revision, before = self._living[key]
        return revision if content == before else revision + 1

    def plan(self, contents: Mapping[Key, str], revisions: Mapping[Key, int], made_by: str) -> Plan:
        """How to hold these articles, by content and revision, with as little writing as will do."""
        stay = {key for key, content in contents.items() if self._living.get(key) == (revisions[key], content)}
        write = set(contents) - stay
        keep: list[tuple[str, frozenset[Key]]] = []
        held = []
        for part in self._parts:
            every = {key_of(article) for article in part.segment.articles}
            mine = {
                key_of(article)
                for article, lives in zip(part.segment.articles, part.living, strict=True)
                if lives and key_of(article) in stay
            }
            held.append((len(mine), part.segment, every, mine))
        for size, segment, every, mine in sorted(held, key=lambda one: (one[0], one[1].id)):
            if segment.recipe != made_by or size <= GROWTH * len(write) or 2 * size < len(every):
                write |= mine
            else:
                keep.append((segment.id, frozenset(every - mine)))
        return Plan(keep=tuple(sorted(keep, key=lambda one: one[0])), write=frozenset(write))

    def changes(self, contents: Mapping[Key, str]) -> dict[str, int]:
        """How many articles are added, changed, and removed."""
        common = contents.keys() & self._living.keys()
        return {
            "added": len(contents) - len(common),
            "changed": sum(1 for key in common if contents[key] != self._living[key][1]),
            "removed": len(self._living) - len(common),
        }

    def retired(self, contents: Mapping[Key, str]) -> dict[Key, int]:
        """The last revision of every article that was in a release and is not in this one."""
        gone = {key: revision for key, (revision, _) in self._living.items()}
        return {key: last for key, last in {**self._retired, **gone}.items() if key not in contents}

    def vectors(self, embedder: Embedder, of: Collection[Key]) -> dict[str, tuple[VectorIndex, int]]:
        """Where to find the vectors that this embedder made for these articles, by the hash of what was embedded."""
        found: dict[str, tuple[VectorIndex, int]] = {}
        if embedder.fingerprint != self._embedder:
            return found
        for part in self._parts:
            segment = part.segment
            wanted = part.living & np.array([key_of(article) in of for article in segment.articles], dtype=np.bool_)
            for row in np.flatnonzero(wanted[segment.owners]).tolist():
                found[segment.keys[row]] = (segment.vectors, row)
        return found
