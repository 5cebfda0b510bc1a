"""What the releases ask of the workbench: the queries that count and the limits of the gate."""

from collections.abc import Sequence

from server.articles.workbench import repository
from server.articles.workbench.gate import GateLimit
from server.articles.workbench.judged import Judged, judged_of
from server.store.session import Store


async def yardstick(store: Store) -> tuple[Sequence[Judged], GateLimit]:
    """Return the judged queries that are active, and how much a release may lose."""
    async with store.reading() as connection:
        rows = await repository.active(connection)
        _, limit = await repository.gate_limit(connection)
    return tuple(judged_of(row) for row in rows), limit
