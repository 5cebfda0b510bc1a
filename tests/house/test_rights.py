"""Who may do what: every route and every socket frame against the role matrix. What is not in the tables fails."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from server.access.guard import Needs, Public, VisitorAccess
from server.access.roles import PERMISSIONS, ROLES
from server.desk.socket import PERMISSIONS as FRAMES
from server.realtime.frames import CONSOLE_IN, WIDGET_IN
from tests.support.chat import Browser, Served, browser, console, served, signed_in
from tests.support.routes import Route, routes, sockets
from tests.support.server import BOT_TOKEN, hire, opened, visit

PUBLIC, VISITOR, STAFF = "anybody", "a visitor", "whoever is signed in"
ROUTES: Mapping[str, str] = {
    "POST /api/v1/sessions": PUBLIC,
    "GET /api/v1/sessions/me": STAFF,
    "DELETE /api/v1/sessions/me": STAFF,
    "GET /api/v1/widget/accounts/{account}": PUBLIC,
    "POST /api/v1/widget/sessions": PUBLIC,
    "GET /api/v1/widget/articles/{article_id}": VISITOR,
    "GET /api/v1/conversations": "conversation.read",
    "GET /api/v1/conversations/counts": "conversation.read",
    "GET /api/v1/conversations/{id}": "conversation.read",
    "GET /api/v1/conversations/{id}/events": "conversation.read",
    "GET /api/v1/conversations/{id}/packet": "conversation.read",
    "POST /api/v1/conversations/{id}/take": "conversation.take",
    "POST /api/v1/conversations/{id}/give-back": "conversation.give_back",
    "POST /api/v1/conversations/{id}/resolve": "conversation.resolve",
    "POST /api/v1/conversations/{id}/messages": "conversation.reply",
    "POST /api/v1/conversations/{id}/notes": "conversation.note",
    "GET /api/v1/conversations/{id}/suggestions": "knowledge.search",
    "POST /api/v1/conversations/{id}/suggestions/{suggestion_id}/dismiss": "conversation.reply",
    "GET /api/v1/knowledge/articles/{article_id}": "knowledge.search",
    "GET /api/v1/articles": "knowledge.search",
    "GET /api/v1/articles/facets": "knowledge.search",
    "POST /api/v1/articles": "knowledge.edit",
    "POST /api/v1/articles/render": "knowledge.search",
    "GET /api/v1/articles/{id}": "knowledge.search",
    "PATCH /api/v1/articles/{id}": "knowledge.edit",
    "GET /api/v1/articles/{id}/cited-by": "knowledge.search",
    "GET /api/v1/articles/{id}/links": "knowledge.search",
    "GET /api/v1/articles/{id}/translations/{locale}": "knowledge.search",
    "PUT /api/v1/articles/{id}/translations/{locale}": "knowledge.edit",
    "POST /api/v1/articles/{id}/translations/{locale}/submit": "knowledge.edit",
    "POST /api/v1/articles/{id}/translations/{locale}/withdraw": "knowledge.edit",
    "POST /api/v1/articles/{id}/translations/{locale}/approve": "knowledge.approve",
    "POST /api/v1/articles/{id}/translations/{locale}/request-changes": "knowledge.approve",
    "POST /api/v1/articles/{id}/translations/{locale}/restore": "knowledge.edit",
    "POST /api/v1/articles/{id}/translations/{locale}/reopen": "knowledge.edit",
    "POST /api/v1/articles/{id}/translations/{locale}/schedule": "knowledge.publish",
    "GET /api/v1/articles/{id}/translations/{locale}/revisions": "knowledge.search",
    "GET /api/v1/articles/{id}/translations/{locale}/revisions/{number}": "knowledge.search",
    "GET /api/v1/articles/{id}/translations/{locale}/diff": "knowledge.search",
    "POST /api/v1/articles/{id}/translations/{locale}/merge": "knowledge.edit",
    "GET /api/v1/articles/{id}/translations/{locale}/comments": "knowledge.search",
    "POST /api/v1/articles/{id}/translations/{locale}/comments": "knowledge.search",
    "POST /api/v1/articles/{id}/translations/{locale}/comments/{comment_id}/resolve": "knowledge.search",
    "GET /api/v1/articles/{id}/translations/{locale}/checks": "knowledge.search",
    "POST /api/v1/article-images": "knowledge.edit",
    "GET /api/v1/article-tags": "knowledge.search",
    "PUT /api/v1/article-tags/{name}": "knowledge.edit",
    "DELETE /api/v1/article-tags/{name}": "knowledge.edit",
    "GET /api/v1/saved-views": "knowledge.search",
    "POST /api/v1/saved-views": "knowledge.search",
    "DELETE /api/v1/saved-views/{id}": "knowledge.search",
    "POST /api/v1/article-imports": "knowledge.edit",
    "GET /api/v1/article-imports": "knowledge.edit",
    "GET /api/v1/article-imports/{id}": "knowledge.edit",
    "GET /api/v1/article-imports/{id}/rows": "knowledge.edit",
    "POST /api/v1/article-imports/{id}/run": "knowledge.edit",
    "POST /api/v1/article-imports/{id}/cancel": "knowledge.edit",
    "DELETE /api/v1/article-imports/{id}": "knowledge.edit",
    "GET /api/v1/article-export": "knowledge.edit",
    "GET /api/v1/switches": "ai.switch",
    "PUT /api/v1/switches": "ai.switch",
    "GET /api/v1/audit": "audit.read",
    "POST /api/v1/clock": "clock.move",
    "GET /api/v1/handoff-policy": "policy.read",
    "GET /api/v1/handoff-policy/schema": "policy.read",
    "PUT /api/v1/handoff-policy": "policy.write",
    "POST /api/v1/contributions": "knowledge.contribute",
    "POST /api/v1/contributions/check": "knowledge.contribute",
    "GET /api/v1/contributions": "knowledge.contribute",
    "GET /api/v1/contributions/{id}": "knowledge.contribute",
    "POST /api/v1/contributions/{id}/accept": "knowledge.edit",
    "POST /api/v1/contributions/{id}/decline": "knowledge.edit",
    "GET /api/v1/contribution-policy": "knowledge.contribute",
    "PUT /api/v1/contribution-policy": "knowledge.edit",
    "GET /api/v1/knowledge-health": "knowledge.search",
    "POST /api/v1/knowledge-health/refresh": "knowledge.edit",
    "GET /api/v1/knowledge-health/findings": "knowledge.search",
    "POST /api/v1/knowledge-health/findings/task": "knowledge.edit",
    "POST /api/v1/knowledge-health/findings/ignore": "knowledge.edit",
    "GET /api/v1/knowledge-health/coverage": "knowledge.search",
    "GET /api/v1/article-audits": "knowledge.edit",
    "POST /api/v1/article-audits/start": "knowledge.edit",
    "GET /api/v1/article-audits/{id}": "knowledge.edit",
    "POST /api/v1/article-audits/{id}/finish": "knowledge.edit",
    "GET /api/v1/knowledge-tasks": "knowledge.edit",
    "POST /api/v1/knowledge-tasks/{id}/done": "knowledge.edit",
    "POST /api/v1/knowledge-tasks/{id}/drop": "knowledge.edit",
    "PATCH /api/v1/knowledge-tasks/{id}": "knowledge.edit",
    "GET /api/v1/notices": STAFF,
    "POST /api/v1/notices/seen": STAFF,
    "GET /api/v1/bot/orders/{number}": "bot.act",
    "POST /api/v1/bot/refunds": "bot.act",
    "POST /api/v1/bot/password-resets": "bot.act",
    "POST /api/v1/bot/address-changes": "bot.act",
    "POST /api/v1/bot/invoice-copies": "bot.act",
    "POST /api/v1/bot/balances": "bot.act",
    "GET /api/v1/bot/knowledge": "bot.act",
    "GET /api/v1/bot/hours": "bot.act",
    "POST /api/v1/articles/{id}/translations/{locale}/publish": "knowledge.publish",
    "POST /api/v1/articles/{id}/translations/{locale}/retire": "knowledge.publish",
    "GET /api/v1/releases": "knowledge.search",
    "GET /api/v1/releases/pending": "knowledge.search",
    "POST /api/v1/releases": "knowledge.publish",
    "POST /api/v1/releases/check": "knowledge.publish",
    "GET /api/v1/releases/{number}": "knowledge.search",
    "POST /api/v1/releases/{number}/serve": "knowledge.publish",
    "GET /api/v1/releases/{number}/search": "knowledge.search",
    "GET /api/v1/release-gate": "knowledge.search",
    "PUT /api/v1/release-gate": "knowledge.override",
    "GET /api/v1/judged-queries": "knowledge.search",
    "POST /api/v1/judged-queries": "knowledge.edit",
    "POST /api/v1/judged-queries/import": "knowledge.edit",
    "POST /api/v1/judged-queries/from-message": "knowledge.contribute",
    "PUT /api/v1/judged-queries/{id}": "knowledge.edit",
    "DELETE /api/v1/judged-queries/{id}": "knowledge.edit",
    "POST /api/v1/workbench/runs": "knowledge.edit",
    "GET /api/v1/workbench/runs": "knowledge.search",
    "GET /api/v1/workbench/runs/{id}": "knowledge.search",
    "GET /api/v1/workbench/compare": "knowledge.search",
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "GET /api/openapi.json": PUBLIC,
    "GET /api/docs": PUBLIC,
    "GET /console": PUBLIC,
    "GET /console/{name:path}": PUBLIC,
    "GET /widget": PUBLIC,
    "GET /widget/{name:path}": PUBLIC,
    "GET /widget.js": PUBLIC,
    "GET /": PUBLIC,
    "GET /help": PUBLIC,
    "GET /help/assets/{version}/{name}": PUBLIC,
    "GET /help/images/{image_id}": PUBLIC,
    "GET /help/sitemap.xml": PUBLIC,
    "POST /help/region": PUBLIC,
    "GET /help/{locale}": PUBLIC,
    "GET /help/{locale}/topics/{tag}": PUBLIC,
    "GET /help/{locale}/search": PUBLIC,
    "GET /help/{locale}/search.json": PUBLIC,
    "GET /help/{locale}/feed.xml": PUBLIC,
    "GET /help/{locale}/{slug}": PUBLIC,
    "POST /help/{locale}/{slug}/feedback": PUBLIC,
    "GET /help/{rest:path}": PUBLIC,
    "GET /demo": PUBLIC,
    "POST /demo/sign-in": PUBLIC,
    "GET /demo/{name:path}": PUBLIC,
}
"""Who may call each route: a permission, or one of the three words above."""

ALSO_NEEDS = {
    "GET /api/v1/conversations/{id}/suggestions": "conversation.read",
    "POST /api/v1/judged-queries/from-message": "conversation.read",
}
"""A second permission that a route asks for itself."""

WHO: Mapping[str, str] = {
    "conversation.read": "agent supervisor compliance_officer",
    "conversation.take": "agent supervisor",
    "conversation.reply": "agent supervisor",
    "conversation.note": "agent supervisor",
    "conversation.give_back": "agent supervisor",
    "conversation.resolve": "agent supervisor",
    "conversation.reassign": "supervisor",
    "knowledge.search": "agent supervisor knowledge_editor approver analyst administrator compliance_officer",
    "knowledge.contribute": "agent supervisor knowledge_editor",
    "knowledge.edit": "knowledge_editor",
    "knowledge.approve": "approver",
    "knowledge.publish": "knowledge_editor approver",
    "knowledge.override": "approver",
    "insight.read": "supervisor analyst compliance_officer",
    "policy.read": "supervisor analyst administrator compliance_officer",
    "policy.write": "supervisor administrator",
    "ai.switch": "supervisor administrator",
    "staff.manage": "administrator",
    "token.manage": "administrator",
    "account.manage": "administrator",
    "audit.read": "supervisor administrator compliance_officer",
    "clock.move": "administrator",
    "bot.act": "",
}
"""Which roles have each permission."""

CONSOLE_FRAMES = {
    "hello": None,
    "ping": None,
    "watch": "conversation.read",
    "unwatch": None,
    "reply": "conversation.reply",
    "note": "conversation.note",
    "typing": "conversation.reply",
}
WIDGET_FRAMES = {"hello", "send", "typing", "read", "end", "ping"}
NOWHERE = str(UUID(int=7))
FILLED = {
    "{id}": NOWHERE,
    "{article_id}": "a",
    "{number}": "44110",
    "{account}": "larkfield",
    "{name:path}": "x",
    "{locale}": "en",
    "{comment_id}": NOWHERE,
    "{name}": "delivery",
}
SIGN_OUT = "DELETE /api/v1/sessions/me"


def _needed(guard: object) -> str:
    if isinstance(guard, Needs):
        return guard.permission or STAFF
    return VISITOR if isinstance(guard, VisitorAccess) else PUBLIC


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.name)
def test_every_route_says_once_who_may_call_it(route: Route) -> None:
    guards = [guard for guard in route.guards if not (isinstance(guard, Public) and guard in _inner(route))]
    assert guards, f"{route.name} declares nobody: give it Needs(permission), VisitorOnly or Public(why)."
    assert len(guards) == 1, f"{route.name} declares {len(guards)} guards; one says who may."
    assert route.name in ROUTES, f"{route.name} is new: write who may call it into ROUTES."
    assert _needed(guards[0]) == ROUTES[route.name], f"{route.name} asks for something else than ROUTES says."


def _inner(route: Route) -> set[object]:
    return {guard._public for guard in route.guards if isinstance(guard, VisitorAccess)}


def test_the_table_names_no_route_that_is_not_there() -> None:
    assert set(ROUTES) == {route.name for route in routes()}
    assert sockets() == {"/ws/widget", "/ws/console"}


def test_whoever_makes_something_public_says_why() -> None:
    unsaid = [
        route.name for route in routes() for guard in route.guards if not isinstance(guard, Needs) and not guard.why
    ]
    assert unsaid == []


def test_roles_are_what_the_matrix_says() -> None:
    assert set(WHO) == set(PERMISSIONS)
    matrix = {role: {name for name, roles in WHO.items() if role in roles.split()} for role in ROLES}
    assert matrix == {role: set(permissions) for role, permissions in ROLES.items()}


def test_every_permission_is_asked_for_somewhere_or_waits_for_its_room() -> None:
    asked = {_needed(guard) for route in routes() for guard in route.guards} | set(FRAMES.values())
    waiting = {
        "conversation.reassign",  # asked for inside taking, giving back and resolving
        "insight.read",
        "staff.manage",
        "token.manage",
        "account.manage",
    }
    assert set(PERMISSIONS) - asked == waiting


def test_every_frame_of_the_sockets_is_in_the_table() -> None:
    assert set(CONSOLE_IN.json_schema()["discriminator"]["mapping"]) == set(FRAMES)
    assert FRAMES == CONSOLE_FRAMES, "A frame of the console is new or wants something else: write it into the table."
    assert set(WIDGET_IN.json_schema()["discriminator"]["mapping"]) == WIDGET_FRAMES


@pytest.fixture
async def door(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A house with every door that there is."""
    async with opened(sqlite_url, tmp_path) as house, served(house) as where:
        yield where


