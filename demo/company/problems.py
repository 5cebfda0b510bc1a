"""What the company answers when it cannot do what was asked, as RFC 9457 problem documents.

Refused
├── NotFound           order_not_found, invoice_not_found, customer_not_found
├── IdentityMismatch   identity_mismatch
├── Conflict           not_refundable, already_refunded, too_late_to_change
└── Invalid            invalid_request, idempotency_mismatch
"""

import json
from collections.abc import Sequence
from http import HTTPStatus

from starlette.responses import Response
from typing_extensions import override

PROBLEM_JSON = "application/problem+json"


class Refused(Exception):
    """A request that changed nothing, with the code and the words the caller gets."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail

    def response(self) -> Response:
        """The problem document of this refusal."""
        return problem(self.status, self.code, self.detail)


class NotFound(Refused):
    """There is no such order, invoice or customer."""

    status = HTTPStatus.NOT_FOUND


class IdentityMismatch(Refused):
    """The email address is not the one of that order, invoice or customer."""

    status = HTTPStatus.FORBIDDEN

    def __init__(self, thing: str) -> None:
        super().__init__("identity_mismatch", f"The email address does not belong to this {thing}.")


class Conflict(Refused):
    """The state of the order does not allow it; the document says the reason in words for the customer."""

    status = HTTPStatus.CONFLICT

    @override
    def response(self) -> Response:
        """The problem document with `reason` in it."""
        return problem(self.status, self.code, self.detail, reason=self.detail)


class Invalid(Refused):
    """The request itself is wrong, whatever the company knows."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    reason: str | None = None,
    errors: Sequence[dict[str, str]] = (),
) -> Response:
    """A problem document; `errors` names the fields that are wrong, never what was in them."""
    body: dict[str, object] = {
        "type": f"urn:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    if reason is not None:
        body["reason"] = reason
    if errors:
        body["errors"] = list(errors)
    headers = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else None
    return Response(json.dumps(body), status.value, headers, PROBLEM_JSON)
