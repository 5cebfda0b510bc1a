"""Topics that only people answer."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.decisions.words import topic_of
from assist.types import Facts, Reason, Verdict


def sensitive_topic(facts: Facts, limits: Limits) -> Verdict | None:
    """Legal threats, injuries, fraud, data breaches, self-harm and the like go to a person, whatever the bot thinks."""
    limit = limits.sensitive_topic
    if not limit.on:
        return None
    touched = topic_of(facts.text, limit.topics)
    if touched:
        topic, words = touched
        detail = f"The message touches a topic for people: {topic.replace('_', ' ')}."
        return hand_off("sensitive_topic", Reason.sensitive_topic, detail, topic=topic, words=words)
    if facts.intent in limit.intents:
        detail = "The bot recognised a topic for people."
        return hand_off("sensitive_topic", Reason.sensitive_topic, detail, topic=facts.intent, intent=facts.intent)
    return None
