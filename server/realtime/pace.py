"""How fast one socket is read: a client that sends more frames than a person can cause is slowed, not refused."""

from collections.abc import Callable

FRAMES_AT_ONCE = 120
FRAMES_A_SECOND = 40.0


class Pace:
    """A leaking bucket (GCRA, ITU-T I.371): `frame` says how many seconds to wait before the next one is heard.

    What is not read yet waits in the client's own connection, so that the slowness is the sender's and nobody else's.
    """

    def __init__(
        self, now: Callable[[], float], *, at_once: int = FRAMES_AT_ONCE, a_second: float = FRAMES_A_SECOND
    ) -> None:
        """`now` gives seconds on any clock that never goes back."""
        self._now = now
        self._each = 1 / a_second
        self._ahead = at_once / a_second
        self._due = 0.0

    def frame(self) -> float:
        """Count a frame; return the seconds to wait, 0 for nearly everybody."""
        now = self._now()
        self._due = max(self._due, now) + self._each
        return max(0.0, self._due - now - self._ahead)
