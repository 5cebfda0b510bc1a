"""The help centre as readers and search engines see it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import insert, update

from server.help.words import spoken, words
from server.store.base import rows_of
from server.store.models import Article as ArticleRow
from server.store.models import ArticleImage, ArticleSlug, ArticleTag, ChannelAccount
from tests.server.help.conftest import Reader, reading
from tests.support.chat import served
from tests.support.reading import ARTICLES, EVERYWHERE, LIMITS, REFUNDS, REFUNDS_DE, RETURNS, RIGHTS, TENT, publish
from tests.support.server import NOON, opened

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


async def test_the_door_leads_to_the_readers_language(reader: Reader) -> None:
    answer = await reader.get("/help")
    assert (answer.status, answer.headers["Location"]) == (302, "/help/en")
    answer = await reader.get("/help", Accept_Language="fr;q=0.9, de-CH;q=0.8, en;q=0.7")
    assert answer.headers["Location"] == "/help/de"
    answer = await reader.get("/help", Accept_Language="sw")
    assert answer.headers["Location"] == "/help/en"
    answer = await reader.get("/help?account=fjord")
    assert answer.headers["Location"] == "/help/en?account=fjord"


async def test_the_first_page_has_the_brand_a_search_and_topics_with_counts(reader: Reader) -> None:
    answer = await reader.get("/help/en")
    assert answer.status == 200
    assert "<title>Larkfield Home: Help centre</title>" in answer.text
    assert "--accent:#2f5d50" in answer.text
    assert answer.text.count("<h1") == 1
    assert re.search(r'href="/help/en/topics/refunds"><b><bdi>Refunds</bdi></b> <span>2 articles</span>', answer.text)
    assert 'type="search"' in answer.text


async def test_topics_are_called_what_editors_call_them(reader: Reader) -> None:
    async with reader.house.store.writing() as db:
        await db.execute(
            insert(rows_of(ArticleTag)).values(name="refunds", label="Money back", description="", created_at=NOON)
        )
    assert "Money back" in (await reader.get("/help/en")).text
    assert '<h1 dir="auto">Money back</h1>' in (await reader.get("/help/en/topics/refunds")).text


async def test_an_article_reads_without_a_script(reader: Reader) -> None:
    answer = await reader.get("/help/en/refund-times")
    assert answer.status == 200
    assert answer.text.count("<h1") == 1
    assert '<h1 dir="auto">When will I get my refund?</h1>' in answer.text
    assert '<h2 id="s-how-long" dir="auto">How long</h2>' in answer.text
    assert (
        'Updated <time datetime="2026-02-03">3 February 2026</time>' in answer.text or "February 3, 2026" in answer.text
    )
    assert '<a href="/help/en/returns#s-what-we-take">returns</a>' in answer.text
    assert '<span class="broken">your rights</span>' in answer.text
    assert 'href="/help/en/returns"><bdi>Returns: what we take back</bdi>' in answer.text, "related"
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", answer.text)
    assert inline == [' type="application/ld+json"']


async def test_machines_are_told_what_the_page_is(reader: Reader) -> None:
    text = (await reader.get("/help/de/refund-times")).text
    assert '<link rel="canonical" href="/help/de/refund-times">' in text
    assert {"en", "de", "ar"} == set(re.findall(r'<link rel="alternate" hreflang="(\w+)"', text))
    assert '<meta property="og:title" content="Wann bekomme ich mein Geld zurück?">' in text
    found = json.loads(re.search(r"ld\+json\">(.*?)</script>", text)[1])  # type: ignore[index]  # it is there
    assert (found["@type"], found["inLanguage"], found["dateModified"]) == ("Article", "de", "2026-02-03")


async def test_the_language_switch_keeps_the_article(reader: Reader) -> None:
    text = (await reader.get("/help/en/refund-times")).text
    assert '<a href="/help/ar/refund-times" lang="ar" hreflang="ar">العربية</a>' in text
    assert '<a href="/help/en/refund-times" lang="en" hreflang="en" aria-current="true">English</a>' in text


async def test_right_to_left_is_right_to_left(reader: Reader) -> None:
    text = (await reader.get("/help/ar/refund-times")).text
    assert '<html lang="ar" dir="rtl">' in text
    assert "هل كان هذا المقال مفيدًا؟" in text
    fallback = (await reader.get("/help/ar/returns")).text
    assert '<article class="article" lang="en" dir="ltr">' in fallback


async def test_another_language_and_an_old_translation_are_said(reader: Reader) -> None:
    fallback = (await reader.get("/help/de/returns")).text
    assert "deshalb sehen Sie ihn auf Englisch" in fallback
    assert '<link rel="canonical" href="/help/en/returns">' in fallback
    old = (await reader.get("/help/de/refund-times")).text
    assert "Diese Übersetzung ist älter als das Original" in old
    assert '<a href="/help/en/refund-times">Original lesen</a>' in old
    assert "ist älter" not in (await reader.get("/help/ar/refund-times")).text


async def test_a_long_article_has_contents_and_a_short_one_has_none(reader: Reader) -> None:
    assert "On this page" not in (await reader.get("/help/en/refund-times")).text
    long = replace(RETURNS, text="## A\n\na\n\n## B\n\nb\n\n## C\n\nc", revision=7)
    publish(reader.house, *(long if one is RETURNS else one for one in ARTICLES))
    text = (await reader.get("/help/en/returns")).text
    assert "On this page" in text
    assert '<a href="#s-b"' in text


async def test_a_reader_who_says_where_they_are_is_told_what_holds_there(reader: Reader) -> None:
    answer = await reader.post("/help/region", {"region": "DE", "back": "/help/en/refund-times"})
    assert (answer.status, answer.headers["Location"]) == (303, "/help/en/refund-times")
    text = (await reader.get("/help/en/refund-times")).text
    assert "<strong>two years</strong>" in text
    assert "Prices include VAT" not in text
    assert '<a href="/help/en/rights-germany">your rights</a>' in text
    assert '<option value="DE" selected>Germany</option>' in text
    assert (await reader.get("/help/en/rights-germany")).status == 200
    german = (await reader.get("/help/de/refund-times")).text
    assert "Für Kunden in Deutschland" in german
    await reader.post("/help/region", {"region": "FR", "back": "/help/en/refund-times"})
    assert "Prices include VAT" in (await reader.get("/help/en/refund-times")).text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example/help", "/console/", "/help//evil", "/help\\x"]
)
async def test_the_choice_of_a_region_leads_nowhere_else(reader: Reader, back: str) -> None:
    answer = await reader.post("/help/region", {"region": "DE", "back": back})
    assert answer.headers["Location"] == "/help"


async def test_a_region_that_is_not_offered_or_not_chosen_here_changes_nothing(reader: Reader) -> None:
    await reader.post("/help/region", {"region": "US", "back": "/help/en"})
    assert (await reader.get("/help/en/rights-germany")).status == 404
    await reader.post("/help/region", {"region": "DE", "back": "/help/en"}, Sec_Fetch_Site="cross-site")
    assert (await reader.get("/help/en/rights-germany")).status == 404
    assert (await reader.get("/help/en/rights-germany", Cookie="help_region=US")).status == 404


HIDDEN = ("rights", "Widerrufsrecht", "Grenzwert", "secrets", "Refund limits", "Skarv", "camping", "VAT", "Germany</h")
DOORS = (
    "/help/en", "/help/de", "/help/en/topics/refunds", "/help/en/refund-times", "/help/de/refund-times",
    "/help/en/search?q=withdrawal+Widerrufsrecht+rights+in+Germany", "/help/en/search.json?q=Your+rights",
    "/help/en/search.json?q=Refund+limits+Grenzwert", "/help/en/search?q=pitching+tent", "/help/en/feed.xml",
    "/help/sitemap.xml", "/help/ar/search?q=VAT",
)  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
async def test_what_is_for_one_region_brand_or_the_staff_shows_at_no_door(reader: Reader, door: str) -> None:
    answer = await reader.get(door)
    assert answer.status == 200
    shown = answer.text
    if "search" in door:
        # What the reader typed stands on the page again; what was found must not.
        shown = "".join(re.findall(r"<main.*</main>", shown, re.DOTALL)) or shown
        shown = re.sub(r"<h1.*?</h1>", "", shown)
        shown = re.sub(r'"all": ?"[^"]*"', "", shown)
    shown = re.sub(r"</?mark>", "", shown)
    shown = shown.replace("your rights", "").replace("the limits", "")
    assert [word for word in HIDDEN if word in shown] == []


@pytest.mark.parametrize(
    "path",
    [
        f"/help/en/{RIGHTS.slug}", f"/help/en/{LIMITS.slug}", f"/help/en/{TENT.slug}", f"/help/en/{EVERYWHERE.id}",
        "/help/en/topics/secrets", "/help/en/topics/rights", "/help/en/nothing", "/help/xx/returns", "/help/en/a/b/c",
        "/help/en/%2e%2e%2fx", "/help/en/returns%00", "/help/a%22b", "/help/en/topics/%3Cscript%3E",
        "/help/en?account=nobody", "/help/en/returns?account=nobody", "/help/images/x/y",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_page_with_a_search(reader: Reader, path: str) -> None:
    answer = await reader.get(path)
    assert answer.status == 404
    assert "There is no such page" in answer.text
    assert 'type="search"' in answer.text
    assert '<meta name="robots" content="noindex, follow">' in answer.text
    assert "<script>" not in answer.text


async def test_each_brand_has_its_own_articles_and_its_name_is_kept_in_links(reader: Reader) -> None:
    text = (await reader.get("/help/en/tent?account=fjord")).text
    assert "Fjord Outdoor" in text
    assert 'href="/help/en?account=fjord"' in text
    assert '<input type="hidden" name="account" value="fjord">' in text
    assert (await reader.get("/help/en/tent")).status == 404


async def test_old_names_lead_to_the_new_one(reader: Reader) -> None:
    async with reader.house.store.writing() as db:
        for one in (RETURNS, LIMITS):
            row = {"id": one.id, "slug": one.slug, "type": "article", "source_locale": "en", "version": 1}
            await db.execute(insert(rows_of(ArticleRow)).values(**row, created_at=NOON, created_by="Kim"))
            await db.execute(insert(rows_of(ArticleSlug)).values(slug=f"old-{one.slug}", article_id=one.id, until=NOON))
    answer = await reader.get("/help/de/old-returns")
    assert (answer.status, answer.headers["Location"]) == (301, "/help/de/returns")
    answer = await reader.get("/help/en/return-policy")
    assert (answer.status, answer.headers["Location"]) == (301, "/help/en/returns")
    answer = await reader.get("/help/de-AT/returns")
    assert (answer.status, answer.headers["Location"]) == (301, "/help/de/returns")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (await reader.get("/help/en/old-pb-limits")).status == 404


async def test_an_article_is_found_by_its_name_though_another_ones_id_is_the_same(reader: Reader) -> None:
    named = replace(RETURNS, id="law", slug="returns", title="The name is mine", text="Text.")
    other = replace(named, id="returns", slug="send-it-back", title="Send it back")
    publish(reader.house, named, other)
    answer = await reader.get("/help/en/returns")
    assert (answer.status, "The name is mine" in answer.text) == (200, True)
    assert '<h1 dir="auto">Send it back</h1>' in (await reader.get("/help/en/send-it-back")).text


async def test_a_feed_is_xml_whatever_a_title_holds(reader: Reader) -> None:
    odd = replace(RETURNS, title="Odd \uffff\ufffe title <&>\"'", summary="]]> \U0001f600")
    publish(reader.house, odd)
    for path in ("/help/en/feed.xml", "/help/sitemap.xml"):
        assert ET.fromstring((await reader.get(path)).data).tag  # noqa: S314 -- our own


async def test_a_page_that_has_not_changed_is_not_sent_again(reader: Reader) -> None:
    first = await reader.get("/help/en/returns")
    etag = first.headers["ETag"]
    again = await reader.get("/help/en/returns", If_None_Match=etag)
    assert (again.status, again.text) == (304, "")
    publish(reader.house, *(replace(one, text="New.", revision=9) if one is RETURNS else one for one in ARTICLES))
    changed = await reader.get("/help/en/returns", If_None_Match=etag)
    assert changed.status == 200
    assert "New." in changed.text
    assert "Cookie" in changed.headers["Vary"]


async def test_pages_are_packed_for_who_can_unpack_them(reader: Reader) -> None:
    packed = await reader.get("/help/en", Accept_Encoding="gzip")
    plain = await reader.get("/help/en", Accept_Encoding="identity")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text


async def test_the_feed_is_atom_with_the_newest_first(reader: Reader) -> None:
    answer = await reader.get("/help/en/feed.xml")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    root = ET.fromstring(answer.text)  # noqa: S314 -- our own
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert titles == [REFUNDS.title, RETURNS.title]
    assert root.findtext(f"{ATOM}updated") == "2026-02-03T00:00:00+00:00"
    links = [link.get("href", "") for link in root.iter(f"{ATOM}link")]
    assert all(link.startswith(f"{reader.url}/help/en") for link in links)
    german = ET.fromstring((await reader.get("/help/de/feed.xml")).text)  # noqa: S314 -- our own
    assert [one.text for one in german.iter(f"{ATOM}title")][1:] == [REFUNDS_DE.title]


async def test_the_sitemap_has_every_page_with_its_languages(reader: Reader) -> None:
    root = ET.fromstring((await reader.get("/help/sitemap.xml")).text)  # noqa: S314 -- our own
    places = [one.text.removeprefix(reader.url) for one in root.iter(f"{MAP}loc") if one.text]
    assert sorted(places) == [
        "/help/ar", "/help/ar/refund-times", "/help/de", "/help/de/refund-times", "/help/en",
        "/help/en/refund-times", "/help/en/returns",
    ]  # fmt: skip
    links = [one.get("hreflang") for one in root.iter("{http://www.w3.org/1999/xhtml}link")]
    assert links.count("de") == 3


async def test_the_sites_own_address_is_a_setting_and_no_asker_can_put_another(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"help": {"url": "https://help.example.com/"}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where:
        publish(house)
        async for one in reading(where):
            text = (await one.get("/help/en/returns", Host="evil.example")).text
            assert '<link rel="canonical" href="https://help.example.com/help/en/returns">' in text
            for path in ("/help/sitemap.xml", "/help/en/feed.xml"):
                assert "evil.example" not in (await one.get(path, Host="evil.example")).text


async def test_pictures_are_served_for_ever_under_their_own_name(reader: Reader) -> None:
    id, page = "ab" * 16, "cd" * 16
    async with reader.house.store.writing() as db:
        for name, kind in ((id, "image/png"), (page, "text/html")):
            await db.execute(
                insert(rows_of(ArticleImage)).values(
                    id=name, name="x", media_type=kind, size=3, width=1, height=1, data=b"\x89PN", created_at=NOON,
                    created_by="Kim",
                )
            )  # fmt: skip
    answer = await reader.get(f"/help/images/{id}")
    assert (answer.status, answer.data, answer.headers["Content-Type"]) == (200, b"\x89PN", "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (await reader.get(f"/help/images/{id}", If_None_Match=answer.headers["ETag"])).status == 304
    assert (await reader.get(f"/help/images/{page}")).headers["Content-Type"] == "application/octet-stream"
    assert (await reader.get(f"/help/images/{'ef' * 16}")).status == 404
    assert (await reader.get("/help/images/..%2F..%2Fx")).status == 404


async def test_style_and_script_are_kept_by_browsers_and_small(reader: Reader) -> None:
    text = (await reader.get("/help/en")).text
    for path in re.findall(r'(?:href|src)="(/help/assets/[^"]+)"', text):
        answer = await reader.get(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        if path.endswith(".js"):
            assert int(answer.headers["Content-Length"]) < 3_000, "with gzip"
    assert (await reader.get("/help/assets/x/help.css")).headers["Cache-Control"] == "no-cache"
    assert (await reader.get("/help/assets/x/..%2Fendpoints.py")).status == 404


def test_the_tokens_are_those_of_the_other_screens() -> None:
    here = Path("server/help/static/tokens.css").read_text(encoding="utf-8")
    assert here == Path("web/tokens/tokens.css").read_text(encoding="utf-8"), "Copy web/tokens/tokens.css over it."


def test_every_language_says_everything() -> None:
    assert set(spoken()) == {"en", "de", "fr", "es", "ar"}
    for language, said in spoken().items():
        assert set(said) == set(spoken()["en"]), language
        for name, sentence in said.items():
            assert set(re.findall(r"{\w+}", sentence)) == set(re.findall(r"{\w+}", spoken()["en"][name])), name
    assert words("de-AT") is spoken()["de"]
    assert words("sw") is spoken()["en"]


async def test_a_help_centre_without_articles_says_so(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path) as house, served(house) as where:
        async for one in reading(where):
            assert (await one.get("/help")).headers["Location"] == "/help/en"
            assert "There are no articles here yet" in (await one.get("/help/en")).text
            assert (await one.get("/help/en/search?q=refund")).status == 200
            assert (await one.get("/help/sitemap.xml")).status == 200
            assert (await one.get("/help/en/feed.xml")).status == 200
            assert (await one.get("/help/en/x")).status == 404


async def test_without_a_web_chat_there_is_no_help_centre(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path) as house, served(house) as where:
        async with house.store.writing() as db:
            await db.execute(update(rows_of(ChannelAccount)).values(enabled=False))
        async for one in reading(where):
            for path in ("/help", "/help/en", "/help/en/x", "/help/sitemap.xml"):
                answer = await one.get(path)
                assert (answer.status, json.loads(answer.text)["code"]) == (404, "not_found")
