"""Builds the context packet from the conversation and what is known around it; pure, so it can be replayed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from assist.packet.first_reply import suggested_first_reply
from assist.packet.model import (
    ContextPacket,
    HalfDone,
    Identity,
    IntentSeen,
    LastLine,
    MoodPoint,
    Named,
    PacketMood,
    PacketReason,
    ShownArticle,
    TranscriptReference,
    Tried,
)
from assist.ports import Embed
from assist.summary import summarise
from assist.types import Line, Mood, Transcript, Verdict
from assist.understanding import Entity

# What a customer says to be polite or to reach a person is not what they want.
_NOT_A_WISH = {
    "greet", "goodbye", "thanks", "affirm", "deny", "are_you_a_bot", "talk_to_person", "handoff", "out_of_scope",
    "nlu_fallback", "inform", "cancel", "not_helpful", "clarify",
}  # fmt: skip
_EMAIL = re.compile(r"\b([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")
_SERVED = "self_served:"
_FAILED = "company_failed:"
_LAST_LINES = 6
_LINE_LENGTH = 400
_SUMMARY_SENTENCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityFacts:
    """Who the customer is to the server."""

    level: Literal["anonymous", "claimed", "verified"] = "anonymous"
    email: str | None = None
    name: str | None = None
    customer_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known around a conversation at a handoff; the transcript says the rest.

    ``form_slots`` are all slots that the active form asks for; ``articles_helped`` says by article id whether it
    helped; ``mask_email`` hides the middle of e-mail addresses in identity and slots.
    """

    verdict: Verdict
    mood: Mood | None = None
    slots: Mapping[str, JsonValue] = field(default_factory=dict)
    active_form: str | None = None
    requested_slot: str | None = None
    form_slots: Sequence[str] = ()
    identity: IdentityFacts = field(default_factory=IdentityFacts)
    profile: Mapping[str, JsonValue] | None = None
    articles_helped: Mapping[str, bool] = field(default_factory=dict)
    actions_done: Sequence[str] = ()
    promised: Sequence[str] = ()
    entities: Sequence[Entity] = ()
    embed: Embed | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    first_seq: int | None = None
    last_seq: int | None = None
    mask_email: bool = True


def build(transcript: Transcript, situation: Situation, *, now: datetime) -> ContextPacket:
    """Return the packet for a conversation at ``now``; the same input gives the same packet."""
    slots = {name: _masked(value, hide=situation.mask_email) for name, value in situation.slots.items()}
    verdict, named = situation.verdict, _named(situation.entities, slots)
    packet = ContextPacket(
        built_at=now,
        conversation=_reference(transcript, situation),
        channel=transcript.channel,
        locale=transcript.locale,
        account=transcript.account,
        reason=PacketReason(
            code=verdict.reason, detail=verdict.detail, rule=verdict.rule, facts=dict(verdict.facts)
        ),
        summary=summarise(transcript, sentences=_SUMMARY_SENTENCES, embed=situation.embed),
        wants=_wants(transcript, named),
        named=named,
        tried=_tried(transcript, situation),
        half_done=_half_done(situation, slots),
        intents=_intents(transcript.by("customer")),
        slots=slots,
        sentiment_line=tuple(
            MoodPoint(message_id=line.message_id, at=line.at, score=line.sentiment)
            for line in transcript.by("customer")
            if line.sentiment is not None
        ),
        mood=_mood(situation.mood),
        identity=_identity(situation),
        profile=None if situation.profile is None else dict(situation.profile),
        promised=tuple(situation.promised),
        last_lines=tuple(
            LastLine(author=line.author, text=line.text[:_LINE_LENGTH], at=line.at)
            for line in transcript.lines[-_LAST_LINES:]
        ),
        versions={**situation.versions, "rules": verdict.rules_version},
    )  # fmt: skip
    return packet.model_copy(update={"suggested_first_reply": suggested_first_reply(packet)})


def _reference(transcript: Transcript, situation: Situation) -> TranscriptReference:
    seqs = [line.seq for line in transcript.lines if line.seq is not None]
    return TranscriptReference(
        conversation_id=transcript.conversation_id,
        first_seq=situation.first_seq if situation.first_seq is not None else min(seqs, default=None),
        last_seq=situation.last_seq if situation.last_seq is not None else max(seqs, default=None),
        lines=len(transcript.lines),
    )


