"""The knowledge base: import, publish, go back, search, measure, export."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.kit.errors import Conflict, NotFound

if TYPE_CHECKING:
    from server.cli.newsroom import Newsroom
    from server.store.base import Row

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
OUTCOMES = ("created", "changed", "kept", "skipped", "failed")
WOULD = ("create", "change", "keep", "skip", "broken")


class ImportFailed(Conflict):
    """An import ended without having been done."""

    code = "import_failed"


class NotPublished(Conflict):
    """What was imported is in the database, and readers do not see it."""

    code = "not_published"


def _there(path: Path) -> Path:
    if not path.exists():
        message = f"There is no {path}."
        raise NotFound(message)
    return path


@app.command("import")
def import_articles(
    source: Annotated[Path, typer.Argument(help="A folder of Markdown, or a file of one of the formats.")],
    format: Annotated[  # noqa: A002  # the word of the option
        str, typer.Option(help="markdown, html, csv, jsonl, zendesk, chatwoot; found out where the name says it.")
    ] = "",
    locale: Annotated[str, typer.Option(help="Of articles that do not name one.")] = "en",
    judged: Annotated[
        Path | None,
        typer.Option(help="Judged queries to begin with, one JSON a line; added while there are none."),
    ] = None,
    owner: Annotated[str, typer.Option(help="E-mail of who answers for articles without an owner.")] = "",
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Approve and publish what was imported.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of it.")] = False,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="The file wins over what was edited here since the last import.")
    ] = False,
    even_if_refused: Annotated[
        bool, typer.Option("--even-if-refused", help="End well although the release is refused.")
    ] = False,
) -> None:
    """Take articles into the database; what was edited there since the last import is left as it is."""
    from server.cli.newsroom import in_newsroom

    _there(source)

    async def work(room: "Newsroom") -> None:
        row = await _taken_in(room, source, format, locale)
        if dry_run:
            await room.imports.remove(row["id"], _by())
            typer.echo("would " + _counts(row["report"], WOULD))
            return
        done = await _run(room, row, publish=publish, take="theirs" if theirs else "ours")
        if owner:
            await _give(room, owner)
        if judged is not None:
            await _judge(room, _there(judged), only_first=True)
        typer.echo(_counts(done["report"]["outcomes"], OUTCOMES))
        if publish:
            await _told(room, done["report"]["release"], even_if_refused=even_if_refused)

    in_newsroom(work)


@app.command()
def release(
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder of Markdown articles to import before.")
    ] = None,
    note: Annotated[str, typer.Option(help="What changed, for the history.")] = "",
    override: Annotated[
        str | None, typer.Option(help="Why it is published although it may lose judged queries.")
    ] = None,
    *,
    serve: Annotated[bool, typer.Option(help="Serve it at once.")] = True,
) -> None:
    """Publish everything that is approved as the next release: built aside, checked, judged, served at once."""
    from server.articles.releases.errors import NothingToPublish
    from server.cli.newsroom import in_newsroom

    async def work(room: "Newsroom") -> None:
        room.publisher.said, room.publisher.serves = note, serve
        if source is not None:
            row = await _taken_in(room, _there(source), "", "en")
            done = await _run(room, row, publish=True, take="ours")
            await _told(room, done["report"]["release"], even_if_refused=False)
            return
        try:
            made = await room.publisher.publish(None, by=_by(), note=note, override=override)
        except NothingToPublish:
            await _told(room, {"code": NothingToPublish.code}, even_if_refused=False)
        else:
            typer.echo(_said(made))

    in_newsroom(work)


@app.command()
def releases(
    limit: int = 20,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List releases, newest first; * is served."""
    from server.articles.releases.listing import newest
    from server.cli.newsroom import in_newsroom

    async def work(room: "Newsroom") -> None:
        rows, served = await newest(room.store, limit)
        if as_json:
            shown = ("number", "id", "state", "by", "note", "articles", "passages", "started_at", "error")
            items = [{name: row[name] for name in shown} | {"served": row["id"] == served} for row in rows]
            typer.echo(json.dumps({"items": items, "served": served}, default=str))
            return
        for row in rows:
            mark = "*" if served is not None and row["id"] == served else " "
            name = row["id"] or f"r{row['number']:04d}"
            state = "" if row["state"] == "ready" else f"  {row['state']}: {row['error'] or row['step']}"
            when = f"{row['started_at']:%Y-%m-%d %H:%M}"
            typer.echo(f"{mark} {name}  {when}  {row['articles']} articles  {row['by']}  {row['note']}{state}")

    in_newsroom(work)


