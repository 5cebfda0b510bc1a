"""An article as widget and desk get it: HTML from the one renderer, in a language that is read, for whom it may be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from server.house import House
from server.store.base import rows_of
from server.store.models import ChannelAccount
from tests.support.chat import Browser, Frame, Served, browser, served, signed_in
from tests.support.reading import ARTICLES, REFUNDS, publish
from tests.support.server import hire, opened, settle, visit


@pytest.fixture
async def door(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A house that serves the articles of `tests.support.reading`."""
    async with opened(sqlite_url, tmp_path) as house, served(house) as where:
        publish(house)
        yield where


async def _live_in(house: House, region: str) -> None:
    accounts = rows_of(ChannelAccount)
    async with house.store.writing() as db:
        await db.execute(update(accounts).where(accounts.c.id == "larkfield").values(region=region))


async def _read(door: Served, article_id: str, query: str = "", *, token: str = "") -> tuple[int, Frame]:
    token = token or (await visit(door.house)).token
    async with browser(door) as who:
        status, body = await who.get(f"/api/v1/widget/articles/{article_id}{query}", authorization=f"Bearer {token}")
    return status, body


async def test_a_visitor_gets_html_whose_links_stay_inside(door: Served) -> None:
    status, article = await _read(door, "refund-times")
    assert status == 200
    assert '<h3 id="s-how-long" dir="auto">How long</h3>' in article["html"]
    assert '<a href="article:return-policy#s-what-we-take">returns</a>' in article["html"]
    assert (article["notice"], article["outdated"], article["disclaimers"]) == (None, False, [])


async def test_links_to_what_the_visitor_may_not_see_are_words(door: Served) -> None:
    _, article = await _read(door, "refund-times")
    assert '<span class="broken">your rights</span>' in article["html"]
    assert '<span class="broken">the limits</span>' in article["html"]
    await _live_in(door.house, "DE")
    _, there = await _read(door, "refund-times")
    assert '<a href="article:rights-germany">your rights</a>' in there["html"]


async def test_a_language_that_is_not_there_is_said_and_falls_back(door: Served) -> None:
    _, article = await _read(door, "return-policy", "?locale=de-AT")
    assert (article["locale"], article["notice"]) == ("en", "locale_fallback")
    _, article = await _read(door, "refund-times", "?locale=de-AT")
    assert (article["locale"], article["notice"]) == ("de", None)


async def test_a_translation_older_than_its_source_says_so(door: Served) -> None:
    _, german = await _read(door, "refund-times", "?locale=de")
    _, arabic = await _read(door, "refund-times", "?locale=ar")
    assert (german["outdated"], arabic["outdated"]) == (True, False)


async def test_what_must_be_said_in_a_region_is_said_there_in_the_readers_language(door: Served) -> None:
    await _live_in(door.house, "DE")
    _, article = await _read(door, "refund-times", "?locale=de")
    assert [one["title"] for one in article["disclaimers"]] == ["Für Kunden in Deutschland"]
    assert "<strong>zwei Jahren</strong>" in article["disclaimers"][0]["html"]
    _, other = await _read(door, "rights-germany")
    assert other["disclaimers"] == []


@pytest.mark.parametrize("article_id", ["rights-germany", "pb-limits", "tent", "nowhere", "..%2Fx"])
async def test_what_a_visitor_may_not_see_is_not_there(door: Served, article_id: str) -> None:
    status, problem = await _read(door, article_id)
    assert (status, problem["code"]) == (404, "article_not_found" if "%" not in article_id else "not_found")


async def test_the_region_of_the_conversation_goes_before_the_accounts(door: Served) -> None:
    await _live_in(door.house, "DE")
    ana = await visit(door.house)
    await ana.write("hello")
    await settle(door.house)
    status, _ = await _read(door, "rights-germany", token=ana.token)
    assert status == 200
    await _live_in(door.house, "FR")
    status, _ = await _read(door, "rights-germany", token=ana.token)
    assert status == 200, "The conversation began in Germany."
    status, _ = await _read(door, "rights-germany")
    assert status == 404


async def test_a_revision_that_was_replaced_is_still_read_as_it_was(door: Served) -> None:
    changed = replace(REFUNDS, text="All new.", revision=5)
    publish(door.house, *(changed if one is REFUNDS else one for one in ARTICLES))
    _, old = await _read(door, "refund-times", "?revision=4")
    _, new = await _read(door, "refund-times")
    assert "5 to 7" in old["html"]
    assert "All new" in new["html"]


async def test_the_fallback_languages_are_a_setting(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"knowledge": {"fallback_locales": ["ar"]}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where:
        publish(house)
        _, article = await _read(where, "refund-times", "?locale=fr")
        assert article["locale"] == "ar"
        status, _ = await _read(where, "return-policy", "?locale=fr")
        assert status == 404


async def test_staff_read_what_is_for_staff_and_every_regions_words(door: Served) -> None:
    await hire(door.house, "Kim Larsen")
    async with signed_in(door, "kim@example.com") as who:
        limits = await _article(who, "pb-limits")
        assert limits["title"] == "Refund limits for staff"
        refunds = await _article(who, "refund-times")
        assert {one["title"] for one in refunds["disclaimers"]} == {
            "For customers in Germany",
            "For customers in France",
        }
        assert '<a href="article:pb-limits">the limits</a>' in refunds["html"]


async def _article(who: Browser, article_id: str) -> Frame:
    status, article = await who.get(f"/api/v1/knowledge/articles/{article_id}")
    assert status == 200, article
    found: Frame = article
    return found


async def test_a_text_that_cannot_be_rendered_is_shown_as_it_was_written(door: Served) -> None:
    publish(door.house, replace(REFUNDS, text="> " * 500 + "<b>deep</b>", revision=9))
    status, article = await _read(door, "refund-times")
    assert status == 200
    assert "&lt;b&gt;deep" in article["html"]
