"""Serving the built web apps: hashed files for a year, everything else fresh each time."""

from pathlib import Path

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse, RedirectResponse, Response

from server.access.guard import Public
from server.kit.errors import NotFound, Unavailable

HASHED = "public, max-age=31536000, immutable"
FRESH = "no-cache"
LONGEST_NAME = 200
"""Longer ones than this are no file of ours, and the file system refuses them in its own way."""


class AppNotBuilt(Unavailable):
    """The web apps are not there."""

    code = "web_not_built"

    def __init__(self) -> None:
        super().__init__("The web apps are not built. `make run` builds them where Node is present.")


class NoSuchFile(NotFound):
    """The app has no such file."""

    def __init__(self) -> None:
        super().__init__("There is no such page.")


class WebApp:
    """One built app in a folder; a single-page app answers every path with its index."""

    def __init__(self, prefix: str, folder: Path, *, single_page: bool = False) -> None:
        self._prefix = prefix
        self._folder = folder.resolve()
        self._single_page = single_page

    def file(self, name: str) -> Response:
        """Return one file; raise `NoSuchFile`, or `AppNotBuilt` when nothing is there at all."""
        if "\x00" in name or len(name) > LONGEST_NAME:
            raise NoSuchFile
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            if not self._folder.is_dir():
                raise AppNotBuilt
            if not self._single_page or "." in path.name:
                raise NoSuchFile
            path = self._folder / "index.html"
        hashed = "assets" in path.parts
        return FileResponse(path, headers={"Cache-Control": HASHED if hashed else FRESH})

    def router(self) -> APIRouter:
        """Return the routes below the prefix."""
        router = APIRouter(
            prefix=self._prefix, include_in_schema=False, dependencies=[Depends(Public("pages that anybody may load"))]
        )

        @router.get("")
        async def to_index() -> RedirectResponse:
            """Go to the app itself, so that its links work."""
            return RedirectResponse(f"{self._prefix}/")

        @router.get("/{name:path}")
        async def file(name: str) -> Response:
            """Return one of the app's files."""
            return self.file(name or "index.html")

        return router
