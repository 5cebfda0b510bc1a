"""House: the typed list of everything that the rooms are handed. `wiring.py` fills it; endpoints take it as `Wired`.

The rooms that own the ports stand on higher floors, so their names are imported for the type checker only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from knowledge.library import Library
    from server.access.limits import RateLimiter
    from server.access.passwords import Passwords
    from server.access.visitors import VisitorTokens
    from server.articles.contributions.service import Contributions
    from server.articles.health.audits import Audits
    from server.articles.health.measuring import HealthChecks
    from server.articles.imports.service import Imports
    from server.articles.releases.publisher import Publisher
    from server.articles.service import Articles
    from server.botlink.port import BotEngine
    from server.company.port import CompanySystems
    from server.conversations.intake import Intake
    from server.conversations.minds import Minds
    from server.conversations.policies import Policies
    from server.conversations.questions import Questions
    from server.conversations.service import Conversations
    from server.conversations.suggestions import Suggesting
    from server.conversations.turn import Turns
    from server.conversations.visits import Visits
    from server.conversations.withheld import Withheld
    from server.kit.clock import Clock
    from server.kit.ids import Ids
    from server.realtime.hub import Hub
    from server.settings import Settings
    from server.store.session import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a process has."""

    settings: Settings
    clock: Clock
    ids: Ids
    store: Store
    hub: Hub
    limiter: RateLimiter
    passwords: Passwords
    visitors: VisitorTokens
    bot: BotEngine
    company: CompanySystems
    library: Library
    minds: Minds
    policies: Policies
    withheld: Withheld
    questions: Questions
    visits: Visits
    intake: Intake
    turns: Turns
    suggesting: Suggesting
    conversations: Conversations
    articles: Articles
    publisher: Publisher
    contributions: Contributions
    health: HealthChecks
    audits: Audits
    imports: Imports


def house_of(connection: HTTPConnection) -> House:
    """Return the house of the process that serves this request or socket."""
    house: House = connection.app.state.house
    return house


Wired = Annotated["House", Depends(house_of)]
