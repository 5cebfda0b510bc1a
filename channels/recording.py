"""A channel that writes down what it is asked to send: for tests, demos and trying a provider's failures."""

from channels.contract import Capability, Outbound, Receipt
from channels.errors import ChannelError


class RecordingChannel:
    """Keeps what was sent; `failures` are raised first, one a call."""

    name = "recording"
    capabilities: frozenset[Capability] = frozenset()

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.failures: list[ChannelError] = []

    async def send(self, message: Outbound) -> Receipt:
        """Keep the message; the same key again is the same receipt and is not kept twice."""
        if self.failures:
            raise self.failures.pop(0)
        if all(message.key != earlier.key for earlier in self.sent):
            self.sent.append(message)
        return Receipt(external_id=f"recorded-{message.key}")