def _path(route: Route) -> str:
    path = route.path
    for name, value in FILLED.items():
        path = path.replace(name, value)
    return path


async def _call(who: Browser, route: Route, **headers: str) -> tuple[int, str]:
    body: dict[str, Any] | None = {} if route.method in {"POST", "PUT"} else None
    status, answer = await who.call(route.method, _path(route), body, **headers)
    return status, answer.get("code", "") if isinstance(answer, dict) else ""


def _served_here() -> list[Route]:
    return [route for route in routes() if not route.path.startswith("/demo") and route.name != SIGN_OUT]


def _is_refusal_for_who(status: int, code: str) -> bool:
    return status in {401, 403} and code not in {"identity_mismatch", "bad_credentials"}


@pytest.mark.parametrize("role", list(ROLES))
async def test_a_role_may_call_exactly_what_the_matrix_says(door: Served, role: str) -> None:
    await hire(door.house, "Kim Larsen", role)
    wrong = []
    async with signed_in(door, "kim@example.com") as who:
        for route in _served_here():
            needs = {ROUTES[route.name], ALSO_NEEDS.get(route.name, PUBLIC)}
            may = all(need in {PUBLIC, STAFF} or role in WHO.get(need, "").split() for need in needs)
            status, code = await _call(who, route)
            if VISITOR in needs:
                right = (status, code) == (401, "visitor_token_invalid")
            elif may:
                right = not _is_refusal_for_who(status, code) and (status < 500 or status == 503)
            else:
                right = (status, code) == (403, "missing_permission")
            if not right:
                wrong.append(f"{role}: {route.name} -> {status} {code}")
    assert wrong == []


