"""How a query is understood: codes, typing errors, compounds, and what the bot knows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.remembering import Remembering
from knowledge.index.lexical import LARGE, LexicalIndex, Postings, Term
from knowledge.index.words import Word
from knowledge.types import Article, Query
from tests.support.knowledge import LAMP, PASSWORD, REFUND, CountingEmbedder, serving

ALL = (REFUND, PASSWORD, LAMP)


@pytest.mark.parametrize("written", ["LF-200", "LF200", "LF 200"])
@pytest.mark.parametrize("typed", ["LF-200", "lf200", "lf 200", "LF_200"])
def test_a_code_is_found_however_it_is_written(tmp_path: Path, written: str, typed: str) -> None:
    other = replace(LAMP, id="other", text="## Code LF-300\n\nError LF-300 means lamp, error, code, bulb and all.")
    lamp = replace(LAMP, text=f"## It flickers\n\nA bulb.\n\n## A code\n\nError {written} means a loose bulb.")
    hits = serving(tmp_path, [lamp, other]).search(Query(text=f"error code {typed}")).hits
    assert hits[0].passage.heading == ("A code",)
    assert hits[0].why.exact == (typed,)
    assert all(not hit.why.exact for hit in hits[1:])


def test_a_hit_says_what_was_taken_for_what(tmp_path: Path) -> None:
    result = serving(tmp_path, ALL).search(Query(text="reset my pasword"))
    assert result.hits[0].why.corrected == {"pasword": "password"}
    assert serving(tmp_path, ALL).search(Query(text="reset my password")).hits[0].why.corrected == {}


def test_the_intent_helps_where_little_was_said(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    assert shelf.search(Query(text="and?", intent="refund_times")).hits[0].passage.article_id == "refund-times"
    full = "how do I choose a new password"
    assert shelf.search(Query(text=full, intent="refund_times")).terms == shelf.search(Query(text=full)).terms


def test_slots_that_no_article_knows_are_left_out(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    slots = {"product": "Lumen floor lamp", "name": "Zebediah Quux"}
    result = shelf.search(Query(text="does it flicker", slots=slots))
    assert "lamp" in result.terms
    assert not {"zebediah", "quux"} & set(result.terms)


@pytest.mark.parametrize(("text", "typed"), [("Adresse ändern", "adresse"), ("Wie ändere ich die Lieferadresse", "")])
def test_german_compounds_are_found_by_their_halves(tmp_path: Path, text: str, typed: str) -> None:
    whole = Article(id="whole", title="Ändern", text="Die Lieferadresse steht oben.", locale="de")
    half = Article(id="half", title="Adresse", text="Jede Adresse zählt. Die Lieferung nicht.", locale="de")
    more = Article(id="more", title="Lieferung", text="Die Lieferung kommt. Adresse und Lieferung.", locale="de")
    fill = [Article(id=f"fill{n}", title="Lampe", text="Eine Lampe leuchtet.", locale="de") for n in range(4)]
    found = serving(tmp_path, (whole, half, more, *fill)).orders(Query(text=text, locale="de"))["lexical"]
    assert {"whole", "half"} <= {passage.article_id for passage in found}


def test_a_turn_that_was_heard_is_not_encoded_again(tmp_path: Path) -> None:
    counting = CountingEmbedder()
    remembering = Remembering(counting, most=2)
    first = remembering.embed(["one", "two"])
    assert np.array_equal(remembering.embed(["two", "one"]), first[::-1])
    assert counting.texts == ["one", "two"]
    remembering.embed(["three"])
    remembering.embed(["two"])
    assert counting.texts == ["one", "two", "three", "two"]
    remembering.remember("tow", first[1])
    assert np.array_equal(remembering.embed(["tow"]), first[1:])


def test_what_is_heard_is_asked_for_once(tmp_path: Path) -> None:
    serving(tmp_path, ALL)
    from tests.support.knowledge import library

    counting = CountingEmbedder()
    shelf = library(tmp_path, embedder=counting)
    shelf.heard("Which lamp is it?")
    shelf.search(Query(text="the floor lamp", history=("Which lamp is it?",)))
    assert counting.texts == ["Which lamp is it?", "the floor lamp"]
    assert HashingEmbedder().fingerprint == counting.fingerprint


def test_common_words_looked_up_late_change_no_place_among_the_first() -> None:
    chance = np.random.default_rng(3)
    words = np.array([f"w{number}" for number in range(300)])
    shares = 1 / np.arange(1, 301)
    rows = chance.choice(words, size=(LARGE, 12), p=shares / shares.sum())
    postings = Postings.of([[(Word(word, word), 1) for word in row] for row in rows.tolist()])
    index = LexicalIndex([(postings, None)])
    for query in (["w0", "w3", "w120"], ["w1", "w2"], ["w0", "w40", "w41", "w250"]):
        terms = [Term(word) for word in query]
        whole = np.zeros(LARGE, dtype=np.float32)
        for term in terms:
            whole += index.scores([term])
        found = index.scores(terms)
        best = np.argsort(-whole, kind="stable")[:20]
        assert np.allclose(np.sort(found)[::-1][:20], whole[best], rtol=1e-5)
