"""Refusals at the door.

HouseError
├── BadCredentials, VisitorTokenInvalid, IdentityInvalid   401
├── CsrfFailed, MissingPermission                          403
└── RateLimited                                            429
"""

from server.kit.errors import Forbidden, TooMany, Unauthenticated


class BadCredentials(Unauthenticated):
    """Wrong e-mail or password; we do not say which."""

    code = "bad_credentials"

    def __init__(self) -> None:
        super().__init__("The e-mail or the password is wrong.")


class VisitorTokenInvalid(Unauthenticated):
    """A visitor token that we did not sign, that has run out, or that is for another account."""

    code = "visitor_token_invalid"

    def __init__(self) -> None:
        super().__init__("This visitor token is not valid (any more). Ask for a new session.")


class IdentityInvalid(Unauthenticated):
    """The host site's word about who this is does not hold."""

    code = "identity_invalid"

    def __init__(self) -> None:
        super().__init__("The identity that the site gave is not valid.")


class CsrfFailed(Forbidden):
    """A request that changes something came without the session's CSRF token."""

    code = "csrf_failed"

    def __init__(self) -> None:
        super().__init__("The CSRF token is missing or wrong. Sign in again.")


class MissingPermission(Forbidden):
    """Known, but not allowed."""

    code = "missing_permission"

    def __init__(self, permission: str) -> None:
        super().__init__(f"This needs the permission {permission}.", permission=permission)


class RateLimited(TooMany):
    """Too much at once; nothing was done."""

    def __init__(self, retry_after: float) -> None:
        seconds = max(0.1, round(retry_after, 1))
        super().__init__(f"Too many requests. Try again in {seconds:g} seconds.", retry_after=seconds)
