"""Which articles met a conversation can be looked up, because it is written with the event that says so."""

from sqlalchemy import select

from server.conversations.uses import INSERT
from server.house import House
from server.realtime.frames import CitationUse
from server.store.base import all_rows
from tests.support.server import hire, settle, visit


async def test_what_an_agent_cites_is_kept_with_its_revision_and_release(house: House) -> None:
    ana, kim = await visit(house), await hire(house, "Kim Larsen")
    taken = await ana.write("I want a person")
    await settle(house)
    await house.conversations.take(taken.conversation_id, kim)
    plain = CitationUse(article_id="refund-times", revision=3, release="r0001-aaaaaaaa", title="Refunds")
    offered = CitationUse(
        article_id="return-policy", revision=1, release="r0001-aaaaaaaa", title="Returns", suggestion_id="s1"
    )
    said = await house.conversations.say(
        taken.conversation_id, kim, "Five days.", client_id="k1", citations=[plain, offered]
    )
    async with house.store.reading() as connection:
        rows = all_rows(await connection.execute(select(INSERT.table).where(INSERT.table.c.kind != "suggested")))
    assert [(row["article_id"], row["revision"], row["kind"], row["seq"]) for row in rows] == [
        ("refund-times", 3, "cited", said.seq),
        ("return-policy", 1, "used", said.seq),
    ]
