"""Articles, their translations and revisions in the database.

Everything here works within the caller's transaction, so that imports, contributions and releases can do many things at
once or none.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.content import FIELDS, Content, digest_of
from server.articles.errors import ArticleNotFound, RevisionNotFound, TranslationNotFound
from server.articles.people import Editor
from server.articles.workflow import State, Writers, writers_of
from server.store.base import Row, all_rows, one_row, rows_of
from server.store.models import (
    Agent,
    Article,
    ArticleRevision,
    ArticleSlug,
    ArticleTag,
    ArticleTranslation,
    KnowledgeRelease,
    ReleaseItem,
)

AGENTS = rows_of(Agent)
ARTICLES = rows_of(Article)
ITEMS = rows_of(ReleaseItem)
RELEASES = rows_of(KnowledgeRelease)
REVISIONS = rows_of(ArticleRevision)
SLUGS = rows_of(ArticleSlug)
TAGS = rows_of(ArticleTag)
TRANSLATIONS = rows_of(ArticleTranslation)

AT_ONCE = 400
"""Values in one list of a statement; databases have limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """What an article is before it has a translation."""

    id: str
    slug: str
    type: str = "article"
    source_locale: str = "en"
    owner_id: UUID | None = None
    owner: str | None = None
    review_by: date | None = None
    origin: str | None = None


async def make_article(connection: AsyncConnection, wanted: NewArticle, *, by: Editor, now: datetime) -> None:
    """Store a new article without translations; `IntegrityError` when id or slug are taken (ask `holders` before)."""
    await connection.execute(
        insert(ARTICLES).values(
            id=wanted.id,
            slug=wanted.slug,
            type=wanted.type,
            source_locale=wanted.source_locale,
            owner_id=wanted.owner_id,
            owner=wanted.owner,
            review_by=wanted.review_by,
            origin=wanted.origin,
            version=1,
            created_at=now,
            created_by=by.name,
        )
    )


async def save_revision(
    connection: AsyncConnection,
    *,
    article_id: str,
    locale: str,
    content: Content,
    by: Editor,
    now: datetime,
    note: str = "",
    source_revision: int | None = None,
    restored_from: int | None = None,
    first: int = 1,
) -> int:
    """Store what a translation says as its next revision, and return its number; the translation becomes a draft.

    Makes the translation when there is none. The translation's row is locked first (`translation(..., lock=True)`
    before, to compare), so two who save at once come one after the other. `source_revision` is what it translates; when
    None, it is what `source_number` gives, and nothing for the source itself. Writes no audit entry.
    `first` is the number that a new translation begins with: an import keeps the one that the revision had elsewhere.
    """
    known = await translation(connection, article_id, locale, lock=True)
    number = known["latest"] + 1 if known else first
    article = await needed_article(connection, article_id)
    if locale == article["source_locale"]:
        source_revision = None
    elif source_revision is None:
        source_revision = await source_number(connection, article)
    of_newest = {
        "state": State.draft,
        "latest": number,
        "approved": None,
        "approved_by": None,
        "approved_at": None,
        "submitted_by": None,
        "submitted_by_id": None,
        "submitted_at": None,
        "source_revision": source_revision,
        "title": content.title,
        "tags": content.tags,
        "regions": content.regions,
        "audience": content.audience,
        "updated_at": now,
        "updated_by": by.name,
    }
    if known is None:
        await connection.execute(
            insert(TRANSLATIONS).values(article_id=article_id, locale=locale, version=1, **of_newest)
        )
    else:
        await change_translation(connection, article_id, locale, **of_newest)
    await connection.execute(
        insert(REVISIONS).values(
            article_id=article_id,
            locale=locale,
            number=number,
            **{name: getattr(content, name) for name in FIELDS},
            digest=digest_of(content),
            parent=known["latest"] if known else None,
            restored_from=restored_from,
            source_revision=source_revision,
            note=note,
            author_id=by.id,
            author=by.name,
            at=now,
        )
    )
    return number


async def change_translation(connection: AsyncConnection, article_id: str, locale: str, **values: Any) -> None:
    """Change a translation's row and raise its version."""
    await connection.execute(
        update(TRANSLATIONS)
        .where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
        .values(version=TRANSLATIONS.c.version + 1, **values)
    )


async def change_article(connection: AsyncConnection, article_id: str, **values: Any) -> None:
    """Change an article's row and raise its version."""
    await connection.execute(
        update(ARTICLES).where(ARTICLES.c.id == article_id).values(version=ARTICLES.c.version + 1, **values)
    )


async def withhold(connection: AsyncConnection, article_id: str, reason: str, *, now: datetime) -> None:
    """Stop suggesting an article (it failed an audit); it stays readable."""
    await change_article(connection, article_id, withheld_at=now, withheld_reason=reason)


async def article(connection: AsyncConnection, article_id: str, *, lock: bool = False) -> Row | None:
    """Return an article's row, locked for this transaction if wanted."""
    query = select(ARTICLES).where(ARTICLES.c.id == article_id)
    return one_row(await connection.execute(query.with_for_update() if lock else query))


