"""Articles as editors know them: identity, translations with a state, immutable revisions, and what hangs on them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table

ARTICLE_ID = String(120)
LOCALE = String(16)
PERSON = String(200)


class Article(Table):
    """What stays the same through all translations and revisions. `id` never changes, so links to it never break."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(ARTICLE_ID, primary_key=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    """Its name in the address of the help centre; may change, and the old one then redirects."""
    type: Mapped[str] = mapped_column(String(24))
    """article, faq, playbook, incident_note, disclaimer."""
    source_locale: Mapped[str] = mapped_column(LOCALE)
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(PERSON)
    review_by: Mapped[date | None] = mapped_column(index=True)
    withheld_at: Mapped[datetime | None]
    """Since when it is not suggested any more (it failed an audit); it stays readable."""
    withheld_reason: Mapped[str | None] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(String(400))
    """Where an import found it."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(PERSON)


class ArticleSlug(Table):
    """A name that an article had before; a new article may not take it."""

    __tablename__ = "article_slugs"

    slug: Mapped[str] = mapped_column(String(160), primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), index=True)
    until: Mapped[datetime]


class ArticleTranslation(Table):
    """One article in one locale: how far its newest revision has got, and which revision is served."""

    __tablename__ = "article_translations"
    __table_args__ = (
        Index("ix_article_translations_state_updated_at", "state", "updated_at"),
        Index("ix_article_translations_locale", "locale"),
        Index("ix_article_translations_publish_at", "publish_at"),
        Index("ix_article_translations_expire_at", "expire_at"),
    )

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(LOCALE, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    """Of the newest revision: draft, in_review, approved, published, retired."""
    latest: Mapped[int]
    """Number of the newest revision."""
    published: Mapped[int | None]
    """Number of the revision in the served release; None when readers see none."""
    approved: Mapped[int | None]
    approved_by: Mapped[str | None] = mapped_column(PERSON)
    approved_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(PERSON)
    submitted_by_id: Mapped[UUID | None]
    """Names are not unique; whoever handed it in may not approve it."""
    submitted_at: Mapped[datetime | None]
    source_revision: Mapped[int | None]
    """Revision of the source locale that the newest revision translates; lower than the published one = outdated."""
    publish_at: Mapped[datetime | None]
    expire_at: Mapped[datetime | None]
    title: Mapped[str] = mapped_column(String(300))
    """Of the newest revision, as are the tags and regions here: for lists."""
    tags: Mapped[list[str]]
    regions: Mapped[list[str]]
    audience: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every change of this row, so that two people cannot decide over each other."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(PERSON)


class ArticleRevision(Table):
    """What one translation said at one time; never changed, never removed."""

    __tablename__ = "article_revisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "locale"], ["article_translations.article_id", "article_translations.locale"]
        ),
    )

    article_id: Mapped[str] = mapped_column(ARTICLE_ID, primary_key=True)
    locale: Mapped[str] = mapped_column(LOCALE, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    """Markdown; links to articles are `article:<id>`, images are `image:<id>`."""
    tags: Mapped[list[str]]
    regions: Mapped[list[str]]
    accounts: Mapped[list[str]]
    audience: Mapped[list[str]]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all the above."""
    parent: Mapped[int | None]
    restored_from: Mapped[int | None]
    source_revision: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]


class ArticleComment(Table):
    """What a reviewer said about a revision; `quote` is the passage that it is about."""

    __tablename__ = "article_comments"
    __table_args__ = (Index("ix_article_comments_translation", "article_id", "locale"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ARTICLE_ID)
    locale: Mapped[str] = mapped_column(LOCALE)
    revision: Mapped[int]
    reply_to: Mapped[UUID | None]
    quote: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID | None]
    author: Mapped[str] = mapped_column(PERSON)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(PERSON)


class ArticleTag(Table):
    """One word of the taxonomy that all articles share."""

    __tablename__ = "article_tags"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(120))
    parent: Mapped[str | None] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class ArticleImage(Table):
    """A picture in an article, kept by what it holds: the same file twice is one row."""

    __tablename__ = "article_images"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The first 32 hexadecimal digits of its SHA-256."""
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(PERSON)


class SavedView(Table):
    """A filter that a person gave a name; shared ones are everybody's."""

    __tablename__ = "saved_views"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    agent_id: Mapped[UUID] = mapped_column(index=True)
    created_at: Mapped[datetime]


class ArticleUse(Table):
    """An article met a conversation: cited, suggested, used, dismissed, opened. Written with the event that says so."""

    __tablename__ = "article_uses"
    __table_args__ = (
        Index("ix_article_uses_article", "article_id", "at"),
        Index("ix_article_uses_conversation_id", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    article_id: Mapped[str] = mapped_column(ARTICLE_ID)
    revision: Mapped[int]
    release: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[UUID]
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


class ArticleFeedback(Table):
    """A reader of the help centre said whether an article helped."""

    __tablename__ = "article_feedback"
    __table_args__ = (Index("ix_article_feedback_article", "article_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ARTICLE_ID)
    locale: Mapped[str] = mapped_column(LOCALE)
    revision: Mapped[int]
    release: Mapped[str] = mapped_column(String(40))
    helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(32))
    """unclear, wrong, outdated, incomplete, not_my_question."""
    comment: Mapped[str | None] = mapped_column(Text)
    reader: Mapped[str] = mapped_column(String(64), index=True)
    """A hash of reader and day, so that one reader counts once."""
    at: Mapped[datetime]
