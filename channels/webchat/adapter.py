"""The web chat: frames of our own widget. What is in the log reaches it over its socket, so nothing is sent by call."""

from channels.contract import Capability, Inbound
from channels.errors import NotUnderstood
from channels.text import clean, says_something


class WebChat:
    """The widget's side of the contract."""

    name = "webchat"
    capabilities = frozenset(
        {Capability.quick_replies, Capability.articles, Capability.typing, Capability.read_receipts}
    )

    def inbound(self, *, sender: str, client_id: str, text: str, payload: str | None = None) -> Inbound:
        """Return the message of a send frame; raise `NotUnderstood` when nothing visible is in it."""
        cleaned = clean(text)
        if not says_something(cleaned):
            message = "There is nothing in this message."
            raise NotUnderstood(message)
        return Inbound(external_id=client_id, sender=sender, text=cleaned, payload=payload)
