"""Why a release is not published.

HouseError
├── ReleaseNotFound                                       404
├── ReleaseRunning, NothingToPublish, NotApproved,
│   NotServable, ServedMoved, BuilderLost, GateRefused    409
├── LinksAreBroken, ReasonNeeded                          422
└── BuildFailed, SearchFailed                             503
"""

from collections.abc import Mapping, Sequence
from typing import Any

from server.kit.errors import Conflict, Invalid, NotFound, Unavailable


class ReleaseNotFound(NotFound):
    """There is no release of this number."""

    code = "release_not_found"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no release {number}.", number=number)


class ReleaseRunning(Conflict):
    """One release is built at a time, everywhere."""

    code = "release_running"

    def __init__(self, *, number: int, by: str) -> None:
        super().__init__(f"Release {number} of {by} is being built. Try again when it is done.", number=number, by=by)


class NothingToPublish(Conflict):
    """The release would be the one that is served already."""

    code = "nothing_to_publish"

    def __init__(self) -> None:
        super().__init__("Nothing is approved that is not published already.")


class NotApproved(Conflict):
    """Only what a second person approved is published."""

    code = "not_approved"

    def __init__(self, *, article_id: str, locale: str, revision: int | None = None) -> None:
        which = "has no approved revision" if revision is None else f"revision {revision} is not the approved one"
        super().__init__(f"{article_id} ({locale}): {which}.", article_id=article_id, locale=locale)


class NotServable(Conflict):
    """A release that was refused, failed, or is still being built cannot be served."""

    code = "release_not_servable"

    def __init__(self, *, number: int, state: str) -> None:
        super().__init__(f"Release {number} cannot be served: it is {state}.", number=number, state=state)


class ServedMoved(Conflict):
    """Another release was served while this one was built on the old one."""

    code = "served_changed"

    def __init__(self, *, number: int) -> None:
        super().__init__(f"Another release is served since release {number} was begun. Publish again.", number=number)


class BuilderLost(Conflict):
    """The builder was silent for so long that its release was given up."""

    code = "builder_lost"

    def __init__(self, *, number: int) -> None:
        super().__init__(f"Release {number} took too long without a sign and was given up.", number=number)


class GateRefused(Conflict):
    """The release loses more judged queries than the gate lets through."""

    code = "gate_refused"

    def __init__(self, *, number: int, gate: Mapping[str, Any]) -> None:
        super().__init__(
            f"Release {number} answers judged queries worse. {gate['why']}", number=number, gate=dict(gate)
        )


class LinksAreBroken(Invalid):
    """The release would hold links or images that lead nowhere."""

    code = "links_broken"

    def __init__(self, links: Sequence[tuple[str, str]], *, number: int | None = None) -> None:
        shown = ", ".join(f"{source} -> {target}" for source, target in links[:10])
        facts: dict[str, Any] = {} if number is None else {"number": number}
        super().__init__(
            f"Some links lead nowhere: {shown}{' ...' if len(links) > 10 else ''}",
            links=[{"from": source, "to": target} for source, target in links[:200]],
            **facts,
        )


class ReasonNeeded(Invalid):
    """What needs a right needs a reason as well."""

    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__("Say why.")


class BuildFailed(Unavailable):
    """The release could not be built; the old one goes on being served."""

    code = "release_failed"

    def __init__(self, *, number: int, why: str) -> None:
        super().__init__(f"Release {number} could not be built: {why}", number=number)


class SearchFailed(Unavailable):
    """The knowledge base cannot be asked just now."""

    code = "knowledge_unavailable"

    def __init__(self, error: Exception) -> None:
        super().__init__(f"The knowledge base cannot be asked: {error}", because=getattr(error, "code", ""))
