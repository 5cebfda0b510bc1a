"""The rules, in the order in which they are asked: the order is the policy."""

from assist.decisions.opinion import Rule
from assist.decisions.rules.angry_customer import angry_customer
from assist.decisions.rules.bot_down import bot_down
from assist.decisions.rules.bot_request import bot_request
from assist.decisions.rules.company_down import company_down
from assist.decisions.rules.falling_mood import falling_mood
from assist.decisions.rules.high_value import high_value
from assist.decisions.rules.kill_switch import kill_switch
from assist.decisions.rules.low_confidence import low_confidence
from assist.decisions.rules.person_has_it import person_has_it
from assist.decisions.rules.repeated_reply import repeated_reply
from assist.decisions.rules.rephrasing import rephrasing
from assist.decisions.rules.sensitive_topic import sensitive_topic
from assist.decisions.rules.unclear import unclear
from assist.decisions.rules.wants_person import wants_person

RULES: tuple[Rule, ...] = (
    person_has_it,
    kill_switch,
    wants_person,
    bot_down,
    sensitive_topic,
    angry_customer,
    falling_mood,
    bot_request,
    repeated_reply,
    rephrasing,
    low_confidence,
    company_down,
    high_value,
    unclear,
)
