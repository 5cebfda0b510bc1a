"""HTTP of imports and of the export."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from knowledge.parsing.drafts import ENCODINGS, Defaults
from server.access.guard import Principal
from server.articles import names, pages
from server.articles.content import Words
from server.articles.endpoints import needs
from server.articles.errors import NotAllowed
from server.articles.imports import exporting, repository
from server.articles.imports.exporting import What
from server.articles.imports.service import Take, Upload
from server.articles.pages import Cursor, Limit
from server.articles.people import editor_of
from server.house import Wired
from server.store.base import Row

router = APIRouter(prefix="/api/v1/article-imports", tags=["imports"])
export_router = APIRouter(prefix="/api/v1/article-export", tags=["imports"])
Writer = Annotated[Principal, needs("knowledge.edit")]
Format = Literal["markdown", "html", "csv", "jsonl", "zendesk", "chatwoot"]
State = Literal["reading", "checked", "running", "done", "cancelled", "failed"]
Would = Literal["reading", "create", "change", "keep", "skip", "broken"]
Outcome = Literal["created", "changed", "kept", "skipped", "failed"]


class ImportProblem(BaseModel):
    """A row about which there is something to say: why it is broken, skipped, or changed on the way."""

    source: str
    line: int | None = None
    why: str
    would: Would


class ImportRelease(BaseModel):
    """The release that an import asked for, or why there is none (`code` and `why`)."""

    number: int | None = None
    id: str | None = None
    code: str | None = None
    why: str | None = None
    links: list[Any] = []


class ImportReport(BaseModel):
    """What the dry run found and what the run did; `why` says why a file could not be read."""

    create: int = 0
    change: int = 0
    keep: int = 0
    skip: int = 0
    broken: int = 0
    problems: list[ImportProblem] = []
    outcomes: dict[Outcome, int] = {}
    release: ImportRelease | None = None
    why: str | None = None
    bytes: int = 0


class ImportOptions(BaseModel):
    """What holds for articles that do not say otherwise."""

    locale: str
    type: str
    audience: list[str]
    tags: list[str]
    encoding: str


class ImportBy(BaseModel):
    """Who began an import."""

    id: UUID | None
    name: str


class Import(BaseModel):
    """One import: being read, checked (the dry run is done), running, done, cancelled or failed."""

    id: UUID
    format: Format
    name: str
    state: State
    total: int
    done: int
    report: ImportReport
    options: ImportOptions
    by: ImportBy
    at: datetime
    updated_at: datetime


class ImportPage(BaseModel):
    """Imports, newest first."""

    items: list[Import]
    next_cursor: str | None


class ImportRowOut(BaseModel):
    """One article of an import: what would become of it, and what did."""

    position: int
    source: str
    article_id: str | None
    locale: str | None
    title: str | None
    would: Would
    outcome: Outcome | None
    detail: str


class ImportRows(BaseModel):
    """A page of rows, in the order of the file."""

    items: list[ImportRowOut]
    next_cursor: str | None


class ImportRunIn(BaseModel):
    """How to do an import: whether to approve and publish what was finished, and whose version wins.

    `take` is about translations that were edited here since they were last imported: `ours` leaves them alone, `theirs`
    makes the imported text their next revision.
    """

    publish: bool = False
    take: Take = "ours"


def _out(row: Row) -> Import:
    by = ImportBy(id=row["by_id"], name=row["by"])
    return Import.model_validate({**row, "by": by}, from_attributes=True)


def _words(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))


Many = Annotated[list[str], Query(max_length=50)]


@router.post("", status_code=201, openapi_extra={"requestBody": {"content": {"application/octet-stream": {}}}})
async def take_in(
    me: Writer,
    house: Wired,
    request: Request,
    format: Format,  # noqa: A002 -- the word of the address
    name: Annotated[Words, Query(max_length=200)] = "",
    locale: names.Locale = "en",
    type: names.Type = "article",  # noqa: A002 -- the word of the address
    audience: Many = [],  # noqa: B006 -- a default that FastAPI copies
    tags: Many = [],  # noqa: B006 -- a default that FastAPI copies
    encoding: Annotated[str, Query(max_length=20)] = "",
) -> Import:
    """Take a file in (the body, as it is), read it and try it dry; nothing is written yet.

    Answers when the dry run is done or after five seconds, then with the state `reading`. `audience` and `tags` may be
    given several times or parted by commas. `encoding` is needed only where a file is not in Unicode.
    """
    if encoding and encoding.lower() not in ENCODINGS:
        raise NotAllowed("encoding", encoding, f"An encoding is one of {', '.join(ENCODINGS)}.")
    defaults = Defaults(
        locale=locale,
        type=type,
        audience=tuple(names.audience(one) for one in _words(audience)) or ("public",),
        tags=_words(tags),
        encoding=encoding.lower(),
    )
    upload = Upload(format=format, name=name.strip() or f"{format} file", defaults=defaults)
    return _out(await house.imports.take_in(upload, request.stream(), editor_of(me)))


@router.get("")
async def listed(me: Writer, house: Wired, limit: Limit = 50, cursor: Cursor = None) -> ImportPage:
    """Return imports, newest first."""
    after = pages.opened(cursor, (datetime, str)) if cursor else None
    async with house.store.reading() as db:
        rows = await repository.page(db, after=after, limit=limit + 1)
    more = pages.cursor_of((rows[limit - 1]["at"], str(rows[limit - 1]["id"]))) if len(rows) > limit else None
    return ImportPage(items=[_out(row) for row in rows[:limit]], next_cursor=more)


@router.get("/{id}")
async def one(me: Writer, house: Wired, id: UUID) -> Import:
    """Return an import: its state, how far it is, and its report."""
    return _out(await house.imports.one(id))


@router.get("/{id}/rows")
async def rows(
    me: Writer,
    house: Wired,
    id: UUID,
    would: Would | None = None,
    outcome: Outcome | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ImportRows:
    """Return the rows of an import in the order of the file."""
    await house.imports.one(id)
    after = pages.opened(cursor, (int,))[0] if cursor else None
    async with house.store.reading() as db:
        found = await repository.rows_page(db, id, would=would, outcome=outcome, after=after, limit=limit + 1)
    more = pages.cursor_of((found[limit - 1]["position"],)) if len(found) > limit else None
    items = [ImportRowOut.model_validate(row, from_attributes=True) for row in found[:limit]]
    return ImportRows(items=items, next_cursor=more)


@router.post("/{id}/run", status_code=202)
async def run(me: Writer, house: Wired, id: UUID, wanted: ImportRunIn) -> Import:
    """Write what was read, in the background.

    `publish` approves it in the asker's name, without the second person that approval wants otherwise; so it needs
    `knowledge.override` beside `knowledge.publish`, and the audit trail names each translation.
    """
    if wanted.publish:
        me.must("knowledge.publish")
        me.must("knowledge.override")
    return _out(await house.imports.run(id, editor_of(me), publish=wanted.publish, take=wanted.take))


@router.post("/{id}/cancel")
async def cancel(me: Writer, house: Wired, id: UUID) -> Import:
    """Stop an import after the rows that are being written; it can be run again from there."""
    return _out(await house.imports.cancel(id, editor_of(me)))


@router.delete("/{id}", status_code=204)
async def remove(me: Writer, house: Wired, id: UUID) -> None:
    """Forget an import; what it wrote stays."""
    await house.imports.remove(id, editor_of(me))


@export_router.get("", response_class=StreamingResponse)
async def export(
    me: Writer,
    house: Wired,
    format: Literal["markdown", "jsonl"] = "markdown",  # noqa: A002 -- the word of the address
    what: What = "published",
) -> StreamingResponse:
    """Give everything out as a stream: a zip archive of Markdown files with pictures, or JSON lines without them."""
    now = house.clock()
    if format == "jsonl":
        stream, kind, ending = exporting.json_lines(house.store, what), "application/x-ndjson", "jsonl"
    else:
        stream, kind, ending = exporting.archive(house.store, what, now), "application/zip", "zip"
    name = f"articles-{what}-{now:%Y-%m-%d}.{ending}"
    return StreamingResponse(stream, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
