"""Building the context packet of a handoff from the log: what the agent gets so that the customer repeats nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from assist.packet import IdentityFacts, Situation, build
from assist.types import Mood, Transcript, Verdict
from assist.understanding import Entity


def build_packet(
    transcript: Transcript,
    row: Mapping[str, Any],
    verdict: Verdict,
    *,
    mood: Mood | None,
    slots: Mapping[str, Any],
    active_form: str | None,
    requested_slot: str | None,
    form_slots: Sequence[str],
    entities: Sequence[Entity],
    profile: Mapping[str, Any] | None,
    embed: Callable[..., Any] | None,
    versions: Mapping[str, str],
    now: datetime,
) -> dict[str, Any]:
    """Return the packet as JSON; takes some milliseconds of one core, so call it in a thread."""
    customer = row["customer"]
    seqs = [line.seq for line in transcript.lines if line.seq is not None]
    situation = Situation(
        verdict=verdict,
        mood=mood,
        slots=dict(slots),
        active_form=active_form,
        requested_slot=requested_slot,
        form_slots=tuple(form_slots),
        identity=IdentityFacts(
            level=customer.get("level", "anonymous"),
            email=customer.get("email"),
            name=customer.get("name"),
            customer_number=customer.get("customer_number"),
        ),
        profile=profile,
        entities=tuple(entities),
        embed=embed,
        versions=dict(versions),
        first_seq=seqs[0] if seqs else None,
        last_seq=seqs[-1] if seqs else None,
    )
    return build(transcript, situation, now=now).model_dump(mode="json")
