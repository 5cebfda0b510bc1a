"""Releases over HTTP, by real requests with a real session."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.chat import Browser, Served, browser, served, signed_in
from tests.support.releases import write
from tests.support.server import hire, opened


class Office:
    """A house with an editor and an approver at their desks."""

    def __init__(self, where: Served, editor: Browser, approver: Browser) -> None:
        self.where, self.house, self.editor, self.approver = where, where.house, editor, approver

    async def write(self, article_id: str, text: str, **more: Any) -> int:
        """Save and approve a revision."""
        async with self.house.store.writing() as connection:
            return await write(connection, article_id, text, now=self.house.clock(), **more)


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office on each kind of database."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(opened(database_url, tmp_path))
        where = await stack.enter_async_context(served(house))
        await hire(house, "Edna Editor", "knowledge_editor")
        await hire(house, "Adam Approver", "approver")
        editor = await stack.enter_async_context(signed_in(where, "edna@example.com"))
        approver = await stack.enter_async_context(signed_in(where, "adam@example.com"))
        yield Office(where, editor, approver)


async def test_what_waits_is_listed_published_and_shown(office: Office) -> None:
    await office.write("returns", "Send it back within thirty days.")
    _, waits = await office.editor.get("/api/v1/releases/pending")
    assert [(one["article_id"], one["what"], one["revision"]) for one in waits["items"]] == [("returns", "publish", 1)]
    status, made = await office.editor.post("/api/v1/releases", {"note": "the first"})
    assert (status, made["state"], made["served"], made["by"]["name"]) == (201, "ready", True, "Edna Editor")
    assert made["changes"] == [
        {"article_id": "returns", "locale": "en", "title": "Returns", "what": "added", "from": None, "to": 1}
    ]
    assert made["changes_count"] == {"added": 1, "changed": 0, "removed": 0}
    _, listed = await office.editor.get("/api/v1/releases")
    assert (listed["served"], [one["number"] for one in listed["items"]]) == (made["id"], [1])
    _, waits = await office.editor.get("/api/v1/releases/pending")
    assert waits["items"] == []
    status, problem = await office.editor.post("/api/v1/releases", {})
    assert (status, problem["code"]) == (409, "nothing_to_publish")


async def test_pages_of_releases_go_on_where_the_last_one_ended(office: Office) -> None:
    for number in range(3):
        await office.write("returns", f"Text {number}.")
        await office.editor.post("/api/v1/releases", {"items": [{"article_id": "returns", "locale": "en"}]})
    _, first = await office.editor.get("/api/v1/releases?limit=2")
    assert [one["number"] for one in first["items"]] == [3, 2]
    _, second = await office.editor.get(f"/api/v1/releases?limit=2&cursor={first['next_cursor']}")
    assert ([one["number"] for one in second["items"]], second["next_cursor"]) == ([1], None)


async def test_a_dry_run_says_what_would_change_and_break_and_stores_nothing(office: Office) -> None:
    await office.write("refunds", "Seven days.")
    await office.write("returns", "See [refunds](article:refunds).")
    await office.editor.post("/api/v1/releases", {})
    await office.write("returns", "See [nothing](article:nothing) and [refunds](article:refunds).")
    status, found = await office.editor.post("/api/v1/releases/check", {})
    assert (status, [one["what"] for one in found["changes"]]) == (200, ["changed"])
    assert found["links"] == [{"from": "returns", "to": "nothing"}]
    assert found["gate"]["why"] == "There are fewer than 5 judged queries."
    _, listed = await office.editor.get("/api/v1/releases")
    assert len(listed["items"]) == 1
    status, problem = await office.editor.post("/api/v1/releases", {})
    assert (status, problem["code"], problem["links"]) == (422, "links_broken", [{"from": "returns", "to": "nothing"}])


async def test_going_back_wants_a_reason_and_takes_no_building(office: Office) -> None:
    await office.write("returns", "One thing.")
    _, first = await office.editor.post("/api/v1/releases", {})
    await office.write("returns", "Another thing.")
    await office.editor.post("/api/v1/releases", {})
    status, _ = await office.editor.post("/api/v1/releases/1/serve", {"reason": ""})
    assert status == 422
    status, served_now = await office.editor.post("/api/v1/releases/1/serve", {"reason": "two was wrong"})
    assert (status, served_now["id"], served_now["served"]) == (200, first["id"], True)
    status, problem = await office.editor.post("/api/v1/releases/9/serve", {"reason": "why not"})
    assert (status, problem["code"]) == (404, "release_not_found")


async def test_any_kept_release_is_searched_as_it_was(office: Office) -> None:
    await office.write("returns", "Send it back within thirty days.")
    await office.editor.post("/api/v1/releases", {})
    await office.write("returns", "Send it back within sixty days.")
    await office.editor.post("/api/v1/releases", {})
    for number in (1, 2):
        status, found = await office.editor.get(f"/api/v1/releases/{number}/search?q=send+it+back")
        assert (status, found["hits"][0]["revision"]) == (200, number)


async def test_what_is_bound_to_a_region_is_found_for_that_region_only(office: Office) -> None:
    await office.write("law", "The law of returns in Germany.", regions=["DE"])
    await office.editor.post("/api/v1/releases", {})
    _, nowhere = await office.editor.get("/api/v1/releases/1/search?q=law+of+returns")
    _, here = await office.editor.get("/api/v1/releases/1/search?q=law+of+returns&region=DE")
    _, there = await office.editor.get("/api/v1/releases/1/search?q=law+of+returns&region=AT")
    assert [len(found["hits"]) for found in (nowhere, here, there)] == [0, 1, 0]


async def test_a_teams_articles_are_found_in_a_release_by_its_people_and_by_editors(office: Office) -> None:
    await office.write("secret", "Whom to call about returns.", audience=["team:returns"])
    await office.editor.post("/api/v1/releases", {})
    await hire(office.house, "Olga Lind")
    path = "/api/v1/releases/1/search?q=call+about+returns&audience=team:returns"
    async with signed_in(office.where, "olga@example.com") as olga:
        status, found = await olga.get(path)
    assert (status, found["hits"]) == (200, [])
    assert [hit["article_id"] for hit in (await office.editor.get(path))[1]["hits"]] == ["secret"]


async def test_only_who_may_override_the_gate_may_try(office: Office) -> None:
    await office.write("returns", "One thing.")
    body = {"override_reason": "it must be"}
    status, problem = await office.editor.post("/api/v1/releases", body)
    assert (status, problem["permission"]) == (403, "knowledge.override")
    status, _ = await office.approver.post("/api/v1/releases", body)
    assert status == 201


async def test_the_gates_limits_are_versions_and_in_the_audit_trail(office: Office) -> None:
    _, now = await office.editor.get("/api/v1/release-gate")
    assert now == {"ndcg_drop": 0.02, "lost": 2, "enabled": True, "version": 0}
    wanted = {"ndcg_drop": 0.1, "lost": 5, "enabled": False, "version": 0}
    status, _ = await office.editor.put("/api/v1/release-gate", wanted)
    assert status == 403
    status, changed = await office.approver.put("/api/v1/release-gate", wanted)
    assert (status, changed) == (200, wanted | {"version": 1})
    status, problem = await office.approver.put("/api/v1/release-gate", wanted)
    assert (status, problem["code"]) == (409, "version_conflict")
    _, now = await office.editor.get("/api/v1/release-gate")
    assert now == changed
    status, _ = await office.approver.put("/api/v1/release-gate", wanted | {"ndcg_drop": 2})
    assert status == 422


async def test_a_release_of_somebody_elses_server_is_followed_before_the_next_search(
    office: Office, tmp_path: Path
) -> None:
    await office.write("returns", "One thing.")
    await office.editor.post("/api/v1/releases", {})
    async with opened(office.house.store.url, tmp_path, instance="server-2") as other, served(other) as where:
        await office.write("returns", "Another thing.")
        await office.editor.post("/api/v1/releases", {})
        assert other.library.article("returns").revision == 2
        async with browser(where) as nobody:
            status, _ = await nobody.get("/api/v1/releases")
            assert status == 401


async def test_one_translation_is_published_and_retired_by_its_own_page(office: Office) -> None:
    await office.write("returns", "One thing.")
    path = "/api/v1/articles/returns/translations/en"
    status, problem = await office.editor.post(f"{path}/retire", {"reason": "too early"})
    assert (status, problem["code"]) == (409, "wrong_state")
    status, problem = await office.editor.post(f"{path}/publish", {"revision": 7})
    assert (status, problem["code"]) == (409, "version_conflict")
    status, made = await office.editor.post(f"{path}/publish", {"revision": 1, "note": "at last"})
    assert (status, made["note"], made["served"]) == (201, "at last", True)
    status, problem = await office.editor.post(f"{path}/publish", {"revision": 1})
    assert (status, problem["code"]) == (409, "wrong_state")
    status, made = await office.editor.post(f"{path}/retire", {"reason": "we take nothing back"})
    assert (status, made["articles"], made["note"]) == (201, 0, "we take nothing back")
    _, now = await office.editor.get(path)
    assert (now["state"], now["published"]) == ("retired", None)
