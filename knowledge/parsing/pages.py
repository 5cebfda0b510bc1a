"""Markdown files as other tools write them: front matter of many kinds or none, ids and locales from their paths."""

import posixpath
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from knowledge.parsing.archive import Archive, EntryRefused, Unreadable, is_zip
from knowledge.parsing.drafts import FILE_LIMIT, Defaults, Problem, Read, ReadArticle
from knowledge.parsing.names import article_id, path_names, placed, title_of
from knowledge.parsing.plain import NotText, decoded
from knowledge.parsing.records import Found, article_of

MARKDOWN = (".md", ".markdown", ".mdx")
FENCES = {"---": "---", "+++": "+++"}
MATTER_LIMIT = 64 * 1024
HEADING = re.compile(r"\s*#[ \t]+([^\n]*?)[ \t]*#*[ \t]*(?:\n|$)|\s*([^\n#>*+\-`|][^\n]*)\n=+[ \t]*(?:\n|$)")
MARKUP = re.compile(r"<[^>]*>|[*_`]|\{#[^}]*\}")
LINKED = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
INCLUDE = re.compile(r"\[!INCLUDE\s*\[([^\]]*)\]\(([^)\s]+)\)\]", re.IGNORECASE)
NAMED_ANCHOR = re.compile(r"<a\s+(?:name|id)=\"[^\"]*\"\s*>\s*</a>", re.IGNORECASE)
NOTES = ("readme.md", "contributing.md", "code_of_conduct.md", "license.md", "security.md", "toc.md")
Include = Callable[[str], str | None]


def read_markdown(path: Path, name: str, defaults: Defaults) -> Iterator[Read]:
    """Articles of one Markdown file, or of a folder of them in a zip archive."""
    if is_zip(path):
        yield from _archived(path, defaults)
    elif path.stat().st_size > FILE_LIMIT:
        why = f"it has {path.stat().st_size:,} bytes, and {FILE_LIMIT:,} are the most"
        yield Problem(source=name, line=1, why=why, code="article_too_large")
    else:
        yield page(path.read_bytes(), name, defaults)


def _archived(path: Path, defaults: Defaults) -> Iterator[Read]:
    with Archive(path) as archive:
        pages = [entry for entry in archive.entries if entry.ending in MARKDOWN and not _is_note(entry.path)]
        if not pages:
            message = "there is no Markdown file in the archive"
            raise Unreadable(message)
        for name, refusal in archive.refused:
            yield Problem(source=name, line=1, why=refusal.why, code=refusal.code)

        def include(wanted: str) -> str | None:
            entry = archive.find(wanted)
            try:
                return None if entry is None else split(decoded(archive.read(entry, MATTER_LIMIT)))[1].strip()
            except (EntryRefused, NotText):
                return None

        def one(entry_path: str) -> Read:
            entry = archive.find(entry_path)
            try:
                data = b"" if entry is None else archive.read(entry, FILE_LIMIT)
            except EntryRefused as refusal:
                return Problem(source=entry_path, line=1, why=refusal.why, code=refusal.code)
            return page(data, entry_path, defaults, include)

        # Sources come before their translations, so that these can say which revision they translate.
        later: list[str] = []
        for entry in sorted(pages, key=lambda entry: (placed(entry.path)[0] not in {"", defaults.locale}, entry.path)):
            read = one(entry.path)
            if isinstance(read, ReadArticle) and read.source_locale not in {"", read.locale}:
                later.append(entry.path)
            else:
                yield read
        for entry_path in later:
            yield one(entry_path)


def page(data: bytes, path: str, defaults: Defaults, include: Include = lambda _: None) -> Read:
    """One Markdown file; `include` gives the text of another file by path, for `[!INCLUDE[...](...)]`."""
    try:
        source = decoded(data, defaults.encoding)
    except NotText as problem:
        return Problem(source=path, line=problem.line, why=problem.why, code="not_text")
    try:
        fields, text, line = front_matter(source)
    except MatterBroken as problem:
        return Problem(source=path, line=problem.line, why=problem.why, code="incomplete")
    base = posixpath.dirname(path)
    if "[!" in text:
        text = INCLUDE.sub(lambda found: _included(found, base, include), text)
    text = NAMED_ANCHOR.sub("", text).strip("\n").rstrip()
    said = fields.get("title")
    title, rest = first_heading(text)
    if title and (not said or (_alike(str(said), title) and "id" not in fields)):
        # The title stands above the text wherever it is shown; twice is once too often. With an id it is our own file.
        text = rest.strip("\n") or text
    locale, where = placed(path)
    found = Found(
        source=path,
        text=text,
        title=title or title_of(path),
        id=article_id(where.replace("/", "-")),
        locale=locale,
        names=path_names(path),
        base=base,
        text_line=line,
    )
    return article_of(fields, found, defaults)


class MatterBroken(ValueError):
    """A front matter that cannot be read; `why` is part of a sentence."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


def split(source: str) -> tuple[str, str, int]:
    """Front matter, text, and the line that the text begins on; without front matter the first is empty."""
    first, _, rest = source.partition("\n")
    fence = FENCES.get(first.strip())
    if fence is None:
        return "", source, 1
    lines = rest.split("\n")
    end = next((row for row, line in enumerate(lines) if line.strip() == fence), None)
    if end is None:
        return "", source, 1
    return "\n".join(lines[:end]), "\n".join(lines[end + 1 :]), end + 3


def front_matter(source: str) -> tuple[dict[str, Any], str, int]:
    """Fields, text, and the line that the text begins on; `MatterBroken` for what is neither YAML nor TOML."""
    matter, text, line = split(source)
    if not matter.strip():
        return {}, text, line
    if len(matter) > MATTER_LIMIT:
        message = "its front matter is larger than 64 kB"
        raise MatterBroken(message, 1)
    fields = _toml(matter) if source.startswith("+++") else _yaml(matter)
    if not isinstance(fields, dict):
        message = "its front matter is not a list of `key: value` lines"
        raise MatterBroken(message, 2)
    return {str(name): value for name, value in fields.items()}, text, line


def _yaml(matter: str) -> Any:
    import yaml

    try:
        return yaml.load(matter, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  # both are safe
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        why = getattr(problem, "problem", None) or "it is not YAML"
        raise MatterBroken(f"its front matter: {why}", (mark.line if mark else 0) + 2) from problem
    except (ValueError, RecursionError) as problem:
        raise MatterBroken("its front matter cannot be read", 2) from problem


def _toml(matter: str) -> Any:
    try:
        return tomllib.loads(matter)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise MatterBroken(f"its front matter: {problem}", 2) from problem


def first_heading(text: str) -> tuple[str, str]:
    """The heading of the first level that a text begins with, without markup, and the text after it."""
    found = HEADING.match(text)
    if not found:
        return "", text
    title = MARKUP.sub("", LINKED.sub(r"\1", found[1] or found[2] or "")).strip()
    return (title, text[found.end() :]) if title else ("", text)


def _alike(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _included(found: re.Match[str], base: str, include: Include) -> str:
    text = include(posixpath.normpath(posixpath.join(base, found[2])))
    return found[1] if text is None else text


def _is_note(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.startswith("_") or name in NOTES or "/includes/" in f"/{path}"
