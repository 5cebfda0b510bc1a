"""The fictional company's page with the widget, and its sign-in, which plays the host site. For demos only."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, RedirectResponse
from pydantic import BaseModel

from server.access.guard import Public
from server.access.visitors import Identity
from server.house import Wired
from server.kit.errors import NotFound

PAGES = {"": "index.html", "fjord": "fjord.html"}
IDENTITY_HOURS = 8
LONGEST_NAME = 200
PERSONAS: dict[str, Identity] = {
    "ana": Identity(email="ana.ruiz@example.com", name="Ana Ruiz", customer_number="C-10001"),
    "tom": Identity(email="tom.becker@example.com", name="Tom Becker", customer_number="C-10002"),
}


class SignIn(BaseModel):
    """Who to be on the demo page."""

    persona: Literal["ana", "tom"]
    account: Literal["larkfield", "fjord"] = "larkfield"


class SignedIn(BaseModel):
    """The identity token that the company's site gives to the widget."""

    identity: str
    name: str
    email: str


class NoSuchPage(NotFound):
    """The demo page has no such file."""

    def __init__(self) -> None:
        super().__init__("There is no such page.")


def showroom(folder: Path) -> APIRouter:
    """Return the routes of the demo page in `folder`."""
    root = folder.resolve()
    router = APIRouter(prefix="/demo", include_in_schema=False, dependencies=[Depends(Public("the demo page"))])

    @router.get("")
    async def to_page() -> RedirectResponse:
        """Go to the page itself, so that its links work."""
        return RedirectResponse("/demo/")

    @router.post("/sign-in")
    async def sign_in(wanted: SignIn, house: Wired) -> SignedIn:
        """Sign in on the company's page as one of its customers."""
        who = PERSONAS[wanted.persona]
        token = house.visitors.sign_identity(wanted.account, who, lifetime=timedelta(hours=IDENTITY_HOURS))
        return SignedIn(identity=token, name=who.name or "", email=who.email)

    @router.get("/{name:path}")
    async def page(name: str) -> FileResponse:
        """Return a page or one of its files."""
        return FileResponse(_file(root, name), headers={"Cache-Control": "no-cache"})

    return router


def _file(root: Path, name: str) -> Path:
    if "\x00" in name or len(name) > LONGEST_NAME:
        raise NoSuchPage
    path = (root / PAGES.get(name.strip("/"), name)).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise NoSuchPage
    return path