async def needed_article(connection: AsyncConnection, article_id: str, *, lock: bool = False) -> Row:
    """Return an article's row; raise `ArticleNotFound`."""
    row = await article(connection, article_id, lock=lock)
    if row is None:
        raise ArticleNotFound(article_id)
    return row


async def translation(connection: AsyncConnection, article_id: str, locale: str, *, lock: bool = False) -> Row | None:
    """Return a translation's row, locked for this transaction if wanted."""
    query = select(TRANSLATIONS).where(TRANSLATIONS.c.article_id == article_id, TRANSLATIONS.c.locale == locale)
    return one_row(await connection.execute(query.with_for_update() if lock else query))


async def needed_translation(connection: AsyncConnection, article_id: str, locale: str, *, lock: bool = False) -> Row:
    """Return a translation's row; raise `ArticleNotFound` or `TranslationNotFound`."""
    row = await translation(connection, article_id, locale, lock=lock)
    if row is None:
        await needed_article(connection, article_id)
        raise TranslationNotFound(article_id, locale)
    return row


async def translations_of(connection: AsyncConnection, article_id: str) -> list[Row]:
    """Return the rows of an article's translations by locale."""
    query = select(TRANSLATIONS).where(TRANSLATIONS.c.article_id == article_id).order_by(TRANSLATIONS.c.locale)
    return all_rows(await connection.execute(query))


async def revision(connection: AsyncConnection, article_id: str, locale: str, number: int) -> Row | None:
    """Return one revision."""
    query = select(REVISIONS).where(
        REVISIONS.c.article_id == article_id, REVISIONS.c.locale == locale, REVISIONS.c.number == number
    )
    return one_row(await connection.execute(query))


async def needed_revision(connection: AsyncConnection, article_id: str, locale: str, number: int) -> Row:
    """Return one revision; raise `ArticleNotFound`, `TranslationNotFound` or `RevisionNotFound`."""
    row = await revision(connection, article_id, locale, number)
    if row is None:
        await needed_translation(connection, article_id, locale)
        raise RevisionNotFound(number)
    return row


async def history(connection: AsyncConnection, article_id: str, locale: str) -> list[Row]:
    """Return every revision of a translation without its texts, newest first."""
    columns = [REVISIONS.c[name] for name in ("number", "parent", "restored_from", "author_id", "author", "at")]
    query = (
        select(*columns, REVISIONS.c.title, REVISIONS.c.note)
        .where(REVISIONS.c.article_id == article_id, REVISIONS.c.locale == locale)
        .order_by(REVISIONS.c.number.desc())
    )
    return all_rows(await connection.execute(query))


async def releases_of(connection: AsyncConnection, article_id: str, locale: str) -> list[Row]:
    """Return which releases had which revision: `revision`, and the ids of the `first` and the `last` one.

    The last one is None while every later release has the revision too.
    """
    first, last = RELEASES.alias("first"), RELEASES.alias("last")
    newest = (
        select(last.c.id)
        .where(last.c.number < ITEMS.c.to_number, last.c.number >= ITEMS.c.from_number, last.c.id.is_not(None))
        .order_by(last.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(ITEMS.c.revision, first.c.id.label("first"), newest.label("last"))
        .join(first, first.c.number == ITEMS.c.from_number)
        .where(ITEMS.c.article_id == article_id, ITEMS.c.locale == locale)
        .order_by(ITEMS.c.from_number)
    )
    return all_rows(await connection.execute(query))


async def last_published(connection: AsyncConnection, row: Row) -> int:
    """Return the newest revision of a translation that a release ever had, 0 for none."""
    query = select(func.max(ITEMS.c.revision)).where(
        ITEMS.c.article_id == row["article_id"], ITEMS.c.locale == row["locale"]
    )
    known: int | None = (await connection.execute(query)).scalar()
    return max(known or 0, row["published"] or 0)


async def writers(connection: AsyncConnection, row: Row) -> Writers:
    """Return who had a hand in the newest revision of a translation since the last published one."""
    published = await last_published(connection, row)
    known = await history(connection, row["article_id"], row["locale"])
    # A newest revision that is published itself has an author all the same.
    return writers_of(known, row["latest"], min(published, row["latest"] - 1))


async def source_number(connection: AsyncConnection, article: Row) -> int | None:
    """Return the revision of an article's source that readers see, or its newest; None while there is none."""
    row = await translation(connection, article["id"], article["source_locale"])
    if row is None:
        return None
    number: int = row["published"] or row["latest"]
    return number


def is_outdated(row: Row, article: Row, source: Row | None) -> bool:
    """Tell whether a translation is of an older revision than the source has published (or has, if none is)."""
    if row["locale"] == article["source_locale"] or row["source_revision"] is None or source is None:
        return False
    return bool(row["source_revision"] < (source["published"] or source["latest"]))


async def holders(connection: AsyncConnection, *, ids: Collection[str], slugs: Collection[str]) -> dict[str, str]:
    """Return who has these ids and slugs: `id:x` and `slug:y` to the id of the article that has or had it."""
    found: dict[str, str] = {}
    for part in parts(sorted(ids)):
        rows = await connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.id.in_(part)))
        found |= {f"id:{row.id}": row.id for row in rows}
    for part in parts(sorted(slugs)):
        rows = await connection.execute(select(SLUGS.c.slug, SLUGS.c.article_id).where(SLUGS.c.slug.in_(part)))
        found |= {f"slug:{row.slug}": row.article_id for row in rows}
        rows = await connection.execute(select(ARTICLES.c.slug, ARTICLES.c.id).where(ARTICLES.c.slug.in_(part)))
        found |= {f"slug:{row.slug}": row.id for row in rows}
    return found


