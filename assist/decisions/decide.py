"""Facts in, one verdict out: the first rule with an opinion decides."""

import dataclasses
import hashlib
import inspect
from functools import cache
from pathlib import Path

from assist.decisions import limits as limits_module
from assist.decisions import opinion, rearm, words
from assist.decisions import rules as rules_module
from assist.decisions.limits import Limits
from assist.decisions.rules import RULES
from assist.types import Facts, Move, Reason, Verdict


def decide(facts: Facts, limits: Limits) -> Verdict:
    """Ask the rules in order, with the limits of this channel and locale; without an opinion the bot replies."""
    own = limits.for_(facts.channel, facts.locale)
    version = rules_version(limits)
    for rule in RULES:
        verdict = rule(facts, own)
        if verdict is not None:
            return dataclasses.replace(verdict, rules_version=version)
    return Verdict(
        move=Move.reply, reason=Reason.answered, rule="otherwise", detail="The bot answers.", rules_version=version
    )


def rules_version(limits: Limits) -> str:
    """Return a short name of rules and limits together: another rule, word or threshold gives another name."""
    values = hashlib.sha256(limits.model_dump_json().encode()).hexdigest()
    return f"{_code_version()}.{values[:8]}"


@cache
def _code_version() -> str:
    """Return a hash of the rules' names, order and source files."""
    digest = hashlib.sha256(",".join(rule.__name__ for rule in RULES).encode())
    folder = Path(inspect.getfile(rules_module)).parent
    own = [Path(inspect.getfile(module)) for module in (limits_module, opinion, rearm, words)]
    for path in [*own, *sorted(folder.glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
