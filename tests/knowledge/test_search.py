"""What a search gives back, and that it finds what was meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import ArticleMissing
from knowledge.types import Article, Query, Scope
from tests.support.knowledge import LAMP, PASSWORD, REFUND, BrokenEmbedder, library, serving

ALL = (REFUND, PASSWORD, LAMP)
LONG = Article(
    id="sofa",
    title="Fjell sofa",
    text="The sofa comes in four parts. " * 8 + "Its covers can be washed at thirty degrees. " + "It is heavy. " * 20,
)


def test_a_hit_says_what_was_found_and_why(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    result = shelf.search(Query(text="How long do refunds take?"))
    best = result.hits[0]
    assert (best.passage.article_id, best.passage.revision, best.passage.heading) == ("refund-times", 1, ("How long",))
    assert best.title == "When will I get my refund?"
    assert best.snippet == "Refunds take 5 to 7 working days."
    assert (best.why.lexical_rank, best.why.vector_rank) == (1, 1)
    assert set(best.why.terms) >= {"refund", "take"}
    assert 0 < best.why.coverage <= 1
    assert best.release == result.release
    assert result.took_ms > 0
    assert result.terms == ("long", "refund", "take")
    assert not result.degraded


def test_scores_are_probabilities_and_fall(tmp_path: Path) -> None:
    hits = serving(tmp_path, ALL).search(Query(text="refund lamp password", limit=10)).hits
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_the_limit_holds_and_one_article_does_not_fill_it(tmp_path: Path) -> None:
    text = "\n\n".join(f"## Part {number}\n\nThe lamp flickers, case {number}." for number in range(8))
    shelf = serving(tmp_path, [*ALL, replace(LAMP, id="lamps", text=text)])
    hits = shelf.search(Query(text="lamp flickers", limit=4)).hits
    assert len(hits) <= 4
    assert [hit.passage.article_id for hit in hits].count("lamps") == 2
    assert len(shelf.search(Query(text="lamp", limit=1)).hits) == 1


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("it flikcers", "It flickers"),
        ("dimable bulb", "It flickers"),
        ("lf200", "Code LF-200"),
        ("LF-200", "Code LF-200"),
    ],
)
def test_typing_errors_and_codes_are_understood(tmp_path: Path, typed: str, heading: str) -> None:
    best = serving(tmp_path, ALL).search(Query(text=typed)).hits[0]
    assert best.passage.heading == (heading,)


def test_earlier_turns_say_what_it_is(tmp_path: Path) -> None:
    chair = replace(
        LAMP, id="aria-chair", title="Aria chair", text="## Spare parts\n\nFeet and screws: 4 EUR.", tags=()
    )
    lamp = replace(LAMP, text="## Spare parts\n\nShade and ring: 29 EUR.")
    shelf = serving(tmp_path, [chair, lamp])
    for name, wanted in (("Aria chair", "aria-chair"), ("Lumen lamp", "lumen-lamp")):
        history = (f"I bought the {name}.", "What can I do for you?")
        result = shelf.search(Query(text="can i get spare parts for it", history=history))
        assert result.hits[0].passage.article_id == wanted


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_asked_is_nothing_found(tmp_path: Path, text: str) -> None:
    result = serving(tmp_path, ALL).search(Query(text=text, history=("refund",)))
    assert (result.hits, result.confident, result.degraded) == ((), False, False)


@pytest.mark.parametrize(
    "text", ["🙂🙂", "\x00\x07", "؟ماذا", "<script>alert(1)</script>", "refund " * 20_000, "x" * 100_000, "\\1 (.*"]
)
def test_strange_questions_get_an_ordinary_answer(tmp_path: Path, text: str) -> None:
    assert len(serving(tmp_path, ALL).search(Query(text=text)).hits) <= 5


def test_below_the_floor_nothing_is_confident(tmp_path: Path) -> None:
    serving(tmp_path, ALL)
    for floor, confident in ((0.0, True), (1.0, False)):
        result = library(tmp_path, floor=floor).search(Query(text="refund"))
        assert (result.confident, result.hits[0].confident) == (confident, confident)


def test_words_alone_are_compared_when_the_embedder_fails(tmp_path: Path) -> None:
    serving(tmp_path, ALL)
    result = library(tmp_path, embedder=BrokenEmbedder()).search(Query(text="how long do refunds take"))
    assert result.degraded
    assert result.hits[0].passage.article_id == "refund-times"
    assert (result.hits[0].why.cosine, result.hits[0].why.vector_rank) == (0.0, None)
    assert 0 < result.hits[0].score < 1


def test_a_long_passage_is_shown_by_its_nearest_sentence(tmp_path: Path) -> None:
    hit = serving(tmp_path, [LONG]).search(Query(text="wash the covers")).hits[0]
    assert hit.snippet.startswith("\u2026 Its covers can be washed at thirty degrees.")
    assert hit.snippet.endswith("\u2026")
    assert len(hit.snippet.split()) <= 42


def test_an_article_is_read_as_it_was_released(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    assert shelf.article("lumen-lamp") == replace(LAMP, revision=1)
    with pytest.raises(ArticleMissing):
        shelf.article("lumen-lamp", locale="de")
    with pytest.raises(ArticleMissing):
        shelf.article("nothing", scope=Scope())


def test_the_orders_of_both_sides_can_be_asked_for(tmp_path: Path) -> None:
    orders = serving(tmp_path, ALL).orders(Query(text="refund"))
    assert set(orders) == {"lexical", "vector", "fused"}
    assert {passage.article_id for passage in orders["lexical"]} == {"refund-times", "password-reset"}
    assert len(orders["vector"]) == len(orders["fused"]) == 5


RETURNS = Article(
    id="returns",
    title="Our return policy",
    text="You have a month to change your mind.\n\n## After a month\n\nThe policy allows no return any more.\n",
)


def test_a_question_for_an_article_as_a_whole_is_answered_by_its_beginning(tmp_path: Path) -> None:
    best = serving(tmp_path, (*ALL, RETURNS)).search(Query(text="What is your return policy?")).hits[0]
    assert (best.passage.article_id, best.passage.heading) == ("returns", ())


def test_a_question_for_a_corner_of_an_article_is_answered_by_that_corner(tmp_path: Path) -> None:
    best = serving(tmp_path, (*ALL, RETURNS)).search(Query(text="Return policy after a whole month")).hits[0]
    assert (best.passage.article_id, best.passage.heading) == ("returns", ("After a month",))
