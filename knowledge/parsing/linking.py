"""Links and pictures of the articles of one import: what they point at becomes `article:` and `image:`."""

import posixpath
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from knowledge.parsing.archive import Archive, EntryRefused, is_zip
from knowledge.parsing.drafts import ReadArticle
from knowledge.parsing.links import Relinker
from knowledge.parsing.markdown import ARTICLE_LINK
from knowledge.parsing.names import target_names

IMAGE_LINK = "image:"
IMAGE_LIMIT = 2 * 1024 * 1024
IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
KEPT = ("http:", "https:", "mailto:", "tel:", "sms:", "#")
STATIC = ("static", "public", "assets")
"""Folders that site generators serve from the root."""

Keeps = Callable[[bytes], str | None]
"""The id that a picture is kept by, or None for bytes that are no picture that can be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinked:
    """A text whose links lead to articles and pictures here, or are plain words."""

    text: str
    images: dict[str, str] = field(default_factory=dict)
    """Ids of the pictures that it shows, each with its path in the archive."""
    lost: tuple[str, ...] = ()
    """Targets that led nowhere, each once."""


class Pictures:
    """The pictures beside the articles of an archive; a single file has none.

    Each is looked at once, when the first article shows it.
    """

    def __init__(self, path: Path, keeps: Keeps) -> None:
        self._archive = Archive(path) if is_zip(path) else None
        self._keeps = keeps
        self._ids: dict[str, str | None] = {}

    def __enter__(self) -> Self:
        """Return the pictures."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the archive."""
        if self._archive is not None:
            self._archive.__exit__(kind, error, at)

    def find(self, target: str, base: str) -> tuple[str, str] | None:
        """Id and path of the picture that a relative target of a page in the folder `base` shows."""
        plain = unquote(target.partition("#")[0].partition("?")[0])
        if plain.startswith("/"):
            candidates = [plain.lstrip("/"), *(posixpath.join(folder, plain.lstrip("/")) for folder in STATIC)]
        else:
            candidates = [posixpath.join(base, plain)]
        for candidate in candidates:
            path = posixpath.normpath(candidate)
            if (picture := self._id(path)) is not None:
                return picture, path
        return None

    def find_id(self, picture: str) -> tuple[str, str] | None:
        """Id and path of a picture that our own export put under `images/` by its id."""
        for ending in IMAGES:
            path = f"images/{picture}{ending}"
            if self._id(path) == picture:
                return picture, path
        return None

    def read(self, path: str) -> bytes | None:
        """The bytes of a picture, or None when there is none of that path or it is too large."""
        entry = None if self._archive is None else self._archive.find(path)
        if entry is None or self._archive is None or entry.ending not in IMAGES:
            return None
        try:
            return self._archive.read(entry, IMAGE_LIMIT)
        except EntryRefused:
            return None

    def _id(self, path: str) -> str | None:
        if path not in self._ids:
            data = self.read(path)
            self._ids[path] = None if data is None else self._keeps(data)
        return self._ids[path]


class Linking:
    """What the articles of an import are called in each other's links; each is added once, then texts are changed."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._names: dict[str, str] = {}

    def add(self, article: ReadArticle) -> None:
        """Know an article by its names; of two that share a name, the first has it."""
        self._ids.add(article.id)
        for name in article.names:
            self._names.setdefault(name, article.id)

    def relinked(
        self, text: str, base: str, *, pictures: Pictures, articles: Container[str] = (), images: Container[str] = ()
    ) -> Relinked:
        """A text with its links and pictures changed; `articles` and `images` are ids that are known besides."""
        shown: dict[str, str] = {}

        def link(target: str) -> str | None:
            place, mark, anchor = target.partition("#")
            if place.startswith(ARTICLE_LINK):
                wanted = place.removeprefix(ARTICLE_LINK)
                found = wanted if wanted in self._ids or wanted in articles else self._names.get(f"id:{wanted}")
            else:
                found = next((self._names[name] for name in target_names(place, base) if name in self._names), None)
            if found is not None:
                return f"{ARTICLE_LINK}{found}{mark}{anchor}"
            return target if target.lower().startswith(KEPT) or target.startswith("//") else None

        def image(target: str) -> str | None:
            if target.startswith(IMAGE_LINK):
                wanted = target.removeprefix(IMAGE_LINK)
                found = pictures.find_id(wanted)
                if found is None:
                    return target if wanted in images else None
            elif target.lower().startswith(("http:", "https:", "//")):
                return target
            else:
                found = None if ":" in target.partition("/")[0] else pictures.find(target, base)
            if found is None:
                return None
            shown[found[0]] = found[1]
            return f"{IMAGE_LINK}{found[0]}"

        relinker = Relinker(link=link, image=image)
        changed = relinker.text(text)
        return Relinked(text=changed, images=shown, lost=tuple(dict.fromkeys(relinker.lost)))
