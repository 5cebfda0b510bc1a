"""Articles that are not offered to anybody: they failed an audit, or agents keep dismissing them.

The present set is kept in the process, so that no search waits for it. It is in force at once in the process that
changed it and within `realtime.sweep_seconds` in the others. The articles themselves stay readable.
"""

from uuid import UUID

from sqlalchemy import select

from server.store.base import rows_of
from server.store.models import Article, ArticleUse
from server.store.session import Store

ARTICLES = rows_of(Article)
USES = rows_of(ArticleUse)


class Withheld:
    """The ids of the articles that are withheld now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.ids: frozenset[str] = frozenset()

    async def refresh(self) -> None:
        """Read what is withheld; raise `StorageUnavailable` and keep what is known."""
        async with self._store.reading() as connection:
            found = await connection.execute(select(ARTICLES.c.id).where(ARTICLES.c.withheld_at.is_not(None)))
            self.ids = frozenset(found.scalars())

    async def within(self, conversation_id: UUID) -> frozenset[str]:
        """Return what is withheld in a conversation: the above, and what an agent dismissed there."""
        query = select(USES.c.article_id).where(USES.c.conversation_id == conversation_id, USES.c.kind == "dismissed")
        async with self._store.reading() as connection:
            return self.ids | frozenset((await connection.execute(query)).scalars())
