"""Writing down what the server speaks, for the apps, for outsiders and for operators.

OpenAPI and the frames' JSON Schema go to the web apps; the settings and the AsyncAPI document go to docs/.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def documents() -> dict[str, str]:
    """Return the web apps' files by name, each ending with a line break."""
    from server.realtime import frames

    sides = {
        "WidgetIn": frames.WIDGET_IN,
        "WidgetOut": frames.WIDGET_OUT,
        "ConsoleIn": frames.CONSOLE_IN,
        "ConsoleOut": frames.CONSOLE_OUT,
    }
    return {
        "openapi.json": _text(_app().openapi()),
        "frames.schema.json": _text({name: adapter.json_schema() for name, adapter in sides.items()}),
    }


def written_docs() -> dict[str, str]:
    """Return the pages in docs/ that are written from the code, by file name."""
    from server.cli.asyncapi import asyncapi
    from server.cli.settings_doc import settings_markdown

    return {"settings.md": settings_markdown(), "asyncapi.json": _text(asyncapi(_app().version))}


def _app() -> Any:
    from server.app import make_app
    from server.settings import Settings
    from server.wiring import open_house

    return make_app(Settings(), open_house)


def _text(document: Any) -> str:
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def wire(
    folder: Annotated[Path, typer.Option(help="Where the web apps' files go.")] = Path("web/wire"),
    docs: Annotated[Path, typer.Option(help="Where the pages go.")] = Path("docs"),
) -> None:
    """Write what the web apps and docs/ have from the code (`make wire` goes on to the TypeScript)."""
    for where, files in ((folder, documents()), (docs, written_docs())):
        where.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (where / name).write_text(text, encoding="utf-8")
            typer.echo(str(where / name))
