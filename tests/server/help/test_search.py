"""Searching the help centre, with and without a script."""

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select

from server.help.search import marked
from server.store.base import all_rows, rows_of
from server.store.models import Article as ArticleRow
from server.store.models import AskedQuestion
from tests.server.help.conftest import Reader, reading
from tests.support.chat import served
from tests.support.reading import ARTICLES, REFUNDS, RETURNS, publish
from tests.support.server import NOON, opened

QUESTIONS = rows_of(AskedQuestion)


async def _asked(reader: Reader) -> list[dict[str, object]]:
    await reader.house.questions.flush()
    async with reader.house.store.reading() as db:
        return [dict(row) for row in all_rows(await db.execute(select(QUESTIONS)))]


async def test_a_question_finds_its_article_on_a_page(reader: Reader) -> None:
    answer = await reader.get("/help/en/search?q=how+long+does+a+refund+take")
    assert answer.status == 200
    assert "Results for “how long does a refund take”" in answer.text
    assert '<a href="/help/en/refund-times"' in answer.text
    assert "<mark>" in answer.text
    assert 'value="how long does a refund take"' in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


async def test_markup_in_a_question_stays_words(reader: Reader) -> None:
    text = (await reader.get("/help/en/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22+refund+%7Bx%7D")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_words_that_matched_are_marked_and_nothing_else_becomes_markup() -> None:
    assert marked("A <b>refund</b>, refunded.", ("refund",)) == "A &lt;b&gt;<mark>refund</mark>&lt;/b&gt;, refunded."
    assert marked("a & b", ()) == "a &amp; b"


async def test_nothing_found_and_nothing_asked_say_what_to_do(reader: Reader) -> None:
    assert "What are you looking for?" in (await reader.get("/help/en/search")).text
    assert "What are you looking for?" in (await reader.get("/help/en/search?q=+++")).text
    reader.house.withheld.ids = frozenset({REFUNDS.id, RETURNS.id})
    assert "Nothing found for “zzzzqqq”." in (await reader.get("/help/en/search?q=zzzzqqq")).text


async def test_titles_are_offered_from_the_beginnings_of_their_words(reader: Reader) -> None:
    found = json.loads((await reader.get("/help/en/search.json?q=whe+ref")).text)
    assert found["items"][0]["title"] == REFUNDS.title
    assert found["items"][0]["url"] == "/help/en/refund-times"
    assert found["all"] == "/help/en/search?q=whe+ref"
    assert "<" not in found["items"][0]["snippet"]
    arabic = json.loads((await reader.get("/help/ar/search.json?q=أموال")).text)
    assert arabic["items"][0]["lang"] in {"ar", "en"}


async def test_the_same_address_answers_programs_in_json(reader: Reader) -> None:
    answer = await reader.get("/help/en/search?q=refund", Accept="application/json")
    assert json.loads(answer.text)["items"]


async def test_what_was_asked_is_kept_without_private_details_and_typing_is_not(reader: Reader) -> None:
    await reader.get("/help/en/search.json?q=ref")
    await reader.get("/help/en/search?q=")
    assert await _asked(reader) == []
    await reader.get("/help/en/search?q=refund+for+ana.ruiz%40example.com")
    [row] = await _asked(reader)
    assert (row["source"], row["locale"], row["account"]) == ("help", "en", "larkfield")
    assert "example.com" not in str(row["text"])
    assert "refund" in str(row["text"])
    assert row["article_id"] == "refund-times"


async def test_withheld_articles_are_read_but_not_found(reader: Reader) -> None:
    row = {"id": RETURNS.id, "slug": RETURNS.slug, "type": "article", "source_locale": "en", "version": 1}
    async with reader.house.store.writing() as db:
        await db.execute(insert(rows_of(ArticleRow)).values(**row, withheld_at=NOON, created_at=NOON, created_by="Kim"))
    await reader.house.withheld.refresh()
    assert '"/help/en/returns"' not in (await reader.get("/help/en/search.json?q=returns+what+we+take")).text
    assert (await reader.get("/help/en/returns")).status == 200


async def test_too_much_searching_is_told_to_wait(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, blocks={"help": {"searches_per_minute": 2}}) as house:
        publish(house)
        async with served(house) as where:
            async for one in reading(where):
                statuses = [(await one.get("/help/en/search?q=refund")).status for _ in range(4)]
                assert statuses == [200, 200, 429, 429]
                assert (await one.get("/help/en/refund-times")).status == 200


async def test_a_search_goes_on_while_a_release_is_replaced(reader: Reader) -> None:
    await reader.get("/help/en/search?q=refund")
    publish(
        reader.house, *(replace(one, title="Money back", revision=8) if one is REFUNDS else one for one in ARTICLES)
    )
    assert "Money back" in (await reader.get("/help/en/search?q=refund")).text
