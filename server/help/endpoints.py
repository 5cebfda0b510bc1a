"""The help centre over HTTP: pages that need no script, a search, a form, a feed. Everything here is public."""

import asyncio
import functools
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import select

from knowledge.errors import KnowledgeError
from knowledge.types import ANY
from server.access.errors import RateLimited
from server.access.guard import Public, address_of
from server.help import feeds, pages
from server.help.centre import Account, HelpCentre, Page
from server.help.feedback import FeedbackIn, from_here, keep, reader_of
from server.help.pages import Site
from server.help.search import LONGEST, Found, searched, suggested
from server.help.shelf import Reach, Shelf
from server.house import House, Wired
from server.kit.errors import NotFound, TooLarge
from server.store.base import one_row, rows_of
from server.store.models import ArticleImage, ArticleSlug

router = APIRouter(prefix="/help", include_in_schema=False, dependencies=[Depends(Public("the public help centre"))])
SLUGS = rows_of(ArticleSlug)
IMAGES = rows_of(ArticleImage)
STATIC = Path(__file__).parent / "static"
FILES = {"tokens.css": "text/css", "help.css": "text/css", "help.js": "text/javascript"}
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
REGION = "help_region"
YEAR = 31_536_000
FOR_EVER = f"public, max-age={YEAR}, immutable"
ASK_AGAIN = "no-cache"
"""A page is asked for again each time; while its release is served the answer is 304 without a body."""
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
LARGEST_FORM = 16_384
NAMED = Annotated[str | None, Query(max_length=64)]


def centre_of(request: Request, house: House) -> HelpCentre:
    """Return the help centre of this process."""
    found: HelpCentre | None = getattr(request.app.state, "help", None)
    if found is None or found.house is not house:
        found = request.app.state.help = HelpCentre(house)
    return found


class _Gone(Exception):
    """There is no such page; the reader is told so on one."""


class _Visit:
    """One request with everything that its page is made from."""

    def __init__(self, request: Request, house: House) -> None:
        self.request = request
        self.house = house
        self.centre = centre_of(request, house)

    async def site(self, locale: str, named: str | None) -> Site:
        """Return the site for this reader; an unknown account, or a locale that is none, raises `_Gone`."""
        account = await self.centre.account(named)
        if account is None or not LOCALE.fullmatch(locale):
            raise _Gone
        shelf = await self.shelf(account)
        # Without a single article every language is as good as the other.
        here = shelf.offered(locale) or (locale if not shelf.locales else None)
        if here is None:
            raise _Gone
        settings = self.house.settings.help
        return Site(
            account=account,
            shelf=shelf,
            locale=here,
            named=named,
            regions=settings.regions,
            version=_version(),
            base=settings.url.rstrip("/"),
            chat=(self.house.settings.web / "widget" / "widget.js").is_file(),
            known=await self.centre.known(),
        )

    async def shelf(self, account: Account) -> Shelf:
        """Return what this reader may see of the served release."""
        release = self.centre.release()
        settings = self.house.settings
        if release is None:
            return Shelf((), Reach(release="", account=account.id, region=None), locales=(), fallback=())
        reach = Reach(release=release, account=account.id, region=self.region(account))
        fallback = settings.knowledge.fallback_locales

        def make() -> Shelf:
            articles = self.house.library.articles(release=release, scope=reach.scope(ANY))
            return Shelf(articles, reach, locales=settings.help.locales, fallback=fallback)

        return await self.centre.shelf(reach, make)

    def region(self, account: Account) -> str | None:
        """Return the region that the reader chose among those offered, else the account's."""
        chosen = self.request.cookies.get(REGION)
        return chosen if chosen in self.house.settings.help.regions else account.region

    async def page(self, site: Site, make: Callable[[], str | None], *key: str) -> Response:
        """Answer with a page that is kept under its key; one that is not there raises `_Gone`."""
        whole = (site.shelf.reach, site.locale, site.named, site.known.at, repr(site.account), *key)
        return self.answer(await self.centre.page(whole, lambda: Page.of(_there(make()))))

    def answer(self, page: Page, status: int = 200, *, cache: str = ASK_AGAIN) -> Response:
        """Answer with a finished page, packed for who can unpack it, or 304 to who has it already."""
        headers = {"ETag": page.etag, "Cache-Control": cache, "Vary": "Cookie, Accept-Encoding"}
        asked = self.request.headers
        if status == 200 and page.etag in {one.strip() for one in asked.get("if-none-match", "").split(",")}:
            return Response(status_code=304, headers=headers)
        body = page.body
        if page.packed is not None and "gzip" in asked.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = page.packed, "gzip"
        return Response(body, status, headers=headers, media_type=page.media_type)


