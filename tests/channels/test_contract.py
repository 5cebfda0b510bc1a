"""What every channel of the registry keeps to, whatever it is made of."""

from collections.abc import Sequence

import pytest

from channels.contract import Article, Capability, Channel, Outbound, QuickReply, SendingChannel, SocketChannel
from channels.errors import BadCredentials, ChannelDown, ChannelError, NotUnderstood, Refused
from channels.recording import RecordingChannel
from channels.registry import CHANNELS
from channels.render import rendered

MESSAGE = Outbound(
    key="m1",
    recipient="c1",
    text="What is it about?",
    quick_replies=(QuickReply(title="An order", payload="/order"), QuickReply(title="A refund", payload="/refund")),
    articles=(Article(title="When will I get my refund?", url="/help/refund-times"),),
)


@pytest.fixture(params=list(CHANNELS.values()), ids=list(CHANNELS))
def channel(request: pytest.FixtureRequest) -> Channel:
    """Each channel of the registry."""
    made: Channel = request.param()
    return made


def _of(kind: type) -> Sequence[object]:
    found = {name: make() for name, make in CHANNELS.items()}
    return [pytest.param(made, id=name) for name, made in found.items() if isinstance(made, kind)]


def test_a_channel_has_a_name_and_says_what_it_can_show(channel: Channel) -> None:
    assert channel.name == channel.name.lower()
    assert channel.name in CHANNELS
    assert channel.capabilities <= set(Capability)


def test_a_channel_can_be_reached_one_way_or_the_other(channel: Channel) -> None:
    assert isinstance(channel, SendingChannel | SocketChannel)


def test_nothing_that_was_said_is_lost_in_rendering(channel: Channel) -> None:
    shown = rendered(MESSAGE, channel)
    words = shown.text + "".join(reply.title for reply in shown.quick_replies)
    words += "".join(article.title + article.url for article in shown.articles)
    for said in ("What is it about?", "An order", "A refund", "When will I get my refund?", "/help/refund-times"):
        assert said in words
    if Capability.quick_replies not in channel.capabilities:
        assert shown.quick_replies == ()
    if Capability.articles not in channel.capabilities:
        assert shown.articles == ()
    assert (shown.key, shown.recipient) == ("m1", "c1")


def test_rendering_twice_is_rendering_once(channel: Channel) -> None:
    once = rendered(MESSAGE, channel)
    assert rendered(once, channel) == once


@pytest.mark.parametrize("sending", _of(SendingChannel))
async def test_what_is_sent_comes_back_with_a_receipt_and_the_same_key_with_the_same(sending: SendingChannel) -> None:
    first = await sending.send(rendered(MESSAGE, sending))
    assert first.external_id
    assert await sending.send(rendered(MESSAGE, sending)) == first


@pytest.mark.parametrize("socket", _of(SocketChannel))
def test_a_frame_becomes_a_message_with_its_own_key(socket: SocketChannel) -> None:
    inbound = socket.inbound(sender="ana", client_id="k1", text="  Hello\x00 ", payload="/greet")
    assert (inbound.external_id, inbound.sender, inbound.text, inbound.payload) == ("k1", "ana", "Hello", "/greet")


@pytest.mark.parametrize("socket", _of(SocketChannel))
@pytest.mark.parametrize("text", ["", " \n", "\u200f", "\x00", "\ud800"])
def test_a_frame_with_nothing_in_it_is_no_message(socket: SocketChannel, text: str) -> None:
    with pytest.raises(NotUnderstood):
        socket.inbound(sender="ana", client_id="k1", text=text, payload=None)


def test_choices_are_numbered_where_there_are_no_buttons() -> None:
    shown = rendered(MESSAGE, RecordingChannel())
    assert "1. An order\n2. A refund" in shown.text
    assert shown.text.endswith("When will I get my refund?: /help/refund-times")


def test_every_error_of_the_family_has_a_code_of_its_own() -> None:
    family: list[type[ChannelError]] = [ChannelError, ChannelDown, BadCredentials, Refused, NotUnderstood]
    assert len({error.code for error in family}) == len(family)
    assert ChannelDown("busy", retry_after=3).retry_after == 3


async def test_the_recording_channel_fails_as_told_and_then_keeps_what_it_got() -> None:
    channel = RecordingChannel()
    channel.failures = [ChannelDown("busy"), Refused("no")]
    for expected in (ChannelDown, Refused):
        with pytest.raises(expected):
            await channel.send(MESSAGE)
    await channel.send(MESSAGE)
    await channel.send(MESSAGE)
    assert [message.key for message in channel.sent] == ["m1"]
