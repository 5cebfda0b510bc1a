"""A first sentence for the agent: it shows that everything was read and asks for nothing that is known."""

from assist.packet.model import ContextPacket
from assist.types import Reason

_SORRY: dict[Reason, str] = {
    Reason.negative_sentiment: "I'm sorry for the trouble this has caused you.",
    Reason.falling_sentiment: "I'm sorry that this has been so tedious.",
    Reason.repeated_bot_reply: "I'm sorry that you were given the same answer again.",
    Reason.customer_rephrasing: "I'm sorry that you had to ask more than once.",
    Reason.low_confidence: "I'm sorry that our assistant did not understand you.",
    Reason.company_unavailable: "I'm sorry that our system did not answer just now.",
    Reason.bot_unavailable: "I'm sorry that our assistant is not available at the moment.",
    Reason.sensitive_topic: "Thank you for telling us, I'm taking this seriously.",
}
_UPSET = -0.3


def suggested_first_reply(packet: ContextPacket, *, agent_name: str | None = None) -> str:
    """Return a short English greeting that fits reason, mood and unfinished form; the agent edits and sends it."""
    first_name = (packet.identity.name or "").split(" ")[0]
    greeting = f"Hello {first_name}," if first_name else "Hello,"
    presence = f"this is {agent_name}." if agent_name else "I've taken over from our assistant."
    upset = packet.mood is not None and packet.mood.score <= _UPSET
    sorry = _SORRY.get(packet.reason.code, _SORRY[Reason.negative_sentiment] if upset else "")
    read = "I've read your conversation, so there is no need to repeat anything."
    return " ".join(part for part in (greeting, presence, sorry, read, _next_step(packet)) if part)


def _next_step(packet: ContextPacket) -> str:
    half = packet.half_done
    if half is not None:
        what = _words(half.form.removesuffix("_form"))
        if half.missing:
            return f"To finish your {what} I only need: {', '.join(map(_words, half.missing))}."
        return f"I have everything for your {what} and will finish it now."
    if packet.promised:
        return f"I'll see to what was promised: {packet.promised[-1].rstrip('.')}."
    numbers = [one.value for one in packet.named if one.kind in {"order_number", "invoice_number"}]
    if numbers:
        kind = "invoice" if numbers[-1].startswith("INV") else "order"
        return f"I'm looking at {kind} {numbers[-1]} now."
    return "I'm looking into it now."


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip()
