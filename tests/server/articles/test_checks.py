"""What an editor is told about a text: where its links lead, how hard it is, what says the same already."""

from pathlib import Path

import pytest

from knowledge.types import Article as KnowledgeArticle
from server.articles import checks, repository
from server.articles.checks import Checks
from server.articles.readability import prose, reading_level, reading_minutes, syllables
from server.house import House
from tests.support.articles import approved, saved, shown, tagged, written
from tests.support.chat import Browser, Served
from tests.support.knowledge import serving
from tests.support.server import opened

EASY = "The cat sat on the mat. It was a big cat. The mat was red. I like the cat. We sat by the door and had tea."
HARD = (
    "Notwithstanding contradictory administrative interpretations, the aforementioned contractual obligations "
    "necessitate comprehensive documentation of organisational responsibilities throughout international "
    "jurisdictions, irrespective of individual circumstances or subsequent regulatory modifications."
)


async def _checks(house: House, article_id: str = "returns", locale: str = "en") -> Checks:
    return await checks.checks(house.store, house.library, article_id, locale)


async def test_links_that_lead_nowhere_are_named_with_the_reason(house: House) -> None:
    await written(house, "old")
    await written(house, "fresh")
    await written(house, "seen")
    await approved(house, "seen")
    await shown(house, "seen")
    async with house.store.writing() as db:
        await repository.change_translation(db, "old", "en", state="retired")
    links = "[a](article:old) [b](article:fresh) [c](article:seen#how) [d](article:nothing) [e](article:returns)"
    await written(house, "returns", text=f"{links} and `[f](article:code)` https://example.com")
    found = {link.target: (link.ok, link.why) for link in (await _checks(house)).links}
    assert found == {
        "old": (False, "retired"),
        "fresh": (True, "not_published"),
        "seen": (True, None),
        "nothing": (False, "missing"),
        "returns": (True, "itself"),
    }


async def test_articles_that_lead_to_each_other_are_no_trouble(door: Served, kim: Browser) -> None:
    house = door.house
    await written(house, "a", text="See [b](article:b).")
    await written(house, "b", text="See [c](article:c), or article:a-long-one and [gone](article:gone).")
    await written(house, "c", text="See [a](article:a) and [c](article:c).")
    await saved(house, "c", "de", text="Siehe [a](article:a).")
    _, links = await kim.get("/api/v1/articles/a/links")
    assert [(link["article_id"], link["ok"]) for link in links["to"]] == [("b", True)]
    assert [(link["article_id"], link["locale"]) for link in links["from"]] == [("c", "de"), ("c", "en")]
    _, links = await kim.get("/api/v1/articles/b/links")
    assert [(link["article_id"], link["ok"]) for link in links["to"]] == [("c", True), ("gone", False)]
    assert (await kim.get("/api/v1/articles/nothing/links"))[0] == 404
    for article_id in ("a", "b", "c"):
        status, _ = await kim.get(f"/api/v1/articles/{article_id}/translations/en/checks")
        assert status == 200


async def test_an_article_that_says_the_same_is_shown(house: House) -> None:
    said = "Open My account, choose the order, print the label, and hand the parcel in at any shop within thirty days."
    await written(house, "returns", title="Send it back", text=said)
    await written(house, "twin", title="Return an order", text=f"{said} We pay the postage.")
    await written(house, "lamp", title="A lamp that flickers", text="Use another bulb, or write to us with its number.")
    await saved(house, "twin", "de", title="Send it back", text=said)
    assert [(one.article_id, one.locale) for one in (await _checks(house)).similar] == [], "No title is alike."
    await saved(house, "twin", title="Send an order back", text=f"{said} We pay the postage.")
    [found] = (await _checks(house)).similar
    assert (found.article_id, found.locale, found.title) == ("twin", "en", "Send an order back")
    assert found.likeness > 0.9


