"""Signing in and out of the console."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from server.access import repository
from server.access.errors import BadCredentials
from server.access.guard import COOKIE, Needs, Principal, Public, address_of
from server.access.roles import permissions_of
from server.house import Wired
from server.realtime.signals import SignedOut

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"])
SignedIn = Annotated[Principal, Depends(Needs(None))]


class Credentials(BaseModel):
    """An agent's e-mail and password."""

    email: str = Field(max_length=320)
    password: str = Field(max_length=1024)


class AgentOut(BaseModel):
    """The signed-in agent."""

    id: str
    name: str
    email: str | None
    roles: list[str]
    permissions: list[str]


class SessionOut(BaseModel):
    """A session: who it is, and the CSRF token for requests that change something."""

    agent: AgentOut
    csrf: str


@router.post("", status_code=201, dependencies=[Depends(Public("signing in"))])
async def sign_in(credentials: Credentials, request: Request, response: Response, house: Wired) -> SessionOut:
    """Sign in with e-mail and password; sets the session cookie."""
    a_minute = house.settings.access.sign_in_per_minute
    for subject in (f"sign-in:{address_of(request)}", f"sign-in:{credentials.email.strip().lower()}"):
        await house.limiter.check(subject, per_second=a_minute / 60, burst=a_minute)
    async with house.store.reading() as db:
        agent = await repository.agent_by_email(db, credentials.email)
    if not await house.passwords.verify(agent["password_hash"] if agent else None, credentials.password) or not agent:
        raise BadCredentials
    lifetime = house.settings.access.session_lifetime
    async with house.store.writing() as db:
        token, csrf = await repository.open_session(db, agent_id=agent["id"], now=house.clock(), lifetime=lifetime)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=house.settings.access.secure_cookies,
    )
    permissions = permissions_of(agent["roles"])
    return SessionOut(
        agent=AgentOut(
            id=str(agent["id"]),
            name=agent["name"],
            email=agent["email"],
            roles=agent["roles"],
            permissions=sorted(permissions),
        ),
        csrf=csrf,
    )


@router.get("/me")
async def who_am_i(me: SignedIn) -> SessionOut:
    """Say who is signed in, and give the CSRF token again."""
    return SessionOut(
        agent=AgentOut(
            id=str(me.id), name=me.name, email=me.email, roles=list(me.roles), permissions=sorted(me.permissions)
        ),
        csrf=me.csrf or "",
    )


@router.delete("/me", status_code=204)
async def sign_out(me: SignedIn, request: Request, response: Response, house: Wired) -> None:
    """End this session; the agent's sockets close."""
    if cookie := request.cookies.get(COOKIE):
        async with house.store.writing() as db:
            await repository.close_session(db, cookie)
    response.delete_cookie(COOKIE)
    house.hub.tell(SignedOut(agent_id=me.id))
