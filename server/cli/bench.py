"""Speed from the command line. With --json the last line of output is one JSON object."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(help="Speed, with its floor measured in the same run.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]


@app.callback()
def about() -> None:
    """Measure on this machine; every process that is started for it is stopped again."""


@app.command()
def turn(
    turns: Annotated[int, typer.Option(help="Turns a case.", min=16, max=5000)] = 240,
    rounds: Annotated[int, typer.Option(help="Alternating rounds a case.", min=1, max=50)] = 5,
    *,
    as_json: AsJson = False,
) -> None:
    """Measure a full bot turn, widget to widget, against Rasa's own REST turn."""
    from server.bench.turn import measure
    from server.settings import Settings

    home: Path = Settings().home
    result = asyncio.run(measure(home, turns=turns, rounds=rounds, say=lambda line: typer.echo(line, err=True)))
    _show(result, as_json=as_json)


@app.command()
def publish(
    passages: Annotated[int, typer.Option(help="Passages in the library.", min=8, max=2_000_000)] = 100_000,
    changes: Annotated[int, typer.Option(help="How many articles are changed, one after another.", min=1)] = 30,
    *,
    as_json: AsJson = False,
) -> None:
    """Measure how long one changed article of a large library takes until a second process shows it."""
    from server.bench.publish import measure

    _show(measure(passages=passages, changes=changes, say=lambda line: typer.echo(line, err=True)), as_json=as_json)


@app.command()
def assist(
    passages: Annotated[int, typer.Option(help="Passages in the library.", min=100, max=2_000_000)] = 100_000,
    messages: Annotated[int, typer.Option(help="Customer messages to answer.", min=20, max=5000)] = 300,
    *,
    as_json: AsJson = False,
) -> None:
    """Measure a suggestion for one customer message against encoding it and one search of the same vectors."""
    from server.bench.assist import measure

    _show(measure(passages=passages, messages=messages, say=lambda line: typer.echo(line, err=True)), as_json=as_json)


@app.command()
def imports(
    articles: Annotated[int, typer.Option(help="Articles of about 2 kB each.", min=10, max=50_000)] = 5_000,
    file: Annotated[Path | None, typer.Option(help="A zip archive of Markdown to import instead.")] = None,
    database: Annotated[str, typer.Option(help="URL of an empty database; SQLite when there is none.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Measure an import of many articles, and how long /healthz takes meanwhile."""
    from server.bench.imports import measure

    say = lambda line: typer.echo(line, err=True)  # noqa: E731
    _show(measure(articles=articles, file=file, database=database, say=say), as_json=as_json)


@app.command()
def embed(
    passages: Annotated[int, typer.Option(help="Passages of 20 to 180 words.", min=8, max=100_000)] = 600,
    rounds: Annotated[int, typer.Option(help="Rounds of the one and of the other.", min=1, max=50)] = 3,
    *,
    as_json: AsJson = False,
) -> None:
    """Measure passages embedded a second against `SentenceTransformer.encode` of the same model."""
    from server.bench.embed import measure

    _show(measure(count=passages, rounds=rounds, say=lambda line: typer.echo(line, err=True)), as_json=as_json)


def _show(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    for key, value in result.items():
        typer.echo(f"{key}: {value}")
