"""Writing down what the server speaks, for the apps and for outsiders: OpenAPI and the frames' JSON Schema."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def documents() -> dict[str, str]:
    """Return the files by name, each ending with a line break."""

    from server.app import make_app
    from server.realtime import frames
    from server.settings import Settings
    from server.wiring import open_house

    app = make_app(Settings(), open_house)
    sides = {
        "WidgetIn": frames.WIDGET_IN,
        "WidgetOut": frames.WIDGET_OUT,
        "ConsoleIn": frames.CONSOLE_IN,
        "ConsoleOut": frames.CONSOLE_OUT,
    }
    return {
        "openapi.json": _text(app.openapi()),
        "frames.schema.json": _text({name: adapter.json_schema() for name, adapter in sides.items()}),
    }


def _text(document: Any) -> str:
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def wire(folder: Annotated[Path, typer.Option(help="Where to write.")] = Path("web/wire")) -> None:
    """Write OpenAPI and the frames' JSON Schema for the web apps (`make wire` goes on to the TypeScript)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (folder / name).write_text(text)
        typer.echo(str(folder / name))
