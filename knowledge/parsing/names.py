"""Names: ids and slugs made of titles and paths, tags of words, and what a link's target may be called."""

import hashlib
import posixpath
import re
import unicodedata
from functools import cache
from urllib.parse import unquote, urlsplit

ID_LIMIT = 120
TAG_LIMIT = 64
HASHED = 8

ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,118}[a-z0-9_-])?")
TAG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
# Two letters and perhaps a region or script: `de`, `pt-BR`, `zh_Hans`; checked against the languages that there are.
LOCALE = re.compile(r"([a-z]{2})(?:[-_]([A-Za-z]{2}|[A-Z][a-z]{3}|\d{3}))?", re.IGNORECASE)
# fmt: off
LANGUAGES = frozenset({
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa",
    "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn",
    "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nb", "ne", "nl", "nn", "no", "pa", "pl",
    "ps", "pt", "ro", "ru", "sd", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "tg", "th", "tk", "tl",
    "tr", "uk", "ur", "uz", "vi", "xh", "yo", "zh", "zu",
})
# fmt: on
PAGES = (".md", ".markdown", ".mdx", ".html", ".htm")
INDEXES = ("index", "readme", "_index")
# Zendesk and Chatwoot both serve articles below /hc; Zendesk's have their number before the title.
HELP_ARTICLE = re.compile(r"/hc/(?:[^/]+/)?(?:[^/]+/)?articles/([^/?#]+)")
NUMBERED = re.compile(r"(\d+)(?:-.*)?")


def slugged(text: str) -> str:
    """Small letters, digits and dashes of a text; of a script that has none of them, a short hash."""
    plain = unicodedata.normalize(
        "NFKD", text.replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("ł", "l")
    )
    letters = plain.encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    if not made and text.strip():
        made = "a-" + hashlib.sha256(text.encode()).hexdigest()[:HASHED]
    return cut(made, ID_LIMIT)


def article_id(text: str) -> str:
    """A text as an id: as it is when it is one, else what is nearest to it."""
    lowered = text.strip().lower()
    return lowered if ID.fullmatch(lowered) and ".." not in lowered else slugged(text)


def cut(name: str, limit: int) -> str:
    """A name of at most `limit` characters; what is cut off stands in it as a hash, so that two stay two."""
    if len(name) <= limit:
        return name
    mark = hashlib.sha256(name.encode()).hexdigest()[:HASHED]
    return f"{name[: limit - HASHED - 1].rstrip('-')}-{mark}"


def tag_name(word: str) -> str:
    """A word or phrase as a tag: small letters, digits, dots, dashes and underscores."""
    lowered = word.strip().lower()
    return lowered if TAG.fullmatch(lowered) else cut(slugged(word), TAG_LIMIT)


@cache
def locale_of(text: str) -> str:
    """A locale as it is written (`pt-BR`, `zh-Hans`), or nothing when the text is none."""
    found = LOCALE.fullmatch(text.strip())
    if not found or found[1].lower() not in LANGUAGES:
        return ""
    more = found[2] or ""
    if not more:
        return found[1].lower()
    return f"{found[1].lower()}-{more.title() if len(more) == 4 else more.upper()}"


def title_of(path: str) -> str:
    """A title made of a file's name: `guide/how-to_pay.md` is `How to pay`."""
    words = re.sub(r"[-_.]+", " ", stem_of(path).rpartition("/")[2]).strip()
    return words[:1].upper() + words[1:]


def stem_of(path: str) -> str:
    """A page's path without its ending; an index page is its folder."""
    lowered = path.lower()
    ending = next((one for one in PAGES if lowered.endswith(one)), "")
    stem = path[: len(path) - len(ending)] if ending else path
    folder, _, name = stem.rpartition("/")
    return folder if name.lower() in INDEXES and folder else stem


def placed(path: str) -> tuple[str, str]:
    """Locale and path without it: `de/a/b.md` and `a/b.de.md` are both (`de`, `a/b`); the locale may be empty."""
    stem = stem_of(path)
    folders = stem.split("/")
    name, dot, suffix = folders[-1].rpartition(".")
    if dot and (locale := locale_of(suffix)):
        return locale, "/".join((*folders[:-1], name))
    for place, folder in enumerate(folders[:-1]):
        if locale := locale_of(folder):
            return locale, "/".join((*folders[:place], *folders[place + 1 :]))
    return "", stem


def path_names(path: str) -> tuple[str, ...]:
    """What a page may be linked to by: its path, and its path without the locale."""
    stem = stem_of(path)
    return tuple(dict.fromkeys((f"path:{stem}", f"path:{placed(path)[1]}")))


def address_names(address: str) -> tuple[str, ...]:
    """What an article may be linked to by, for the address that it had on the web."""
    parts = urlsplit(address)
    host, path = parts.netloc.lower(), unquote(parts.path).rstrip("/")
    found = HELP_ARTICLE.search(path)
    if found:
        numbered = NUMBERED.fullmatch(found[1])
        names = dict.fromkeys((found[1], numbered[1])) if numbered else (found[1],)
        return tuple(dict.fromkeys(f"help:{where}:{name}" for where in (host, "") for name in names))
    if not path:
        return ()
    return (f"web:{host}{stem_of(path)}",) if host else (f"path:{stem_of(path.strip('/'))}",)


def target_names(target: str, base: str) -> tuple[str, ...]:
    """What a link's target may be the name of, best first; `base` is the folder that relative targets begin at."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return ()
    if parts.scheme and parts.scheme not in {"http", "https"}:
        return ()
    if parts.netloc:
        # With a host it is another's address unless an article said that it had this one.
        return tuple(name for name in address_names(target) if not name.startswith("help::"))
    if not parts.path:
        return ()
    if HELP_ARTICLE.search(parts.path):
        return address_names(parts.path)
    path = unquote(parts.path)
    joined = path.lstrip("/") if path.startswith("/") else posixpath.join(base, path)
    joined = posixpath.normpath(joined)
    if joined.startswith("..") or joined == ".":
        return ()
    return path_names(joined)
