"""The API's description as one plain page: every route, what it wants and gives. No scripts, nothing fetched."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code { font: 13px ui-monospace, monospace }
article { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); padding: .75rem 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 0 } p { margin: .25rem 0 }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; text-transform: uppercase }
"""


def page(document: Mapping[str, Any]) -> str:
    """Return HTML for an OpenAPI document."""
    body = "".join(_section(tag, routes) for tag, routes in _by_tag(document).items())
    title = escape(str(document["info"]["title"]))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f'<h1>{title} API</h1><p>Machine-readable: <a href="/api/openapi.json">OpenAPI</a>. Errors are problem '
        f"documents (RFC 9457) with a stable <code>code</code>.</p>{body}"
    )


def _by_tag(document: Mapping[str, Any]) -> dict[str, list[tuple[str, str, Mapping[str, Any]]]]:
    found: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                tag = (operations[method].get("tags") or ["other"])[0]
                found.setdefault(tag, []).append((method, path, operations[method]))
    return found


def _section(tag: str, routes: list[tuple[str, str, Mapping[str, Any]]]) -> str:
    return f"<h2>{escape(tag.capitalize())}</h2>" + "".join(_route(*route) for route in routes)


def _route(method: str, path: str, operation: Mapping[str, Any]) -> str:
    text = escape(operation.get("description") or operation.get("summary") or "")
    details = "".join(f"<p><code>{escape(line)}</code></p>" for line in _details(operation))
    return (
        f'<article><h3><span class="method">{method}</span> <code>{escape(path)}</code></h3><p>{text}</p>{details}'
        "</article>"
    )


def _details(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        needed = "" if parameter.get("required") else " (optional)"
        yield f"{parameter['in']}: {parameter['name']}{needed}"
    for media in (operation.get("requestBody") or {}).get("content", {}).values():
        yield f"body: {_name(media.get('schema', {}))}"
    for status, answer in operation.get("responses", {}).items():
        for media in answer.get("content", {}).values():
            yield f"{status}: {_name(media.get('schema', {}))}"


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", schema.get("title", schema.get("type", "JSON")))).rsplit("/", 1)[-1]
