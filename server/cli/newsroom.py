"""What commands on the knowledge base need: the database, the library, and who publishes and imports.

Works beside a running server and without one: the database and the folder's lock keep the two apart.
"""

import asyncio
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from typing_extensions import override

from knowledge.errors import KnowledgeError
from knowledge.library import Library
from server.articles.imports.service import Imports
from server.articles.people import Editor
from server.articles.releases.publisher import Publisher
from server.articles.releases.wanted import Wanted
from server.kit.clock import Clock, system_clock
from server.kit.errors import Invalid
from server.kit.ids import Ids, uuid7_factory
from server.settings import Settings
from server.store.base import Row
from server.store.session import Store

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
FORMATS = {".zip": "markdown", ".md": "markdown", ".html": "html", ".htm": "html", ".csv": "csv", ".jsonl": "jsonl"}
CHUNK = 1024 * 1024
Result = TypeVar("Result")


class KnowledgeRefused(Invalid):
    """The library would not; its own words say why."""

    def __init__(self, error: KnowledgeError) -> None:
        super().__init__(str(error))
        self.own_code = error.code


class NoFormat(Invalid):
    """A file's name does not say what is in it."""

    code = "no_format"

    def __init__(self, path: Path) -> None:
        super().__init__(f"What is in {path.name}? Say --format markdown, html, csv, jsonl, zendesk or chatwoot.")


class NotedPublisher(Publisher):
    """A publisher that puts one note on whatever it publishes, and may keep it without serving it."""

    said: str = ""
    serves: bool = True

    @override
    async def publish(
        self,
        wanted: Sequence[Wanted] | None,
        *,
        by: Editor,
        note: str = "",
        override: str | None = None,
        serve: bool = True,
    ) -> Row:
        """Publish as everywhere."""
        return await super().publish(
            wanted, by=by, note=self.said or note, override=override, serve=serve and self.serves
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """An open newsroom."""

    settings: Settings
    clock: Clock
    ids: Ids
    store: Store
    library: Library
    publisher: NotedPublisher
    imports: Imports


def in_newsroom(work: Callable[[Newsroom], Awaitable[Result]]) -> Result:
    """Open a newsroom, do some work in it, and close it; what the library refuses becomes a refusal of the house."""

    async def opened() -> Result:
        async with newsroom(Settings()) as room:
            return await work(room)

    try:
        return asyncio.run(opened())
    except KnowledgeError as error:
        raise KnowledgeRefused(error) from error


@asynccontextmanager
async def newsroom(settings: Settings) -> AsyncIterator[Newsroom]:
    """Open what commands need, under a name of this process alone."""
    from server.wiring import open_embedder, open_library, open_store

    clock, ids = system_clock, uuid7_factory()
    instance = f"command line {os.getpid()}"
    embedder = open_embedder(settings)
    library = open_library(settings, embedder, clock)
    store = open_store(settings)
    publisher = NotedPublisher(
        store,
        library,
        clock,
        ids,
        instance=instance,
        embedder=embedder.fingerprint,
        keep=settings.knowledge.keep_releases,
    )
    imports = Imports(store, clock, ids, publisher, home=settings.home, instance=instance)
    try:
        yield Newsroom(
            settings=settings,
            clock=clock,
            ids=ids,
            store=store,
            library=library,
            publisher=publisher,
            imports=imports,
        )
    finally:
        await imports.close()
        await publisher.close()
        await store.close()


def format_of(path: Path, wanted: str) -> str:
    """Return what a file or folder holds: what was said, or what its name says; raise `NoFormat`."""
    if wanted:
        return wanted
    if path.is_dir():
        return "markdown"
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise NoFormat(path)
    return found


async def body_of(path: Path) -> AsyncIterator[bytes]:
    """Yield a file as it would be uploaded; of a folder, an archive of its Markdown and its pictures."""
    with await asyncio.to_thread(_opened, path) as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk


def _opened(path: Path) -> IO[bytes]:
    if not path.is_dir():
        return path.open("rb")
    packed = tempfile.TemporaryFile()  # noqa: SIM115  # closed by who reads it
    _pack(path, packed)
    packed.seek(0)
    return packed


def _pack(folder: Path, into: IO[bytes]) -> None:
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix.lower() in {".md", ".markdown", ".mdx", *PICTURES}:
                archive.write(path, path.relative_to(folder).as_posix())
