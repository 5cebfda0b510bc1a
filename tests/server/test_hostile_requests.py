"""Requests as attackers and broken programs send them: a clear refusal with a stable code, and never a 500."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from server.access.roles import ROLES
from server.api import LARGE_BODIES
from server.house import House
from tests.support.chat import Browser, Served, browser, served, signed_in
from tests.support.routes import Route, routes
from tests.support.server import BOT_TOKEN, hire, settle, visit

PLACES = re.compile(r"\{[a-z_:]+\}")
HOSTILE = (
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "x" * 2000,
    "x" * 300,
    "-1",
    str(2**63),
    str(2**80),
    "NaN",
    "' OR 1=1 --",
    "../../../etc/passwd",
    "..",
    "%",
    "null",
    "\U0001f600",
    "00000000-0000-0000-0000-000000000000",
)


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A house with a door and everybody in it."""
    await hire(house, "Kim Larsen", *ROLES)
    async with served(house) as where:
        yield where


def _called() -> list[Route]:
    return [route for route in routes() if not route.path.startswith("/demo") and "/sessions/me" not in route.path]


async def _whole(who: Browser, method: str, url: str, **options: Any) -> tuple[int, bytes]:

    headers = {"x-csrf-token": who.csrf} | options.pop("headers", {})
    address = URL(f"{who.url}{url}", encoded=True)
    async with who.http.request(method, address, headers=headers, allow_redirects=False, **options) as answer:
        return answer.status, await answer.read()


def _headers(route: Route) -> dict[str, str]:
    if "/bot/" in route.path:
        return {"authorization": f"Bearer {BOT_TOKEN}", "idempotency-key": "k"}
    return {}


async def test_odd_values_in_paths_and_queries_never_break_anything(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    broken = []
    async with signed_in(door, "kim@example.com") as who:
        for route in _called():
            if route.method != "GET":
                continue
            headers = _headers(route)
            if "/widget/articles" in route.path:
                headers = {"authorization": f"Bearer {ana.token}"}
            for value in HOSTILE:
                said = quote(value, safe="")
                path = route.path
                for name in PLACES.findall(path):
                    path = path.replace(name, said)
                calls = [path] if path != route.path else []
                known = route.path.replace("{id}", str(taken.conversation_id)).replace("{article_id}", "a")
                known = PLACES.sub("en", known)
                calls += [f"{_with_all(route, known)}&{name}={said}" for name in route.queries]
                for call in calls:
                    status, _ = await _whole(who, "GET", call, headers=headers)
                    if status >= 500 and status != 503:
                        broken.append(f"{status} GET {call[:150]}")
    assert broken == []


def _with_all(route: Route, path: str) -> str:
    # What a route must have is there, so that only the odd value can be refused.
    needed = {"q": "refund", "account": "larkfield"}
    return f"{path}?" + "&".join(f"{name}={value}" for name, value in needed.items() if name in route.queries)


CITED = (
    b'{"client_id": "c", "text": "Hi", "citations": '
    b'[{"article_id": "\\u0000", "revision": %s, "release": "", "title": ""}]}'
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"a": 1e999}',
    b"\xff\xfe",
    b"[" * 3000,
    b'{"email": "a\\u0000@b", "password": "x\\u0000"}',
    b'{"account": "lark\\u0000", "token": null}',
    b'{"account": "larkfield", "token": "\\ud800"}',
    b'{"account": "larkfield", "identity": "x"}',
    b'{"client_id": "a\\u0000", "text": "Hi"}',
    b'{"client_id": "a", "text": "\\ud800"}',
    CITED % b"1e30",
    CITED % b"1",
    b'{"scope": "intent", "key": "a\\u0000", "off": true, "reason": "\\u0000"}',
    b'{"version": 99999999999999999999999, "limits": {}}',
    b'{"version": 0, "limits": {"wants_person": {"confidence": "NaN"}}}',
    b'{"order": "\\u0000", "email": "\\u0000", "reason": "\\u0000", "amount": 1e308}',
    b'{"seconds": 1e308}',
    b'{"seconds": -99999999999}',
)


async def test_odd_bodies_never_break_anything(door: Served) -> None:
    ana = await visit(door.house)
    taken = await ana.write("I want a person")
    await settle(door.house)
    broken = []
    async with signed_in(door, "kim@example.com") as who:
        await who.post(f"/api/v1/conversations/{taken.conversation_id}/take")
        for route in _called():
            if route.method == "GET" or route.path.endswith(("/resolve", "/give-back", "/clock")):
                continue
            path = route.path.replace("{id}", str(taken.conversation_id))
            for body in BODIES:
                headers = {"content-type": "application/json", **_headers(route)}
                status, answer = await _whole(who, route.method, path, data=body, headers=headers)
                if status >= 500 and status != 503:
                    broken.append(f"{status} {route.name} {body[:80]!r}")
                elif status >= 400 and route.path.startswith("/help"):
                    # Its forms are filled in by people without a script; what they get is a page.
                    assert answer.startswith(b"<!doctype html>"), answer
                elif status >= 400:
                    assert {"type", "title", "status", "code", "detail"} <= set(json.loads(answer)), answer
    assert broken == []


