"""Articles that somebody wrote and approved, in one line, and a publisher for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.index.faiss import FaissIndexes
from knowledge.library import Library
from knowledge.types import Query
from server.articles.content import content_from, digest_of
from server.articles.people import Editor
from server.articles.releases.keeping import Keeping
from server.articles.releases.publisher import Checkpoint, Publisher
from server.kit.clock import MovableClock
from server.kit.ids import Ids, uuid7_factory
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import Article, ArticleRevision, ArticleTranslation, AuditEntry, KnowledgeRelease
from server.store.session import Store
from tests.support.knowledge import NOON

ARTICLES, TRANSLATIONS, REVISIONS = rows_of(Article), rows_of(ArticleTranslation), rows_of(ArticleRevision)
EDNA = Editor(id=None, name="Edna Editor", actor="edna@example.com")


@dataclass(slots=True)
class Newsroom:
    """A store, a library on disk, and a publisher of each."""

    store: Store
    home: Path
    clock: MovableClock = field(default_factory=lambda: MovableClock(NOON))
    ids: Ids = field(default_factory=uuid7_factory)
    library: Library = field(init=False)
    publisher: Publisher = field(init=False)
    keeping: Keeping = field(init=False)

    def __post_init__(self) -> None:
        """Open the library and the publisher."""
        self.reopen()

    def reopen(self, checkpoint: Checkpoint | None = None, *, embedder: Any = None, **options: Any) -> None:
        """Begin again, as a new process would."""
        embedder = embedder or HashingEmbedder()
        self.library = Library(self.home / "knowledge", embedder, self.clock, vectors=FaissIndexes())
        self.publisher = Publisher(
            self.store,
            self.library,
            self.clock,
            self.ids,
            instance="server-1",
            embedder=embedder.fingerprint,
            checkpoint=checkpoint,
            **options,
        )
        self.keeping = Keeping(self.publisher)

    async def write(self, article_id: str, text: str, *, locale: str = "en", approved: bool = True, **more: Any) -> int:
        """Save a revision, approved unless said otherwise; return its number."""
        async with self.store.writing() as connection:
            return await write(connection, article_id, text, now=self.clock(), locale=locale, approved=approved, **more)

    async def set(self, article_id: str, *, locale: str = "en", **values: Any) -> None:
        """Change a translation's row as the workflow would."""
        async with self.store.writing() as connection:
            await connection.execute(
                update(TRANSLATIONS)
                .where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
                .values(**values)
            )

    async def translation(self, article_id: str, *, locale: str = "en") -> Row:
        """Return a translation's row."""
        async with self.store.reading() as connection:
            row = one_row(
                await connection.execute(
                    select(TRANSLATIONS).where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
                )
            )
        assert row is not None
        return row

    async def publish(self, *articles: str, **more: Any) -> Row:
        """Publish these articles, or all that wait."""
        from server.articles.releases.wanted import Wanted

        wanted = [Wanted(article_id=one, locale="en") for one in articles] or None
        return await self.publisher.publish(wanted, by=EDNA, **more)

    async def releases(self) -> list[Row]:
        """Return every release's row, oldest first."""
        releases = rows_of(KnowledgeRelease)
        async with self.store.reading() as connection:
            return all_rows(await connection.execute(select(releases).order_by(releases.c.number)))

    async def audit(self, *actions: str) -> list[Row]:
        """Return the entries of the audit trail, oldest first."""
        entries = rows_of(AuditEntry)
        async with self.store.reading() as connection:
            rows = all_rows(await connection.execute(select(entries).order_by(entries.c.id)))
        return [row for row in rows if not actions or row["action"] in actions]

    def found(self, text: str, release: str | None = None) -> list[tuple[str, int]]:
        """Return article and revision of what a search finds, each once."""
        hits = self.library.search(Query(text=text), release=release).hits
        return list(dict.fromkeys((hit.passage.article_id, hit.passage.revision) for hit in hits))


async def write(
    connection: Any,
    article_id: str,
    text: str,
    *,
    now: datetime,
    locale: str = "en",
    approved: bool = True,
    title: str = "",
    type: str = "article",  # noqa: A002  # the column's name
    source_locale: str = "en",
    **content: Any,
) -> int:
    """Store an article's next revision and the rows around it."""
    said = content_from({"title": title or article_id.replace("-", " ").title(), "text": text, **content})
    found = await connection.execute(
        select(TRANSLATIONS.c.latest).where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
    )
    number = (found.scalar_one_or_none() or 0) + 1
    if (await connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.id == article_id))).first() is None:
        values: Mapping[str, Any] = {"id": article_id, "slug": article_id, "type": type, "version": 1}
        await connection.execute(
            insert(ARTICLES).values(**values, source_locale=source_locale, created_at=now, created_by=EDNA.name)
        )
    row = {
        "state": "approved" if approved else "draft",
        "latest": number,
        "title": said.title,
        "tags": said.tags,
        "regions": said.regions,
        "audience": said.audience,
        "updated_at": now,
        "updated_by": EDNA.name,
    }
    if approved:
        row |= {"approved": number, "approved_by": "Adam Approver", "approved_at": now}
    key = {"article_id": article_id, "locale": locale}
    if number == 1:
        await connection.execute(insert(TRANSLATIONS).values(**key, **row, version=1))
    else:
        await connection.execute(
            update(TRANSLATIONS)
            .where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
            .values(**row)
        )
    await connection.execute(
        insert(REVISIONS).values(
            **key, number=number, **said.model_dump(), digest=digest_of(said), note="", author=EDNA.name, at=now
        )
    )
    return number


def names(rows: Sequence[Row], name: str) -> list[Any]:
    """Return one column of some rows."""
    return [row[name] for row in rows]
