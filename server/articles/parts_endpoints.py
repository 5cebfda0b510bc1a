"""What articles are made with, over HTTP: images, the taxonomy, saved views."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from server.access import repository as access
from server.articles import images, names, tags, views
from server.articles.endpoints import Editing, Searcher
from server.articles.people import editor_of
from server.articles.tags import ArticleTags, TagIn
from server.articles.views import Area, SavedView, SavedViews, ViewIn
from server.house import Wired

router = APIRouter(prefix="/api/v1", tags=["articles"])
TagName = Annotated[str, Path(max_length=64)]


class ArticleImage(BaseModel):
    """A stored image; `markdown` is what puts it into a text."""

    id: str
    url: str
    markdown: str
    width: int
    height: int
    media_type: str
    size: int


@router.post(
    "/article-images",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in sorted(set(images.FORMATS.values()))
            },
        }
    },
)
async def add_image(
    request: Request, me: Editing, house: Wired, name: Annotated[str, Query(max_length=300)] = "image"
) -> ArticleImage:
    """Store a PNG, JPEG, GIF or WebP of at most 2 MB; the same bytes again are the same image."""
    picture = await images.look_at(await request.body())
    known_as = images.file_name(name)
    async with house.store.writing() as db:
        if await images.keep(db, picture, name=known_as, by=me.name, now=house.clock()):
            await access.audit(
                db,
                id=house.ids(),
                at=house.clock(),
                actor=me.email or me.name,
                action="image.stored",
                target=picture.id,
                data={"name": known_as, "size": len(picture.data), "media_type": picture.media_type},
            )
    return ArticleImage(
        id=picture.id,
        url=images.url(picture.id),
        markdown=f"![{known_as}](image:{picture.id})",
        width=picture.width,
        height=picture.height,
        media_type=picture.media_type,
        size=len(picture.data),
    )


@router.get("/article-tags")
async def taxonomy(me: Searcher, house: Wired) -> ArticleTags:
    """List the taxonomy with how often each tag is used."""
    async with house.store.reading() as db:
        return await tags.listed(db)


@router.put("/article-tags/{name}")
async def save_tag(name: names.Tag, wanted: TagIn, me: Editing, house: Wired, response: Response) -> ArticleTags:
    """Make a tag, or change how it is shown and where it stands."""
    new = await tags.save(house, name, wanted, editor_of(me))
    response.status_code = 201 if new else 200
    return await taxonomy(me, house)


@router.delete("/article-tags/{name}", status_code=204)
async def remove_tag(name: TagName, me: Editing, house: Wired) -> None:
    """Remove a tag that nothing uses."""
    await tags.remove(house, name, editor_of(me))


@router.get("/saved-views")
async def saved_views(me: Searcher, house: Wired, area: Annotated[Area, Query()] = "articles") -> SavedViews:
    """List one's own views of an area and those that are shared."""
    async with house.store.reading() as db:
        return await views.listed(db, area, me.id)


@router.post("/saved-views", status_code=201)
async def save_view(wanted: ViewIn, me: Searcher, house: Wired) -> SavedView:
    """Keep a filter under a name; sharing it with everybody needs the right to edit."""
    if wanted.shared:
        me.must("knowledge.edit")
    async with house.store.writing() as db:
        return await views.keep(db, wanted, id=house.ids(), agent_id=me.id, now=house.clock())


@router.delete("/saved-views/{id}", status_code=204)
async def remove_view(id: UUID, me: Searcher, house: Wired) -> None:
    """Remove a view: one's own, or a shared one with the right to edit."""
    async with house.store.writing() as db:
        await views.remove(db, id, me.id, any_shared="knowledge.edit" in me.permissions)
