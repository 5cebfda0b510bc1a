"""Who answers for articles that nobody answers for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.access import repository as access
from server.articles.people import Editor
from server.kit.errors import NotFound
from server.store.base import rows_of
from server.store.models import Article

ARTICLES = rows_of(Article)


class NoSuchPerson(NotFound):
    """There is no active person of the staff with this e-mail."""

    code = "no_such_person"

    def __init__(self, email: str) -> None:
        super().__init__(f"There is nobody with the e-mail {email}.", email=email)


async def give_ownerless(connection: AsyncConnection, email: str, by: Editor, *, id: UUID, now: datetime) -> int:
    """Let a person answer for every article without an owner; return how many, and raise `NoSuchPerson`.

    `id` is that of the entry in the audit trail.
    """
    person = await access.agent_by_email(connection, email)
    if person is None:
        raise NoSuchPerson(email)
    given = await connection.execute(
        update(ARTICLES)
        .where(ARTICLES.c.owner_id.is_(None), ARTICLES.c.owner.is_(None))
        .values(owner_id=person["id"], owner=person["name"], version=ARTICLES.c.version + 1)
    )
    if given.rowcount:
        await access.audit(
            connection,
            id=id,
            at=now,
            actor=by.actor,
            action="article.owner_given",
            target="article:*",
            data={"owner": person["name"], "articles": given.rowcount},
        )
    return given.rowcount
