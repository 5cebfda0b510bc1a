"""What is bound to a region, to staff or to a team is asked for at every door, from outside and from inside."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from server.articles import repository
from server.articles.releases.wanted import COMMAND_LINE
from server.house import House
from server.store.base import rows_of
from server.store.models import ArticleImage, ArticleSlug, ChannelAccount
from tests.support.chat import Served, browser, served, signed_in
from tests.support.releases import write
from tests.support.server import BOT_TOKEN, Visitor, hire, opened, settle, visit

ACCOUNTS, SLUGS, IMAGES = rows_of(ChannelAccount), rows_of(ArticleSlug), rows_of(ArticleImage)
PICTURE = "ab" * 16
GERMAN, TRANSLATED, BESIDE = "Quarkrecht", "Kirschfrist", "Pflaumenklausel"
STAFF, TEAM, SHAKY = "Grenzwert", "Teamwort", "Wackelwort"
BOUND = (GERMAN, TRANSLATED, BESIDE)
"""Words that only somebody in Germany may meet: of an article, of a translation, and of a disclaimer."""
QUESTIONS = ("withdrawal fourteen days in germany", "how do i return it", "approve refunds limit", "zurueck schicken")
OUTSIDE = (None, "AT")
HELP = (
    "/help/en", "/help/de", "/help/de-AT", "/help/en/rights", "/help/de/rights", "/help/en/old-rights",
    "/help/de/old-rights", "/help/en/returns", "/help/de/returns", "/help/en/topics/withdrawal",
    "/help/en/topics/parcels", "/help/de/topics/parcels", "/help/en/feed.xml", "/help/de/feed.xml",
    "/help/sitemap.xml", "/help/en/notice", "/help/en/limits", "/help/en/billing",
)  # fmt: skip
WIDGET = (
    "rights", "rights?revision=1", "rights?locale=de", "rights?locale=de-DE&revision=1", "returns?locale=de",
    "returns?locale=de&revision=1", "returns?locale=de-DE", "returns", "notice", "notice?revision=1", "limits",
    "limits?revision=1", "billing", "billing?revision=1",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Place:
    """A house whose first account is somewhere, with a customer who talks there."""

    door: Served
    ana: Visitor
    conversation: str
    region: str | None


async def _write(house: House) -> None:
    async with house.store.writing() as db:
        now = house.clock()
        picture = {"media_type": "image/png", "data": b"x", "width": 1, "height": 1, "size": 1}
        await db.execute(insert(IMAGES).values(id=PICTURE, name="x", created_by="E", created_at=now, **picture))
        more: Mapping[str, Mapping[str, Any]] = {
            "returns": {
                "title": "Return it", "text": "Return it within thirty days. See [this](article:rights).",
                "tags": ["parcels"],
            },
            "rights": {
                "title": f"Withdrawal {GERMAN}", "summary": f"{GERMAN} in short.", "regions": ["DE"],
                "text": f"## {GERMAN}\n\nWithdrawal of {GERMAN} within fourteen days.\n\n![{GERMAN}](image:{PICTURE})",
                "tags": ["withdrawal", "parcels"],
            },
            "notice": {"text": f"{BESIDE} holds.", "regions": ["DE"], "type": "disclaimer", "tags": ["parcels"]},
            "limits": {
                "title": f"Limits {STAFF}", "text": f"Approve refunds up to {STAFF}.", "audience": ["agents"],
                "tags": ["parcels"],
            },
            "billing": {
                "title": f"Billing {TEAM}", "text": f"Approve refunds, limit {TEAM}.", "audience": ["team:billing"],
                "tags": ["parcels"],
            },
            "shaky": {"title": f"Return it {SHAKY}", "text": f"Return it in {SHAKY} days.", "tags": ["parcels"]},
        }  # fmt: skip
        for article_id, said in more.items():
            await write(db, article_id, now=now, **said)
        await write(
            db, "returns", f"Zurueck schicken, {TRANSLATED} dreißig Tage.", now=now, locale="de",
            title=f"Zurueck {TRANSLATED}", regions=["DE"], tags=["parcels", "nur-hier"],
        )  # fmt: skip
        await db.execute(insert(SLUGS).values(slug="old-rights", article_id="rights", until=now))
        await repository.withhold(db, "shaky", "Wrong.", now=now)
    await house.publisher.publish(None, by=COMMAND_LINE)
    await house.withheld.refresh()


@pytest.fixture
async def place(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    """The house in the region that a test is run for."""
    region: str | None = request.param
    async with opened(database_url, tmp_path) as house:
        await _write(house)
        async with house.store.writing() as db:
            await db.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == "larkfield").values(region=region))
        await hire(house, "Kim Larsen")
        await hire(house, "Eva Lund", "knowledge_editor")
        ana = await visit(house)
        taken = await ana.write(f"{QUESTIONS[0]}? {QUESTIONS[1]}, I want a person")
        await settle(house)
        async with served(house) as door:
            yield Place(door=door, ana=ana, conversation=str(taken.conversation_id), region=region)


inside = pytest.mark.parametrize("place", ["DE"], indirect=True)
outside = pytest.mark.parametrize("place", OUTSIDE, indirect=True)
anywhere = pytest.mark.parametrize("place", ["DE", "AT"], indirect=True)


def _words(answer: Any) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


async def _bot(place: Place, question: str, locale: str, **headers: str) -> Any:
    async with browser(place.door) as bot:
        path = f"/api/v1/bot/knowledge?q={quote(question)}&account=larkfield&locale={locale}&limit=10"
        status, found = await bot.get(path, authorization=f"Bearer {BOT_TOKEN}", **headers)
    assert status == 200, found
    return found


async def _widget(place: Place, path: str) -> tuple[int, Any]:
    async with browser(place.door) as widget:
        where = f"/api/v1/widget/articles/{path}"
        return await widget.get(where, authorization=f"Bearer {place.ana.token}")


async def _desk(place: Place) -> str:
    """Everything that the desk is offered, without being asked and when it asks."""
    async with signed_in(place.door, "kim@example.com") as kim:
        where = f"/api/v1/conversations/{place.conversation}"
        answers = [await kim.get(f"{where}/events?limit=1000"), await kim.get(f"{where}/suggestions")]
        answers += [await kim.get(f"{where}/suggestions?q={quote(question)}") for question in QUESTIONS]
    assert {status for status, _ in answers} == {200}
    assert "suggestions.offered" in _words(answers[0][1])
    return _words([answer for _, answer in answers])


async def _staff(place: Place, path: str, who: str = "eva@example.com") -> Any:
    async with signed_in(place.door, who) as staff:
        status, found = await staff.get(path)
    assert status == 200, found
    return found


@outside
async def test_the_bot_finds_nothing_of_another_region_in_any_language(place: Place) -> None:
    for question in QUESTIONS:
        for locale in ("en", "de", "de-DE", "de-AT", "fr"):
            for headers in ({}, {"x_conversation": place.conversation}):
                found = _words(await _bot(place, question, locale, **headers))
                assert [word for word in (*BOUND, STAFF, TEAM, SHAKY) if word in found] == []


@outside
async def test_a_translation_that_is_bound_gives_way_to_the_original_with_a_notice(place: Place) -> None:
    found = await _bot(place, "return it within thirty days", "de")
    assert (found["hits"][0]["article_id"], found["hits"][0]["locale"]) == ("returns", "en")
    assert "locale_fallback" in found["notices"]
    status, article = await _widget(place, "returns?locale=de")
    assert (status, article["locale"], article["notice"], article["disclaimers"]) == (200, "en", "locale_fallback", [])
    async with browser(place.door) as reader:
        status, page = await reader.get("/help/en/returns")
    assert status == 200
    assert 'lang="de"' not in page


@outside
async def test_the_desk_is_offered_nothing_of_another_region(place: Place) -> None:
    offered = await _desk(place)
    assert '"returns"' in offered, "Something has to be offered, or this proves nothing."
    assert [word for word in (*BOUND, TEAM, SHAKY) if word in offered] == []


@outside
@pytest.mark.parametrize("path", WIDGET)
async def test_the_widget_opens_nothing_of_another_region(place: Place, path: str) -> None:
    status, article = await _widget(place, path)
    assert status == (200 if path.startswith("returns") and "revision" not in path else status)
    assert [word for word in (*BOUND, STAFF, TEAM, PICTURE) if word in _words(article)] == []
    if not path.startswith("returns"):
        assert (status, article["code"]) == (404, "article_not_found")


@outside
async def test_the_help_centre_shows_nothing_of_another_region_on_any_page(place: Place) -> None:
    searches = [f"/help/{one}?q={quote(q)}" for q in QUESTIONS for one in ("en/search", "de/search", "en/search.json")]
    typed = [f"/help/en/search.json?q={beginning}" for beginning in ("Withd", "Quar", "Limits", "Zuru", "Bill")]
    async with browser(place.door) as reader:
        for path in (*HELP, *searches, *typed):
            _, page = await reader.get(path, accept="text/html")
            leaked = [word for word in (*BOUND, STAFF, TEAM, PICTURE) if word in _words(page)]
            assert leaked == [], path
        for path in ("/help/en/rights", "/help/en/old-rights", "/help/en/topics/withdrawal", "/help/en/notice"):
            status, page = await reader.get(path)
            assert status == 404, path
        _, home = await reader.get("/help/en")
        assert "withdrawal" not in home.casefold(), "Nor the name of a topic that has only what is bound."
        assert "2 articles" in home, "The topic counts the two articles that anybody may read."
        _, feed = await reader.get("/help/sitemap.xml")
        assert "rights" not in feed
        assert "/help/de/returns" not in feed


@outside
async def test_a_choice_of_region_that_is_not_offered_opens_nothing(place: Place) -> None:
    async with browser(place.door) as reader:
        status, page = await reader.get("/help/en/rights", cookie="help_region=DE")
        assert status == 404
        assert GERMAN not in page


@outside
async def test_searching_a_release_keeps_to_the_region_that_was_said(place: Place) -> None:
    region = f"&region={place.region}" if place.region else ""
    for question in QUESTIONS:
        for locale in ("en", "de"):
            path = f"/api/v1/releases/1/search?q={quote(question)}&locale={locale}{region}"
            found = _words(await _staff(place, path))
            assert [word for word in (*BOUND, TEAM) if word in found] == []


@outside
async def test_a_judged_query_of_a_region_is_asked_for_there(place: Place) -> None:
    async with signed_in(place.door, "eva@example.com") as eva:
        query = {"text": QUESTIONS[0], "region": place.region or "FR", "expected": [{"article_id": "returns"}]}
        assert (await eva.post("/api/v1/judged-queries", query))[0] == 201
        status, run = await eva.post("/api/v1/workbench/runs", {})
    assert status == 201, run
    found = {one["article_id"] for row in run["rows"] for one in row["found"]}
    assert "returns" in found
    assert found.isdisjoint({"rights", "notice", "limits", "billing"})


@outside
async def test_a_conversation_that_moved_is_answered_for_where_it_is(place: Place) -> None:
    house = place.door.house
    async with house.store.writing() as db:
        await db.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == "larkfield").values(region="DE"))
    bob = await visit(house)
    taken = await bob.write("hello")
    await settle(house)
    async with house.store.writing() as db:
        await db.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == "larkfield").values(region="FR"))
    ours = _words(await _bot(place, QUESTIONS[0], "en", x_conversation=str(taken.conversation_id)))
    assert GERMAN in ours, "This conversation began in Germany, for the bot as for the desk and the widget."
    others = _words(await _bot(place, QUESTIONS[0], "en"))
    assert GERMAN not in others
    foreign = _words(await _bot(place, QUESTIONS[0], "en", x_conversation="00000000-0000-0000-0000-000000000001"))
    assert GERMAN not in foreign


@inside
async def test_inside_the_region_it_is_found_with_what_must_be_said_beside_it(place: Place) -> None:
    found = await _bot(place, QUESTIONS[0], "en")
    hit = next(one for one in found["hits"] if one["article_id"] == "rights")
    assert GERMAN in hit["text"]
    assert BESIDE in _words(hit["disclaimers"])
    german = await _bot(place, QUESTIONS[3], "de-DE")
    assert (german["hits"][0]["article_id"], german["hits"][0]["locale"]) == ("returns", "de")
    offered = await _desk(place)
    assert GERMAN in offered
    for path in ("rights", "rights?revision=1", "returns?locale=de"):
        status, article = await _widget(place, path)
        assert status == 200, path
        assert BESIDE in article["disclaimers"][0]["html"]
    async with browser(place.door) as reader:
        for path in ("/help/en/rights", "/help/de/returns"):
            status, page = await reader.get(path)
            assert status == 200, path
            assert BESIDE in page
        status, _ = await reader.get("/help/en/notice")
        assert status == 404, "A disclaimer stands beside articles, and is none itself."
    released = _words(await _staff(place, f"/api/v1/releases/1/search?q={quote(QUESTIONS[0])}&region=DE"))
    assert GERMAN in released


@anywhere
async def test_staff_read_every_region_and_nobody_reads_a_team_that_is_not_theirs(place: Place) -> None:
    article = await _staff(place, "/api/v1/knowledge/articles/rights", "kim@example.com")
    assert GERMAN in article["html"]
    assert STAFF in _words(await _staff(place, "/api/v1/knowledge/articles/limits", "kim@example.com"))
    async with signed_in(place.door, "kim@example.com") as kim:
        status, problem = await kim.get("/api/v1/knowledge/articles/billing")
    assert (status, problem["code"]) == (404, "article_not_found")
    offered = await _desk(place)
    assert STAFF in offered
    assert [word for word in (TEAM, SHAKY) if word in offered] == []


@anywhere
async def test_what_is_withheld_is_offered_nowhere_and_stays_readable(place: Place) -> None:
    assert SHAKY not in _words(await _bot(place, QUESTIONS[1], "en"))
    async with browser(place.door) as reader:
        for path in (f"/help/en/search?q={quote(QUESTIONS[1])}", "/help/en/search.json?q=Return"):
            assert SHAKY not in _words((await reader.get(path))[1])
        assert (await reader.get("/help/en/shaky"))[0] == 200
    assert (await _widget(place, "shaky"))[0] == 200


async def test_a_picture_is_named_by_what_it_holds_and_guessed_by_nobody(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path) as house:
        await _write(house)
        async with served(house) as door, browser(door) as reader:
            assert (await reader.get(f"/help/images/{PICTURE}"))[0] == 200
            for guess in (PICTURE[:16], PICTURE[:-2], "0" * 32, "rights", "x"):
                assert (await reader.get(f"/help/images/{guess}"))[0] == 404