async def test_nobody_may_call_what_is_not_public(door: Served) -> None:
    wrong = []
    async with browser(door) as who:
        for route in _served_here():
            status, code = await _call(who, route)
            public = ROUTES[route.name] == PUBLIC
            if _is_refusal_for_who(status, code) == public or (not public and status != 401) or status == 500:
                wrong.append(f"{route.name} -> {status} {code}")
    assert wrong == []


async def test_a_visitor_may_call_what_is_for_visitors_and_nothing_of_the_staff(door: Served) -> None:
    ana = await visit(door.house)
    wrong = []
    async with browser(door) as who:
        for route in _served_here():
            status, code = await _call(who, route, authorization=f"Bearer {ana.token}")
            for_visitors = ROUTES[route.name] in {PUBLIC, VISITOR}
            if (status == 401 and code != "bad_credentials") == for_visitors or status in {403, 500}:
                wrong.append(f"{route.name} -> {status} {code}")
    assert wrong == []


async def test_the_bots_token_may_do_what_the_bot_does_and_nothing_else(door: Served) -> None:
    wrong = []
    async with browser(door) as who:
        for route in _served_here():
            need = ROUTES[route.name]
            status, code = await _call(who, route, authorization=f"Bearer {BOT_TOKEN}", idempotency_key="k")
            if need in {"bot.act", PUBLIC, STAFF}:
                right = not _is_refusal_for_who(status, code) and (status < 500 or status == 503)
            else:
                right = status in {401, 403}
            if not right:
                wrong.append(f"{route.name} -> {status} {code}")
    assert wrong == []


