"""What a reader of some language and region is shown, and what must stand beside it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.embedding.choice import Embedders
from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.minilm import MiniLM
from knowledge.index.memory import MemoryIndexes
from knowledge.library import Library
from knowledge.types import ANY, Article, Query, Scope
from tests.support.knowledge import noon, serving

RETURNS_EN = Article(id="returns", title="Returns", text="Send the goods back within a month for a refund.", revision=3)
RETURNS_DE = Article(
    id="returns",
    title="Rückgabe",
    text="Senden Sie die Ware innerhalb eines Monats zurück.",
    locale="de",
    source_locale="en",
    source_revision=2,
)
WARRANTY_EN = Article(id="warranty", title="Warranty", text="The warranty of a lamp lasts two years.", tags=("lamps",))
LEGAL_EN = Article(id="legal", title="Legal", text="Consumer law applies.", type="disclaimer", regions=("UK",))
LEGAL_DE = Article(id="legal", title="Recht", text="Es gilt Verbraucherrecht.", type="disclaimer", locale="de")
LAMPS = Article(id="bulbs", title="Bulbs", text="Bulbs are *not* covered.", type="disclaimer", tags=("lamps",))
ALL = (RETURNS_EN, RETURNS_DE, WARRANTY_EN, LEGAL_EN, LEGAL_DE, LAMPS)
GERMAN = Scope(locale="de-AT", fallback=("en",))


def found(library: Library, text: str, **scope: object) -> list[tuple[str, str]]:
    hits = library.search(Query(text=text, **scope)).hits  # type: ignore[arg-type]
    return [(hit.passage.article_id, hit.passage.locale) for hit in hits]


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    return serving(tmp_path, ALL)


def test_an_article_is_found_in_the_best_of_the_readers_languages(shelf: Library) -> None:
    assert found(shelf, "Wann kann ich die Ware zurück senden", locale="de-AT", fallback=("en",))[0] == (
        "returns",
        "de",
    )
    both = found(shelf, "Ware zurück Monats lamp", locale="de", fallback=("en",))
    assert ("returns", "en") not in both
    assert ("warranty", "en") in both


def test_a_question_in_a_fallback_language_is_answered_in_it(shelf: Library) -> None:
    query = Query(text="how do I get my goods back for a refund", locale="de", fallback=("en",))
    result = shelf.search(query)
    assert result.language == "en"
    assert (result.hits[0].passage.article_id, result.hits[0].passage.locale) == ("returns", "en")
    assert result.notices == ("locale_fallback",)


def test_a_reader_with_no_fallback_sees_no_other_language_however_they_ask(shelf: Library) -> None:
    assert {locale for _, locale in found(shelf, "how do I get my goods back for a refund", locale="de")} == {"de"}


def test_every_translation_is_found_where_no_language_is_named(shelf: Library) -> None:
    assert {("returns", "en"), ("returns", "de")} <= set(found(shelf, "refund Ware", locale=ANY, region=ANY))


def test_a_reader_is_told_that_an_article_is_not_in_their_language(shelf: Library) -> None:
    assert shelf.search(Query(text="lamp warranty", locale="fr", fallback=("en",))).notices == ("locale_fallback",)
    assert shelf.search(Query(text="Ware zurück senden", locale="de", fallback=("en",))).notices == ()


def test_a_language_without_vectors_is_searched_by_words_and_says_so(tmp_path: Path) -> None:
    shelf = Library(
        tmp_path, HashingEmbedder(), noon, vectors=MemoryIndexes(), abstain_floor=0.0, embedders={"de": None}
    )
    shelf.serve(shelf.build(ALL).id)
    result = shelf.search(Query(text="Ware zurück senden", locale="de", fallback=("en",)))
    assert result.notices == ("words_only",)
    assert not result.degraded
    best = result.hits[0]
    assert (best.passage.locale, best.why.vector_rank) == ("de", None)
    mixed = shelf.search(Query(text="Ware Garantie lamp", locale="de", fallback=("en",), limit=10)).hits
    assert {hit.passage.locale for hit in mixed} == {"de", "en"}
    assert [hit.score for hit in mixed] == sorted((hit.score for hit in mixed), reverse=True)


def test_an_embedder_that_names_its_languages_reads_no_other() -> None:
    class English(HashingEmbedder):
        languages = ("en",)

    english = English()
    reading = Embedders(english, {"pt": HashingEmbedder()})
    assert (reading.of("en-GB"), reading.of("de-AT")) == (english, None)
    assert reading.of("pt-BR") is not None
    assert Embedders(HashingEmbedder()).of("de") is not None
    # Another embedder by setting may read more; the shipped one was measured and reads English.
    assert MiniLM.languages == ("en",)


def test_a_translation_of_an_older_source_says_that_it_is_outdated(shelf: Library) -> None:
    marks = {
        hit.passage.locale: hit.outdated
        for hit in shelf.search(Query(text="refund Ware", locale=ANY, region=ANY)).hits
        if hit.passage.article_id == "returns"
    }
    assert marks == {"en": False, "de": True}


def test_disclaimers_are_never_found(shelf: Library) -> None:
    for text in ("consumer law applies", "Verbraucherrecht", "bulbs are not covered"):
        ids = {article_id for article_id, _ in found(shelf, text, locale=ANY, region=ANY, limit=20)}
        assert ids.isdisjoint({"legal", "bulbs"})


@pytest.mark.parametrize(
    ("scope", "article", "texts"),
    [
        (Scope(region="UK"), WARRANTY_EN, ["Bulbs are *not* covered.", "Consumer law applies."]),
        (Scope(region="UK"), RETURNS_EN, ["Consumer law applies."]),
        (Scope(), WARRANTY_EN, ["Bulbs are *not* covered."]),
        (Scope(region="UK", exclude=frozenset({"bulbs"})), WARRANTY_EN, ["Consumer law applies."]),
        (GERMAN, RETURNS_DE, ["Es gilt Verbraucherrecht."]),
        (Scope(locale="de", region="UK", fallback=("en",)), RETURNS_DE, ["Es gilt Verbraucherrecht."]),
        (Scope(audience=frozenset({"agents"})), WARRANTY_EN, []),
    ],
)
def test_a_disclaimer_stands_beside_the_articles_of_its_region_and_tags(
    shelf: Library, scope: Scope, article: Article, texts: Sequence[str]
) -> None:
    assert [one.text for one in shelf.disclaimers_for(article, scope)] == texts


def test_a_hit_brings_its_disclaimers(shelf: Library) -> None:
    [best, *_] = shelf.search(Query(text="lamp warranty", region="UK", tags=frozenset({"lamps"}))).hits
    assert [(one.article_id, one.locale) for one in best.disclaimers] == [("bulbs", "en"), ("legal", "en")]


def test_an_article_that_is_withheld_is_not_found_and_nobody_is_found_in_its_place_twice(shelf: Library) -> None:
    withheld = frozenset({"returns"})
    assert found(shelf, "refund Ware", locale="de", fallback=("en",), exclude=withheld) == [("warranty", "en")]


def test_a_region_only_translation_gives_way_to_one_that_may_be_shown(tmp_path: Path) -> None:
    here = Article(id="power", title="Strom", text="Strom in der Schweiz.", locale="de", regions=("CH",))
    there = Article(id="power", title="Power", text="Power elsewhere.")
    shelf = serving(tmp_path, (here, there))
    assert found(shelf, "Strom power", locale="de", fallback=("en",)) == [("power", "en")]
    assert found(shelf, "Strom power", locale="de", fallback=("en",), region="CH") == [("power", "de")]
