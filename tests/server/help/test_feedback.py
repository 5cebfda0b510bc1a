"""Whether an article helped: a form that needs no script, kept once per reader, article and day."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.server.help.conftest import Reader, reading
from tests.support.chat import served
from tests.support.reading import publish
from tests.support.server import clock_of, opened

FORM = "/help/en/refund-times/feedback"


async def test_yes_is_kept_and_thanked_for(keeping_reader: Reader) -> None:
    answer = await keeping_reader.post(FORM, {"helpful": "yes", "revision": "4"})
    assert (answer.status, answer.headers["Location"]) == (303, "/help/en/refund-times?said=yes#feedback")
    [row] = await keeping_reader.said()
    assert (row["article_id"], row["locale"], row["revision"], row["helpful"]) == ("refund-times", "en", 4, True)
    assert row["release"] == keeping_reader.house.library.pointed()
    page = await keeping_reader.get("/help/en/refund-times?said=yes")
    assert "Thank you" in page.text
    assert 'name="robots" content="noindex' in page.text


async def test_no_asks_why_and_the_answer_changes_the_same_row(keeping_reader: Reader) -> None:
    answer = await keeping_reader.post(FORM, {"helpful": "no", "revision": "4"})
    assert answer.headers["Location"].endswith("?said=no#feedback")
    page = (await keeping_reader.get("/help/en/refund-times?said=no")).text
    assert 'value="not_my_question"' in page
    why = {"helpful": "no", "revision": "4", "step": "why", "reason": "wrong", "comment": "Ask me: ana@example.com"}
    answer = await keeping_reader.post(FORM, why)
    assert answer.headers["Location"].endswith("?said=thanks#feedback")
    [row] = await keeping_reader.said()
    assert (row["helpful"], row["reason"]) == (False, "wrong")
    assert "ana@example.com" not in row["comment"]
    await keeping_reader.post(FORM, {"helpful": "yes", "revision": "4"})
    [row] = await keeping_reader.said()
    assert (row["helpful"], row["reason"], row["comment"]) == (True, None, None)


async def test_another_reader_article_or_day_counts_anew(keeping_reader: Reader) -> None:
    yes = {"helpful": "yes", "revision": "1"}
    await keeping_reader.post(FORM, yes)
    await keeping_reader.post(FORM, yes)
    await keeping_reader.post("/help/en/returns/feedback", yes)
    await keeping_reader.post(FORM, yes, User_Agent="another")
    clock_of(keeping_reader.house).move(timedelta(days=1))
    await keeping_reader.post(FORM, yes)
    rows = await keeping_reader.said()
    assert [row["article_id"] for row in rows] == ["refund-times"] * 3 + ["return-policy"]
    assert len({row["reader"] for row in rows}) == 3


async def test_what_helped_stands_on_the_first_page(reader: Reader) -> None:
    assert "What helped others" not in (await reader.get("/help/en")).text
    await reader.post("/help/en/returns/feedback", {"helpful": "yes", "revision": "1"})
    clock_of(reader.house).move(timedelta(minutes=6))
    assert "What helped others" in (await reader.get("/help/en")).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "", "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "", "Origin": "null"},
    ],
)
async def test_a_form_from_elsewhere_is_not_taken(reader: Reader, headers: dict[str, str]) -> None:
    answer = await reader.post(FORM, {"helpful": "yes", "revision": "1"}, **headers)
    assert answer.status == 403
    assert "was not sent from this page" in answer.text
    assert await reader.said() == []


async def test_a_browser_that_only_says_its_origin_is_taken(reader: Reader) -> None:
    answer = await reader.post(FORM, {"helpful": "yes", "revision": "1"}, Sec_Fetch_Site="")
    assert answer.status == 303


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"helpful": "maybe", "revision": "1"},
        {"helpful": "yes", "revision": "x"},
        {"helpful": "no", "revision": "1", "reason": "spite"},
        {"helpful": "yes", "revision": "9" * 40},
        {f"field-{number}": "yes" for number in range(30)},
    ],
)
async def test_a_form_that_is_none_is_refused_politely(reader: Reader, form: dict[str, str]) -> None:
    answer = await reader.post(FORM, form)
    assert answer.status == 422
    assert "<h1>" in answer.text
    assert await reader.said() == []


async def test_odd_comments_are_kept_short_and_whole(reader: Reader) -> None:
    form = {"helpful": "no", "revision": "1", "reason": "unclear", "comment": "\x00<b>é\ud7ff" * 600}
    assert (await reader.post(FORM, form)).status == 303
    [row] = await reader.said()
    assert len(row["comment"]) <= 1_000
    assert (await reader.post(FORM, {**form, "comment": "x" * 20_000})).status == 413


async def test_what_a_reader_may_not_see_cannot_be_judged(reader: Reader) -> None:
    for slug in ("rights-germany", "pb-limits", "nothing"):
        answer = await reader.post(f"/help/en/{slug}/feedback", {"helpful": "yes", "revision": "1"})
        assert answer.status == 404
    assert await reader.said() == []


async def test_one_address_cannot_flood(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url, tmp_path, blocks={"help": {"feedback_per_hour": 2}}) as house:
        publish(house)
        async with served(house) as where:
            async for one in reading(where):
                sent = [
                    await one.post(FORM, {"helpful": "yes", "revision": "1"}, User_Agent=str(count))
                    for count in range(4)
                ]
                assert [answer.status for answer in sent] == [303, 303, 429, 429]
                assert len(await one.said()) == 2
