"""What the measurements say of one draft: the newest one of it against the newest one of the release it was put on."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from server.articles.workbench import repository
from server.articles.workbench.comparing import compare
from server.articles.workbench.measure import row_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFigures:
    """How many judged queries a revision wins and loses, and the two measurements that say so."""

    wins: int
    losses: int
    before: UUID
    after: UUID


async def figures_of(connection: AsyncConnection, article_id: str, locale: str, revision: int) -> DraftFigures | None:
    """Return what was measured of a revision last; None when it, or the release it was put on, was not measured."""
    wanted = {"article_id": article_id, "locale": locale, "revision": revision}
    runs = await repository.newest_runs(connection)
    after = next((row for row in runs if row["subject"] == wanted), None)
    if after is None:
        return None
    before = next((row for row in runs if not row["subject"] and row["release"] == after["release"]), None)
    if before is None:
        return None
    old, new = await repository.run(connection, before["id"]), await repository.run(connection, after["id"])
    if old is None or new is None:
        return None
    found = compare(map(row_of, old["rows"]), map(row_of, new["rows"]))
    return DraftFigures(wins=len(found.won), losses=len(found.lost), before=before["id"], after=after["id"])
