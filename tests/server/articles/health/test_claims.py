"""Numbers that articles do not agree about: planted ones are found, and the shipped articles raise no alarm."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.parsing.markdown import parse_article
from knowledge.types import Article
from server.articles.health.claims import claims, contradictions
from tests.support.assist import real_embed

DEMO = [
    parse_article(path.read_text(encoding="utf-8"), path.name) for path in sorted(Path("demo/articles").glob("*/*.md"))
]
PLANTED = [
    ("A refund is paid within 14 days of the return.", "You get your refund within 30 days of the return."),
    ("Standard delivery costs €4.95.", "Delivery costs €6.95 for standard parcels."),
    ("The warranty lasts 2 years.", "Our warranty is for 5 years."),
    ("Refunds take 5 to 7 working days.", "A refund takes 10 working days to arrive."),
    ("The reset link is valid for 24 hours.", "The reset link works for 2 hours."),
    ("Gift cards are valid for three years.", "A gift card is valid for 12 months."),
    ("We charge 10% for a late cancellation.", "A late cancellation costs 25 percent."),
    ("Refunds reach you within two weeks.", "Refunds reach you within 30 days."),
    ("You have 30 days from delivery to change your mind.", "Within 14 days of delivery you can change your mind."),
    ("Orders over €50 ship free.", "Shipping is free for orders over €75."),
]
NO_CONTRADICTIONS = [
    ("Delivery to Germany takes 3 to 5 working days.", "Delivery to Austria takes 6 to 7 working days."),
    ("The Aria chair has a warranty of 5 years.", "The Lumen lamp has a warranty of 2 years."),
    ("Express delivery costs €12.", "Standard delivery costs €4.95."),
    ("Refunds take 5 to 7 working days.", "Refunds take 7 working days."),
    ("A refund to a card takes 5 working days.", "A refund by bank transfer takes 2 working days."),
    ("Return it within 30 days.", "We collect it within 5 days."),
    ("Refunds take two weeks.", "Refunds take 14 days."),
    ("It is valid for 30 minutes.", "It is valid for 10 minutes."),
    ("Refunds take 14 days.", "Refunds take 30 days, or 14 days by card."),
]


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors without a model."""
    return HashingEmbedder().embed(texts)


def article(article_id: str, text: str, **more: object) -> Article:
    """An article of one sentence, of one topic with the others."""
    facts: dict[str, object] = {"tags": ("money",), "title": "Refunds, warranty and gift cards"} | more
    return Article(id=article_id, text=text, **facts)  # type: ignore[arg-type]  # the builder's own keywords


def same(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors under which every sentence means the same: what is left is for the words to tell."""
    return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


@pytest.mark.parametrize(("left", "right"), PLANTED)
def test_two_numbers_for_one_thing_are_found_with_both_sentences(left: str, right: str) -> None:
    embedder = real_embed()
    [found] = contradictions([article("a", left), article("b", right)], embedder)
    assert (found.left.sentence, found.right.sentence) == (left, right)


@pytest.mark.parametrize(("left", "right"), NO_CONTRADICTIONS)
def test_what_only_looks_like_one_is_left_alone(left: str, right: str) -> None:
    embedder = real_embed()
    assert contradictions([article("a", left), article("b", right)], embedder) == []


def test_the_shipped_articles_raise_no_alarm() -> None:
    assert len(DEMO) > 100
    assert sum(1 for one in DEMO for _ in claims(one)) > 400
    found = contradictions(DEMO, real_embed())
    assert [(one.left.sentence, one.right.sentence) for one in found] == []


def test_a_number_changed_in_a_copy_of_a_shipped_article_is_found() -> None:
    policy = next(one for one in DEMO if (one.id, one.locale) == ("return-policy", "en"))
    text = policy.text.replace("30 days", "14 days")
    copy = article("returns-in-short", text, title="Returns in short", tags=policy.tags, accounts=policy.accounts)
    found = contradictions([*DEMO, copy], real_embed())
    assert ("return-policy", "returns-in-short") in {(one.left.article.id, one.right.article.id) for one in found}
    assert {one.right.article.id for one in found} | {one.left.article.id for one in found} >= {"returns-in-short"}
    assert all("returns-in-short" in {one.left.article.id, one.right.article.id} for one in found)


def test_who_may_never_be_shown_both_hears_of_no_contradiction() -> None:
    left, right = "Refunds reach you within 14 days.", "Refunds reach you within 30 days."
    one = article("a", left, regions=("DE",))
    assert contradictions([one, article("b", right, regions=("GB",))], same) == []
    assert contradictions([article("a", left, accounts=("x",)), article("b", right, accounts=("y",))], same) == []
    assert contradictions([article("a", left), article("b", right, locale="de")], same) == []
    assert len(contradictions([one, article("b", right)], same)) == 1


def test_an_article_does_not_contradict_itself() -> None:
    assert (
        contradictions([article("a", "Refunds reach you within 14 days.\n\nRefunds reach you in 30 days.")], same) == []
    )


def test_spans_of_time_are_read_in_one_unit_and_amounts_in_both_spellings() -> None:
    text = "Refunds take 2 weeks.\n\nIt costs €1,234.50 or 1.234,50 EUR.\n\nWarranty: 24 months, 12.5 %."
    read = [(claim.unit, claim.low, claim.high) for claim in claims(article("a", text))]
    assert read == [
        ("time", 14.0, 14.0),
        ("EUR", 1234.5, 1234.5),
        ("EUR", 1234.5, 1234.5),
        ("time", 720.0, 720.0),
        ("percent", 12.5, 12.5),
    ]


def test_without_a_model_the_same_sentence_with_another_number_is_found() -> None:
    left, right = "Refunds reach you within 14 days.", "Refunds reach you within 30 days."
    [found] = contradictions([article("a", left), article("b", right)], embed)
    assert found.closeness == pytest.approx(1.0)