async def test_a_served_article_that_means_the_same_is_found_whatever_its_title(
    sqlite_url: str, tmp_path: Path
) -> None:
    said = "Open My account, choose the order, print the label, and hand the parcel in at any shop within thirty days."
    library = serving(tmp_path / "knowledge", [KnowledgeArticle(id="twin", title="Goodbye, parcel", text=said)])
    async with opened(sqlite_url, tmp_path, library=library) as house:
        await written(house, "twin", title="Goodbye, parcel", text=said)
        await written(house, "returns", title="Reversing purchases", text=said)
        assert [one.article_id for one in (await _checks(house)).similar] == ["twin"]


async def test_disclaimers_that_readers_would_see_are_shown(house: House) -> None:
    await tagged(house, "money", "parcels")
    await written(house, "law-de", type="disclaimer", title="In Germany", regions=["DE"], tags=["money"])
    await saved(house, "law-de", "de", title="In Deutschland", text="Recht.", regions=["DE"], tags=["money"])
    await written(house, "law-all", type="disclaimer", title="Everywhere")
    await written(house, "law-fr", type="disclaimer", title="In France", regions=["FR"])
    await written(house, "law-draft", type="disclaimer", title="Not shown yet")
    for article_id, locale in (("law-de", "en"), ("law-de", "de"), ("law-all", "en"), ("law-fr", "en")):
        await shown(house, article_id, locale)
    await written(house, "returns", regions=["DE"], tags=["money"])
    await saved(house, "returns", "de", text="Etikett.", regions=["DE"], tags=["money"])
    await written(house, "untagged", regions=["DE"])
    assert [one.title for one in (await _checks(house)).disclaimers] == ["Everywhere", "In Germany"]
    assert [one.title for one in (await _checks(house, locale="de")).disclaimers] == ["Everywhere", "In Deutschland"]
    assert [one.title for one in (await _checks(house, "untagged")).disclaimers] == ["Everywhere"]
    assert (await _checks(house, "law-de")).disclaimers == []


def test_reading_levels_tell_easy_from_hard() -> None:
    easy, hard = reading_level(EASY, "en"), reading_level(HARD, "en-GB")
    assert easy is not None
    assert hard is not None
    assert (easy.measure, easy.label, hard.label) == ("flesch_kincaid", "easy", "hard")
    assert easy.grade < 4 < 16 < hard.grade
    swedish = reading_level(EASY, "sv")
    assert swedish is not None
    assert (swedish.measure, swedish.label) == ("lix", "easy")
    assert swedish.grade == pytest.approx(27 / 5, abs=0.1), "No word has more than six letters."
    assert reading_level("Too short.", "en") is None
    assert reading_level("", "de") is None


def test_the_formula_of_flesch_and_kincaid_is_theirs() -> None:
    text = "The quick brown fox jumps over the lazy dog. " * 3
    found = reading_level(text, "en")
    assert found is not None
    assert syllables(["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog"]) == 11
    assert found.grade == pytest.approx(0.39 * 9 + 11.8 * 11 / 9 - 15.59, abs=0.05)


def test_code_addresses_and_marks_are_no_prose() -> None:
    text = "# How\n\n- **Print** the [label](https://example.com/a/b)\n\n```\nconst x = 1;\n```\n\nDone `x()`."
    assert prose(text).split() == ["How", "Print", "the", "label", "Done", "."]
    assert (reading_minutes(0), reading_minutes(238), reading_minutes(239)) == (1, 1, 2)


async def test_the_largest_and_the_oddest_texts_are_checked_too(house: House) -> None:
    for article_id, text in (
        ("large", "word " * 39_999 + "end."),
        ("brackets", "[" * 50_000 + "x" + "](article:" * 10_000),
        ("marks", "*_~`|<" * 30_000),
    ):
        await written(house, article_id, title=article_id, text=text)
        found = await _checks(house, article_id)
        assert found.revision == 1
    assert (await _checks(house, "large")).words == 40_000
