"""The pictures that revisions show."""

import re
from collections.abc import Iterable

from server.store.base import Row

IMAGE = re.compile(r"\(\s*<?image:([0-9A-Za-z_-]+)")


def images_in(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return the ids of all pictures that some revisions show, each with the articles that do."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for image in IMAGE.findall(row["text"]):
            found.setdefault(image, []).append(row["article_id"])
    return found
