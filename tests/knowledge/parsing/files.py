"""Files of every format in one line each, and what comes of reading them."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge.parsing.drafts import Defaults, Problem, ReadArticle
from knowledge.parsing.linking import Linking, Pictures, Relinked
from knowledge.parsing.reading import read

PNG = bytes.fromhex("89504e470d0a1a0a") + b"a picture"


def zipped(folder: Path, files: Mapping[str, str | bytes], name: str = "articles.zip") -> Path:
    """Pack files into an archive."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)
    return path


def kept(folder: Path, data: str | bytes, name: str) -> Path:
    """Write one file."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def as_json(folder: Path, document: Any, name: str = "export.json") -> Path:
    """Write a JSON file as exports look: indented."""
    return kept(folder, json.dumps(document, indent=2, ensure_ascii=False), name)


def read_all(path: Path, kind: str, **defaults: Any) -> tuple[list[ReadArticle], list[Problem]]:
    """Read a file to its end: articles and problems."""
    articles, problems = [], []
    for one in read(path, kind, path.name, Defaults(**defaults)):
        if isinstance(one, ReadArticle):
            articles.append(one)
        else:
            problems.append(one)
    return articles, problems


def picture_id(data: bytes) -> str | None:
    """Return what a picture is kept by: the beginning of its SHA-256."""
    return hashlib.sha256(data).hexdigest()[:32] if data.startswith(PNG[:8]) else None


def relinked(path: Path, kind: str, **defaults: Any) -> dict[str, Relinked]:
    """Read a file and rewrite its links; by `id/locale`."""
    articles, _ = read_all(path, kind, **defaults)
    linking = Linking()
    for one in articles:
        linking.add(one)
    with Pictures(path, picture_id) as pictures:
        return {f"{one.id}/{one.locale}": linking.relinked(one.text, one.base, pictures=pictures) for one in articles}