async def test_a_body_that_is_too_large_is_refused_whether_its_length_is_said_or_not(door: Served) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 8192

    async with signed_in(door, "kim@example.com") as who:
        for data in (b" " * 100_000, pieces()):
            headers = {"content-type": "application/json"}
            status, answer = await _whole(who, "PUT", "/api/v1/switches", data=data, headers=headers)
            assert status == 413, answer
            problem = json.loads(answer)
            assert (problem["status"], problem["code"]) == (413, "too_large")


async def test_what_may_be_large_has_a_limit_of_its_own(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as who:
        for method, path, most in LARGE_BODIES:
            where = path.replace("[^/]+", "x").replace("(/check)?", "")
            for length, refused in ((most, False), (most + 1, True)):
                # Only announced: a refusal comes before anything is read.
                status = await _announced(who, method, where, length)
                assert (status == 413) == refused, f"{method} {where} with {length} bytes -> {status}"


async def _announced(who: Browser, method: str, path: str, length: int) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(who.url.rpartition(":")[2]))
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    if writer.can_write_eof():
        writer.write_eof()
    status = await reader.read(12)
    writer.close()
    return int(status[9:12] or b"0")


async def test_problems_are_problem_documents_everywhere(door: Served) -> None:
    async with browser(door) as who:
        for path, status in (("/nowhere", 404), ("/api/v1/nowhere", 404), ("/api/v1/conversations", 401)):
            async with who.http.get(f"{who.url}{path}") as answer:
                assert answer.status == status
                assert answer.content_type == "application/problem+json"
                problem = await answer.json(content_type=None)
                assert problem["status"] == status
                assert problem["code"]
        async with who.http.patch(f"{who.url}/api/v1/sessions") as answer:
            assert answer.status == 405


async def test_no_answer_sends_anybody_where_the_asker_says_that_we_are(door: Served) -> None:
    async with browser(door) as who:
        for path in ("/api/v1/conversations/", "/console", "/widget", "/", "//elsewhere.example/"):
            async with who.http.get(
                f"{who.url}{path}", headers={"host": "elsewhere.example"}, allow_redirects=False
            ) as answer:
                assert "elsewhere.example" not in answer.headers.get("location", "")


async def test_a_cursor_without_a_time_zone_is_not_one_of_ours(door: Served) -> None:
    forged = base64.urlsafe_b64encode(b'["2026-01-01T00:00:00", "00000000-0000-0000-0000-000000000000"]').decode()
    async with signed_in(door, "kim@example.com") as who:
        status, problem = await who.get(f"/api/v1/conversations?cursor={forged}")
        assert (status, problem["code"]) == (422, "invalid_request")


async def test_every_answer_carries_the_headers_that_keep_browsers_from_being_fooled(door: Served) -> None:
    async with browser(door) as who:
        for path in ("/healthz", "/nowhere", "/api/v1/conversations"):
            async with who.http.get(f"{who.url}{path}") as answer:
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


async def test_the_widgets_own_pages_may_stand_in_a_frame_anywhere(door: Served) -> None:
    async with browser(door) as who, who.http.get(f"{who.url}/widget/x") as answer:
        assert "frame-ancestors *" in answer.headers["content-security-policy"]


async def test_public_routes_are_limited_by_address(door: Served) -> None:
    limited = door.house.settings.limits.model_copy(update={"public_requests_per_minute": 5})
    object.__setattr__(door.house.settings, "limits", limited)
    async with browser(door) as who:
        answers = [await who.get("/healthz") for _ in range(7)]
    assert [status for status, _ in answers] == [200] * 5 + [429] * 2
    assert answers[-1][1]["code"] == "rate_limited"


async def test_a_client_that_hangs_up_in_mid_request_leaves_the_server_whole(door: Served) -> None:
    async with browser(door) as who:
        for _ in range(5):
            with pytest.raises((TimeoutError, aiohttp.ClientError)):
                async with asyncio.timeout(0.02):
                    await who.http.post(f"{who.url}/api/v1/sessions", data=_never())
        assert (await who.get("/healthz"))[0] == 200


async def _never() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def test_what_the_api_says_is_kept_by_nobody(door: Served) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{door.url}/api/v1/sessions/me") as answer:
        assert answer.status == 401
        assert answer.headers["cache-control"] == "no-store"
