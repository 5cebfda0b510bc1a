"""The gate's limits: read by whoever wants to know, changed by who may override it, every version kept."""

from server.access import repository as access
from server.articles.errors import VersionConflict
from server.articles.people import Editor
from server.articles.workbench import repository
from server.articles.workbench.gate import GateLimit
from server.house import House
from server.store.session import Store


async def limit_of(store: Store) -> tuple[int, GateLimit]:
    """Return the limits in force with their version; version 0 are the defaults."""
    async with store.reading() as connection:
        return await repository.gate_limit(connection)


async def change(house: House, by: Editor, limit: GateLimit, *, known: int | None) -> int:
    """Store new limits and return their version.

    Raises `VersionConflict` when `known` is not the newest version, and `IntegrityError` when two come at once.
    """
    async with house.store.writing() as connection:
        version, before = await repository.gate_limit(connection)
        if known is not None and known != version:
            raise VersionConflict("Somebody changed the limits meanwhile. Read them again.", version=version)
        await repository.save_gate_limit(connection, limit, version=version + 1, by=by.name, now=house.clock())
        await access.audit(
            connection,
            id=house.ids(),
            at=house.clock(),
            actor=by.actor,
            action="release_gate.changed",
            target=f"policy:{repository.GATE}",
            data={"version": version + 1, "before": before.model_dump(), "after": limit.model_dump()},
        )
    return version + 1
