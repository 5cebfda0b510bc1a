"""A translation's past and what is said of it, over HTTP: revisions, differences, merges, comments, checks, preview."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from knowledge.errors import KnowledgeError
from server.access.errors import MissingPermission
from server.access.guard import Principal
from server.articles import checks as checking
from server.articles import names, reading, repository, uses
from server.articles.checks import Checks
from server.articles.comments import CommentIn
from server.articles.content import TEXT_LENGTH, Content, Words, content_of
from server.articles.diff import Diff, difference
from server.articles.endpoints import TRANSLATION, ArticleId, Editing, InLocale, Reader
from server.articles.errors import ArticleTooLarge, NotAllowed
from server.articles.merge import MergeConflict, merged
from server.articles.pages import Cursor, Limit
from server.articles.people import Editor, editor_of
from server.articles.shapes import CitedBy, Comments, LinkedImage, Links, Resolving, Revision, RevisionLines
from server.house import Wired

router = APIRouter(prefix="/api/v1/articles", tags=["articles"])
Number = Annotated[int, Path(ge=1, lt=2**31)]
NumberAsked = Annotated[int, Query(ge=1, lt=2**31)]


class MergeIn(BaseModel):
    """What an editor has, and the revision that they began with."""

    base: int = Field(ge=1, lt=2**31)
    mine: Content


class Merge(BaseModel):
    """Both changes in one; `latest` is the revision merged with, and so the base of the next save."""

    merged: Content
    conflicts: list[MergeConflict]
    clean: bool
    latest: int


class PreviewIn(BaseModel):
    """A text that is being written, and for whom it is shown."""

    text: Words
    locale: names.Locale = "en"
    title: Annotated[Words, Field(max_length=300)] = ""
    region: names.Region | None = None
    account: names.Account | None = None


class PreviewHeading(BaseModel):
    """A heading with its level on the page and its anchor."""

    level: int
    text: str
    anchor: str


class PreviewLink(BaseModel):
    """An article that the text leads to; `ok` says that readers would get there."""

    target: str
    ok: bool


class ArticlePreview(BaseModel):
    """The text as readers would see it."""

    html: str
    headings: list[PreviewHeading]
    links: list[PreviewLink]
    images: list[LinkedImage]


@router.get(f"{TRANSLATION}/revisions")
async def revisions(id: ArticleId, locale: InLocale, me: Reader, house: Wired) -> RevisionLines:
    """List every revision of a translation, newest first."""
    async with house.store.reading() as db:
        return RevisionLines(items=await reading.history_out(db, id, locale))


@router.get(f"{TRANSLATION}/revisions/{{number}}")
async def revision(id: ArticleId, locale: InLocale, number: Number, me: Reader, house: Wired) -> Revision:
    """Return one revision as it was."""
    return await reading.revision_out(house.store, id, locale, number)


@router.get(f"{TRANSLATION}/diff")
async def diff(
    id: ArticleId, locale: InLocale, left: NumberAsked, right: NumberAsked, me: Reader, house: Wired
) -> Diff:
    """Return what has changed between two revisions, side by side and word by word."""
    async with house.store.reading() as db:
        rows = [await repository.needed_revision(db, id, locale, number) for number in (left, right)]
    return await asyncio.to_thread(difference, content_of(rows[0]), content_of(rows[1]), numbers=(left, right))


@router.post(f"{TRANSLATION}/merge")
async def merge(id: ArticleId, locale: InLocale, wanted: MergeIn, me: Editing, house: Wired) -> Merge:
    """Bring an editor's work together with what was saved since they began; nothing is stored."""
    async with house.store.reading() as db:
        row = await repository.needed_translation(db, id, locale)
        base = await repository.needed_revision(db, id, locale, wanted.base)
        theirs = await repository.needed_revision(db, id, locale, row["latest"])
    said, conflicts = await asyncio.to_thread(merged, content_of(base), wanted.mine, content_of(theirs))
    # Two large texts in one may be too large; it is shown all the same and refused when it is saved.
    return Merge.model_construct(merged=said, conflicts=conflicts, clean=not conflicts, latest=row["latest"])


@router.get(f"{TRANSLATION}/comments")
async def comments(id: ArticleId, locale: InLocale, me: Reader, house: Wired) -> Comments:
    """List what was said about a translation, oldest first."""
    async with house.store.reading() as db:
        return Comments(items=await reading.comments_out(db, id, locale))


@router.post(f"{TRANSLATION}/comments", status_code=201)
async def comment(id: ArticleId, locale: InLocale, said: CommentIn, me: Reader, house: Wired) -> Comments:
    """Say something about a revision; for who may edit or approve."""
    await house.articles.comment(id, locale, said, _reviewer(me))
    return await comments(id, locale, me, house)


@router.post(f"{TRANSLATION}/comments/{{comment_id}}/resolve")
async def resolve(
    id: ArticleId, locale: InLocale, comment_id: UUID, wanted: Resolving, me: Reader, house: Wired
) -> Comments:
    """Say that a comment is done with, or that it is not; for who may edit or approve."""
    await house.articles.resolve(id, locale, comment_id, _reviewer(me), resolved=wanted.resolved)
    return await comments(id, locale, me, house)


def _reviewer(me: Principal) -> Editor:
    if me.permissions.isdisjoint({"knowledge.edit", "knowledge.approve"}):
        raise MissingPermission("knowledge.edit")
    return editor_of(me)


@router.get(f"{TRANSLATION}/checks")
async def checks(id: ArticleId, locale: InLocale, me: Reader, house: Wired) -> Checks:
    """Check links, images, reading level and near duplicates of the newest revision."""
    return await checking.checks(house.store, house.library, id, locale)


@router.get("/{id}/cited-by")
async def cited_by(
    id: ArticleId,
    me: Reader,
    house: Wired,
    revision: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> CitedBy:
    """List the conversations that met an article, newest first."""
    async with house.store.reading() as db:
        return await uses.cited_by(db, id, revision=revision, limit=limit, cursor=cursor)


@router.get("/{id}/links")
async def links(id: ArticleId, me: Reader, house: Wired) -> Links:
    """Return what an article links to in each locale, and what links to it."""
    async with house.store.reading() as db:
        texts = await uses.texts_of(db, id)
    named = {row["locale"]: await asyncio.to_thread(checking.linked, row["text"]) for row in texts}
    async with house.store.reading() as db:
        return await uses.links(db, id, named)


@router.post("/render")
async def render(wanted: PreviewIn, me: Reader, house: Wired) -> ArticlePreview:
    """Show a text as readers would see it, by the one renderer of all places."""
    if len(wanted.text) > TEXT_LENGTH:
        raise ArticleTooLarge(limit=TEXT_LENGTH, length=len(wanted.text))
    ids, pictures = await asyncio.to_thread(checking.linked, wanted.text)
    async with house.store.reading() as db:
        link, image = await reading.addresses(db, wanted.locale, ids, pictures)
        checked, seen = await checking.links_of(db, None, ids, pictures)
    from knowledge import rendering

    try:
        shown = await asyncio.to_thread(
            rendering.render, wanted.text, link=link, image=image, title=wanted.title, locale=wanted.locale
        )
    except KnowledgeError as error:
        raise NotAllowed("text", "", str(error)) from error
    return ArticlePreview(
        html=shown.html,
        headings=[
            PreviewHeading(level=heading.level, text=heading.text, anchor=heading.anchor) for heading in shown.headings
        ],
        links=[PreviewLink(target=one.target, ok=one.ok) for one in checked],
        images=seen,
    )
