"""A visitor comes back, is vouched for, signs out: nobody ever inherits another's conversation."""

import contextlib
from datetime import timedelta

import pytest

from server.access.errors import IdentityInvalid, VisitorTokenInvalid
from server.access.visitors import Identity
from server.conversations.errors import AccountNotFound
from server.house import House
from server.store.session import NotStorable
from tests.support.server import row_of, settle, types_of, visit

ANA = Identity(email="ana.ruiz@example.com", name="Ana Ruiz", customer_number="C-10001")
TOM = Identity(email="tom.becker@example.com", name="Tom Becker", customer_number="C-10002")


def _word(house: House, who: Identity, account: str = "larkfield") -> str:
    return house.visitors.sign_identity(account, who, lifetime=timedelta(hours=1))


async def test_an_old_token_is_renewed_for_the_same_customer(house: House) -> None:
    first = await visit(house)
    _, customer = await house.visits.begin("larkfield", token=first.token, identity=None)
    assert customer.visitor_id == first.id


async def test_a_token_of_one_account_opens_no_other(house: House) -> None:
    first = await visit(house)
    with pytest.raises(VisitorTokenInvalid):
        await house.visits.begin("fjord", token=first.token, identity=None)


async def test_an_account_that_is_not_there_opens_nothing(house: House) -> None:
    with pytest.raises(AccountNotFound):
        await house.visits.begin("nowhere", token=None, identity=None)


async def test_a_visitor_who_signs_in_on_the_site_keeps_the_conversation_and_is_verified(house: House) -> None:
    first = await visit(house)
    taken = await first.write("Hello")
    await settle(house)
    _, customer = await house.visits.begin("larkfield", token=first.token, identity=_word(house, ANA))
    assert customer.visitor_id == first.id
    assert (customer.level, customer.email) == ("verified", ANA.email)
    assert (await types_of(house, taken))[-1] == "customer.identified"
    assert (await row_of(house, taken))["customer"]["email"] == ANA.email


async def test_a_verified_customer_is_found_again_from_any_browser(house: House) -> None:
    first = await visit(house, identity=_word(house, ANA))
    second = await visit(house, identity=_word(house, ANA))
    assert first.id == second.id


async def test_another_person_in_the_same_browser_gets_nothing_of_the_first(house: House) -> None:
    ana = await visit(house, identity=_word(house, ANA))
    await ana.ask("My secret question")
    _, tom = await house.visits.begin("larkfield", token=ana.token, identity=_word(house, TOM))
    assert tom.visitor_id != ana.id
    _, nobody = await house.visits.begin("larkfield", token=ana.token, identity=None)
    assert nobody.visitor_id not in {ana.id, tom.visitor_id}
    assert nobody.level == "anonymous"


async def test_one_persons_word_on_two_accounts_is_two_customers(house: House) -> None:
    here = await visit(house, identity=_word(house, ANA))
    there = await visit(house, "fjord", identity=_word(house, ANA, "fjord"))
    assert here.id != there.id
    with pytest.raises(IdentityInvalid):
        await visit(house, "fjord", identity=_word(house, ANA))


async def test_a_word_with_characters_that_cannot_be_stored_is_refused_or_kept_but_breaks_nothing(
    house: House,
) -> None:
    odd = Identity(email="a@b\x00", name="N\x00", customer_number="\x00")
    with contextlib.suppress(IdentityInvalid, NotStorable):
        await visit(house, identity=_word(house, odd))
    await visit(house, identity=_word(house, ANA))
