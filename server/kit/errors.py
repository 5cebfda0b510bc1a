"""The family of refusals: each says what, carries the facts, and knows its status.

HouseError
├── NotFound            404
├── Forbidden           403
├── Unauthenticated     401
├── Invalid             422
├── Conflict            409
├── TooLarge            413
├── TooMany             429
└── Unavailable         503
"""

from http import HTTPStatus
from typing import Any, ClassVar


class HouseError(Exception):
    """A refusal that a person or a program can act on; becomes an RFC 9457 problem document."""

    status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    code: ClassVar[str] = "internal_error"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts

    def problem(self) -> dict[str, Any]:
        """Return the problem document: type, title, status, code, detail and the facts."""
        return {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "code": self.code,
            "detail": self.detail,
            **self.facts,
        }


class NotFound(HouseError):
    """There is no such thing, or the asker may not know that there is."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Forbidden(HouseError):
    """The asker is known and may not do this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class Unauthenticated(HouseError):
    """The asker is not known."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"


class Invalid(HouseError):
    """The request does not make sense as it stands."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "invalid_request"


class Conflict(HouseError):
    """The request makes sense, but not in the present state."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class TooLarge(HouseError):
    """The body is larger than we take."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class TooMany(HouseError):
    """More requests than allowed; `retry_after` says in seconds when to come back."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "rate_limited"


class Unavailable(HouseError):
    """A part that this needs is down for now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
