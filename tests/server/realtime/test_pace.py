"""A socket that sends more frames than a person can cause is read slowly."""

from server.realtime.pace import Pace


def test_a_burst_is_heard_at_once_and_what_follows_at_the_pace() -> None:
    pace = Pace(lambda: 100.0, at_once=3, a_second=10.0)
    assert [round(pace.frame(), 3) for _ in range(6)] == [0.0, 0.0, 0.0, 0.1, 0.2, 0.3]


def test_who_waits_may_hurry_again() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0], at_once=2, a_second=1.0)
    assert [pace.frame(), pace.frame(), pace.frame()] == [0.0, 0.0, 1.0]
    clock[0] = 60.0
    assert [pace.frame(), pace.frame(), pace.frame()] == [0.0, 0.0, 1.0]
