"""The run: rows become revisions, a hundred in a transaction, each exactly once whatever happens in between."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge.parsing.linking import Pictures
from server.access import repository as access
from server.articles import images, names
from server.articles import repository as articles
from server.articles.content import Content
from server.articles.images import Picture, looked_at
from server.articles.imports import repository
from server.articles.imports.checking import CHANGE, CREATE, KEEP, SKIP, against
from server.articles.imports.staging import content_in, review_date
from server.articles.people import Editor
from server.articles.repository import NewArticle
from server.articles.workflow import State
from server.kit.clock import Clock
from server.kit.errors import HouseError
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store

ROWS_AT_ONCE = 100
CHARACTERS_AT_ONCE = 1_000_000
NOT_WRITTEN: Mapping[str, str] = {SKIP: "skipped", "broken": "skipped"}


@dataclass(slots=True, kw_only=True)
class Run:
    """One import on its way; `by` is who started it."""

    store: Store
    clock: Clock
    ids: Ids
    import_id: UUID
    instance: str
    by: Editor
    name: str
    begun_at: datetime
    publish: bool
    theirs: bool
    pictures: Pictures
    _approved: list[str] = field(default_factory=list)
    _written: list[str] = field(default_factory=list)

    async def rows(self) -> bool:
        """Write every row that has no outcome; False when somebody stopped it or took it over."""
        while True:
            async with self.store.reading() as db:
                positions = await repository.undone(db, self.import_id, ROWS_AT_ONCE)
            if not positions:
                return True
            if not await self._batch(positions):
                return False

    async def _batch(self, positions: list[int]) -> bool:
        """Write some rows in one transaction: as many as are not too long together."""
        async with self.store.reading() as db:
            rows, size = [], 0
            for position in positions:
                row = await repository.row(db, self.import_id, position)
                rows.append(row)
                size += len(row["data"].get("text", ""))
                if size > CHARACTERS_AT_ONCE:
                    break
                await asyncio.sleep(0)
        shown = await asyncio.to_thread(self._shown, rows)
        self._approved, self._written = [], []
        async with self.store.writing() as db:
            current = await repository.one(db, self.import_id, lock=True)
            if current is None or current["state"] != "running" or current["instance"] != self.instance:
                return False
            await self._tags(db, rows)
            for row in rows:
                await self._one(db, row, shown)
                # A transaction of a hundred rows takes a while; requests that only read go on meanwhile.
                await asyncio.sleep(0)
            now = self.clock()
            await repository.change(db, self.import_id, done=current["done"] + len(rows), updated_at=now)
            await self._audit(db, now)
        return True

    def _shown(self, rows: list[Row]) -> dict[str, Picture]:
        """The pictures that these rows show, looked at."""
        found: dict[str, Picture] = {}
        for row in rows:
            for picture_id, path in row["data"].get("images", {}).items():
                data = self.pictures.read(path) if picture_id not in found else None
                if data is not None:
                    found[picture_id] = looked_at(data)
        return found

    async def _tags(self, db: AsyncConnection, rows: list[Row]) -> None:
        """Put the tags of these rows into the taxonomy."""
        wanted: dict[str, str] = {}
        for row in rows:
            if row["would"] in {CREATE, CHANGE} or (row["would"] == SKIP and self.theirs):
                labels = row["data"].get("labels", {})
                wanted |= {name: labels.get(name, name) for name in row["data"]["tags"]}
        if wanted:
            await articles.make_tags(db, wanted, now=self.clock())

    async def _one(self, db: AsyncConnection, row: Row, shown: Mapping[str, Picture]) -> None:
        """Write one row, or say why not; its outcome is in the same transaction as what it wrote."""
        kept = {name: row["data"].get(name) for name in ("title", "line")}
        if row["would"] == "broken":
            await repository.end_row(db, row, "skipped", row["detail"], kept)
            return
        try:
            async with db.begin_nested():
                outcome, detail, facts = await self._write(db, row, shown)
        except IntegrityError:
            outcome, detail, facts = "failed", "Somebody made an article of that id or slug just now.", {}
        except HouseError as error:
            outcome, detail, facts = "failed", error.detail, {}
        await repository.end_row(db, row, outcome, detail, kept | facts)

    async def _write(
        self, db: AsyncConnection, row: Row, shown: Mapping[str, Picture]
    ) -> tuple[str, str, dict[str, Any]]:
        """What became of a row, what there is to say about it, and the numbers of what was written and approved."""
        content, data, key = content_in(row), row["data"], (row["article_id"], row["locale"])
        locked = await articles.translation(db, *key, lock=True)
        standing = (await repository.standing(db, {key[0]})).get(key) if locked else None
        written = (await repository.written_before(db, {key[0]})).get(key) if locked else None
        would, why = await against(db, key, content, standing, written)
        if would == SKIP and self.theirs:
            would, why = CHANGE, ""
        detail = f"{why} {' '.join(data['notes'])}".strip()
        if would in NOT_WRITTEN:
            return NOT_WRITTEN[would], detail, {}
        if would == KEEP and standing is not None:
            return "kept", detail, await self._approve(db, row, standing["latest"], standing["state"])
        for picture_id, path in data.get("images", {}).items():
            if picture_id in shown:
                await images.keep(db, shown[picture_id], name=path, by=self.by.name, now=self.clock())
        number, changed_slug = await self._save(db, row, content, is_new=would == CREATE)
        facts = {"wrote": number} | await self._approve(db, row, number, State.draft)
        self._written.append(f"{key[0]}/{key[1]}:{number}")
        return ("created" if would == CREATE else "changed"), f"{detail} {changed_slug}".strip(), facts

    async def _save(self, db: AsyncConnection, row: Row, content: Content, *, is_new: bool) -> tuple[int, str]:
        """Store a revision, and the article before it when there is none; return its number and what is to be said."""
        data, said = row["data"], ""
        article = await articles.article(db, row["article_id"])
        now = self.clock()
        if article is None:
            slug, said = await self._slug(db, row)
            wanted = NewArticle(
                id=row["article_id"],
                slug=slug,
                type=data["type"],
                source_locale=data["source_locale"],
                review_by=review_date(data),
                origin=f"{self.name}: {row['source']}"[:400],
            )
            await articles.make_article(db, wanted, by=self.by, now=now)
        number = await articles.save_revision(
            db,
            article_id=row["article_id"],
            locale=row["locale"],
            content=content,
            by=self.by,
            now=now,
            note=f"Imported from {self.name}",
            first=data["revision"] or 1,
            source_revision=await self._source_revision(db, row, article) if is_new else None,
        )
        return number, said

    async def _slug(self, db: AsyncConnection, row: Row) -> tuple[str, str]:
        """The slug of a new article: the one that the file names when it is free, else one made of the title."""
        named = row["data"]["slug"]
        wanted = named or names.slug_of(row["data"]["title"])
        if not await articles.holders(db, ids=() if named else {wanted}, slugs={wanted}):
            return wanted, ""
        slug = await articles.free_name(db, wanted)
        return slug, f"The slug `{named}` is another article's; it got `{slug}`." if named else ""

    async def _source_revision(self, db: AsyncConnection, row: Row, article: Row | None) -> int | None:
        """The revision of the source that a translation of our own export is of; None lets the newest one count.

        Its number means something here only when this import brought the source along with its numbers.
        """
        given = row["data"]["source_revision"]
        if not given or article is None or article["created_at"] < self.begun_at:
            return None
        source = await articles.translation(db, row["article_id"], article["source_locale"])
        return given if source is not None and given <= source["latest"] else None

    async def _approve(self, db: AsyncConnection, row: Row, number: int, state: str) -> dict[str, Any]:
        """Approve a revision in the importer's name, if the import publishes and it was finished where it was."""
        if not self.publish or not row["data"]["finished"] or state in {State.published, State.retired}:
            return {}
        now = self.clock()
        await articles.change_translation(
            db,
            row["article_id"],
            row["locale"],
            state=State.approved,
            approved=number,
            approved_by=self.by.name,
            approved_at=now,
            updated_at=now,
            updated_by=self.by.name,
        )
        self._approved.append(f"{row['article_id']}/{row['locale']}:{number}")
        return {"approved": number}

    async def _audit(self, db: AsyncConnection, now: datetime) -> None:
        """Write what a batch did into the audit trail: one entry for what it wrote, one for what it approved."""
        for action, done in (("imported", self._written), ("approved_by_import", self._approved)):
            if done:
                await access.audit(
                    db,
                    id=self.ids(),
                    at=now,
                    actor=self.by.actor,
                    action=f"article.{action}",
                    target=f"import:{self.import_id}",
                    data={"import": str(self.import_id), "name": self.name, "translations": done},
                )