@app.command()
def rollback(number: int, reason: Annotated[str, typer.Option(help="Why, for the history.")]) -> None:
    """Serve an earlier (or later) release again."""
    from server.cli.newsroom import in_newsroom

    async def work(room: "Newsroom") -> None:
        typer.echo(_said(await room.publisher.serve(number, by=_by(), reason=reason)))

    in_newsroom(work)


@app.command()
def search(
    question: str,
    locale: str = "en",
    account: str = "*",
    region: Annotated[
        str, typer.Option(help="Where the asker is; without it, nothing that is bound to a region.")
    ] = "",
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
    from server.cli.newsroom import KnowledgeRefused
    from server.kit.clock import system_clock
    from server.settings import Settings
    from server.wiring import open_embedder, open_library

    settings = Settings()
    audience = frozenset({"public", "agents"} if staff else {"public"})
    query = Query(text=question, locale=locale, account=account, region=region or None, audience=audience, limit=limit)
    try:
        library = open_library(settings, open_embedder(settings), system_clock)
        library.refresh()
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
    notices = f" ({', '.join(found.notices)})" if found.notices else ""
    typer.echo(f"release {found.release}, {found.took_ms:.0f} ms{notices}")


@app.command()
def judge(source: Annotated[Path, typer.Argument(help="One JSON object a line: q, article, locale.")]) -> None:
    """Add judged queries; those that are known already are left."""
    from server.cli.newsroom import in_newsroom

    async def work(room: "Newsroom") -> None:
        await _judge(room, _there(source))

    in_newsroom(work)


@app.command()
def gate(*, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say what the judged queries make of the served release, and of what waits to be published."""
    from server.articles.releases.checking import stand
    from server.cli.newsroom import in_newsroom

    async def work(room: "Newsroom") -> None:
        document = await stand(room.publisher)
        if as_json:
            typer.echo(json.dumps(document, default=str))
            return
        shown = {"served ": document["before"], "waiting": document["after"] if document["waiting"] else None}
        for name, figures in shown.items():
            if figures is not None:
                told = "  ".join(f"{key} {value}" for key, value in figures.items() if value is not None)
                typer.echo(f"{name}  {told}")
        for change in document["lost"]:
            thief = f", {change['stolen_by']['article_id']} is first" if change["stolen_by"] else ""
            ranks = f"{change['rank_before'] or '-'} -> {change['rank_after'] or '-'}"
            typer.echo(f"lost  {change['text']}  ({ranks}{thief})")
        if document["waiting"]:
            typer.echo(f"{'passes' if document['passed'] else 'is refused'}. {document['why']}".strip())

    in_newsroom(work)


@app.command()
def export(
    to: Annotated[Path, typer.Argument(help="A file to write: .zip of Markdown, or .jsonl.")],
    what: Annotated[
        str, typer.Option(help="published (what readers see) or latest (the newest drafts).")
    ] = "published",
) -> None:
    """Write every article into a file that `import` reads again."""
    from server.cli.newsroom import in_newsroom

    if what not in {"published", "latest"}:
        message = "What is exported is published or latest."
        raise typer.BadParameter(message)

    async def work(room: "Newsroom") -> None:
        from server.articles.imports.exporting import archive, json_lines

        lines = to.suffix.lower() == ".jsonl"
        pieces: Any = json_lines(room.store, what) if lines else archive(room.store, what, room.clock())  # type: ignore[arg-type]  # checked above
        aside = to.with_name(f".{to.name}.aside")
        try:
            with aside.open("wb") as file:  # nobody else waits in this process
                async for piece in pieces:
                    file.write(piece)
            aside.replace(to)
        finally:
            aside.unlink(missing_ok=True)
        typer.echo(f"{to}: {to.stat().st_size:,} bytes")

    in_newsroom(work)


def _by() -> Any:
    from server.articles.releases.wanted import COMMAND_LINE

    return COMMAND_LINE


async def _taken_in(room: "Newsroom", source: Path, wanted: str, locale: str) -> "Row":
    """Read a file or folder dry, and say what is wrong with it."""
    from knowledge.parsing.drafts import Defaults
    from server.articles.imports.service import FORMATS, Upload
    from server.cli.newsroom import body_of, format_of

    kind = format_of(source, wanted)
    if kind not in FORMATS:
        message = f"There is no format {kind!r}; there are {', '.join(FORMATS)}."
        raise typer.BadParameter(message)
    upload = Upload(format=kind, name=source.name or str(source), defaults=Defaults(locale=locale))
    row = await room.imports.take_in(upload, body_of(source), _by())
    await room.imports.settled([row["id"]])
    row = await room.imports.one(row["id"])
    if row["state"] != "checked":
        raise ImportFailed(f"{source}: {row['report'].get('why', 'it could not be read')}")
    for problem in row["report"]["problems"]:
        where = f"{problem['source']}:{problem['line']}" if problem.get("line") else problem["source"]
        typer.echo(f"{where}: {problem['why']}", err=True)
    return row


async def _run(room: "Newsroom", row: "Row", *, publish: bool, take: Any) -> "Row":
    await room.imports.run(row["id"], _by(), publish=publish, take=take)
    await room.imports.settled([row["id"]])
    done = await room.imports.one(row["id"])
    if done["state"] != "done":
        raise ImportFailed(f"{row['name']}: the import is {done['state']}.")
    return done


async def _told(room: "Newsroom", release: Any, *, even_if_refused: bool) -> None:
    """Say what became of the release that an import asked for."""
    if release.get("number") and not release.get("code"):
        typer.echo(_said(await room.publisher.row(release["number"])))
        return
    if release["code"] != "nothing_to_publish":
        if not even_if_refused:
            raise NotPublished(f"Imported, but not published: {release['why']}")
        typer.echo(f"imported, but not published: {release['why']}")
        return
    if await room.publisher.outdated():
        typer.echo(_said(await room.publisher.renew("Passages are cut or read in another way now.")))
        return
    served = await room.publisher.served()
    typer.echo("nothing to publish" if served is None else f"release {served['release']}: unchanged")


async def _judge(room: "Newsroom", source: Path, *, only_first: bool = False) -> None:
    from server.articles.workbench.queries import JudgedQueryBook

    book = JudgedQueryBook(room.store, room.clock, room.ids)
    if only_first and await book.count():
        return
    told = await book.take_in(await asyncio.to_thread(source.read_bytes), _by())
    for problem in told.problems:
        typer.echo(f"{source.name}:{problem.line}: {problem.why}", err=True)
    typer.echo(f"{told.added} judged queries added, {told.known} known")


async def _give(room: "Newsroom", email: str) -> None:
    from server.articles.owners import NoSuchPerson, give_ownerless

    try:
        async with room.store.writing() as connection:
            await give_ownerless(connection, email, _by(), id=room.ids(), now=room.clock())
    except NoSuchPerson as error:
        typer.echo(error.detail, err=True)


def _counts(counted: Any, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {counted.get(name, 0)}" for name in names if counted.get(name)) or "nothing"


def _said(row: "Row") -> str:
    """Return a release's row as one line."""
    return (
        f"release {row['id']}: {row['articles']} articles, {row['passages']} passages, "
        f"{row['embedded']} passages embedded"
    )
