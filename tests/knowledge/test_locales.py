"""Locales may have an embedder of their own, or none: each segment is of one embedder."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.embedding.choice import Embedders
from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.port import Embedder
from knowledge.index.memory import MemoryIndexes
from knowledge.library import Library
from tests.support.knowledge import LAMP, PASSWORD, REFUND, CountingEmbedder, noon

ENGLISH = (REFUND, PASSWORD, LAMP)
GERMAN = tuple(replace(article, locale="de") for article in ENGLISH)
FRENCH = tuple(replace(article, locale="fr-CA") for article in ENGLISH)


class Other(CountingEmbedder):
    """A second embedder, of another size."""

    def __init__(self) -> None:
        """Shorter vectors."""
        HashingEmbedder.__init__(self, 64)
        self.texts = []


def opened(home: Path, main: Embedder, by_locale: Mapping[str, Embedder | None] | None) -> Library:
    return Library(home, main, noon, vectors=MemoryIndexes(), embedders=by_locale)


def embedders(home: Path) -> dict[str, int]:
    """How many passages lie in segments of each embedder."""
    manifests = [json.loads(path.read_text()) for path in home.glob("segments/*/segment.json")]
    return {one["embedder"]: one["passages"] for one in manifests}


@pytest.mark.parametrize(("locale", "name"), [("fr", "fr"), ("fr-CA", "fr"), ("fr_FR", "fr-fr"), ("en-GB", "main")])
def test_a_locale_goes_before_its_language_and_that_before_the_main_one(locale: str, name: str) -> None:
    made = {key: HashingEmbedder() for key in ("main", "fr", "fr-fr")}
    choice = Embedders(made["main"], {"fr": made["fr"], "fr-FR": made["fr-fr"], "de": None})
    assert choice.of(locale) is made[name]
    assert choice.of("de-AT") is None


def test_every_passage_is_embedded_by_the_embedder_of_its_locale(tmp_path: Path) -> None:
    main, other = CountingEmbedder(), Other()
    shelf = opened(tmp_path, main, {"fr": other, "de": None})
    info = shelf.build([*ENGLISH, *GERMAN, *FRENCH])
    assert (info.articles, info.passages, info.embedded) == (9, 15, 10)
    assert embedders(tmp_path) == {main.fingerprint: 5, other.fingerprint: 5, "": 5}
    # Five passages and three titles each.
    assert (len(main.texts), len(other.texts)) == (8, 8)
    shelf.verify(info.id)
    shelf.serve(info.id)
    assert len(opened(tmp_path, main, {"fr": other, "de": None}).articles()) == 9


def test_a_change_of_one_locales_embedder_renews_that_locale_only(tmp_path: Path) -> None:
    main, other = CountingEmbedder(), Other()
    first = opened(tmp_path, main, {"de": None, "fr": None}).build([*ENGLISH, *GERMAN, *FRENCH])
    main.texts.clear()
    shelf = opened(tmp_path, main, {"de": None, "fr": other})
    second = shelf.change(first.id, put=())
    assert (second.embedded, second.unchanged, main.texts) == (5, False, [])
    assert second.fingerprint != first.fingerprint
    assert second.changes == {"added": 0, "changed": 0, "removed": 0}
    assert shelf.members(second.id) == shelf.members(first.id)
    shelf.prune([second.id])
    # The French ones are dead in the segment that they shared with the German ones.
    assert embedders(tmp_path) == {main.fingerprint: 5, other.fingerprint: 5, "": 10}
