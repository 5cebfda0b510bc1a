"""What the articles room answers over HTTP; the web apps are compiled against these names."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from server.articles.content import Content, Words
from server.articles.service import NOTE_LENGTH
from server.articles.workflow import State


class Person(BaseModel):
    """Somebody of the staff; `id` is None for the command line and for imports without a person."""

    id: UUID | None
    name: str


class ArticleLine(BaseModel):
    """One translation in a list."""

    id: str
    slug: str
    type: str
    locale: str
    title: str
    state: State
    latest: int
    published: int | None
    outdated: bool
    tags: list[str]
    regions: list[str]
    audience: list[str]
    owner: Person | None
    review_by: date | None
    overdue: bool
    withheld: bool
    publish_at: datetime | None
    expire_at: datetime | None
    updated_at: datetime
    updated_by: str
    source_locale: str


class ArticleLines(BaseModel):
    """One page of a list, and how long the whole list is."""

    items: list[ArticleLine]
    next_cursor: str | None
    total: int


class OwnerCount(BaseModel):
    """How many translations somebody answers for."""

    id: UUID
    name: str
    count: int


class Facets(BaseModel):
    """How many translations there are of what, and what else lists are filtered by."""

    states: dict[str, int]
    locales: dict[str, int]
    types: dict[str, int]
    tags: dict[str, int]
    regions: dict[str, int]
    owners: list[OwnerCount]
    accounts: list[str]
    teams: list[str]
    outdated: int
    overdue: int
    withheld: int


class Revision(Content):
    """What a translation said at one time; `html` is its text as readers see it."""

    number: int
    parent: int | None
    restored_from: int | None
    source_revision: int | None
    note: str
    author: Person
    at: datetime
    digest: str
    html: str


class Translation(BaseModel):
    """One article in one locale, how far it has got, and what the person who asks may do with it now.

    `source_published` is the revision of the source that readers see (or its newest), None for the source itself.
    """

    article_id: str
    locale: str
    state: State
    latest: int
    published: int | None
    approved: int | None
    approved_by: str | None
    approved_at: datetime | None
    submitted_by: str | None
    submitted_at: datetime | None
    outdated: bool
    source_revision: int | None
    source_published: int | None
    publish_at: datetime | None
    expire_at: datetime | None
    version: int
    may: list[str]
    why_not: dict[str, str]
    revision: Revision
    updated_at: datetime
    updated_by: str


class TranslationLine(BaseModel):
    """One translation of an article, in short."""

    locale: str
    state: State
    latest: int
    published: int | None
    outdated: bool
    title: str
    updated_at: datetime


class Article(BaseModel):
    """An article: what stays the same through its translations."""

    id: str
    slug: str
    old_slugs: list[str]
    type: str
    source_locale: str
    owner: Person | None
    review_by: date | None
    withheld_at: datetime | None
    withheld_reason: str | None
    version: int
    created_at: datetime
    created_by: str
    translations: list[TranslationLine]


class RevisionLine(BaseModel):
    """One revision in a history; `releases` are the first and the last that had it, the last None while it goes on."""

    number: int
    state: Literal["draft", "in_review", "approved", "published", "superseded", "retired"]
    title: str
    author: Person
    at: datetime
    note: str
    restored_from: int | None
    releases: list[str | None]


class RevisionLines(BaseModel):
    """The history of a translation, newest first."""

    items: list[RevisionLine]


class Comment(BaseModel):
    """What somebody said about a revision."""

    id: UUID
    revision: int
    reply_to: UUID | None
    quote: str | None
    text: str
    author: Person
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


class Comments(BaseModel):
    """What was said about a translation, oldest first."""

    items: list[Comment]


class Decision(BaseModel):
    """Which revision is meant, exactly, and a word about it."""

    revision: int = Field(ge=1, lt=2**31)
    note: Words = Field(default="", max_length=NOTE_LENGTH)


class ChangesWanted(BaseModel):
    """Which revision needs changes, and which."""

    revision: int = Field(ge=1, lt=2**31)
    note: Words = Field(min_length=1, max_length=NOTE_LENGTH)


class Resolving(BaseModel):
    """Whether a comment is done with."""

    resolved: bool


class CitingConversation(BaseModel):
    """A conversation that met an article."""

    conversation_id: UUID
    at: datetime
    kind: str
    revision: int
    release: str
    seq: int


class CitedBy(BaseModel):
    """One page of the conversations that met an article, newest first, and how many did what with it."""

    items: list[CitingConversation]
    next_cursor: str | None
    counts: dict[str, int]


class LinkedArticle(BaseModel):
    """An article at the other end of a link; `ok` says that there is one and that it is not retired."""

    article_id: str
    title: str | None
    locale: str
    ok: bool


class LinkedImage(BaseModel):
    """An image in an article; `ok` says that there is one."""

    id: str
    ok: bool


class Links(BaseModel):
    """Where an article's translations lead to, and which articles lead to it (`locale` is where the link stands)."""

    to: list[LinkedArticle]
    from_: list[LinkedArticle] = Field(serialization_alias="from", validation_alias="from")
    images: list[LinkedImage]
