"""Answers for the agent out of the knowledge base, with their sources."""

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from assist.ports import Hears, Library
from assist.suggest.answer import answer
from assist.suggest.query import Asked, asked, turn
from assist.suggest.types import Suggestion, Suggestions
from assist.types import Transcript
from knowledge.types import PUBLIC, Hit, Query

_LIKELY = 0.6
# Lower than the library's own floor, under which the bot keeps quiet: a person reads before anything is sent. Of the
# demo questions it shows something for 78 % that have an answer (53 % at 0.4) and for 20 % that have none (7 % at 0.4).
DESK_FLOOR = 0.2
_SPARE = 3


def suggest(
    transcript: Transcript,
    library: Library,
    *,
    audience: Collection[str] | str = ("public", "agents"),
    locale: str | None = None,
    region: str | None = None,
    account: str | None = None,
    limit: int = 3,
    floor: float = DESK_FLOOR,
    exclude: Collection[str] = (),
    slots: Mapping[str, str] = MappingProxyType({}),
    fallback: Sequence[str] = (),
) -> Suggestions:
    """Return up to ``limit`` answers for what the customer asks now, at most one an article.

    Passages with a score under ``floor`` are not offered: wrong answers cost the agent more than none. One name as
    ``audience`` means that audience and the public one; ``locale`` and ``account`` are those of the conversation unless
    given. Articles named in ``exclude`` are not looked at. ``slots`` are what the bot has filled in, and ``fallback``
    the locales to read in where an article has none of the conversation's. Raises what the library raises
    (``ReleaseMissing`` when nothing is served).
    """
    started = time.perf_counter()
    question = asked(transcript)
    if question is None:
        return Suggestions(items=(), confident=False, took_ms=0.0, release=None, query="")
    result = library.search(
        Query(
            text=question.text,
            history=question.history,
            limit=limit + _SPARE,
            locale=locale or transcript.locale,
            region=region,
            account=account if account is not None else transcript.account or None,
            audience=frozenset({PUBLIC, audience} if isinstance(audience, str) else audience),
            exclude=frozenset(exclude),
            fallback=tuple(fallback),
            slots=slots,
            intent=question.intent,
        )
    )
    best: dict[str, Hit] = {}
    for hit in result.hits:
        if hit.score >= floor:
            best.setdefault(hit.passage.article_id, hit)
    items = tuple(_suggestion(hit, question) for hit in list(best.values())[:limit])
    return Suggestions(
        items=items,
        confident=bool(items),
        took_ms=round((time.perf_counter() - started) * 1000, 3),
        release=result.release,
        query=question.text,
        nearest=result.hits[0] if result.hits else None,
    )


def heard(text: str, library: Hears) -> None:
    """Get a message ready that somebody else than the customer has just said; blocking, for a thread of its own.

    It will be part of what the customer's next message is asked with, and encoding it then would take as long as
    encoding that message.
    """
    if said := turn(text):
        library.heard(said)


def _suggestion(hit: Hit, question: Asked) -> Suggestion:
    passage = hit.passage
    name = f"{hit.release}/{passage.article_id}/{passage.revision}/{passage.id}"
    return Suggestion(
        id=hashlib.sha256(name.encode()).hexdigest()[:16],
        text=answer(passage.text, hit.why.terms, question=question.text),
        title=hit.title,
        heading=passage.heading[-1] if passage.heading else None,
        article_id=passage.article_id,
        revision=passage.revision,
        release=hit.release,
        score=round(hit.score, 4),
        confidence="likely" if hit.score >= _LIKELY else "maybe",
        why=_why(hit),
    )


def _why(hit: Hit) -> str:
    terms = ", ".join(dict.fromkeys(hit.why.terms[:4]))
    meaning = hit.why.vector_rank is not None and hit.why.vector_rank <= _SPARE
    if terms and meaning:
        return f"Close in meaning, and says: {terms}."
    if terms:
        return f"Says: {terms}."
    return "Close in meaning."
