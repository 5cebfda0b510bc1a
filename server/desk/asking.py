"""An agent asks the knowledge base beside a conversation."""

from uuid import UUID

from assist.types import Line, Transcript
from server.conversations import repository
from server.conversations.errors import NoSuchConversation
from server.conversations.suggestions import Offered
from server.handoffs.transcript import TYPES, transcript_of
from server.house import House

CONTEXT_EVENTS = 60
ASKED_LIMIT = 5


async def suggestions_for(house: House, conversation_id: UUID, question: str, *, audience: frozenset[str]) -> Offered:
    """Return suggestions for a question, or for the conversation's newest messages when there is none."""
    async with house.store.reading() as db:
        row = await repository.conversation(db, conversation_id)
        if row is None:
            raise NoSuchConversation
        events = await repository.newest_events(db, conversation_id, limit=CONTEXT_EVENTS, types=TYPES)
    transcript = transcript_of(events, row)
    if question.strip():
        asked = Line(author="customer", text=question.strip(), at=house.clock(), message_id="asked")
        transcript = Transcript(
            conversation_id=transcript.conversation_id,
            lines=(asked,),
            locale=transcript.locale,
            channel=transcript.channel,
            account=transcript.account,
        )
        return await house.suggesting.ask(row, transcript, limit=ASKED_LIMIT, source="agent", audience=audience)
    return await house.suggesting.ask(row, transcript, audience=audience)
