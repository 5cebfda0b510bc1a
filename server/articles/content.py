"""What an article says in one revision, checked and digested; and how the knowledge base takes it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from knowledge.types import Article as KnowledgeArticle
from server.articles import names
from server.articles.errors import ArticleTooLarge, NotAllowed, NotText, UnknownTag
from server.kit.errors import Invalid
from server.store.base import Row

TEXT_LENGTH = 200_000
TITLE_LENGTH = 300
SUMMARY_LENGTH = 1_000
FIELDS = ("title", "summary", "text", "tags", "regions", "accounts", "audience")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def as_text(value: Any) -> Any:
    """Return a text as it is; raise `NotText` for NUL, control characters and halves of characters.

    Tab and line ends are text; what is no `str` at all is left to the model.
    """
    if isinstance(value, str) and (found := _NO_TEXT.search(value)) is not None:
        what = "half a character" if found[0] >= "\ud800" else "the control character"
        raise NotText(f"{what} U+{ord(found[0]):04X}", found.start())
    return value


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


Words = Annotated[str, BeforeValidator(as_text)]
"""Text without control characters."""


class Content(BaseModel):
    """What one revision says; empty `regions` and `accounts` mean everywhere and every brand."""

    model_config = ConfigDict(frozen=True)

    title: Annotated[Words, Field(min_length=1, max_length=TITLE_LENGTH)]
    summary: Annotated[Words, Field(max_length=SUMMARY_LENGTH)] = ""
    text: Words
    tags: Annotated[list[names.Tag], Field(max_length=50)] = []
    regions: Annotated[list[names.Region], Field(max_length=300)] = []
    accounts: Annotated[list[names.Account], Field(max_length=200)] = []
    audience: Annotated[list[names.Audience], Field(max_length=50)] = ["public"]

    @field_validator("title")
    @classmethod
    def _one_line(cls, value: str) -> str:
        title = " ".join(unicodedata.normalize("NFC", value).split())
        if not title:
            raise NotAllowed("title", value, "A title has at least one character that can be seen.")
        return title

    @field_validator("summary", "text")
    @classmethod
    def _unix_lines(cls, value: str) -> str:
        return _lines(value)

    @field_validator("text")
    @classmethod
    def _not_too_large(cls, value: str) -> str:
        if len(value) > TEXT_LENGTH:
            raise ArticleTooLarge(limit=TEXT_LENGTH, length=len(value))
        if not value.strip():
            raise NotAllowed("text", "", "An article says something.")
        return value

    @field_validator("tags")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(value))

    @field_validator("regions", "accounts")
    @classmethod
    def _sorted(cls, value: list[str]) -> list[str]:
        return sorted(set(value))

    @field_validator("audience")
    @classmethod
    def _somebody(cls, value: list[str]) -> list[str]:
        return sorted(set(value)) or ["public"]


def content_from(values: Mapping[str, Any]) -> Content:
    """Make content of what an import or a form holds; raises `Invalid` and its family, never pydantic's errors."""
    try:
        return Content.model_validate(dict(values))
    except ValidationError as error:
        problems = [{"where": ".".join(map(str, at["loc"])), "what": at["msg"]} for at in error.errors()]
        said = "; ".join(f"{at['where']}: {at['what']}" for at in problems)
        raise Invalid(said, errors=problems) from error


def content_of(revision: Row) -> Content:
    """Return what a stored revision says; it was checked when it was saved."""
    return Content.model_construct(**{name: revision[name] for name in FIELDS})


def digest_of(content: Content) -> str:
    """Return the SHA-256 (hex) of everything that a revision says, by a canonical JSON."""
    said = {name: getattr(content, name) for name in FIELDS}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def know_tags(content: Content, taxonomy: Collection[str]) -> None:
    """Raise `UnknownTag` unless the taxonomy has every tag of the content."""
    if unknown := [name for name in content.tags if name not in taxonomy]:
        raise UnknownTag(unknown)


def to_knowledge(article: Row, revision: Row) -> KnowledgeArticle:
    """Return a revision as the knowledge base takes it.

    `article` is a row with `type`, `slug`, `source_locale` and `review_by`, `revision` one with all its columns; a row
    joined of both may be given twice.
    """
    translated = revision["locale"] != article["source_locale"]
    return KnowledgeArticle(
        id=revision["article_id"],
        title=revision["title"],
        text=revision["text"],
        locale=revision["locale"],
        regions=tuple(revision["regions"]),
        accounts=tuple(revision["accounts"]),
        audience=tuple(revision["audience"]),
        type=article["type"],
        tags=tuple(revision["tags"]),
        summary=revision["summary"],
        updated=revision["at"].date(),
        review_by=article["review_by"],
        revision=revision["number"],
        slug=article["slug"],
        source_locale=article["source_locale"] if translated else "",
        source_revision=(revision["source_revision"] or 0) if translated else 0,
    )
