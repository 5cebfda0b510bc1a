"""Signing in and out over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from typing_extensions import override

from server.access import repository
from server.access.passwords import Passwords
from server.house import House
from tests.support.chat import Served, browser, served, signed_in
from tests.support.server import BOT_TOKEN, PASSWORD, clock_of, hire, opened


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A house with a door on each database, and Kim in it."""
    await hire(house, "Kim Larsen")
    async with served(house) as where:
        yield where


async def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(door: Served) -> None:
    async with browser(door) as who:
        body = {"email": "Kim@Example.com", "password": PASSWORD}
        async with who.http.post(f"{who.url}/api/v1/sessions", json=body) as response:
            assert response.status == 201
            cookie = response.headers["set-cookie"].lower()
            session = await response.json()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert session["agent"]["roles"] == ["agent"]
    assert "conversation.take" in session["agent"]["permissions"]
    assert PASSWORD not in str(session)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("kim@example.com", "wrong"),
        ("kim@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("kim@example.com' OR 1=1 --", PASSWORD),
        ("kim\x00@example.com", PASSWORD),
        ("kim@example.com", "\x00"),
    ],
)
async def test_a_wrong_sign_in_says_no_and_not_why(door: Served, email: str, password: str) -> None:
    async with browser(door) as who:
        status, problem = await who.post("/api/v1/sessions", {"email": email, "password": password})
    assert status in {401, 422}
    assert problem["code"] in {"bad_credentials", "not_storable"}


async def test_only_a_digest_of_the_cookie_is_stored(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as who:
        async with door.house.store.reading() as db:
            [row] = (await db.execute(select(repository.SESSIONS))).mappings().all()
        assert row["digest"] not in who.cookie
        assert all(str(value) not in who.cookie for value in row.values())


async def test_an_agent_who_left_is_out_at_once(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as who:
        assert (await who.get("/api/v1/sessions/me"))[0] == 200
        async with door.house.store.writing() as db:
            await db.execute(update(repository.AGENTS).values(active=False))
        assert (await who.get("/api/v1/sessions/me"))[0] == 401
    async with browser(door) as again:
        status, _ = await again.post("/api/v1/sessions", {"email": "kim@example.com", "password": PASSWORD})
        assert status == 401


async def test_a_session_runs_out(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as who:
        clock_of(door.house).move(timedelta(hours=12, seconds=1))
        status, problem = await who.get("/api/v1/sessions/me")
        assert (status, problem["code"]) == (401, "unauthenticated")


async def test_signing_out_ends_the_session_here_and_not_elsewhere(door: Served) -> None:
    async with signed_in(door, "kim@example.com") as here, signed_in(door, "kim@example.com") as there:
        kept = here.cookie
        assert (await here.call("DELETE", "/api/v1/sessions/me"))[0] == 204
        assert (await here.get("/api/v1/sessions/me"))[0] == 401
        assert (await there.get("/api/v1/sessions/me"))[0] == 200
    async with browser(door) as thief:
        assert (await thief.get("/api/v1/sessions/me", cookie=kept))[0] == 401


async def test_many_tries_for_one_person_are_refused_with_a_time_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"access": {"sign_in_per_minute": 5}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where, browser(where) as who:
        await hire(house, "Kim Larsen")
        body = {"email": "kim@example.com", "password": "wrong"}
        answers = [await who.post("/api/v1/sessions", body) for _ in range(6)]
        assert [status for status, _ in answers] == [401] * 5 + [429]
        assert answers[-1][1]["code"] == "rate_limited"
        assert answers[-1][1]["retry_after"] > 0
        clock_of(house).move(timedelta(minutes=1))
        assert (await who.post("/api/v1/sessions", body | {"password": PASSWORD}))[0] == 201


async def test_spaces_around_an_email_are_no_new_person_to_try(sqlite_url: str, tmp_path: Path) -> None:
    blocks = {"access": {"sign_in_per_minute": 5}}
    async with opened(sqlite_url, tmp_path, blocks=blocks) as house, served(house) as where, browser(where) as who:
        await hire(house, "Kim Larsen")
        answers = [
            await who.post(
                "/api/v1/sessions",
                {"email": f"kim@example.com{' ' * number}", "password": "wrong"},
                x_forwarded_for=f"192.0.2.{number}",
            )
            for number in range(6)
        ]
        assert [status for status, _ in answers] == [401] * 5 + [429]


async def test_an_unknown_person_costs_as_much_as_a_wrong_password() -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        """Counts what it is asked."""

        @override
        def verify(self, *words: Any) -> Any:
            """Check as the library does."""
            checked.append(words[1])
            return super().verify(*words)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not await passwords.verify(None, "secret")
    assert not await passwords.verify("no hash at all", "secret")
    assert await passwords.verify(passwords.hash("secret"), "secret")
    assert checked == ["secret"] * 3


def test_passwords_are_hashed_with_argon2id_and_a_salt() -> None:
    passwords = Passwords()
    first, second = passwords.hash("secret"), passwords.hash("secret")
    assert first.startswith("$argon2id$")
    assert first != second


async def test_a_machines_token_stops_at_its_end_and_when_it_is_replaced(house: House) -> None:
    async def good(token: str) -> bool:
        async with house.store.reading() as db:
            return await repository.token_of(db, token, house.clock()) is not None

    async def save(token: str) -> None:
        async with house.store.writing() as db:
            await repository.save_token(
                db, id=house.ids(), name="bot actions", token=token, scopes=["bot.act"], now=house.clock()
            )

    assert await good(BOT_TOKEN)
    assert not await good(BOT_TOKEN + "x")
    await save(BOT_TOKEN)
    assert await good(BOT_TOKEN)
    await save("another-token")
    assert (await good(BOT_TOKEN), await good("another-token")) == (False, True)
    async with house.store.writing() as db:
        await db.execute(update(repository.TOKENS).values(expires_at=house.clock() + timedelta(hours=1)))
    clock_of(house).move(timedelta(hours=1))
    assert not await good("another-token")


async def test_ten_sign_ins_at_once_all_get_a_session(door: Served) -> None:
    async def once() -> int:
        async with browser(door) as who:
            status, _ = await who.post("/api/v1/sessions", {"email": "kim@example.com", "password": PASSWORD})
            return status

    assert await asyncio.gather(*(once() for _ in range(10))) == [201] * 10
