"""The workbench over HTTP: judged queries, measurements, and a customer's question made into one."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from server.house import House
from tests.support.chat import Browser, served, signed_in
from tests.support.releases import write
from tests.support.server import hire, opened, received, settle, visit
from tests.support.server import log_of as log


class Office:
    """A house with an editor and an agent."""

    def __init__(self, house: House, editor: Browser, agent: Browser) -> None:
        self.house, self.editor, self.agent = house, editor, agent

    async def write(self, article_id: str, text: str, *, published: bool = True, **more: Any) -> None:
        """Save, approve and publish a revision."""
        async with self.house.store.writing() as connection:
            await write(connection, article_id, text, now=self.house.clock(), **more)
        if published:
            status, answer = await self.editor.post("/api/v1/releases", {})
            assert status == 201, answer

    async def judge(self, text: str, *expected: str, **more: Any) -> Any:
        """Add a judged query and return it."""
        body = {"text": text, "expected": [{"article_id": one} for one in expected], **more}
        status, made = await self.editor.post("/api/v1/judged-queries", body)
        assert status == 201, made
        return made


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office on each kind of database."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(opened(database_url, tmp_path))
        where = await stack.enter_async_context(served(house))
        await hire(house, "Edna Editor", "knowledge_editor")
        await hire(house, "Kim Larsen", "agent")
        editor = await stack.enter_async_context(signed_in(where, "edna@example.com"))
        agent = await stack.enter_async_context(signed_in(where, "kim@example.com"))
        yield Office(house, editor, agent)


async def test_judged_queries_are_kept_changed_and_forgotten(office: Office) -> None:
    await office.write("returns", "Send it back.", published=False)
    made = await office.judge("how do i send it back", "returns", region="de", note="often asked")
    assert (made["region"], made["source"], made["version"], made["by"]) == ("DE", "manual", 1, "Edna Editor")
    assert made["expected"] == [{"article_id": "returns", "heading": None, "grade": 3, "title": "Returns"}]
    path = f"/api/v1/judged-queries/{made['id']}"
    change: dict[str, Any] = {"text": "how do i return it", "expected": made["expected"], "version": 1, "active": False}
    status, changed = await office.editor.put(path, change)
    assert (status, changed["text"], changed["version"], changed["active"]) == (200, "how do i return it", 2, False)
    status, problem = await office.editor.put(path, change)
    assert (status, problem["code"], problem["version"]) == (409, "version_conflict", 2)
    status, _ = await office.editor.call("DELETE", path)
    assert status == 204
    status, problem = await office.editor.call("DELETE", path)
    assert (status, problem["code"]) == (404, "judged_query_not_found")


async def test_an_article_that_is_not_there_is_no_right_answer(office: Office) -> None:
    body = {"text": "how?", "expected": [{"article_id": "nowhere"}]}
    status, problem = await office.editor.post("/api/v1/judged-queries", body)
    assert (status, problem["code"], problem["articles"]) == (422, "unknown_article", ["nowhere"])


async def test_lists_are_filtered_and_paged(office: Office) -> None:
    await office.write("returns", "Send it back.", published=False)
    await office.write("returns-of-lamps", "Lamps too.", published=False)
    for number in range(3):
        await office.judge(f"return number {number}", "returns")
    await office.judge("the lamp", "returns-of-lamps", active=False)
    _, one = await office.editor.get("/api/v1/judged-queries?limit=3")
    assert ([item["text"] for item in one["items"]], one["total"]) == (
        ["the lamp", "return number 2", "return number 1"],
        4,
    )
    _, two = await office.editor.get(f"/api/v1/judged-queries?limit=3&cursor={one['next_cursor']}")
    assert ([item["text"] for item in two["items"]], two["next_cursor"]) == (["return number 0"], None)
    for query, count in (("article=returns", 3), ("active=false", 1), ("q=NUMBER", 3), ("locale=de", 0), ("q=%25", 0)):
        _, found = await office.editor.get(f"/api/v1/judged-queries?{query}")
        assert len(found["items"]) == count, query


async def send_lines(who: Browser, *lines: Any) -> tuple[int, Any]:
    """Send a file of judged queries; what is no text is made into JSON."""
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    headers = {"x-csrf-token": who.csrf, "content-type": "application/jsonl"}
    url = f"{who.url}/api/v1/judged-queries/import"
    async with who.http.post(url, data=body.encode(), headers=headers) as response:
        return response.status, await response.json(content_type=None)


async def test_a_file_is_taken_in_once_and_its_bad_lines_are_told(office: Office) -> None:
    await office.write("returns", "Send it back.", published=False)
    good = {"q": "how do i return it", "article": "returns", "locale": "en"}
    none = {"q": "who won the world cup", "article": None}
    lines: list[Any] = [good, none, "", {"q": "x", "article": "nowhere"}, {"article": "returns"}, {"q": ""}, [1]]
    status, told = await send_lines(office.editor, *lines)
    assert (status, told["added"], told["known"]) == (200, 2, 0)
    assert [problem["line"] for problem in told["problems"]] == [4, 5, 6, 7]
    _, told = await send_lines(office.editor, good, none)
    assert (told["added"], told["known"]) == (0, 2)
    status, problem = await send_lines(office.editor, good, "{not json")
    assert (status, problem["code"], problem["line"]) == (422, "not_json_lines", 2)


async def test_a_measurement_says_what_every_query_found(office: Office) -> None:
    await office.write("returns", "Send it back within thirty days.", published=False)
    await office.write("refunds", "Refunds take seven working days.")
    await office.judge("send it back", "returns")
    await office.judge("refunds take how long", "refunds")
    await office.judge("not active", "refunds", active=False)
    status, run = await office.editor.post("/api/v1/workbench/runs", {})
    assert (status, run["figures"]["queries"], run["figures"]["recall@1"]) == (201, 2, 1.0)
    assert [row["rank"] for row in run["rows"]] == [1, 1]
    assert run["rows"][0]["found"][0]["title"] == "Returns"
    assert run["subject"] is None
    _, again = await office.editor.get(f"/api/v1/workbench/runs/{run['id']}")
    assert again == run
    _, listed = await office.editor.get("/api/v1/workbench/runs")
    assert [one["id"] for one in listed["items"]] == [run["id"]]
    status, problem = await office.editor.get(f"/api/v1/workbench/runs/{uuid4()}")
    assert (status, problem["code"]) == (404, "run_not_found")


async def test_a_draft_is_measured_before_anybody_sees_it_and_compared(office: Office) -> None:
    await office.write("returns", "Send it back within thirty days.", published=False)
    await office.write("refunds", "Refunds take seven working days.")
    await office.judge("send it back within thirty days", "returns")
    _, before = await office.editor.post("/api/v1/workbench/runs", {})
    content = {"title": "Refunds", "text": "Send it back within thirty days. " * 3}
    draft: dict[str, Any] = {"article_id": "refunds", "locale": "en", "content": content}
    await office.write("returns", "Nothing.", published=False, title="Empty")
    _, stolen = await office.editor.post("/api/v1/workbench/runs", {"draft": draft})
    assert stolen["subject"] == {"article_id": "refunds", "locale": "en", "revision": None}
    draft = {"article_id": "returns", "locale": "en", "revision": 2}
    _, after = await office.editor.post("/api/v1/workbench/runs", {"draft": draft})
    assert after["subject"]["revision"] == 2
    status, found = await office.editor.get(f"/api/v1/workbench/compare?before={before['id']}&after={after['id']}")
    assert (status, len(found["lost"]) + found["same"], found["won"]) == (200, 1, [])
    _, served_now = await office.editor.post("/api/v1/workbench/runs", {})
    assert served_now["rows"] == before["rows"]
    missing = {"draft": {"article_id": "returns", "locale": "de"}}
    status, problem = await office.editor.post("/api/v1/workbench/runs", missing)
    assert (status, problem["code"]) == (404, "revision_not_found")


async def test_a_release_that_there_is_not_cannot_be_measured(office: Office) -> None:
    status, problem = await office.editor.post("/api/v1/workbench/runs", {})
    assert (status, problem["code"], problem["because"]) == (503, "knowledge_unavailable", "release_missing")


async def test_a_customers_question_becomes_a_judged_query_in_two_steps(office: Office) -> None:
    await office.write("returns", "Send the lamp back within thirty days.")
    ana = await visit(office.house)
    await ana.write("hello, I am ana@example.com")
    taken = await ana.write("can i send the lamp back?")
    await settle(office.house)
    asked = {"conversation_id": str(taken.conversation_id), "message_id": str(taken.message_id)}
    path = "/api/v1/judged-queries/from-message"
    status, offered = await office.agent.post(path, asked)
    assert (status, offered["draft"]["text"]) == (200, "can i send the lamp back?")
    assert "ana@example.com" not in offered["draft"]["history"][0]
    assert offered["draft"]["account"] == "larkfield"
    assert offered["candidates"][0]["article_id"] == "returns"
    status, made = await office.agent.post(path, {**asked, "expected": [{"article_id": "returns"}]})
    assert (status, made["source"], made["message_id"]) == (201, "conversation", asked["message_id"])
    assert received(await log(office.house, taken))[-1].message_id == taken.message_id
    status, problem = await office.agent.post(path, {**asked, "message_id": str(uuid4())})
    assert (status, problem["code"]) == (404, "message_not_found")
    status, problem = await office.editor.post(path, asked)
    assert (status, problem["permission"]) == (403, "conversation.read")


async def test_the_checks_of_a_draft_say_what_it_would_win_and_lose(office: Office) -> None:
    await office.write("returns", "Send it back within thirty days.")
    for number in range(4):
        await office.write(f"other-{number}", f"Thirty chairs, {number} tables: send word, we come within days.")
    await office.judge("send it back within thirty days", "returns")
    await office.write("returns", "Nothing to see here.", published=False, title="Empty")
    checks = "/api/v1/articles/returns/translations/en/checks"
    _, before = await office.editor.get(checks)
    assert before["queries"] is None
    draft = {"article_id": "returns", "locale": "en", "revision": before["revision"]}
    await office.editor.post("/api/v1/workbench/runs", {"draft": draft})
    _, after = await office.editor.get(checks)
    assert (after["queries"]["wins"], after["queries"]["losses"]) == (0, 1)
    _, found = await office.editor.get(
        f"/api/v1/workbench/compare?before={after['queries']['before']}&after={after['queries']['after']}"
    )
    assert [one["text"] for one in found["lost"]] == ["send it back within thirty days"]
