"""The knowledge base: import a folder, search, release."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from server.kit.errors import Invalid, NotFound

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)


class KnowledgeRefused(Invalid):
    """The library would not; its own words say why."""

    def __init__(self, error: Any) -> None:
        super().__init__(str(error))
        self.own_code = getattr(error, "code", "knowledge_error")


def _library() -> Any:
    from server.kit.clock import system_clock
    from server.settings import Settings
    from server.wiring import open_embedder, open_library

    settings = Settings()
    return open_library(settings, open_embedder(settings), system_clock)


def _load(folder: Path) -> Any:
    from knowledge.errors import KnowledgeError
    from knowledge.parsing.folder import load_folder

    if not folder.is_dir():
        message = f"There is no folder {folder}."
        raise NotFound(message)
    try:
        return load_folder(folder)
    except KnowledgeError as error:
        raise KnowledgeRefused(error) from error


@app.command("import")
def import_folder(folder: Path) -> None:
    """Read a folder of Markdown articles and say what is in it; nothing is published."""
    articles = _load(folder)
    for article in articles:
        typer.echo(f"{article.locale}  {article.id}  {article.title}")
    typer.echo(f"{len(articles)} articles, all readable")


@app.command()
def release(
    source: Annotated[Path, typer.Option("--from", help="A folder of Markdown articles.")],
    note: Annotated[str, typer.Option(help="What changed, for the history.")] = "",
    *,
    serve: Annotated[bool, typer.Option(help="Serve it at once.")] = True,
) -> None:
    """Build the next release aside, check it, and serve it everywhere at once."""
    from knowledge.errors import KnowledgeError

    articles = _load(source)
    library = _library()
    try:
        built = library.build(articles, note=note)
        if serve:
            library.serve(built.id)
    except KnowledgeError as error:
        raise KnowledgeRefused(error) from error
    what = "unchanged" if built.unchanged else f"{built.embedded} passages embedded"
    typer.echo(f"release {built.id}: {built.articles} articles, {built.passages} passages, {what}")


@app.command()
def search(
    question: str,
    locale: str = "en",
    account: str = "*",
    limit: int = 5,
    release: Annotated[str | None, typer.Option(help="A kept release; the served one when not given.")] = None,
    *,
    staff: Annotated[bool, typer.Option(help="Also what only agents may see.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Search the knowledge base and say why each hit was found."""
    from dataclasses import asdict

    from knowledge.errors import KnowledgeError
    from knowledge.types import Query

    library = _library()
    library.refresh()
    audience = frozenset({"public", "agents"} if staff else {"public"})
    query = Query(text=question, locale=locale, account=account, audience=audience, limit=limit)
    try:
        found = library.search(query, release=release)
    except KnowledgeError as error:
        raise KnowledgeRefused(error) from error
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str))
        return
    if not found.confident:
        typer.echo("No confident answer. Nearest:")
    for hit in found.hits:
        heading = " > ".join((hit.title, *hit.passage.heading))
        typer.echo(f"{hit.score:.2f}  {hit.passage.article_id} r{hit.passage.revision}  {heading}")
        typer.echo(f"      {hit.snippet}")
    typer.echo(f"release {found.release}, {found.took_ms:.0f} ms")


@app.command()
def releases() -> None:
    """List the kept releases, newest first."""
    library = _library()
    library.refresh()
    serving = library.serving()
    for info in library.releases():
        mark = "*" if serving and serving.id == info.id else " "
        typer.echo(f"{mark} {info.id}  {info.built_at:%Y-%m-%d %H:%M}  {info.articles} articles  {info.note}")
