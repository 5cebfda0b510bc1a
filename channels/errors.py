"""What can go wrong on a channel, sorted by remedy.

ChannelError
├── ChannelDown       try again later
├── BadCredentials    tell the operator
├── Refused           tell the agent: the provider will not take this message
├── NotGenuine        a webhook call that the provider did not make
└── NotUnderstood     a message that does not parse, or has nothing in it
"""


class ChannelError(Exception):
    """Base of the family; `code` is stable."""

    code = "channel_error"


class ChannelDown(ChannelError):
    """The provider is away or overloaded; `retry_after` is its own wish in seconds, if it had one."""

    code = "channel_down"

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class BadCredentials(ChannelError):
    """The provider does not know us (any more)."""

    code = "bad_credentials"


class Refused(ChannelError):
    """The provider will never take this message."""

    code = "refused"


class NotGenuine(ChannelError):
    """The signature is missing or wrong."""

    code = "not_genuine"


class NotUnderstood(ChannelError):
    """The message is not one."""

    code = "not_understood"
