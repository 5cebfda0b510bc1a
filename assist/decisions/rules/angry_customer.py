"""One very bad message, or two bad ones in a row."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.decisions.rearm import armed
from assist.types import Facts, Reason, Verdict


def angry_customer(facts: Facts, limits: Limits) -> Verdict | None:
    """The bot steps aside for an angry customer; a mildly unhappy, factual message is still the bot's."""
    limit, mood = limits.negative_sentiment, facts.mood
    if not limit.on or mood is None or mood.negative < limit.probability or not armed(facts, limits):
        return None
    values: dict[str, float] = {"score": round(mood.score, 3), "negative": round(mood.negative, 3)}
    if mood.score <= limit.score:
        return hand_off(
            "angry_customer", Reason.negative_sentiment, "The message is very negative.", limit=limit.score, **values
        )
    before = facts.moods[-2] if len(facts.moods) > 1 else 0.0
    fresh = facts.turns_since_given_back is None or facts.turns_since_given_back > 1
    if fresh and mood.score <= limit.twice and before <= limit.twice:
        values["before"] = round(before, 3)
        return hand_off(
            "angry_customer", Reason.negative_sentiment, "Two negative messages in a row.", limit=limit.twice, **values
        )
    return None
