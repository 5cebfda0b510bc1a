"""An operator has switched the bot off."""

from assist.decisions.limits import Limits
from assist.decisions.opinion import hand_off
from assist.types import Facts, Reason, Verdict


def kill_switch(facts: Facts, limits: Limits) -> Verdict | None:
    """A bot that is switched off, everywhere or for this account, channel or intent, hands over at once."""
    switches = facts.switches
    scope = (
        ("everywhere", "all", not switches.ai),
        ("account", facts.account, facts.account in switches.accounts_off),
        ("channel", facts.channel, facts.channel in switches.channels_off),
        ("intent", facts.intent or "", facts.intent in switches.intents_off),
    )
    for what, value, off in scope:
        if off:
            detail = f"The bot is switched off ({what}: {value})."
            return hand_off("kill_switch", Reason.ai_switched_off, detail, scope=what, value=value)
    return None