def _there(text: str | None) -> str:
    if text is None:
        raise _Gone
    return text


@functools.cache
def _file(name: str) -> Page:
    return Page.of((STATIC / name).read_text(encoding="utf-8"), f"{FILES[name]}; charset=utf-8")


@functools.cache
def _version() -> str:
    return hashlib.sha256("".join(_file(name).etag for name in sorted(FILES)).encode()).hexdigest()[:12]


async def _or_not_found(visit: _Visit, locale: str, named: str | None, work: Awaitable[Response]) -> Response:
    """Return what `work` answers, or the page that says that there is no such page."""
    try:
        return await work
    except _Gone:
        return await _missing(visit, locale, named)


async def _missing(visit: _Visit, locale: str, named: str | None) -> Response:
    for wanted, account in ((locale, named), (locale, None), ("", None)):
        try:
            site = await visit.site(wanted or await _first_locale(visit, None), account)
        except _Gone:
            continue
        return visit.answer(Page.of(pages.not_found(site)), 404, cache="no-store")
    return JSONResponse({"status": 404, "code": "not_found", "detail": "There is no help centre."}, 404)


async def _first_locale(visit: _Visit, named: str | None) -> str:
    """Return the offered language that the reader likes best, by their browser's word, else the account's."""
    account = await visit.centre.account(named)
    if account is None:
        raise _Gone
    shelf = await visit.shelf(account)
    for wanted in _accepted(visit.request.headers.get("accept-language", "")):
        if found := shelf.offered(wanted):
            return found
    return shelf.offered(account.locale) or (shelf.locales[0] if shelf.locales else account.locale)


def _accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, most wanted first."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        name, _, rest = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest) if rest else None
        share = 1.0 if not rest else float(weight[1]) if weight else 0.0
        if LOCALE.fullmatch(name) and share > 0:
            found.append((share, name))
    return [name for _, name in sorted(found, key=lambda one: -one[0])]


@router.get("")
async def start(request: Request, house: Wired, account: NAMED = None) -> Response:
    """Go to the first page in the reader's language."""
    visit = _Visit(request, house)
    try:
        locale = await _first_locale(visit, account)
    except _Gone:
        return await _missing(visit, "en", None)
    where = f"/help/{locale}" + (f"?account={quote(account)}" if account else "")
    return RedirectResponse(where, 302, headers={"Vary": "Accept-Language, Cookie", "Cache-Control": ASK_AGAIN})


@router.get("/assets/{version}/{name}")
async def asset(version: str, name: str, request: Request, house: Wired) -> Response:
    """Return the style sheet or the script; the version in the address changes with them."""
    if name not in FILES:
        raise NotFound("There is no such file.")
    cache = FOR_EVER if version == _version() else ASK_AGAIN
    return _Visit(request, house).answer(_file(name), cache=cache)


@router.get("/images/{image_id}")
async def image(image_id: str, request: Request, house: Wired) -> Response:
    """Return a picture of an article; its name is made from what it holds, so it never changes."""
    query = select(IMAGES.c.media_type, IMAGES.c.data).where(IMAGES.c.id == image_id[:64])
    etag = f'"{image_id}"'
    async with house.store.reading() as db:
        row = one_row(await db.execute(query)) if re.fullmatch(r"[0-9a-f]{16,64}", image_id) else None
    if row is None:
        raise NotFound("There is no such picture.")
    headers = {"Cache-Control": FOR_EVER, "ETag": etag, "Content-Disposition": "inline"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    kind = row["media_type"] if row["media_type"] in PICTURES else "application/octet-stream"
    return Response(row["data"], media_type=kind, headers=headers)


@router.get("/sitemap.xml")
async def sitemap(request: Request, house: Wired, account: NAMED = None) -> Response:
    """Return every page there is, for search engines."""
    visit = _Visit(request, house)
    base = _base(request, house)

    async def work() -> Response:
        site = await visit.site(await _first_locale(visit, account), account)
        key = ("sitemap", base, site.shelf.reach, site.named)
        made = await visit.centre.page(key, lambda: Page.of(feeds.sitemap(site, base), "application/xml"))
        return visit.answer(made)

    return await _or_not_found(visit, "en", account, work())


@router.post("/region")
async def choose_region(request: Request, house: Wired, account: NAMED = None) -> Response:
    """Remember where the reader is, and go back to the page that asked."""
    visit = _Visit(request, house)
    form = await _form(request)
    back = form.get("back", "")
    # Only a page of ours, and never `//elsewhere`.
    where = back if re.fullmatch(r"/help(/[^/\\\x00-\x20][^\\\x00-\x20]*)?", back) else "/help"
    answer = RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})
    region = form.get("region", "")
    if from_here(request) and (not region or region in visit.house.settings.help.regions):
        secure = house.settings.access.secure_cookies
        answer.set_cookie(REGION, region, max_age=YEAR, path="/help", samesite="lax", httponly=True, secure=secure)
    return answer


