"""Names of things are found as they were typed, and part articles that are alike but for the product."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.fusion import telling
from knowledge.names import Named, called, holding, names_in
from knowledge.types import Article, Query
from tests.support.knowledge import LAMP, PASSWORD, REFUND, serving

TEXT = "## Cleaning\n\nWipe the shade of the lamp with a dry cloth. The floor stays dry."
NOVA = Article(id="nova", title="Nova floor lamp", text=TEXT)
# The other product, and it says a little more often what is asked for.
LUMEN = Article(
    id="lumen", title="Lumen floor lamp", text="## Cleaning\n\nClean the shade of the nova lamp with a cloth."
)
FILL = (REFUND, PASSWORD, *(replace(PASSWORD, id=f"fill{n}", title=f"Password {n}") for n in range(6)))


@pytest.mark.parametrize(
    ("asked", "typed"),
    [
        ("how do i clean the shade of my nova floor lamp", "nova floor lamp"),
        ("how do I clean the shade of my Nova Floor Lamp?", "Nova Floor Lamp"),
        ("how do I clean the shade of my “Nova floor-lamp”", "Nova floor-lamp"),
    ],
)
def test_of_two_articles_alike_the_one_of_the_named_product_is_first(tmp_path: Path, asked: str, typed: str) -> None:
    hits = serving(tmp_path, (NOVA, LUMEN, *FILL)).search(Query(text=asked)).hits
    assert hits[0].passage.article_id == "nova"
    assert hits[0].why.exact == (typed,)
    assert all(not hit.why.exact for hit in hits if hit.passage.article_id != "nova")


def test_words_apart_are_no_name(tmp_path: Path) -> None:
    hits = serving(tmp_path, (NOVA, LUMEN, *FILL)).search(Query(text="clean the shade, nova or floor, lamp")).hits
    assert not any(hit.why.exact for hit in hits)


def test_a_quoted_message_finds_where_it_stands_word_for_word(tmp_path: Path) -> None:
    said = Article(id="said", title="Locked", text="It says: Too many attempts, try again later. Then wait an hour.")
    like = replace(said, id="like", text="It says: Too many attempts, later try again. Then wait.")
    shelf = serving(tmp_path, (said, like, *FILL))
    assert shelf.search(Query(text="too many attempts. try again later")).hits[0].passage.article_id == "like"
    best = shelf.search(Query(text="\u201ctoo many attempts. try again later\u201d")).hits[0]
    assert (best.passage.article_id, best.why.exact) == ("said", ("too many attempts. try again later",))


def test_a_tag_of_several_words_is_a_name_of_its_articles(tmp_path: Path) -> None:
    tagged = replace(LAMP, id="tagged", tags=("reading-light",), text="## It flickers\n\nUse a dimmable bulb indoors.")
    other = replace(tagged, id="other", tags=("reading", "light"), text="## It flickers\n\nUse a dimmable bulb.")
    shelf = serving(tmp_path, (tagged, other, *FILL))
    assert shelf.search(Query(text="my light flickers")).hits[0].passage.article_id == "other"
    best = shelf.search(Query(text="my reading light flickers")).hits[0]
    assert (best.passage.article_id, best.why.exact) == ("tagged", ("reading light",))


def test_a_code_within_a_name_is_told_once(tmp_path: Path) -> None:
    best = serving(tmp_path, (LAMP, *FILL)).search(Query(text='it shows "LF-200"')).hits[0]
    assert best.why.exact == ("LF-200",)


@pytest.mark.parametrize(
    ("title", "tags", "names"),
    [
        ("Lumen floor lamp", (), {"lumen floor lamp"}),
        ("Safety recall: kettle “Brisa”", (), {"brisa", "kettle brisa", "safety recall"}),
        (
            "Fjord Outdoor: gas stove “Ember” \u2013 safe use",
            (),
            {"fjord outdoor", "ember", "gas stove ember", "safe use"},
        ),
        ("When will I get my refund, and how?", ("lamps",), set()),
        ("How do I set the “download” folder of the browser", (), set()),
        ("Contact", ("gift-cards", "care"), {"gift cards"}),
        ("Where it is", (), set()),
    ],
)
def test_an_article_is_called_what_stands_apart_in_its_title(
    title: str, tags: tuple[str, ...], names: set[str]
) -> None:
    assert set(called(title, tags, "en")) == names


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("does Rosa's Bed and Breakfast have wifi?", "en", ("Rosa's Bed and Breakfast",)),
        ("Is the Brisa Kettle safe? And the Ember Stove?", "en", ("Brisa Kettle", "Ember Stove")),
        ("my order is “packed”", "en", ("packed",)),
        ("WHERE IS MY NEW KETTLE", "en", ()),
        ("Where is my order?", "en", ()),
        ("Wann kommt Ihre Neue Lieferung", "de", ()),
        ("it says “the”", "en", ()),
        ("the lumen lamp of my lumen", "en", ("lumen lamp",)),
        ("", "en", ()),
    ],
)
def test_names_in_a_question_are_what_articles_have_or_what_is_marked(
    text: str, language: str, names: tuple[str, ...]
) -> None:
    known = Named(["lumen lamp", "lumen"])
    assert tuple(names_in(text, language, [known, Named([])]).values()) == names


def test_a_name_is_held_whole_and_whatever_stands_between_its_words() -> None:
    texts = ("The Brisa-Kettle.", "brisa  KETTLE", "Brisa kettles", "kettle Brisa", "a brisa and a kettle")
    assert holding(["brisa kettle"], texts)[:, 0].tolist() == [True, True, False, False, False]


def test_a_name_that_every_candidate_holds_tells_nothing() -> None:
    named = np.array([[True, True], [True, False], [True, False], [True, False]])
    told = telling(named)
    assert told[0] > 0.5
    assert told[1:].tolist() == [0, 0, 0]
    assert telling(np.zeros((0, 2), dtype=np.bool_)).shape == (0,)
    assert telling(np.zeros((3, 0), dtype=np.bool_)).tolist() == [0, 0, 0]
