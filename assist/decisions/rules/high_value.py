"""Too much money, or too important a customer, for a bot alone."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict


def high_value(facts: Facts, limits: Limits) -> Verdict | None:
    """Large sums and named customer tiers go to a person when money moves."""
    limit = limits.high_value
    moves_money = facts.intent in limit.intents or facts.active_form in limit.forms
    if not limit.on or not moves_money:
        return None
    amount = max(facts.amounts, default=0.0)
    if amount > limit.amount:
        detail = "The amount is above what the bot may handle."
        return hand_off("high_value", Reason.high_value, detail, amount=amount, limit=limit.amount)
    if facts.customer_tier is not None and facts.customer_tier in limit.tiers:
        detail = f"Customers of tier {facts.customer_tier} get a person for this."
        return hand_off("high_value", Reason.high_value, detail, tier=facts.customer_tier)
    return None