def _wants(transcript: Transcript, named: Sequence[Named]) -> str:
    """Say in one line what the customer wants: the last real intent with what they named, else their own words."""
    numbers = [f"{one.kind.removesuffix('_number').replace('_', ' ')} {one.value}" for one in named]
    details = ", ".join(one for one in dict.fromkeys(numbers))
    asked = transcript.by("customer")
    wishes = [line.intent for line in asked if line.intent and line.intent not in _NOT_A_WISH]
    # A complaint is about something: what was wanted before it says more.
    wish = next((one for one in reversed(wishes) if one != "complaint"), wishes[-1] if wishes else None)
    if wish:
        words = wish.replace("_", " ").replace("/", ": ").capitalize()
        return f"{words} ({details})" if details else words
    words = next((line.text for line in asked if len(line.text.split()) > 2), asked[-1].text if asked else "")
    short = words if len(words) <= 120 else f"{words[:117].rstrip()}..."
    return f"{short} ({details})" if details and short else short


def _tried(transcript: Transcript, situation: Situation) -> Tried:
    shown: dict[tuple[str, int], ShownArticle] = {}
    actions = list(situation.actions_done)
    for line in transcript.by("bot", "agent"):
        if line.citation is not None:
            cited = line.citation
            shown[cited.article_id, cited.revision] = ShownArticle(
                article_id=cited.article_id, revision=cited.revision, release=cited.release, title=cited.title,
                helped=situation.articles_helped.get(cited.article_id),
            )  # fmt: skip
        actions += [_action(signal) for signal in line.signals if signal.startswith((_SERVED, _FAILED))]
    return Tried(articles=tuple(shown.values()), actions=tuple(dict.fromkeys(actions)))


def _action(signal: str) -> str:
    kind, _, what = signal.partition(":")
    name = what.replace("_", " ")
    return f"answered by itself: {name}" if f"{kind}:" == _SERVED else f"failed in the company's system: {name}"


def _half_done(situation: Situation, slots: Mapping[str, JsonValue]) -> HalfDone | None:
    form = situation.active_form
    if form is None:
        return None
    wanted = list(situation.form_slots)
    if situation.requested_slot and situation.requested_slot not in wanted:
        wanted.append(situation.requested_slot)
    filled = {name: slots[name] for name in (situation.form_slots or slots) if slots.get(name) is not None}
    missing = tuple(name for name in wanted if name not in filled)
    return HalfDone(form=form, filled=filled, missing=missing, asked_for=situation.requested_slot)


def _intents(lines: Sequence[Line]) -> tuple[IntentSeen, ...]:
    return tuple(
        IntentSeen(message_id=line.message_id, at=line.at, intent=line.intent, confidence=line.confidence)
        for line in lines
        if line.intent is not None
    )


def _mood(mood: Mood | None) -> PacketMood | None:
    if mood is None:
        return None
    return PacketMood(score=mood.score, label=mood.label, negative=mood.negative, trend=mood.trend, why=mood.why)


def _identity(situation: Situation) -> Identity:
    who = situation.identity
    hidden = situation.mask_email and who.email is not None
    email = mask_email(who.email) if hidden and who.email is not None else who.email
    return Identity(
        level=who.level, email=email, email_masked=hidden, name=who.name, customer_number=who.customer_number
    )  # fmt: skip


def _named(entities: Sequence[Entity], slots: Mapping[str, JsonValue]) -> tuple[Named, ...]:
    """Return the numbers and amounts that were named, the slots first, each once."""
    kinds = {"order": "order_number", "order_number": "order_number", "invoice": "invoice_number",
             "invoice_number": "invoice_number", "customer": "customer_number", "customer_number": "customer_number",
             "amount": "amount"}  # fmt: skip
    found = [
        Named(kind=kinds[name], value=str(value))
        for name, value in slots.items()
        if name in kinds and value is not None
    ]
    found += [Named(kind=one.kind, value=one.value) for one in entities if one.kind in set(kinds.values())]
    return tuple({(one.kind, one.value): one for one in found}.values())


def _masked(value: JsonValue, *, hide: bool) -> JsonValue:
    if not hide or not isinstance(value, str):
        return value
    return mask_email(value)


def mask_email(text: str) -> str:
    """Return the text with e-mail addresses as ``a***@example.com``."""
    return _EMAIL.sub(r"\1***@\2", text)
