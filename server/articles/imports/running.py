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
from server.articles.images import Picture, looked_at
from server.articles.imports import repository
from server.articles.imports.checking import BROKEN, CREATE, KEEP, SKIP, against
from server.articles.imports.repository import Ended
from server.articles.imports.staging import Meant, meant, review_date
from server.articles.people import Editor
from server.articles.repository import NewArticle
from server.articles.workflow import State
from server.kit.clock import Clock
from server.kit.errors import Conflict, Invalid
from server.kit.ids import Ids
from server.store.base import Row
from server.store.session import Store

ROWS_AT_ONCE = 100
CHARACTERS_AT_ONCE = 1_000_000


@dataclass(slots=True, kw_only=True)
class _Known:
    """What the database says about the articles of a batch; `made` and `taken` grow as the batch is written."""

    standing: Mapping[tuple[str, str], Row]
    written: Mapping[tuple[str, str], int]
    made: set[str]
    """Ids of the articles that there are."""
    slugs: Mapping[str, str]
    """The slug that each article that is not there yet should have."""
    taken: set[str]
    """`slug:x` and `id:x` of names that somebody has."""


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
            rows = await self._fetched(positions)
            try:
                went_on = await self._batch(rows)
            except (IntegrityError, Conflict, Invalid):
                # Somebody else wrote the same, or a row is not what it was: then each row by itself.
                went_on = await self._batch(rows, careful=True)
            if not went_on:
                return False

    async def _fetched(self, positions: list[int]) -> list[Row]:
        """Rows with their texts: as many of these as are not too long together."""
        rows, size = [], 0
        async with self.store.reading() as db:
            for position in positions:
                row = await repository.row(db, self.import_id, position)
                rows.append(row)
                size += len(row["data"].get("text", ""))
                if size > CHARACTERS_AT_ONCE:
                    break
                await asyncio.sleep(0)
        return rows

    async def _batch(self, rows: list[Row], *, careful: bool = False) -> bool:
        """Write rows and their outcomes in one transaction; `careful` lets a row fail without the others."""
        says, shown = await asyncio.to_thread(self._prepared, rows)
        self._approved, self._written = [], []
        async with self.store.writing() as db:
            current = await repository.one(db, self.import_id, lock=True)
            if current is None or current["state"] != "running" or current["instance"] != self.instance:
                return False
            await self._tags(db, rows)
            known = await self._known(db, rows)
            ended = []
            for row in rows:
                ended.append(await self._one(db, row, says.get(row["position"]), known, shown, careful=careful))
                # A transaction of a hundred rows takes a while; others have their turn meanwhile.
                await asyncio.sleep(0)
            now = self.clock()
            await repository.end_rows(db, self.import_id, ended)
            await repository.change(db, self.import_id, done=current["done"] + len(rows), updated_at=now)
            await self._audit(db, now)
        return True

    def _prepared(self, rows: list[Row]) -> tuple[dict[int, Meant], dict[str, Picture]]:
        """What rows say by their positions, and the pictures that they show, looked at."""
        says = {row["position"]: meant(row) for row in rows if row["would"] != BROKEN}
        shown: dict[str, Picture] = {}
        for row in rows:
            for picture_id, path in row["data"].get("images", {}).items():
                data = self.pictures.read(path) if picture_id not in shown else None
                if data is not None:
                    shown[picture_id] = looked_at(data)
        return says, shown

    async def _known(self, db: AsyncConnection, rows: list[Row]) -> _Known:
        """What there is of these rows' articles, locked; and which of their slugs are taken."""
        ids = {row["article_id"] for row in rows if row["would"] != BROKEN}
        await repository.lock(db, ids)
        made = await repository.article_ids(db, ids)
        fresh = [row for row in rows if row["would"] != BROKEN and row["article_id"] not in made]
        wanted: dict[str, str] = {}
        for row in fresh:
            # The first row of an article is its source where the file has that.
            wanted.setdefault(row["article_id"], row["data"]["slug"] or names.slug_of(row["data"]["title"]))
        return _Known(
            standing=await repository.standing(db, made),
            written=await repository.written_before(db, made),
            made=made,
            slugs=wanted,
            taken=set(await articles.holders(db, ids=set(wanted.values()), slugs=set(wanted.values()))),
        )

    async def _tags(self, db: AsyncConnection, rows: list[Row]) -> None:
        """Put the tags of these rows into the taxonomy."""
        wanted: dict[str, str] = {}
        for row in rows:
            if row["would"] not in {BROKEN, KEEP, SKIP} or (row["would"] == SKIP and self.theirs):
                labels = row["data"].get("labels", {})
                wanted |= {name: labels.get(name, name) for name in row["data"]["tags"]}
        if wanted:
            await articles.make_tags(db, wanted, now=self.clock())

    async def _one(
        self,
        db: AsyncConnection,
        row: Row,
        says: Meant | None,
        known: _Known,
        shown: Mapping[str, Picture],
        *,
        careful: bool,
    ) -> Ended:
        """Write one row, or say why not."""
        kept = {name: row["data"].get(name) for name in ("title", "line")}
        outcome, detail = "skipped", row["detail"]
        facts: dict[str, Any] = {}
        if says is not None and not careful:
            outcome, detail, facts = await self._write(db, row, says, known, shown)
        elif says is not None:
            try:
                async with db.begin_nested():
                    outcome, detail, facts = await self._write(db, row, says, known, shown)
            except IntegrityError:
                outcome, detail = "failed", "Somebody made an article of that id or slug just now."
            except (Conflict, Invalid) as error:
                outcome, detail = "failed", error.detail
        return Ended(position=row["position"], outcome=outcome, detail=detail, data=kept | facts)

    async def _write(
        self, db: AsyncConnection, row: Row, says: Meant, known: _Known, shown: Mapping[str, Picture]
    ) -> tuple[str, str, dict[str, Any]]:
        """What became of a row, what there is to say about it, and the numbers of what was written and approved."""
        data, key = row["data"], (row["article_id"], row["locale"])
        standing = known.standing.get(key)
        would, why = await against(db, key, says, standing, known.written.get(key))
        if would == SKIP and not self.theirs:
            return "skipped", _said(why, *data["notes"]), {}
        if would == KEEP and standing is not None:
            latest = standing["latest"]
            if standing["published"] != latest and await repository.was_shown(db, *key, latest):
                # Readers saw it and it was taken back: the same file again is no reason to show it again.
                return "kept", _said(*data["notes"]), {}
            return "kept", _said(*data["notes"]), await self._approve(db, row, latest, standing["state"])
        for picture_id, path in data.get("images", {}).items():
            if picture_id in shown:
                await images.keep(db, shown[picture_id], name=path, by=self.by.name, now=self.clock())
        renamed = "" if key[0] in known.made else await self._make(db, row, known)
        number = await articles.save_revision(
            db,
            article_id=key[0],
            locale=key[1],
            content=says.content,
            by=self.by,
            now=self.clock(),
            note=f"Imported from {self.name}",
            first=data["revision"] or 1,
            source_revision=await self._source_revision(db, row) if would == CREATE else None,
        )
        facts = {"wrote": number} | await self._approve(db, row, number, State.draft)
        self._written.append(f"{key[0]}/{key[1]}:{number}")
        return ("created" if would == CREATE else "changed"), _said(*data["notes"], renamed), facts

    async def _make(self, db: AsyncConnection, row: Row, known: _Known) -> str:
        """Make an article under the slug that the file names or its title gives; return what is to be said about it."""
        article_id, data, renamed = row["article_id"], row["data"], ""
        slug = wanted = known.slugs[article_id]
        if f"slug:{wanted}" in known.taken or (not data["slug"] and f"id:{wanted}" in known.taken):
            slug = await articles.free_name(db, wanted)
            renamed = f"The slug `{wanted}` is another article's; it got `{slug}`." if data["slug"] else ""
        known.taken.add(f"slug:{slug}")
        wants = NewArticle(
            id=article_id,
            slug=slug,
            type=data["type"],
            source_locale=data["source_locale"],
            review_by=review_date(data),
            origin=f"{self.name}: {row['source']}"[:400],
        )
        await articles.make_article(db, wants, by=self.by, now=self.clock())
        known.made.add(article_id)
        return renamed

    async def _source_revision(self, db: AsyncConnection, row: Row) -> int | None:
        """The revision of the source that a translation of our own export is of; None lets the newest one count.

        Its number means something here only when this import brought the source along with its numbers.
        """
        given = row["data"]["source_revision"]
        if not given:
            return None
        article = await articles.needed_article(db, row["article_id"])
        if article["created_at"] < self.begun_at:
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


def _said(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
