"""Who may: the dependencies that every route declares, so that a test can read them off.

`Needs("conversation.take")` wants a signed-in agent or a machine token with that permission. `Public("why")` says that
anybody may. `VisitorOnly` wants a visitor token. A route with none of them fails `tests/house/test_rights.py`.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from server.access import repository
from server.access.errors import CsrfFailed, MissingPermission, VisitorTokenInvalid
from server.access.roles import permissions_of
from server.access.visitors import Visitor
from server.house import House, Wired
from server.kit.errors import Unauthenticated
from server.realtime.frames import AgentRef

COOKIE = "warmline_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks: an agent with a session, or a machine with a token."""

    id: UUID
    name: str
    email: str | None
    roles: tuple[str, ...]
    permissions: frozenset[str]
    teams: frozenset[str] = frozenset()
    csrf: str | None = None

    @property
    def agent(self) -> AgentRef:
        """The agent by id and name."""
        return AgentRef(id=self.id, name=self.name)

    @property
    def audience(self) -> frozenset[str]:
        """Whose articles the asker may read: everybody's, those for agents, and those of their teams."""
        return frozenset({"public", "agents", *(f"team:{team}" for team in self.teams)})

    def must(self, permission: str) -> None:
        """Raise `MissingPermission` unless the asker has it."""
        if permission not in self.permissions:
            raise MissingPermission(permission)


async def principal_of(connection: HTTPConnection, house: House) -> Principal:
    """Return who asks, by bearer token or session cookie; raise `Unauthenticated`."""
    now = house.clock()
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        async with house.store.reading() as db:
            row = await repository.token_of(db, token, now)
        if row is not None:
            return Principal(id=row["id"], name=row["name"], email=None, roles=(), permissions=frozenset(row["scopes"]))
    elif cookie := connection.cookies.get(COOKIE):
        async with house.store.reading() as db:
            row = await repository.session_of(db, cookie, now)
        if row is not None:
            return Principal(
                id=row["id"],
                name=row["name"],
                email=row["email"],
                roles=tuple(row["roles"]),
                permissions=permissions_of(row["roles"]),
                teams=frozenset(row["teams"]),
                csrf=row["csrf"],
            )
    message = "Please sign in."
    raise Unauthenticated(message)


class Needs:
    """A dependency: the asker must have this permission; `None` means that being signed in is enough."""

    def __init__(self, permission: str | None) -> None:
        self.permission = permission

    async def __call__(self, request: Request, house: Wired) -> Principal:
        """Return who asks, or refuse."""
        principal = await principal_of(request, house)
        if (
            principal.csrf is not None
            and request.method not in SAFE
            and not compare_digest(request.headers.get("x-csrf-token", "").encode(), principal.csrf.encode())
        ):
            raise CsrfFailed
        if self.permission is not None:
            principal.must(self.permission)
        return principal


class Public:
    """A dependency: anybody may, because ...; limited by address."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self, request: Request, house: Wired) -> None:
        """Count the request for its address."""
        a_minute = house.settings.limits.public_requests_per_minute
        await house.limiter.check(f"public:{address_of(request)}", per_second=a_minute / 60, burst=a_minute)


class VisitorAccess:
    """A dependency: the asker must hold a visitor token; limited by address as what is public."""

    def __init__(self, why: str) -> None:
        self._public = Public(why)
        self.why = why

    async def __call__(self, request: Request, house: Wired) -> Visitor:
        """Return whose token it is, or refuse."""
        await self._public(request, house)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise VisitorTokenInvalid
        return house.visitors.read(token)


VisitorOnly = Annotated[Visitor, Depends(VisitorAccess("a customer's own things, by visitor token"))]


def address_of(connection: HTTPConnection) -> str:
    """Return the address that a request came from."""
    return connection.client.host if connection.client else "unknown"
