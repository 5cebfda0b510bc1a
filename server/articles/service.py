"""What editors do with articles; each verb is one transaction and leaves an entry in the audit trail."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.access import repository as access
from server.articles import comments, names, repository, workflow
from server.articles.comments import CommentIn
from server.articles.content import Content, Words, content_of, digest_of, know_tags
from server.articles.errors import (
    ArticleExists,
    NotAllowed,
    RevisionConflict,
    RevisionNotFound,
    ScheduleInvalid,
    SlugTaken,
    VersionConflict,
)
from server.articles.people import Editor
from server.articles.repository import NewArticle
from server.kit.clock import Clock
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store

NOTE_LENGTH = 2_000
TRIES = 3


class NewArticleIn(BaseModel):
    """A new article with its first translation; id and slug are made from the title when they are not given."""

    id: names.NewArticleId | None = None
    slug: names.Slug | None = None
    type: names.Type = "article"
    locale: names.Locale
    content: Content
    owner_id: UUID | None = None
    review_by: date | None = None
    note: Words = Field(default="", max_length=NOTE_LENGTH)


class SaveIn(BaseModel):
    """What a translation shall say; `base` is the revision that the editor started from, None for a new translation.

    `source_revision` is the revision of the source that this one translates, by default the published or newest one.
    """

    base: int | None = Field(default=None, ge=1, lt=2**31)
    content: Content
    note: Words = Field(default="", max_length=NOTE_LENGTH)
    source_revision: int | None = Field(default=None, ge=1, lt=2**31)


class ArticleChange(BaseModel):
    """What changes of an article itself; `version` is the one that was read. `withheld` can only be taken back here."""

    version: int = Field(ge=1, lt=2**31)
    slug: names.Slug | None = None
    type: names.Type | None = None
    owner_id: UUID | None = None
    review_by: date | None = None
    withheld: bool | None = None


class ScheduleIn(BaseModel):
    """When readers shall begin and cease to see a translation; None takes a plan back."""

    publish_at: AwareDatetime | None = None
    expire_at: AwareDatetime | None = None


class Articles:
    """The verbs of the articles room. Who may is asked at the door; what the workflow allows is asked here."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def create(self, wanted: NewArticleIn, by: Editor) -> str:
        """Make an article with its first draft; return its id.

        Raises `ArticleExists`, `SlugTaken`, `UnknownTag`, and `NotAllowed` for an owner who does not work here.
        """
        for attempt in range(TRIES):
            try:
                async with self._store.writing() as db:
                    return await self.create_in(db, wanted, by)
            except IntegrityError:
                # Somebody took the same name between our look and our write; the next look sees them.
                if attempt == TRIES - 1:
                    raise
        raise AssertionError  # pragma: no cover

    async def create_in(self, db: AsyncConnection, wanted: NewArticleIn, by: Editor) -> str:
        """Make an article within a transaction that does more; return its id. Raises as `create` does."""
        now = self._clock()
        know_tags(wanted.content, await repository.taxonomy(db))
        slug = names.slug_of(wanted.content.title)
        article_id = wanted.id or await repository.free_name(db, wanted.slug or slug)
        slug = wanted.slug or await repository.free_name(db, slug)
        await self._both_free(db, article_id, slug)
        article = NewArticle(
            id=article_id,
            slug=slug,
            type=wanted.type,
            source_locale=wanted.locale,
            owner_id=wanted.owner_id,
            owner=await self._name_of(db, wanted.owner_id),
            review_by=wanted.review_by,
        )
        await repository.make_article(db, article, by=by, now=now)
        await repository.save_revision(
            db,
            article_id=article_id,
            locale=wanted.locale,
            content=wanted.content,
            by=by,
            now=now,
            note=wanted.note,
        )
        await self.audit(db, "created", article_id, wanted.locale, by, {"revision": 1, "title": wanted.content.title})
        return article_id

    async def _both_free(self, db: AsyncConnection, article_id: str, slug: str) -> None:
        taken = await repository.holders(db, ids={article_id}, slugs={slug})
        if f"id:{article_id}" in taken:
            raise ArticleExists(article_id)
        if holder := taken.get(f"slug:{slug}"):
            raise SlugTaken(slug, holder)

    async def _name_of(self, db: AsyncConnection, agent_id: UUID | None) -> str | None:
        if agent_id is None:
            return None
        row = await repository.agent(db, agent_id)
        if row is None:
            raise NotAllowed("owner_id", str(agent_id), "An owner is somebody who works here.")
        return cast("str", row["name"])

    async def change(self, article_id: str, wanted: ArticleChange, by: Editor) -> None:
        """Change slug, type, owner or review date, or suggest an article again that was withheld.

        Only what the request names is changed. Raises `VersionConflict` when somebody else changed the article since.
        """
        named = wanted.model_fields_set - {"version"}
        if wanted.withheld:
            raise NotAllowed("withheld", "true", "An article is withheld by a failed audit; here it can be freed.")
        now = self._clock()
        try:
            async with self._store.writing() as db:
                row = await repository.needed_article(db, article_id, lock=True)
                if row["version"] != wanted.version:
                    message = "Somebody changed this article meanwhile. Read it again."
                    raise VersionConflict(message, version=row["version"])
                values = await self._changes(db, row, wanted, named, now)
                if not values:
                    return
                await repository.change_article(db, article_id, **values)
                shown = {name: _plain(values[name]) for name in values}
                await self.audit(db, "changed", article_id, None, by, {"before": _before(row, values), "after": shown})
        except IntegrityError:
            raise SlugTaken(wanted.slug or "", "") from None

    async def _changes(
        self, db: AsyncConnection, row: Row, wanted: ArticleChange, named: set[str], now: datetime
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if wanted.slug is not None and wanted.slug != row["slug"]:
            holder = (await repository.holders(db, ids=(), slugs={wanted.slug})).get(f"slug:{wanted.slug}")
            if holder not in {None, row["id"]}:
                raise SlugTaken(wanted.slug, holder or "")
            await repository.rename(db, row, wanted.slug, now=now)
            values["slug"] = wanted.slug
        if wanted.type is not None and wanted.type != row["type"]:
            values["type"] = wanted.type
        if "owner_id" in named and wanted.owner_id != row["owner_id"]:
            values |= {"owner_id": wanted.owner_id, "owner": await self._name_of(db, wanted.owner_id)}
        if "review_by" in named and wanted.review_by != row["review_by"]:
            values["review_by"] = wanted.review_by
        if wanted.withheld is False and row["withheld_at"] is not None:
            values |= {"withheld_at": None, "withheld_reason": None}
        return values

    async def save(self, article_id: str, locale: str, wanted: SaveIn, by: Editor) -> tuple[int, bool]:
        """Store what an editor wrote as the next revision; return its number and whether the translation is new.

        The same content again is no new revision. Raises `RevisionConflict` when somebody saved since `base`: of two
        who save at once exactly one is stored, and the other is told by whom and when.
        """
        try:
            async with self._store.writing() as db:
                return await self.save_in(db, article_id, locale, wanted, by)
        except IntegrityError:
            # Two people began the same translation at once; ours is the second.
            async with self._store.reading() as db:
                raise await _conflict(
                    db, await repository.needed_translation(db, article_id, locale), wanted.base
                ) from None

    async def save_in(
        self, db: AsyncConnection, article_id: str, locale: str, wanted: SaveIn, by: Editor
    ) -> tuple[int, bool]:
        """Store a revision within a transaction that does more. Returns and raises as `save` does."""
        row = await repository.translation(db, article_id, locale, lock=True)
        if row is None:
            await repository.needed_article(db, article_id)
            if wanted.base is not None:
                raise RevisionNotFound(wanted.base)
        else:
            newest = await repository.needed_revision(db, article_id, locale, row["latest"])
            same_source = wanted.source_revision in {None, newest["source_revision"]}
            if newest["digest"] == digest_of(wanted.content) and same_source:
                return row["latest"], False
            if row["latest"] != wanted.base:
                raise await _conflict(db, row, wanted.base)
            workflow.check("save", row)
        know_tags(wanted.content, await repository.taxonomy(db))
        number = await repository.save_revision(
            db,
            article_id=article_id,
            locale=locale,
            content=wanted.content,
            by=by,
            now=self._clock(),
            note=wanted.note,
            source_revision=wanted.source_revision,
        )
        facts = {"revision": number, "parent": row["latest"] if row else None, "from": row["state"] if row else None}
        await self.audit(db, "saved", article_id, locale, by, facts)
        return number, row is None

    async def submit(self, article_id: str, locale: str, revision: int, by: Editor, note: str = "") -> None:
        """Hand a revision in for review."""
        values = {"submitted_by": by.name, "submitted_by_id": by.id, "submitted_at": self._clock()}
        await self._move("submit", "submitted", article_id, locale, by, revision=revision, note=note, values=values)

    async def withdraw(self, article_id: str, locale: str, by: Editor) -> None:
        """Take a translation back from review, or an approved one back before it is published."""
        await self._move("withdraw", "withdrawn", article_id, locale, by, values=_UNDECIDED)

    async def approve(self, article_id: str, locale: str, revision: int, by: Editor, note: str = "") -> None:
        """Approve exactly this revision; raise `SecondPersonNeeded` when it is the approver's own work."""
        values = {"approved": revision, "approved_by": by.name, "approved_at": self._clock()}
        await self._move("approve", "approved", article_id, locale, by, revision=revision, note=note, values=values)

    async def request_changes(self, article_id: str, locale: str, revision: int, by: Editor, note: str) -> None:
        """Send a revision back to its writers and say why."""
        await self._move(
            "request_changes",
            "changes_requested",
            article_id,
            locale,
            by,
            revision=revision,
            note=note,
            values=_UNDECIDED,
        )

    async def reopen(self, article_id: str, locale: str, by: Editor) -> None:
        """Work on a retired translation again; readers do not see it until it is published again."""
        plans = {"publish_at": None, "expire_at": None}
        await self._move("reopen", "reopened", article_id, locale, by, values={**_UNDECIDED, **plans})

    async def _move(
        self,
        move: str,
        action: str,
        article_id: str,
        locale: str,
        by: Editor,
        *,
        values: Mapping[str, Any],
        revision: int | None = None,
        note: str = "",
    ) -> None:
        now = self._clock()
        async with self._store.writing() as db:
            row = await repository.needed_translation(db, article_id, locale, lock=True)
            if revision is not None:
                _still_newest(row, revision)
            leads = workflow.check(move, row)
            if move == "approve":
                workflow.check_second(row, by, await repository.writers(db, row))
            await repository.change_translation(
                db, article_id, locale, state=leads, updated_at=now, updated_by=by.name, **values
            )
            if note.strip():
                said = CommentIn(revision=row["latest"], text=note)
                await self._say(db, article_id, locale, said, by)
            facts = {"revision": row["latest"], "from": row["state"], "note": note}
            await self.audit(db, action, article_id, locale, by, facts)

    async def restore(self, article_id: str, locale: str, revision: int, by: Editor, note: str = "") -> int:
        """Make what an earlier revision said the newest one, as a draft; return its number. Nothing is removed."""
        async with self._store.writing() as db:
            row = await repository.needed_translation(db, article_id, locale, lock=True)
            workflow.check("restore", row)
            old = await repository.needed_revision(db, article_id, locale, revision)
            number = await repository.save_revision(
                db,
                article_id=article_id,
                locale=locale,
                content=content_of(old),
                by=by,
                now=self._clock(),
                note=note,
                source_revision=old["source_revision"],
                restored_from=revision,
            )
            facts = {"revision": number, "restored_from": revision, "from": row["state"]}
            await self.audit(db, "restored", article_id, locale, by, facts)
            return number

    async def schedule(self, article_id: str, locale: str, wanted: ScheduleIn, by: Editor) -> None:
        """Plan when readers begin and cease to see a translation; a sweep publishes what is approved by then."""
        now = self._clock()
        if wanted.expire_at and wanted.expire_at <= max(now, wanted.publish_at or now):
            raise ScheduleInvalid
        async with self._store.writing() as db:
            row = await repository.needed_translation(db, article_id, locale, lock=True)
            workflow.check("schedule", row)
            plan = {"publish_at": wanted.publish_at, "expire_at": wanted.expire_at}
            await repository.change_translation(db, article_id, locale, updated_at=now, updated_by=by.name, **plan)
            await self.audit(
                db, "scheduled", article_id, locale, by, {name: _plain(value) for name, value in plan.items()}
            )

    async def comment(self, article_id: str, locale: str, said: CommentIn, by: Editor) -> UUID:
        """Say something about a revision; return the comment's id."""
        async with self._store.writing() as db:
            await repository.needed_revision(db, article_id, locale, said.revision)
            return await self._say(db, article_id, locale, said, by)

    async def _say(self, db: AsyncConnection, article_id: str, locale: str, said: CommentIn, by: Editor) -> UUID:
        comment_id = self._ids()
        await comments.add(db, id=comment_id, article_id=article_id, locale=locale, said=said, by=by, now=self._clock())
        return comment_id

    async def resolve(self, article_id: str, locale: str, comment_id: UUID, by: Editor, *, resolved: bool) -> None:
        """Say that a comment is done with, or that it is not."""
        async with self._store.writing() as db:
            await comments.needed(db, article_id, locale, comment_id)
            await comments.resolve(db, comment_id, by=by if resolved else None, now=self._clock())
            action = "comment_resolved" if resolved else "comment_reopened"
            await self.audit(db, action, article_id, locale, by, {"comment": str(comment_id)})

    async def audit(
        self,
        db: AsyncConnection,
        action: str,
        article_id: str,
        locale: str | None,
        by: Editor,
        data: Mapping[str, Any],
    ) -> None:
        """Write what was done to an article into the audit trail, as `article.<action>`."""
        await access.audit(
            db,
            id=self._ids(),
            at=self._clock(),
            actor=by.actor,
            action=f"article.{action}",
            target=article_id if locale is None else f"{article_id}/{locale}",
            data=data,
        )


_UNDECIDED: Mapping[str, Any] = {
    "approved": None,
    "approved_by": None,
    "approved_at": None,
    "submitted_by": None,
    "submitted_by_id": None,
    "submitted_at": None,
}


def _still_newest(row: Row, revision: int) -> None:
    if revision > row["latest"]:
        raise RevisionNotFound(revision)
    if revision < row["latest"]:
        message = "There is a newer revision. Read it before you decide."
        raise VersionConflict(message, revision=revision, latest=row["latest"])


async def _conflict(db: AsyncConnection, row: Row, base: int | None) -> RevisionConflict:
    newest = await repository.needed_revision(db, row["article_id"], row["locale"], row["latest"])
    return RevisionConflict(base=base, latest=row["latest"], author=newest["author"], at=newest["at"].isoformat())


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _before(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in values}
