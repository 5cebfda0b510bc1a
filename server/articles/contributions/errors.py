"""Why a contribution is not taken.

HouseError
├── ContributionNotFound                 404
├── LooksLike, AlreadyDecided            409
└── Incomplete, HoldsPrivateData         422
"""

from collections.abc import Mapping, Sequence
from typing import Any

from server.kit.errors import Conflict, Invalid, NotFound


class ContributionNotFound(NotFound):
    """There is no such contribution, or it is somebody else's."""

    code = "contribution_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such contribution.")


class Incomplete(Invalid):
    """A field is missing or says nothing; `fields` says for each why."""

    code = "incomplete"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Something is missing in this contribution.", fields=dict(fields))


class HoldsPrivateData(Invalid):
    """Something in it is about one customer; `spans` says what and where."""

    code = "holds_private_data"

    def __init__(self, spans: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("An article is read by everybody: take out what is about one customer.", spans=list(spans))


class LooksLike(Conflict):
    """There is an article that says this already; with `sure` it is sent all the same."""

    code = "looks_like"

    def __init__(self, similar: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("This looks like an article that is there already.", similar=list(similar))


class AlreadyDecided(Conflict):
    """Somebody has accepted or declined it."""

    code = "already_decided"

    def __init__(self, state: str, by: str | None) -> None:
        super().__init__(f"This contribution is {state} already.", state=state, by=by)
