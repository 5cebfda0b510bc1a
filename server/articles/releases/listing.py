"""Releases for whoever stands above this room."""

from server.articles.releases import repository
from server.store.base import Row
from server.store.session import Store


async def newest(store: Store, limit: int) -> tuple[list[Row], str | None]:
    """Return the newest releases, newest first, and the id of the one that is served."""
    async with store.reading() as connection:
        rows = await repository.releases(connection, before=None, limit=limit)
        served = await repository.served(connection)
    return rows, served["release"] if served else None
