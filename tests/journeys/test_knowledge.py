"""An article's way from an editor's desk to every reader and back, on the real parts."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from server.bench.talk import Frame, Widget, visitor
from tests.support.agents import AgentBrowser, agent
from tests.support.databases import KINDS, Postgres
from tests.support.newspaper import (
    ALEX,
    NOOR,
    UMA,
    Newspaper,
    asked,
    newspaper,
    opened,
    page,
    published,
    rewritten,
    served,
    top,
    where,
)

pytestmark = [pytest.mark.journey, pytest.mark.timeout(420), pytest.mark.xdist_group("journeys")]
PATIENT = {"WARMLINE_LIMITS__SESSIONS_PER_MINUTE": "1000", "WARMLINE_ACCESS__SIGN_IN_PER_MINUTE": "1000"}
QUESTION = "how long does a refund take?"
OLD, NEW = "5\u20137 working days", "3\u20134 working days"
SOON = 2.0
"""Seconds within which everybody who asks gets the new text."""


@pytest.fixture(scope="module", params=KINDS)
def paper(request: pytest.FixtureRequest, home: Path) -> Iterator[Newspaper]:
    """A house of its own on each database: its articles change."""
    if request.param == "sqlite":
        with newspaper(home, env=PATIENT) as running:
            yield running
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url, newspaper(home, url, PATIENT) as running:
        yield running


async def _doors(paper: Newspaper, kim: AgentBrowser, widget: Widget, conversation: str) -> dict[str, tuple[str, Any]]:
    """Ask at every door at once; return text and (revision, release) of what each says of refunds."""
    url = paper.stack.url

    async def desk() -> tuple[str, Any]:
        items = (await kim.get(f"/conversations/{conversation}/suggestions?q={quote(QUESTION)}"))["items"]
        first = next(one for one in items if one["article_id"] == "refund-times")
        return first["text"], (first["revision"], first["release"])

    async def route() -> tuple[str, Any]:
        article = await kim.get("/knowledge/articles/refund-times")
        return article["markdown"], (article["revision"], article["release"])

    async def reader() -> tuple[str, Any]:
        status, article = await opened(widget, url, "refund-times")
        assert status == 200
        return article["html"], (article["revision"], article["release"])

    async def help_page() -> tuple[str, Any]:
        status, text = await page(url, "/help/en/refund-times")
        assert status == 200
        return text, None

    async def help_search() -> tuple[str, Any]:
        found = re.sub("</?mark>", "", (await page(url, f"/help/en/search?q={quote(QUESTION)}"))[1])
        # Other articles speak of refunds too: this one's line begins with its title.
        return found.partition("When will I get my refund?")[2].partition("</li>")[0], None

    async def bot() -> tuple[str, Any]:
        hit = (await asked(paper, QUESTION))["hits"][0]
        return hit["text"], (hit["revision"], hit["release"])

    looks = {"desk": desk, "route": route, "widget": reader, "help": help_page, "search": help_search, "bot": bot}
    found = await asyncio.gather(*(look() for look in looks.values()))
    return dict(zip(looks, found, strict=True))


def _say(doors: dict[str, tuple[str, Any]], words: str, but: str, cited: tuple[int, str]) -> None:
    for name, (text, source) in doors.items():
        assert words in text, name
        assert but not in text, name
        assert source in {None, cited}, name


async def _cited(widget: Widget) -> tuple[str, Frame, str]:
    answer = await widget.ask(QUESTION, seconds=20)
    [citation] = answer["data"]["citations"]
    assert citation["article_id"] == "refund-times"
    return answer["data"]["text"], citation, answer["conversation_id"]


async def _searched(paper: Newspaper) -> tuple[str, tuple[int, str]]:
    found = json.loads(await paper.command("kb", "search", QUESTION, "--account", "larkfield", "--json"))
    first = next(hit for hit in found["hits"] if hit["passage"]["article_id"] == "refund-times")
    return first["passage"]["text"], (first["passage"]["revision"], found["release"])


async def test_an_article_changes_for_everybody_at_once_and_back_again(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    async with (
        agent(url, home, UMA) as uma,
        agent(url, home, NOOR) as noor,
        agent(url, home) as kim,
        agent(url, home, ALEX) as alex,
        visitor(url) as ana,
        paper.second() as second,
        agent(second, home) as sam,
    ):
        before = await served(noor)
        text, first, conversation = await _cited(ana)
        assert OLD in text
        was = (first["revision"], first["release"])
        _say(await _doors(paper, kim, ana, conversation), OLD, NEW, was)
        assert (await sam.get("/knowledge/articles/refund-times"))["release"] == before["id"]

        revision = await rewritten(uma, "refund-times", (OLD, NEW))
        status, problem = await uma.call("POST", f"{where('refund-times')}/approve", {"revision": revision})
        assert (status, problem["code"]) == (403, "second_person_needed")
        _say(await _doors(paper, kim, ana, conversation), OLD, NEW, was)

        known = [one["number"] for one in (await noor.get("/releases"))["items"]]
        made = await published(noor, "refund-times", revision, note="Faster.")
        now = (revision, made["id"])
        began = perf_counter()
        there = await sam.get("/knowledge/articles/refund-times")
        assert perf_counter() - began < 1
        assert ((there["revision"], there["release"]), NEW in there["markdown"]) == (now, True)
        _say(await _doors(paper, kim, ana, conversation), NEW, OLD, now)
        assert perf_counter() - began < SOON
        assert made["changes"] == [
            {"article_id": "refund-times", "locale": "en", "title": "When will I get my refund?", "what": "changed"}
            | {"from": was[0], "to": revision}
        ]
        assert made["embedded"] < 20, "Only the article that changed is embedded again."
        numbers = [one["number"] for one in (await noor.get("/releases"))["items"]]
        assert numbers == [made["number"], *known], "The second process followed and built nothing."
        async with visitor(url) as bob:
            text, citation, _ = await _cited(bob)
        assert (NEW in text, OLD in text) == (True, False)
        assert (citation["revision"], citation["release"]) == now
        text, source = await _searched(paper)
        assert (NEW in text, source) == (True, now)

        status, old = await opened(ana, url, "refund-times", f"?revision={was[0]}")
        assert (status, old["revision"], old["release"]) == (200, *was)
        assert OLD in old["markdown"]
        for revision_asked, ours in ((was[0], True), (revision, False)):
            met = await noor.get(f"/articles/refund-times/cited-by?revision={revision_asked}&limit=200")
            assert (conversation in {one["conversation_id"] for one in met["items"] if one["kind"] == "cited"}) == ours

        began = perf_counter()
        back = await noor.post(f"/releases/{before['number']}/serve", {"reason": "The bank is slower."})
        assert (back["id"], back["served"]) == (before["id"], True)
        assert (await sam.get("/knowledge/articles/refund-times"))["release"] == before["id"]
        _say(await _doors(paper, kim, ana, conversation), OLD, NEW, was)
        assert perf_counter() - began < 5
        async with visitor(url) as cara:
            text, citation, _ = await _cited(cara)
        assert (OLD in text, citation["release"]) == (True, before["id"])
        text, source = await _searched(paper)
        assert (OLD in text, source) == (True, was)

        trail = [(one["actor"], one["action"], one["target"]) for one in (await alex.get("/audit?limit=50"))["items"]]
        steps = [(actor, action) for actor, action, _ in reversed(trail) if actor in {UMA, NOOR}]
        # Other journeys on this paper may have been here before.
        assert [action for _, action in steps[-6:]] == [
            "article.saved", "article.submitted", "article.approved", "release.served", "article.published",
            "release.served_again",
        ], steps  # fmt: skip


async def test_a_release_that_would_break_a_link_changes_nothing(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    async with agent(url, home, UMA) as uma, agent(url, home, NOOR) as noor, agent(url, home) as kim:
        before, was = await served(noor), await kim.get("/knowledge/articles/gift-cards")
        revision = await rewritten(uma, "gift-cards", (was["markdown"][:20], "See [this](article:nowhere-at-all). "))
        path = where("gift-cards")
        await noor.post(f"{path}/approve", {"revision": revision})
        status, problem = await noor.call("POST", f"{path}/publish", {"revision": revision})
        assert (status, problem["code"]) == (422, "links_broken")
        assert "nowhere-at-all" in json.dumps(problem["links"])
        assert (await served(noor))["id"] == before["id"]
        assert await kim.get("/knowledge/articles/gift-cards") == was
        translation = await uma.get(path)
        assert (translation["state"], translation["published"]) == ("approved", was["revision"])
        await uma.post(f"{path}/withdraw")


async def test_a_release_that_loses_judged_queries_needs_a_right_and_a_reason(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    async with agent(url, home, UMA) as uma, agent(url, home, NOOR) as noor, agent(url, home, ALEX) as alex:
        before = await served(noor)
        status, limits = await noor.call("PUT", "/release-gate", {"ndcg_drop": 0.0, "lost": 0, "enabled": True})
        assert status == 200, limits
        now = (await uma.get(where("track-your-order")))["revision"]
        revision = await rewritten(uma, "track-your-order", (now["text"], "Nothing."), (now["title"], "Zebra notes"))
        path = where("track-your-order")
        await noor.post(f"{path}/approve", {"revision": revision})
        status, problem = await noor.call("POST", f"{path}/publish", {"revision": revision})
        assert (status, problem["code"]) == (409, "gate_refused")
        lost = problem["gate"]["lost"]
        assert lost
        assert all("track-your-order" in one["expected"] for one in lost)
        assert (await served(noor))["id"] == before["id"]
        async with agent(url, home, "edda@larkfield.example") as edda:
            status, refused = await edda.call(
                "POST", f"{path}/publish", {"revision": revision, "override_reason": "I want it."}
            )
            assert (status, refused["code"]) == (403, "missing_permission")
        reason = "It is being rewritten."
        made = await noor.post(f"{path}/publish", {"revision": revision, "override_reason": reason})
        assert (made["overridden"], made["gate"]["passed"], made["served"]) == (True, False, True)
        assert made["gate"]["overridden"] == {"by": "Noor Haddad", "reason": reason}
        trail = (await alex.get("/audit?limit=20"))["items"]
        [logged] = [one for one in trail if one["action"] == "release.gate_overridden"]
        assert (logged["actor"], logged["data"]["reason"]) == (NOOR, reason)
        await noor.post(f"/releases/{before['number']}/serve", {"reason": "As it was."})


async def test_german_readers_in_germany_are_answered_in_german_with_what_holds_there(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    await paper.move("fjord", "DE")
    try:
        async with visitor(url, account="fjord", locale="de") as jan, agent(url, home, UMA) as uma:
            answer = await jan.ask("Wie lange gilt das Rückgaberecht, und wie ist die Rückgabe?", seconds=20)
            [citation] = answer["data"]["citations"]
            assert citation["article_id"] == "return-policy"
            status, article = await opened(jan, url, "return-policy", "?locale=de")
            assert (status, article["locale"], article["notice"]) == (200, "de", None)
            assert (await uma.get("/knowledge/articles/statutory-rights-germany?locale=de"))["title"] in json.dumps(
                [answer["data"]["text"], article["disclaimers"]], ensure_ascii=False
            )
            assert len(article["disclaimers"]) == 1
            english = await opened(jan, url, "how-to-return", "?locale=de")
            assert (english[1]["locale"], english[1]["notice"]) == ("en", "locale_fallback")
            status, shown = await page(url, "/help/de/how-to-return?account=fjord")
            assert (status, "auf Englisch" in shown) == (200, True)
            found = await asked(paper, "how do I return an item", account="fjord", locale="de")
            assert found["hits"][0]["disclaimers"][0]["locale"] == "de"
        async with visitor(url, locale="de") as eva:
            assert (await opened(eva, url, "return-policy", "?locale=de"))[1]["disclaimers"] == []
            status, _ = await opened(eva, url, "statutory-rights-germany", "?locale=de")
            assert status == 404
    finally:
        await paper.move("fjord", None)


async def test_a_translation_is_outdated_everywhere_once_its_source_has_changed(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    async with agent(url, home, UMA) as uma, agent(url, home, NOOR) as noor, agent(url, home) as kim:
        before = await served(noor)
        path = where("password-reset", "de")
        status, old = await page(url, "/help/de/password-reset")
        assert (status, "Übersetzung ist älter" in old) == (200, False)
        now = await uma.get(where("password-reset"))
        revision = await rewritten(uma, "password-reset", (now["revision"]["summary"], "Changed in a minute."))
        await published(noor, "password-reset", revision)
        assert (await uma.get(path))["outdated"] is True
        lines = (await uma.get("/articles?outdated=true&locale=de"))["items"]
        assert "password-reset" in {line["id"] for line in lines}
        assert (await kim.get("/knowledge/articles/password-reset?locale=de"))["outdated"] is True
        assert "Übersetzung ist älter" in (await page(url, "/help/de/password-reset"))[1]
        await noor.post(f"/releases/{before['number']}/serve", {"reason": "As it was."})
        assert (await kim.get("/knowledge/articles/password-reset?locale=de"))["outdated"] is False


def _questions() -> list[str]:
    lines = Path("demo/articles/questions.jsonl").read_text().splitlines()
    return [json.loads(line)["q"] for line in lines[::9]][:10]


def _index(paper: Newspaper) -> Path:
    files = (paper.stack.home / "knowledge" / "segments").glob("*/vectors.index")
    return max(files, key=lambda file: file.stat().st_size)


async def test_files_that_are_lost_or_cut_come_back_from_the_database(paper: Newspaper) -> None:
    url, home = paper.stack.url, paper.stack.home
    questions = _questions()
    async with agent(url, home, NOOR) as noor:
        before = await served(noor)
        found = await top(noor, before["number"], questions)
        assert all(found)

        whole = _index(paper).read_bytes()
        _index(paper).write_bytes(whole[: len(whole) // 2])
        assert await top(noor, before["number"], questions) == found, "What is in memory goes on."
        await paper.restart()
        await _serves(noor, before["id"], questions[0])
        assert await top(noor, before["number"], questions) == found
        assert _index(paper).read_bytes() == whole

        await paper.restart(between=lambda: shutil.rmtree(home / "knowledge"))
        await _serves(noor, before["id"], questions[0])
        assert await top(noor, before["number"], questions) == found
        assert (await served(noor))["id"] == before["id"]
        assert (home / "knowledge" / "current").read_text().strip() == before["id"]
        async with visitor(url) as ana:
            assert OLD in (await _cited(ana))[0]


async def _serves(who: AgentBrowser, release: str, question: str) -> None:
    """Wait until the article route reads the release again; until then it may say that it cannot, and nothing else."""
    async with asyncio.timeout(60):
        while True:
            try:
                status, answer = await who.call("GET", "/knowledge/articles/refund-times")
            except aiohttp.ClientError:
                continue
            if status == 200:
                assert answer["release"] == release
                return
            assert status in {404, 503}, answer
            await asyncio.sleep(0.05)
