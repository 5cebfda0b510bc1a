"""The routes of the application with what each declares about who may call it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from server.access.guard import Needs, Public, VisitorAccess
from server.app import make_app
from server.settings import Settings
from server.wiring import open_house

Guard = Needs | Public | VisitorAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One method on one path."""

    method: str
    path: str
    guards: tuple[Guard, ...]
    queries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"


def application() -> FastAPI:
    """Return the application as it is served, demo page included."""
    return make_app(Settings(), open_house)


def routes() -> list[Route]:
    """Return every HTTP route."""
    found = []
    for context in iter_route_contexts(application().routes):
        route: Any = context
        if route.methods is None:
            continue
        guards = tuple(call for call in _calls(route.dependant) if isinstance(call, Guard))
        queries = tuple(field.alias for field in route.dependant.query_params)
        found += [
            Route(method=method, path=route.path, guards=guards, queries=queries) for method in sorted(route.methods)
        ]
    return found


def sockets() -> set[str]:
    """Return the path of every socket."""
    return {str(context.path) for context in iter_route_contexts(application().routes) if context.methods is None}


def _calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for part in dependant.dependencies:
        yield from _calls(part)
