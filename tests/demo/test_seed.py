"""The made-up data agrees with itself and with what the help articles promise."""

from collections import Counter
from datetime import date, timedelta

import pytest

from demo.company import seed
from demo.company.catalogue import BY_NAME
from demo.company.people import COUNTRIES
from demo.company.records import Order, Records, Status
from tests.support.demo import TODAY

ON_THE_WAY = {Status.shipped, Status.out_for_delivery, Status.delivered, Status.returned}


def order(records: Records, number: str) -> Order:
    return next(order for order in records.orders if order.number == number)


def test_the_same_seed_makes_the_same_company() -> None:
    assert seed.records(TODAY) == seed.records(TODAY)
    assert seed.records(TODAY) != seed.records(TODAY, seed=1)


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 11, 22), date(2031, 1, 1)])
def test_on_another_day_everything_is_the_same_but_shifted(records: Records, day: date) -> None:
    other = seed.records(day)
    shift = day - TODAY
    assert [one.number for one in other.orders] == [one.number for one in records.orders]
    assert [one.status for one in other.orders] == [one.status for one in records.orders]
    assert [one.placed_on for one in other.orders] == [one.placed_on + shift for one in records.orders]
    assert [one.number for one in other.invoices] == [one.number for one in records.invoices]
    assert [one.open for one in other.invoices] == [one.open for one in records.invoices]


def test_there_are_a_few_hundred_customers_and_every_status_is_to_be_seen(records: Records) -> None:
    assert 300 <= len(records.customers) <= 500
    assert 500 <= len(records.orders) <= 900
    statuses = Counter(order.status for order in records.orders)
    assert min(statuses[status] for status in Status) >= 3
    assert statuses[Status.delivered] > len(records.orders) / 2


def test_ana_has_an_order_on_its_way_and_one_to_refund(records: Records) -> None:
    ana = next(one for one in records.customers if one.email == "ana.ruiz@example.com")
    assert (ana.number, ana.name) == ("C-10001", "Ana Ruiz")
    shipped, delivered = order(records, "44110"), order(records, "43871")
    assert (shipped.customer, shipped.status, shipped.carrier) == (ana.number, Status.shipped, "DHL")
    assert shipped.expected_on == TODAY + timedelta(2)
    assert (delivered.customer, delivered.status) == (ana.number, Status.delivered)
    assert delivered.delivered_on == TODAY - timedelta(9)
    assert delivered.total == 8900
    assert "Lumen" in delivered.items[0].name
    invoice = next(one for one in records.invoices if one.number == "INV-2026-00871")
    assert (invoice.order, invoice.customer, invoice.open) == ("43871", ana.number, 0)
    assert not any(one.open for one in records.invoices if one.customer == ana.number)


def test_tom_has_an_address_to_change_an_old_order_and_something_to_pay(records: Records) -> None:
    tom = next(one for one in records.customers if one.email == "tom.becker@example.com")
    assert (tom.number, tom.name) == ("C-10002", "Tom Becker")
    assert order(records, "44127").status is Status.processing
    assert order(records, "44127").customer == order(records, "42790").customer == tom.number
    assert order(records, "42790").delivered_on == TODAY - timedelta(61)
    invoice = next(one for one in records.invoices if one.number == "INV-2026-00790")
    assert (invoice.order, invoice.customer) == ("42790", tom.number)
    unpaid = [(one.open, one.due_on) for one in records.invoices if one.customer == tom.number and one.open]
    assert unpaid == [(14990, TODAY + timedelta(12))]


def test_numbers_and_addresses_are_unique_and_well_formed(records: Records) -> None:
    for numbers in (
        [one.number for one in records.customers],
        [one.email for one in records.customers],
        [one.number for one in records.orders],
        [one.number for one in records.invoices],
        [one.order for one in records.invoices],
        [one.order for one in records.refunds],
        [one.tracking for one in records.orders if one.tracking],
    ):
        assert len(numbers) == len(set(numbers))
    assert all(one.number.isdigit() and len(one.number) == 5 for one in records.orders)
    assert all(
        one.email.isascii() and one.email.endswith(("@example.com", "@example.org")) for one in records.customers
    )


