"""The server process as an ASGI application."""

import contextlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import api, health
from server.access.guard import Public
from server.api import LargeBody
from server.house import House
from server.kit import apidocs
from server.kit.errors import HouseError, TooLarge
from server.settings import Settings
from server.showroom import showroom
from server.webapps import WebApp

log = structlog.get_logger()
PROBLEM = "application/problem+json"
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "base-uri 'none'; object-src 'none'; form-action 'self'"
)


def make_app(settings: Settings, open_house: Callable[[Settings], Any]) -> FastAPI:
    """Return the application; `open_house(settings)` is an async context manager that yields the house."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house(settings) as house:
            app.state.house = house
            app.state.ready = True
            yield
            app.state.ready = False

    app = FastAPI(
        title="Warmline",
        version="0.1.0",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        # A redirect would be written from the Host header, which is the asker's own invention.
        redirect_slashes=False,
    )
    app.state.ready = False
    api.mount(app)
    app.include_router(health.router)
    _mount_docs(app)
    _mount_pages(app, settings)
    _mount_problems(app)
    app.add_middleware(BodyLimit, largest=settings.limits.body_bytes, larger=api.LARGE_BODIES)
    app.add_middleware(Headers)
    return app


def _mount_docs(app: FastAPI) -> None:
    documented = [Depends(Public("the API's own description"))]

    @app.get("/api/openapi.json", include_in_schema=False, dependencies=documented)
    async def openapi() -> JSONResponse:
        """Return the OpenAPI document."""
        return JSONResponse(app.openapi())

    @app.get("/api/docs", include_in_schema=False, dependencies=documented)
    async def docs() -> Response:
        """Return the API's description for people."""
        return Response(apidocs.page(app.openapi()), media_type="text/html")


def _mount_pages(app: FastAPI, settings: Settings) -> None:
    built = settings.web.absolute()
    app.include_router(WebApp("/console", built / "console", single_page=True).router())
    app.include_router(WebApp("/widget", built / "widget").router())
    page = [Depends(Public("pages that anybody may load"))]

    @app.get("/widget.js", include_in_schema=False, dependencies=page)
    async def loader() -> Response:
        """Return the widget's loader."""
        return WebApp("/widget", built / "widget").file("widget.js")

    @app.get("/", include_in_schema=False, dependencies=page)
    async def home() -> RedirectResponse:
        """Go to the console."""
        return RedirectResponse("/console/")

    if settings.demo is not None and (site := settings.demo / "site").is_dir():
        app.include_router(showroom(site))


def _mount_problems(app: FastAPI) -> None:
    @app.exception_handler(HouseError)
    async def refused(_: Request, error: HouseError) -> JSONResponse:
        problem = error.problem()
        headers = {"Retry-After": str(int(problem["retry_after"]) + 1)} if "retry_after" in problem else None
        return JSONResponse(problem, problem["status"], media_type=PROBLEM, headers=headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        problems = [
            {"where": ".".join(str(part) for part in found["loc"]), "what": found["msg"]} for found in error.errors()
        ]
        return _problem(422, "invalid_request", "Something in the request is not as it should be.", errors=problems)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase
        return _problem(error.status_code, phrase.lower().replace(" ", "_"), str(error.detail))

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> JSONResponse:
        log.error("request.broken", path=request.url.path, error=type(error).__name__)
        answer = _problem(500, "internal_error", "Something on our side broke. It was written down.")
        # This answer is made outside of every middleware, so `Headers` never sees it.
        answer.raw_headers.extend(guarding(request.url.path))
        return answer


def _problem(status: int, code: str, detail: str, **facts: Any) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **facts,
    }
    return JSONResponse(body, status, media_type=PROBLEM)


class BodyLimit:
    """Refuses bodies that are too large, whether their length is announced or only found out.

    `larger` names what may be larger than `largest`: method, pattern of the whole path, bytes. Nothing is kept here:
    a route that reads its body as a stream never holds it whole.
    """

    def __init__(self, app: ASGIApp, *, largest: int, larger: Sequence[LargeBody] = ()) -> None:
        self._app = app
        self._largest = largest
        self._larger = [(method, re.compile(path), most) for method, path, most in larger]

    def _limit(self, scope: Scope) -> int:
        for method, path, most in self._larger:
            if method == scope["method"] and path.fullmatch(scope["path"]):
                return max(most, self._largest)
        return self._largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as long as its body is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = self._limit(scope)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > largest:
            await self._refuse(largest, scope, receive, send)
            return
        seen, refused = 0, False

        async def counted() -> Message:
            nonlocal seen, refused
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                refused = True
                raise _too_large(largest)
            return message

        async def answered(message: Message) -> None:
            # Whoever was reading the body makes an answer of their own of a body that breaks off; ours is the true one.
            if not refused:
                await send(message)

        with contextlib.suppress(TooLarge):
            await self._app(scope, counted, answered)
        if refused:
            await self._refuse(largest, scope, receive, send)

    async def _refuse(self, largest: int, scope: Scope, receive: Receive, send: Send) -> None:
        problem = _too_large(largest).problem()
        await JSONResponse(problem, problem["status"], media_type=PROBLEM)(scope, receive, send)


def _too_large(largest: int) -> TooLarge:
    return TooLarge(f"A body may have at most {largest} bytes.", limit=largest)


class Headers:
    """Puts the headers on every answer that keep browsers from being fooled."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = path.startswith("/api/") and not any(name == b"cache-control" for name, _ in message["headers"])
                unkept = [(b"cache-control", b"no-store")] if kept else []
                message["headers"] = [*message["headers"], *guarding(path), *unkept]
            await send(message)

        await self._app(scope, receive, with_headers)


def guarding(path: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that every answer on this path has; only the widget may stand in a foreign page."""
    ancestors = "*" if path.startswith("/widget/") else "'self'"
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"content-security-policy", f"{POLICY}; frame-ancestors {ancestors}".encode()),
    ]


def house_in(app: FastAPI) -> House:
    """Return the house of a running application (for tests)."""
    house: House = app.state.house
    return house
