"""The context packet of a handoff."""

from assist.packet.build import IdentityFacts, Situation, build, mask_email
from assist.packet.first_reply import suggested_first_reply
from assist.packet.model import SCHEMA_VERSION, ContextPacket
from assist.packet.schema import packet_schema

__all__ = [
    "SCHEMA_VERSION",
    "ContextPacket",
    "IdentityFacts",
    "Situation",
    "build",
    "mask_email",
    "packet_schema",
    "suggested_first_reply",
]
