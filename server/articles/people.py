"""Who acts on articles: a person of the staff, or a part of the house in somebody's name."""

from dataclasses import dataclass
from uuid import UUID

from server.access.guard import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who writes or decides. `actor` is how the audit trail names them; `id` is None for the command line."""

    id: UUID | None
    name: str
    actor: str
    permissions: frozenset[str] = frozenset()


def editor_of(me: Principal) -> Editor:
    """Return who asks, as this room knows people."""
    return Editor(id=me.id, name=me.name, actor=me.email or me.name, permissions=me.permissions)
