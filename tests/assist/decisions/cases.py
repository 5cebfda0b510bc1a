"""For every rule one case in which it decides and one, close to it, in which it does not."""

from dataclasses import dataclass

from assist.types import Facts, Reason, Switches
from tests.support.assist import facts, mood, moody

ASKED = "Where is my order 44110?"


@dataclass(frozen=True)
class Case:
    """Facts that make a rule speak with a reason, and facts that do not."""

    fires: Facts
    reason: Reason
    quiet: Facts


CASES: dict[str, Case] = {
    "person_has_it": Case(facts(owner="agent:7"), Reason.person_has_it, facts(owner="bot")),
    "kill_switch": Case(
        facts(channel="sms", switches=Switches(channels_off=frozenset({"sms"}))),
        Reason.ai_switched_off,
        facts(channel="webchat", switches=Switches(channels_off=frozenset({"sms"}))),
    ),
    "wants_person": Case(
        facts("I'd like to talk to a human please", intent=None),
        Reason.explicit_request,
        facts("I don't want to talk to a person, just tell me the status"),
    ),
    "bot_down": Case(facts(replies=(), bot_failed=True), Reason.bot_unavailable, facts(replies=("Hello.",))),
    "sensitive_topic": Case(
        facts("The lamp gave me an electric shock"), Reason.sensitive_topic, facts("The lamp is a shock of colour")
    ),
    "angry_customer": Case(moody(-0.7), Reason.negative_sentiment, moody(-0.3)),
    "falling_mood": Case(moody(0.1, -0.25, -0.5), Reason.falling_sentiment, moody(-0.4, -0.44, -0.48)),
    "bot_request": Case(
        facts(signals=("handoff:out_of_scope",)), Reason.bot_request, facts(signals=("self_served:order_status",))
    ),
    "repeated_reply": Case(
        facts(replies=("Which order?",), earlier_replies=("Which order?", "which  ORDER?")),
        Reason.repeated_bot_reply,
        facts(replies=("Which order?",), earlier_replies=("Which order?", "It is on its way.")),
    ),
    "rephrasing": Case(facts(similarities=(0.9, 0.85)), Reason.customer_rephrasing, facts(similarities=(0.9, 0.3))),
    "low_confidence": Case(
        facts(signals=("clarify",), clarifications_before=1),
        Reason.low_confidence,
        facts(signals=("clarify",), clarifications_before=0),
    ),
    "company_down": Case(
        facts(signals=("company_failed:orders",), company_failures_before=1),
        Reason.company_unavailable,
        facts(signals=("company_failed:orders",), company_failures_before=0),
    ),
    "high_value": Case(
        facts("I want 900 euros back", intent="request_refund", amounts=(900.0,)),
        Reason.high_value,
        facts("I want 90 euros back", intent="request_refund", amounts=(90.0,)),
    ),
    "unclear": Case(facts(signals=("clarify",)), Reason.unclear, facts(signals=())),
}

ALL_QUIET = facts(mood=mood(0.0), moods=(0.0,))
