"""Visitor tokens and the host site's word: what holds, and everything that does not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest

from server.access.errors import IdentityInvalid, VisitorTokenInvalid
from server.access.visitors import LEEWAY_SECONDS, Identity, Visitor, VisitorTokens
from server.kit.clock import MovableClock
from tests.support.server import NOON

ANA = Identity(email="ana.ruiz@example.com", name="Ana Ruiz", customer_number="C-10001")
HOUR = timedelta(hours=1)


def _tokens(clock: MovableClock | None = None) -> VisitorTokens:
    return VisitorTokens(
        visitor_key="v" * 48, identity_key="i" * 48, clock=clock or MovableClock(NOON), lifetime=timedelta(days=90)
    )


def test_a_token_says_whose_it_is() -> None:
    visitor = Visitor(customer_id=uuid4(), account="larkfield")
    assert _tokens().read(_tokens().issue(visitor)) == visitor


def test_a_token_lasts_its_lifetime_and_a_little_leeway() -> None:
    clock = MovableClock(NOON)
    tokens = _tokens(clock)
    token = tokens.issue(Visitor(customer_id=uuid4(), account="larkfield"))
    clock.move(timedelta(days=90, seconds=LEEWAY_SECONDS))
    tokens.read(token)
    clock.move(timedelta(seconds=1))
    with pytest.raises(VisitorTokenInvalid):
        tokens.read(token)


def _claims(**changes: Any) -> dict[str, Any]:
    base = {
        "sub": str(uuid4()),
        "acc": "larkfield",
        "aud": "warmline:visitor",
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + HOUR).timestamp()),
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": "nobody"},
        {"sub": 7},
        {"acc": None},
        {"aud": None},
        {"aud": "warmline:identity:larkfield"},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": [1]},
        {"exp": int((NOON - HOUR).timestamp())},
    ],
    ids=str,
)
def test_a_token_that_is_signed_but_wrong_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(VisitorTokenInvalid):
        _tokens().read(jwt.encode(_claims(**changes), "v" * 48, algorithm="HS256"))


@pytest.mark.parametrize(("key", "algorithm"), [("x" * 48, "HS256"), ("v" * 48, "HS512"), ("", "none")])
def test_a_token_with_another_key_or_algorithm_is_refused(key: str, algorithm: str) -> None:
    with pytest.raises(VisitorTokenInvalid):
        _tokens().read(jwt.encode(_claims(), key.ljust(64, "v") if "512" in algorithm else key, algorithm=algorithm))


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "\x00", "é" * 10, "x" * 10_000])
def test_garbage_is_no_token(token: str) -> None:
    with pytest.raises(VisitorTokenInvalid):
        _tokens().read(token)
    with pytest.raises(IdentityInvalid):
        _tokens().read_identity("larkfield", token)


def test_the_host_sites_word_is_read_for_its_own_account_only() -> None:
    tokens = _tokens()
    token = tokens.sign_identity("larkfield", ANA, lifetime=HOUR)
    assert tokens.read_identity("larkfield", token) == ANA
    with pytest.raises(IdentityInvalid):
        tokens.read_identity("fjord", token)
    with pytest.raises(VisitorTokenInvalid):
        tokens.read(token)


def test_the_host_sites_word_runs_out_with_a_little_leeway() -> None:
    clock = MovableClock(NOON)
    tokens = _tokens(clock)
    token = tokens.sign_identity("larkfield", ANA, lifetime=HOUR)
    clock.move(HOUR + timedelta(seconds=LEEWAY_SECONDS))
    tokens.read_identity("larkfield", token)
    clock.move(timedelta(seconds=1))
    with pytest.raises(IdentityInvalid):
        tokens.read_identity("larkfield", token)


def _word(key: str, algorithm: str = "HS256", **changes: Any) -> str:
    base = {
        "email": "ana.ruiz@example.com",
        "aud": "warmline:identity:larkfield",
        "exp": int((NOON + HOUR).timestamp()),
    }
    claims = {name: value for name, value in (base | changes).items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm)


@pytest.mark.parametrize(
    "changes",
    [
        {"email": None},
        {"email": "nobody"},
        {"email": 7},
        {"email": "@" * 400},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": {}},
        {"aud": "warmline:identity:fjord"},
        {"aud": "warmline:visitor"},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_word_that_is_signed_but_wrong_is_refused(changes: dict[str, Any]) -> None:
    tokens = _tokens()
    with pytest.raises(IdentityInvalid):
        tokens.read_identity("larkfield", _word(tokens.identity_secret("larkfield"), **changes))


def test_a_word_with_another_accounts_key_or_none_is_refused() -> None:
    tokens = _tokens()
    for word in (_word(tokens.identity_secret("fjord")), _word("i" * 48), _word("", "none")):
        with pytest.raises(IdentityInvalid):
            tokens.read_identity("larkfield", word)


def test_each_account_has_a_secret_of_its_own() -> None:
    tokens = _tokens()
    assert tokens.identity_secret("larkfield") != tokens.identity_secret("fjord")
    assert "i" * 48 not in tokens.identity_secret("larkfield")


def test_odd_names_and_numbers_are_cut_to_what_is_stored() -> None:
    tokens = _tokens()
    word = _word(tokens.identity_secret("larkfield"), name="N" * 1000, customer_number=10001)
    identity = tokens.read_identity("larkfield", word)
    assert identity.customer_number == "10001"
    assert identity.name == "N" * 200
