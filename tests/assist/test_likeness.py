"""Likeness of texts: copies in another order are alike, other articles are not."""

import random
import re
from itertools import combinations
from pathlib import Path

from assist.likeness import DUPLICATE, likeness
from knowledge.parsing.markdown import parse_article

ARTICLES = [
    parse_article(path.read_text(encoding="utf-8"), path.name) for path in sorted(Path("demo/articles/en").glob("*.md"))
]
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def test_no_two_articles_of_the_demo_are_duplicates() -> None:
    found = [
        (one.id, other.id) for one, other in combinations(ARTICLES, 2) if likeness(one.text, other.text) >= DUPLICATE
    ]
    assert found == []


def test_an_article_that_was_cut_and_shuffled_is_still_the_same() -> None:
    chance = random.Random(4)  # noqa: S311  # a test's own shuffling
    missed = []
    for article in ARTICLES:
        sentences = [one for one in SENTENCE.split(article.text) if chance.random() < 0.7]
        chance.shuffle(sentences)
        if likeness(article.text, " ".join(sentences)) < DUPLICATE:
            missed.append(article.id)
    assert missed == []


def test_a_few_words_are_not_the_same_as_a_text_that_holds_them() -> None:
    assert likeness("Refunds take long", ARTICLES[0].text + " Refunds take long") < 0.2
    assert likeness("How long do refunds take?", "how long do refunds take") == 1.0
    assert likeness("", "anything") == 0.0
