"""Which articles met which conversation: rows beside the events that say so, so that "cited by" is one look."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert

from server.realtime.events import Event, MessageSent, SuggestionDismissed, SuggestionsOffered
from server.store.base import rows_of
from server.store.models import ArticleUse

INSERT = insert(rows_of(ArticleUse))


def uses_in(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return a row for each article in these events: `cited` by bot or agent, `used`, `suggested`, `dismissed`."""
    return [
        {
            "article_id": article_id,
            "revision": revision,
            "release": release,
            "conversation_id": event.conversation_id,
            "seq": event.seq,
            "kind": kind,
            "at": event.at,
        }
        for event in events
        for article_id, revision, release, kind in _met(event)
    ]


def _met(event: Event) -> Iterator[tuple[str, int, str, str]]:
    if isinstance(event.data, MessageSent):
        for cited in event.data.citations:
            yield cited.article_id, cited.revision, cited.release, "used" if cited.suggestion_id else "cited"
    elif isinstance(event.data, SuggestionsOffered):
        for item in event.data.items:
            yield item.article_id, item.revision, item.release, "suggested"
    elif isinstance(event.data, SuggestionDismissed):
        yield event.data.article_id, event.data.revision, event.data.release, "dismissed"
