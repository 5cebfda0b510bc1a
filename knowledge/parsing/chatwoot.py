"""An export in the shape of Chatwoot's help centre: portal, categories, and articles in Markdown."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.parsing.archive import Unreadable
from knowledge.parsing.drafts import FILE_LIMIT, Defaults, Problem, Read
from knowledge.parsing.json_pieces import TooLargePiece, views
from knowledge.parsing.names import article_id, slugged
from knowledge.parsing.records import Found, article_of

Fields = Mapping[str, Any]
STATUS = {"0": "draft", "1": "published", "2": "archived"}
STAMPED = re.compile(r"\d{9,}-(.+)")
"""Chatwoot puts the second of an article's birth before its slug."""


@dataclass(slots=True)
class _Portal:
    """What is needed beside an article to understand it."""

    slug: str = ""
    domain: str = ""
    locale: str = ""
    categories: dict[str, Fields] = field(default_factory=dict)
    roots: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Slug and locale of the articles that others translate, by Chatwoot's number."""


def read_chatwoot(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles first, then those that translate them; `Unreadable` when there is no list of articles."""
    portal, articles = _Portal(), 0
    with views(path) as files:
        for _, members in files:
            for member in members:
                if not isinstance(member, TooLargePiece):
                    articles += _note(portal, member[0], member[2])
    if not articles:
        message = "there is no list `articles` with a `content` in each, as Chatwoot's API gives it"
        raise Unreadable(message, source=name)
    for translations in (False, True):
        with views(path) as files:
            for file, members in files:
                for member in members:
                    if isinstance(member, TooLargePiece):
                        if not translations:
                            why = f"it has more than {2 * FILE_LIMIT:,} bytes"
                            yield Problem(source=file or name, line=member.line, why=why, code="article_too_large")
                        continue
                    kind, line, fields = member
                    if _is_article(kind, fields) and _translates(portal, fields) == translations:
                        yield _article(portal, fields, Found(source=file or name, line=line), defaults)


def _note(portal: _Portal, kind: str, fields: Fields) -> bool:
    if kind == "portal":
        config = fields.get("config")
        portal.slug, portal.domain = str(fields.get("slug") or ""), str(fields.get("custom_domain") or "").lower()
        portal.locale = str((config if isinstance(config, Mapping) else {}).get("default_locale") or "")
    elif kind == "categories":
        portal.categories[str(fields.get("id"))] = fields
    elif _is_article(kind, fields):
        if not fields.get("associated_article_id"):
            portal.roots[str(fields.get("id"))] = (_slug(fields), str(fields.get("locale") or ""))
        return True
    return False


def _is_article(kind: str, fields: Fields) -> bool:
    # `payload` is what the API itself calls its list.
    return kind in {"articles", "payload", ""} and "content" in fields


def _translates(portal: _Portal, fields: Fields) -> bool:
    return str(fields.get("associated_article_id")) in portal.roots


def _slug(fields: Fields) -> str:
    return str(fields.get("slug") or slugged(str(fields.get("title") or "")))


def _article(portal: _Portal, fields: Fields, where: Found, defaults: Defaults) -> Read:
    slug = _slug(fields)
    root, source_locale = portal.roots.get(str(fields.get("associated_article_id")), (slug, ""))
    category = portal.categories.get(str(fields.get("category_id")), {})
    nested = fields.get("category")
    if isinstance(nested, Mapping) and nested.get("name"):
        category = nested
    meta = fields.get("meta")
    tags = (meta if isinstance(meta, Mapping) else {}).get("tags")
    stamped = STAMPED.fullmatch(root)
    status = str(fields.get("status") if fields.get("status") is not None else "")
    given = {
        "id": article_id(root),
        "slug": stamped[1] if stamped else root,
        "title": fields.get("title"),
        "text": fields.get("content"),
        "summary": fields.get("description"),
        "locale": fields.get("locale") or category.get("locale") or portal.locale,
        "source_locale": source_locale,
        "tags": [*(tags if isinstance(tags, list) else ()), str(category.get("name") or "")],
        "status": STATUS.get(status, status),
    }
    names = tuple(f"help:{host}:{slug}" for host in dict.fromkeys((portal.domain, "")))
    return article_of(given, Found(source=where.source, line=where.line, names=names), defaults)
