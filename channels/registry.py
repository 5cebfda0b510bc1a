"""The channels that this house has: one line each."""

from collections.abc import Mapping

from channels.contract import Channel
from channels.recording import RecordingChannel
from channels.webchat.adapter import WebChat

CHANNELS: Mapping[str, type[Channel]] = {
    "webchat": WebChat,
    "recording": RecordingChannel,
}