def test_later_orders_and_invoices_have_higher_numbers(records: Records) -> None:
    placed = [one.placed_on for one in sorted(records.orders, key=lambda one: one.number)]
    issued = [one.issued_on for one in sorted(records.invoices, key=lambda one: one.number)]
    assert placed == sorted(placed)
    assert issued == sorted(issued)


def test_the_dates_of_an_order_agree_with_its_status(records: Records) -> None:
    since = {one.number: one.since for one in records.customers}
    for one in records.orders:
        assert since[one.customer] <= one.placed_on <= TODAY, one
        assert (one.shipped_on is not None) == (one.carrier is not None) == (one.status in ON_THE_WAY), one
        assert (one.delivered_on is not None) == (one.status in {Status.delivered, Status.returned}), one
        assert (one.expected_on is None) == (one.status is Status.cancelled), one
        assert one.expected_on is None or one.placed_on < one.expected_on, one
        if one.shipped_on:
            assert one.placed_on < one.shipped_on <= TODAY, one
        if one.delivered_on and one.shipped_on:
            assert one.shipped_on < one.delivered_on < TODAY, one
        if one.status in {Status.processing, Status.packed} and one.expected_on:
            assert one.expected_on > TODAY, one


def test_a_parcel_can_be_tracked_and_a_crew_cannot(records: Records) -> None:
    for one in records.orders:
        if one.carrier is not None:
            assert (one.tracking is None) == ("crew" in one.carrier), one
        else:
            assert one.tracking is None, one


def test_goods_cost_what_the_catalogue_says_and_delivery_what_the_articles_say(records: Records) -> None:
    terms = {country.code: country for country in COUNTRIES}
    for one in records.orders:
        goods = [item for item in one.items if item.name in BY_NAME]
        delivery = [item for item in one.items if item.name not in BY_NAME]
        worth = sum(item.quantity * item.price for item in goods)
        country = terms[one.address.country]
        crew = any(BY_NAME[item.name].bulky for item in goods)
        free = worth >= country.free_from and not crew
        assert goods, one
        assert all(item.price == BY_NAME[item.name].price and BY_NAME[item.name].brand == one.brand for item in goods)
        assert [item.price for item in delivery] == ([] if free else [country.crew if crew else country.parcel]), one
        assert one.total == worth + sum(item.price for item in delivery)


def test_an_invoice_is_written_at_dispatch_and_may_be_open_only_on_the_promised_terms(records: Records) -> None:
    orders = {one.number: one for one in records.orders}
    assert {one.order for one in records.invoices} == {one.number for one in records.orders if one.shipped_on}
    owed: Counter[str] = Counter()
    for one in records.invoices:
        bought = orders[one.order]
        assert (one.customer, one.amount, one.issued_on) == (bought.customer, bought.total, bought.shipped_on)
        assert one.due_on == one.issued_on + timedelta(14)
        assert one.open in {0, one.amount}
        if one.open:
            assert bought.address.country in {"DE", "AT", "NL"}
            owed[one.customer] += one.open
    assert len(owed) >= 5
    assert max(owed.values()) <= 50_000


def test_what_was_returned_was_refunded_once_and_in_full(records: Records) -> None:
    returned = {one.number: one for one in records.orders if one.status is Status.returned}
    assert {one.order for one in records.refunds} == set(returned)
    for one in records.refunds:
        delivered = returned[one.order].delivered_on
        assert delivered is not None
        assert delivered < one.made_on <= TODAY
        assert one.amount == returned[one.order].total


def test_levels_follow_what_was_spent_in_the_last_year(records: Records) -> None:
    levels = Counter(one.tier for one in records.customers)
    assert set(levels) == {"Linden", "Oak", "Heartwood"}
    assert levels["Linden"] > levels["Oak"] > levels["Heartwood"]
