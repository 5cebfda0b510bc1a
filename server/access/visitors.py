"""Tokens of the customers' side: ours for a visitor, and the host site's word about who is signed in there.

Both are JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256. The key for a site's identity tokens is derived from our
identity key and the account's name, so each account has its own and none is stored.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt

from server.access.errors import IdentityInvalid, VisitorTokenInvalid
from server.kit.clock import Clock

ALGORITHM = "HS256"
AUDIENCE = "warmline:visitor"
LEEWAY_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A customer's browser, as its token says."""

    customer_id: UUID
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the host site vouches for."""

    email: str
    name: str | None
    customer_number: str | None


class VisitorTokens:
    """Signs and reads visitor tokens, and reads identity tokens of host sites."""

    def __init__(self, *, visitor_key: str, identity_key: str, clock: Clock, lifetime: timedelta) -> None:
        self._visitor_key = visitor_key
        self._identity_key = identity_key
        self._clock = clock
        self.lifetime = lifetime

    def issue(self, visitor: Visitor) -> str:
        """Return a token for a visitor of one account."""
        now = self._clock()
        claims = {
            "sub": str(visitor.customer_id),
            "acc": visitor.account,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }
        return jwt.encode(claims, self._visitor_key, algorithm=ALGORITHM)

    def read(self, token: str) -> Visitor:
        """Return whose token this is; raise `VisitorTokenInvalid`."""
        try:
            claims = self._claims(token, self._visitor_key, audience=AUDIENCE)
            return Visitor(customer_id=UUID(claims["sub"]), account=str(claims["acc"]))
        except (jwt.PyJWTError, KeyError, ValueError):
            raise VisitorTokenInvalid from None

    def identity_secret(self, account: str) -> str:
        """Return the key with which an account's host site signs identity tokens."""
        return hmac.new(self._identity_key.encode(), f"identity:{account}".encode(), hashlib.sha256).hexdigest()

    def sign_identity(self, account: str, identity: Identity, *, lifetime: timedelta) -> str:
        """Return an identity token as a host site would make it (for the demo site and tests)."""
        now = self._clock()
        claims = {
            "sub": identity.customer_number or identity.email,
            "email": identity.email,
            "name": identity.name,
            "customer_number": identity.customer_number,
            "aud": f"warmline:identity:{account}",
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(claims, self.identity_secret(account), algorithm=ALGORITHM)

    def read_identity(self, account: str, token: str) -> Identity:
        """Return what the host site vouches for; raise `IdentityInvalid`."""
        try:
            claims = self._claims(token, self.identity_secret(account), audience=f"warmline:identity:{account}")
            email = claims["email"]
            if not isinstance(email, str) or "@" not in email or len(email) > 320:
                raise IdentityInvalid
            number = claims.get("customer_number")
            return Identity(
                email=email.lower(),
                name=str(claims["name"])[:200] if claims.get("name") else None,
                customer_number=str(number)[:64] if number else None,
            )
        except (jwt.PyJWTError, KeyError):
            raise IdentityInvalid from None

    def _claims(self, token: str, key: str, *, audience: str) -> dict[str, Any]:
        # The expiry is checked against our own clock, which tests and demos may move.
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            options={"require": ["exp", "aud"], "verify_exp": False, "verify_iat": False},
        )
        if not isinstance(claims["exp"], int | float):
            raise jwt.DecodeError
        if claims["exp"] + LEEWAY_SECONDS < self._clock().timestamp():
            raise jwt.ExpiredSignatureError
        return claims
