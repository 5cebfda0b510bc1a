"""Where the time comes from: the machine, or a clock that a test can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the time now, in UTC, to the microsecond."""
    return datetime.now(UTC)


class MovableClock:
    """A clock for tests and demos: it stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """Return the time that the clock shows."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Move the clock; a negative step moves it back."""
        self._now += by


class OffsetClock:
    """The machine's clock plus an offset, so that a running development server can be moved ahead."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self.offset = timedelta()

    def __call__(self) -> datetime:
        """Return the machine's time plus the offset."""
        return self._clock() + self.offset
