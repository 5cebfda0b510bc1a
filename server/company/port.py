"""The company's own systems, as narrow as the bot needs them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from typing_extensions import override

from server.kit.errors import HouseError, Unavailable


class CompanyUnavailable(Unavailable):
    """The company's system is down or answered nonsense; nothing is known to have been changed."""

    code = "company_unavailable"

    def __init__(self) -> None:
        super().__init__("The company's system is not answering.")


class CompanyTimeout(HouseError):
    """The company's system did not answer in time; the same key again finds out whether it was done."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    code = "company_timeout"

    def __init__(self) -> None:
        super().__init__("The company's system did not answer in time.")


class CompanyRefused(HouseError):
    """The company's system said no, with a code of its own: order_not_found, identity_mismatch, not_refundable, ..."""

    def __init__(self, status: int, code: str, detail: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, **dict(facts or {}))
        self.own_status = status
        self.own_code = code

    @override
    def problem(self) -> dict[str, Any]:
        """Return the company's refusal as a problem document of ours."""
        return {
            **super().problem(),
            "title": HTTPStatus(self.own_status).phrase,
            "status": self.own_status,
            "code": self.own_code,
        }


class CompanySystems(Protocol):
    """Asks, and changes with a key that makes a change happen once."""

    async def ask(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return what the company's system answers; raise `CompanyRefused`, `CompanyUnavailable`, `CompanyTimeout`."""

    async def change(self, path: str, body: Mapping[str, Any], *, key: str) -> tuple[int, dict[str, Any]]:
        """Change something once for the key; return the status and the answer. Raises as `ask`."""