async def free_name(connection: AsyncConnection, wanted: str) -> str:
    """Return a name that neither an id nor a slug of any article has: the wanted one, or with a number behind it."""
    like = f"{wanted}%"
    taken: set[str] = set()
    for query in (
        select(ARTICLES.c.id).where(ARTICLES.c.id.like(like)),
        select(ARTICLES.c.slug).where(ARTICLES.c.slug.like(like)),
        select(SLUGS.c.slug).where(SLUGS.c.slug.like(like)),
    ):
        taken |= {row[0] for row in await connection.execute(query)}
    if wanted not in taken:
        return wanted
    return next(name for count in range(2, len(taken) + 3) if (name := f"{wanted}-{count}") not in taken)


async def rename(connection: AsyncConnection, row: Row, slug: str, *, now: datetime) -> None:
    """Keep an article's old slug as one that leads to it, and free the new one if it was its own before.

    The article's row is the caller's to change, in the same transaction.
    """
    await connection.execute(SLUGS.delete().where(SLUGS.c.slug == slug, SLUGS.c.article_id == row["id"]))
    await connection.execute(insert(SLUGS).values(slug=row["slug"], article_id=row["id"], until=now))


async def old_slugs(connection: AsyncConnection, article_id: str) -> list[str]:
    """Return the slugs that an article had before, newest first."""
    query = select(SLUGS.c.slug).where(SLUGS.c.article_id == article_id).order_by(SLUGS.c.until.desc())
    return [row.slug for row in await connection.execute(query)]


async def taxonomy(connection: AsyncConnection) -> set[str]:
    """Return the names of all tags."""
    return {row.name for row in await connection.execute(select(TAGS.c.name))}


async def make_tags(connection: AsyncConnection, tags: Mapping[str, str], *, now: datetime) -> list[str]:
    """Put tags (name to label) into the taxonomy that it does not have; return the names of the new ones."""
    known = await taxonomy(connection)
    made = []
    for name, label in tags.items():
        if name in known:
            continue
        try:
            async with connection.begin_nested():
                await connection.execute(
                    insert(TAGS).values(
                        name=name, label=label or _spoken(name), parent=None, description="", created_at=now
                    )
                )
        except IntegrityError:
            continue  # somebody else made it just now
        made.append(name)
    return made


def _spoken(name: str) -> str:
    """Return a tag's name as a label: `gift-cards` is read as "Gift cards"."""
    words = name.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


async def agent(connection: AsyncConnection, agent_id: UUID) -> Row | None:
    """Return an active agent's id and name."""
    query = select(AGENTS.c.id, AGENTS.c.name).where(AGENTS.c.id == agent_id, AGENTS.c.active)
    return one_row(await connection.execute(query))


async def known_articles(connection: AsyncConnection, ids: Collection[str]) -> dict[str, Row]:
    """Return which of these articles there are, each with the title and state of its source translation."""
    found: dict[str, Row] = {}
    for part in parts(sorted(ids)):
        query = (
            select(
                ARTICLES.c.id,
                TRANSLATIONS.c.title,
                TRANSLATIONS.c.locale,
                TRANSLATIONS.c.state,
                TRANSLATIONS.c.published,
            )
            .join(
                TRANSLATIONS,
                (TRANSLATIONS.c.article_id == ARTICLES.c.id) & (TRANSLATIONS.c.locale == ARTICLES.c.source_locale),
                isouter=True,
            )
            .where(ARTICLES.c.id.in_(part))
        )
        found |= {row["id"]: row for row in all_rows(await connection.execute(query))}
    return found


async def slugs_of(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Return the slugs of those of these articles that there are."""
    found: dict[str, str] = {}
    for part in parts(sorted(ids)):
        rows = await connection.execute(select(ARTICLES.c.id, ARTICLES.c.slug).where(ARTICLES.c.id.in_(part)))
        found |= {row.id: row.slug for row in rows}
    return found


def newest_revisions() -> Any:
    """Return the join of translations with their newest revisions, for queries over texts."""
    return TRANSLATIONS.join(
        REVISIONS,
        (REVISIONS.c.article_id == TRANSLATIONS.c.article_id)
        & (REVISIONS.c.locale == TRANSLATIONS.c.locale)
        & (REVISIONS.c.number == TRANSLATIONS.c.latest),
    )


def parts(values: Sequence[Any]) -> list[Sequence[Any]]:
    """Return values in parts that fit into one statement."""
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
