"""What the workbench refuses.

HouseError
├── QueryNotFound, RunNotFound, MessageNotFound    404
├── QueryChanged                                   409
├── UnknownArticles, NotJsonLines                  422
└── MeasuringFailed                                503
"""

from collections.abc import Sequence

from server.kit.errors import Conflict, Invalid, NotFound, Unavailable


class QueryNotFound(NotFound):
    """There is no such judged query."""

    code = "judged_query_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such judged query.")


class RunNotFound(NotFound):
    """There is no such measurement."""

    code = "run_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such measurement.")


class MessageNotFound(NotFound):
    """The conversation has no such message of its customer."""

    code = "message_not_found"

    def __init__(self) -> None:
        super().__init__("The customer wrote no such message there.")


class QueryChanged(Conflict):
    """Somebody else changed the judged query meanwhile."""

    code = "version_conflict"

    def __init__(self, version: int) -> None:
        super().__init__("Somebody changed this query meanwhile. Read it again.", version=version)


class UnknownArticles(Invalid):
    """A right answer names an article that there is not."""

    code = "unknown_article"

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__("These articles are not there.", articles=list(ids)[:50])


class NotJsonLines(Invalid):
    """The body is no list of judged queries, one JSON object a line."""

    code = "not_json_lines"

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"Line {line}: {why}", line=line)


class MeasuringFailed(Unavailable):
    """The knowledge base cannot be measured just now, or has no such release."""

    code = "knowledge_unavailable"

    def __init__(self, error: Exception) -> None:
        super().__init__(f"The knowledge base cannot be asked: {error}", because=getattr(error, "code", ""))