@router.get("/{locale}")
async def home(locale: str, request: Request, house: Wired, account: NAMED = None) -> Response:
    """Return the first page in a language."""
    visit = _Visit(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        return _moved(site, locale, site.home()) or await visit.page(site, lambda: pages.home(site), "home")

    return await _or_not_found(visit, locale, account, work())


@router.get("/{locale}/topics/{tag}")
async def topic(locale: str, tag: str, request: Request, house: Wired, account: NAMED = None) -> Response:
    """Return the articles of a topic."""
    visit = _Visit(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        moved = _moved(site, locale, site.topic(tag))
        return moved or await visit.page(site, lambda: pages.topic(site, tag), "topic", tag)

    return await _or_not_found(visit, locale, account, work())


Q = Annotated[str, Query(max_length=2000)]


@router.get("/{locale}/search")
async def search(locale: str, request: Request, house: Wired, q: Q = "", account: NAMED = None) -> Response:
    """Search, as a page; what was asked is remembered without private details."""
    if "application/json" in request.headers.get("accept", ""):
        return await suggest(locale, request, house, q, account)
    visit = _Visit(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        asked = " ".join(q.split())[:LONGEST]
        try:
            await _not_too_often(request, house)
            found = await _search(visit, site, asked)
        except RateLimited:
            return _problem(visit, site, "search", "search_too_often", 429)
        except KnowledgeError:
            return _problem(visit, site, "search", "search_failed", 503)
        if found.result is not None:
            reach = site.shelf.reach
            house.questions.searched(
                "help", asked, found.result, locale=site.locale, account=reach.account, region=reach.region
            )
        return visit.answer(Page.of(pages.search(site, asked, found)), cache="private, no-store")

    return await _or_not_found(visit, locale, account, work())


@router.get("/{locale}/search.json")
async def suggest(locale: str, request: Request, house: Wired, q: Q = "", account: NAMED = None) -> Response:
    """Return what to offer while a reader types; nothing of it is remembered."""
    visit = _Visit(request, house)
    await _not_too_often(request, house)
    try:
        site = await visit.site(locale, account)
    except _Gone:
        raise NotFound("There is no help centre in this language.") from None
    asked = " ".join(q.split())[:LONGEST]
    try:
        found = await _search(visit, site, asked, typing=True)
    except KnowledgeError:
        found = Found()
    items = [
        {
            "title": one.article.title,
            "url": site.article(one.article.id),
            "lang": one.article.locale,
            "snippet": one.snippet.striptags(),
        }
        for one in found.items
    ]
    where = site.href(site.locale, "search", q=asked)
    return JSONResponse({"items": items, "all": where}, headers={"Cache-Control": "private, no-store"})


@router.get("/{locale}/feed.xml")
async def feed(locale: str, request: Request, house: Wired, account: NAMED = None) -> Response:
    """Return the newest articles of a language as Atom."""
    visit = _Visit(request, house)
    base = _base(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        info = house.library.serving()
        built = info.built_at if info else house.clock()
        key = ("feed", base, site.shelf.reach, site.locale, site.named)
        made = await visit.centre.page(key, lambda: Page.of(feeds.feed(site, base, built), "application/atom+xml"))
        return visit.answer(made)

    return await _or_not_found(visit, locale, account, work())


SAID = Annotated[str, Query(max_length=10)]


@router.get("/{locale}/{slug}")
async def article(
    locale: str, slug: str, request: Request, house: Wired, said: SAID = "", account: NAMED = None
) -> Response:
    """Return an article; a name that it had before leads to the one that it has."""
    visit = _Visit(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        article_id = site.shelf.slugs.get(slug) or await _was_called(visit, site, slug)
        where = site.article(article_id) if article_id else None
        if article_id is None or where is None:
            raise _Gone
        if slug != site.shelf.slug(article_id) or locale != site.locale:
            return _for_now(where)
        answered = said if said in {"yes", "no", "thanks"} else ""

        def make() -> str | None:
            return pages.article(site, house.library, article_id, said=answered)

        return await visit.page(site, make, "article", article_id, answered)

    return await _or_not_found(visit, locale, account, work())


@router.post("/{locale}/{slug}/feedback")
async def feedback(locale: str, slug: str, request: Request, house: Wired, account: NAMED = None) -> Response:
    """Keep what a reader says of an article, and go back to it."""
    visit = _Visit(request, house)

    async def work() -> Response:
        site = await visit.site(locale, account)
        found = site.view.articles.get(site.shelf.slugs.get(slug, ""))
        if found is None:
            raise _Gone
        if not from_here(request):
            return _problem(visit, site, "was_helpful", "not_taken", 403)
        try:
            said = FeedbackIn.model_validate(await _form(request))
        except ValidationError:
            return _problem(visit, site, "was_helpful", "not_taken", 422)
        an_hour = house.settings.help.feedback_per_hour
        try:
            await house.limiter.check(f"help-said:{address_of(request)}", per_second=an_hour / 3600, burst=an_hour)
        except RateLimited:
            return _problem(visit, site, "was_helpful", "too_often", 429)
        now = house.clock()
        reader = reader_of(request, await visit.centre.reader_key(), now.date().isoformat())
        await keep(house.store, said, found, release=site.shelf.reach.release, reader=reader, now=now)
        step = "yes" if said.helpful == "yes" else "thanks" if said.step == "why" or said.reason else "no"
        where = site.href(site.locale, site.shelf.slug(found.id), said=step)
        return RedirectResponse(f"{where}#feedback", 303, headers={"Cache-Control": "no-store"})

    return await _or_not_found(visit, locale, account, work())


@router.get("/{rest:path}")
async def nothing(rest: str, request: Request, house: Wired) -> Response:
    """Say that there is no such page, with the search on it."""
    return await _missing(_Visit(request, house), rest.split("/")[0], None)


async def _search(visit: _Visit, site: Site, asked: str, *, typing: bool = False) -> Found:
    if not site.shelf.reach.release:
        return Found()
    look = suggested if typing else searched
    house = visit.house
    return await asyncio.to_thread(look, house.library, site.shelf, site.locale, asked, exclude=house.withheld.ids)


async def _not_too_often(request: Request, house: House) -> None:
    a_minute = house.settings.help.searches_per_minute
    await house.limiter.check(f"help-search:{address_of(request)}", per_second=a_minute / 60, burst=a_minute)


async def _was_called(visit: _Visit, site: Site, slug: str) -> str | None:
    """The article that had this name before, if it is on the shelf."""
    query = select(SLUGS.c.article_id).where(SLUGS.c.slug == slug[:160])
    async with visit.house.store.reading() as db:
        found: str | None = (await db.execute(query)).scalar_one_or_none()
    return found if found and site.shelf.translations(found) else None


def _moved(site: Site, locale: str, where: str) -> Response | None:
    """The way to the offered form of a locale: `de-AT` is read at `de`."""
    return None if locale == site.locale else _for_now(where)


def _for_now(where: str) -> Response:
    # A browser keeps a 301 for ever: an article that gets its old name back would lead in a circle.
    return RedirectResponse(where, 301, headers={"Cache-Control": ASK_AGAIN, "Vary": "Cookie"})


def _problem(visit: _Visit, site: Site, heading: str, text: str, status: int) -> Response:
    made = Page.of(pages.problem(site, site.said[heading], site.said[text]))
    return visit.answer(made, status, cache="no-store")


def _base(request: Request, house: House) -> str:
    """The site's address: by setting, else as it was asked for."""
    if house.settings.help.url:
        return house.settings.help.url.rstrip("/")
    host = request.headers.get("host", "")
    name = host if re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,255}", host) else "localhost"
    return f"{urlsplit(str(request.url)).scheme}://{name}"


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form, the first of each name."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            raise TooLarge(f"A form may have at most {LARGEST_FORM} bytes.", limit=LARGEST_FORM)
    try:
        fields = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        # More fields than any form of ours has: then it is none.
        return {}
    return {name: values[0] for name, values in fields.items()}