async def test_what_changes_something_wants_the_sessions_csrf_token(door: Served) -> None:
    await hire(door.house, "Kim Larsen", *ROLES)
    wrong = []
    async with signed_in(door, "kim@example.com") as who:
        for csrf in ("", "wrong"):
            who.csrf = csrf
            for route in _served_here():
                if route.method == "GET" or ROUTES[route.name] in {PUBLIC, VISITOR}:
                    continue
                answer = await _call(who, route)
                if answer != (403, "csrf_failed"):
                    wrong.append(f"{route.name} -> {answer}")
    assert wrong == []


@pytest.mark.parametrize("role", list(ROLES))
async def test_a_role_may_send_exactly_the_frames_that_the_matrix_says(door: Served, role: str) -> None:
    await hire(door.house, "Kim Larsen", role)
    extra: dict[str, dict[str, Any]] = {
        "watch": {},
        "unwatch": {},
        "reply": {"client_id": "1", "text": "Hello"},
        "note": {"client_id": "2", "text": "Hello"},
        "typing": {"on": True},
    }
    wrong = []
    async with AsyncExitStack() as stack:
        who = await stack.enter_async_context(signed_in(door, "kim@example.com"))
        line = await stack.enter_async_context(console(door, who))
        for kind, fields in extra.items():
            needed = CONSOLE_FRAMES[kind]
            await line.send(type=kind, conversation_id=NOWHERE, **fields)
            await line.send(type="ping")
            frame = await line.until(lambda found: found["type"] in {"refused", "pong"})
            if frame["type"] == "refused":
                await line.until("pong")
            refused = frame["type"] == "refused" and frame["problem"]["code"] == "missing_permission"
            may = needed is None or role in WHO[needed].split()
            if refused == may:
                wrong.append(f"{role}: {kind} -> {frame}")
    assert wrong == []
