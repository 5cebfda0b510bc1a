"""A customer's message as a judged query."""

import asyncio
from uuid import UUID

from assist.private import masked
from knowledge.errors import KnowledgeError
from knowledge.types import ANY, PUBLIC, Query
from server.articles.workbench.errors import MessageNotFound
from server.articles.workbench.shapes import Candidate, JudgedQueryDraft, QueryFromMessage
from server.conversations import repository as conversations
from server.conversations.errors import NoSuchConversation
from server.house import House
from server.realtime.events import MessageReceived

MESSAGES = 500
BEFORE = 4
"""Earlier messages of the customer that go along."""
CANDIDATES = 8


async def from_message(house: House, conversation_id: UUID, message_id: UUID) -> QueryFromMessage:
    """Return a message as a judged query, private details masked, with what the search finds for it now.

    Raises `NoSuchConversation` and `MessageNotFound`.
    """
    async with house.store.reading() as connection:
        row = await conversations.conversation(connection, conversation_id)
        if row is None:
            raise NoSuchConversation
        events = await conversations.newest_events(
            connection, conversation_id, limit=MESSAGES, types=["message.received"]
        )
    said = [event.data for event in events if isinstance(event.data, MessageReceived)]
    place = next((place for place, data in enumerate(said) if data.message_id == message_id), None)
    if place is None or not said[place].text.strip():
        raise MessageNotFound
    texts = await asyncio.to_thread(
        lambda: [masked(data.text)[:2_000] for data in said[max(0, place - BEFORE) : place + 1] if data.text.strip()]
    )
    draft = JudgedQueryDraft(
        text=texts[-1],
        history=texts[:-1],
        locale=row["locale"],
        region=row["region"],
        account=row["account"],
        audience=[PUBLIC],
    )
    return QueryFromMessage(draft=draft, candidates=await asyncio.to_thread(_candidates, house, draft))


def _candidates(house: House, draft: JudgedQueryDraft) -> list[Candidate]:
    query = Query(
        text=draft.text,
        history=tuple(draft.history),
        locale=draft.locale,
        region=draft.region or ANY,
        account=draft.account or ANY,
        audience=frozenset({PUBLIC, "agents"}),
        limit=2 * CANDIDATES,
    )
    try:
        hits = house.library.search(query).hits
    except KnowledgeError:
        # Without a knowledge base there is nothing to offer, and the query can be judged by hand.
        return []
    best = {hit.passage.article_id: hit for hit in reversed(hits)}
    ordered = sorted(best.values(), key=lambda hit: -hit.score)[:CANDIDATES]
    return [
        Candidate(
            article_id=hit.passage.article_id,
            title=hit.title,
            heading=hit.passage.heading[-1] if hit.passage.heading else None,
            score=round(hit.score, 4),
        )
        for hit in ordered
    ]
