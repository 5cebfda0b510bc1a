"""The mood falls from message to message."""

from itertools import pairwise

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.decisions.rearm import armed
from assist.sentiment.line import trend
from assist.types import Facts, Reason, Verdict


def falling_mood(facts: Facts, limits: Limits) -> Verdict | None:
    """A customer whose mood sinks steadily is met by a person before anger is there."""
    limit, mood = limits.falling_sentiment, facts.mood
    if not limit.on or mood is None or not armed(facts, limits):
        return None
    since = len(facts.moods) if facts.turns_since_given_back is None else facts.turns_since_given_back
    scores = facts.moods[-min(limit.over, max(since, 0)) :] if since else ()
    if len(scores) < limit.over or mood.score > limit.level or mood.score > min(scores):
        return None
    slope = trend(scores, last=limit.over)
    # One sudden bad message is not a fall: every step must go down by half of the drop at least.
    steady = all(after - before <= -limit.drop / 2 for before, after in pairwise(scores))
    if slope > -limit.drop or not steady:
        return None
    detail = f"The mood fell over the last {limit.over} messages."
    values: dict[str, float] = {"score": round(mood.score, 3), "trend": round(slope, 3), "limit": -limit.drop}
    return hand_off("falling_mood", Reason.falling_sentiment, detail, **values)
