"""Identifiers: UUID version 7 (RFC 9562), so that they sort by the time they were made."""

import secrets
from collections.abc import Callable
from uuid import UUID

from server.kit.clock import Clock, system_clock

Ids = Callable[[], UUID]


def uuid7_factory(clock: Clock = system_clock) -> Ids:
    """Return a maker of version 7 UUIDs: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, 5.7).

    Within a millisecond, and when the clock goes back, each is greater than the one before (6.2, method 2).
    """
    state = {"milliseconds": 0, "random": 0}

    def make() -> UUID:
        milliseconds = int(clock().timestamp() * 1000) & ((1 << 48) - 1)
        if milliseconds > state["milliseconds"]:
            # The top bit stays free, so that counting up never runs out within a millisecond.
            state["milliseconds"], state["random"] = milliseconds, secrets.randbits(73)
        else:
            state["random"] += 1 + secrets.randbits(16)
        random = state["random"]
        high, low = random >> 62, random & ((1 << 62) - 1)
        return UUID(int=(state["milliseconds"] << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)

    return make


def counting_ids(start: int = 1) -> Ids:
    """Return a maker of predictable ids for tests: 1, 2, 3 as UUIDs."""
    state = {"next": start}

    def make() -> UUID:
        value = state["next"]
        state["next"] = value + 1
        return UUID(int=(0x7 << 76) | (0b10 << 62) | value)

    return make
