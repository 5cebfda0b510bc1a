"""Whose articles somebody may look at: who works on them sees all, everybody else those for themselves.

An article for a team is read by the people of that team. Drafts are no secret among staff.
"""

from fastapi import Request
from typing_extensions import override

from server.access.guard import Needs, Principal
from server.articles import repository
from server.articles.errors import ArticleNotFound
from server.house import House, Wired

WORK = frozenset({"knowledge.edit", "knowledge.approve", "knowledge.publish"})


def sees_all(me: Principal) -> bool:
    """Whether somebody works on articles, and so has to see those of every team."""
    return not me.permissions.isdisjoint(WORK)


class Reads(Needs):
    """A dependency: the asker has this permission, and the article of the address is for them.

    The address names it as `id`, and may name `locale`, `number`, `left` and `right`. What is not for the asker is not
    there: `ArticleNotFound`.
    """

    @override
    async def __call__(self, request: Request, house: Wired) -> Principal:
        """Return who asks, or refuse."""
        me = await super().__call__(request, house)
        if "id" in request.path_params and not sees_all(me):
            await _check(request, house, me)
        return me


async def _check(request: Request, house: House, me: Principal) -> None:
    article_id = request.path_params["id"]
    wanted = request.path_params.get("locale", "").replace("_", "-").lower()
    asked = [request.path_params.get("number"), request.query_params.get("left"), request.query_params.get("right")]
    # Nine digits fit into every database's numbers; what has more is refused by the route.
    numbers = {int(one) for one in asked if one and one.isascii() and one.isdigit() and len(one) <= 9}
    async with house.store.reading() as db:
        rows = await repository.translations_of(db, article_id)
        rows = [row for row in rows if not wanted or row["locale"].lower() == wanted]
        found = [row["audience"] for row in rows]
        is_open = any(me.audience & set(audience) for audience in found) or not found
        for row in rows if wanted else ():
            for number in numbers:
                revision = await repository.revision(db, article_id, row["locale"], number)
                is_open = is_open and (revision is None or bool(me.audience & set(revision["audience"])))
    if not is_open:
        raise ArticleNotFound(article_id)
