"""What a release is asked to change, who asks, and what it then holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from server.articles.people import Editor
from server.store.base import Row

Key = tuple[str, str]
"""Article id and locale."""
What = Literal["publish", "retire", "expire"]


SCHEDULE = Editor(id=None, name="schedule", actor="schedule")
COMMAND_LINE = Editor(id=None, name="command line", actor="command line")
SYSTEM = Editor(id=None, name="system", actor="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One translation to publish or to take out; what is meant is found out when it is not said."""

    article_id: str
    locale: str
    what: What | None = None
    revision: int | None = None
    """The revision that was seen when it was asked for; another one that is approved by now is refused."""

    @property
    def key(self) -> Key:
        """Article id and locale."""
        return self.article_id, self.locale


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The next release against its base: revisions to put in, translations to take out, and what it holds then."""

    base: str | None
    base_number: int | None
    before: Mapping[Key, int]
    put: Mapping[Key, int] = field(default_factory=dict)
    drop: Mapping[Key, What] = field(default_factory=dict)
    titles: Mapping[Key, str] = field(default_factory=dict)

    @property
    def after(self) -> dict[Key, int]:
        """The revision of every translation that the release holds."""
        kept = {key: revision for key, revision in self.before.items() if key not in self.drop}
        return kept | dict(self.put)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """What changes, as it is stored with the release: ordered by article and locale."""
        found: list[dict[str, Any]] = []
        for key in sorted({*self.put, *self.drop}):
            old, new = self.before.get(key), self.put.get(key)
            if old == new:
                continue
            what = "removed" if new is None else "added" if old is None else "changed"
            found.append(
                {
                    "article_id": key[0],
                    "locale": key[1],
                    "title": self.titles.get(key, key[0]),
                    "what": what,
                    "from": old,
                    "to": new,
                }
            )
        return found

    @property
    def gone(self) -> frozenset[str]:
        """Ids of articles that the release does not hold in any locale any more."""
        return frozenset({key[0] for key in self.drop} - {key[0] for key in self.after})


def waiting(rows: Iterable[Row]) -> list[Wanted]:
    """Return what each translation waits for, of those that wait for something."""
    found = []
    for row in rows:
        what = waits_for(row)
        if what is not None:
            found.append(Wanted(article_id=row["article_id"], locale=row["locale"], what=what))
    return found


def waits_for(row: Row) -> What | None:
    """Return what a translation's row waits for: to be published, or to be taken out."""
    if row["state"] == "retired" and row["published"] is not None:
        return "retire"
    if row["approved"] is not None and row["approved"] != row["published"] and row["state"] == "approved":
        return "publish"
    return None


def ready_to_try(due: Sequence[Row], refused: Sequence[Row]) -> list[Row]:
    """Return which of the translations whose time has come the schedule tries next; `refused` is what it tried lately.

    What was refused alone waits. Of what was refused together one is tried alone, so that one bad change does not hold
    up the others.
    """
    alone = {_tried(one["changes"][0]) for one in refused if len(one["changes"]) == 1}
    together = {_tried(change) for one in refused if len(one["changes"]) > 1 for change in one["changes"]}
    left = [row for row in due if not _tries(row) & alone]
    return left[:1] if any(_tries(row) & together for row in left) else left


def _tried(change: Mapping[str, Any]) -> tuple[str, str, int | None]:
    return change["article_id"], change["locale"], change["to"]


def _tries(row: Row) -> set[tuple[str, str, int | None]]:
    return {(row["article_id"], row["locale"], row["approved"]), (row["article_id"], row["locale"], None)}
