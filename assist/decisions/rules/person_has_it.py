"""A person has the conversation, or it has ended: the bot is not asked."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import stay_silent
from assist.types import Facts, Reason, Verdict


def person_has_it(facts: Facts, limits: Limits) -> Verdict | None:
    """The bot keeps quiet while a person talks, while the customer waits for one, and after the end."""
    name = "person_has_it"
    if facts.owner == "queue":
        return stay_silent(name, Reason.waiting_for_person, "The customer is waiting for a person.", owner=facts.owner)
    if facts.owner == "closed":
        return stay_silent(name, Reason.closed, "The conversation has ended.", owner=facts.owner)
    if facts.owner != "bot":
        return stay_silent(name, Reason.person_has_it, "A person has the conversation.", owner=facts.owner)
    return None
