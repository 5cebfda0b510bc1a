"""Makes a few hundred customers with orders, invoices and refunds: the same ones for the same seed, shifted to a day.

Every date is a number of days before or after the day of loading, and chance never looks at the calendar, so two loads
differ in their dates only.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from demo.company import personas
from demo.company.catalogue import FJORD, LARKFIELD, PRODUCTS
from demo.company.people import COUNTRIES, Country
from demo.company.records import Address, Customer, Invoice, Item, Order, Records, Refund, Status

SEED = 44110
CUSTOMERS = 320
ORDERS = 640
RECENT_ORDERS = 36
HISTORY_DAYS = 540
RECENT_DAYS = 12
FIRST_ORDER = 33000
FIRST_INVOICE = 120
# Letters that lose more than an accent on their way into an email address.
PLAIN = {ord("ł"): "l", ord("ß"): "ss", ord("'"): ""}
RETURN_REASONS = (
    "Too large for the room",
    "Colour differs from the picture",
    "Arrived damaged",
    "Ordered twice by mistake",
    "No longer needed",
    "Part missing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """An order before it has a number; `moment` is in days, zero is the end of the day of loading."""

    moment: float
    order: Order


def records(today: date, seed: int = SEED) -> Records:
    """Everything the company knows on `today`; the personas are always in it."""
    chance = Random(seed)  # noqa: S311 - made-up customers, nothing secret
    people = _people(today, chance)
    known = (*personas.customers(today), *(customer for customer, _, _ in people))
    orders = _numbered(today, _plans(today, people, chance), chance)
    invoices = _invoices(today, orders, chance)
    return Records(
        today=today,
        customers=known,
        orders=orders,
        invoices=invoices,
        refunds=_refunds(today, orders, chance),
    )


def _people(today: date, chance: Random) -> list[tuple[Customer, Country, Address]]:
    """Customers in the order they joined, each with a home."""
    taken = {customer.email for customer in personas.customers(today)}
    joined = sorted((chance.randint(3, 1380) for _ in range(CUSTOMERS - len(taken))), reverse=True)
    people = []
    for index, days in enumerate(joined):
        country = chance.choices(COUNTRIES, weights=[country.weight for country in COUNTRIES])[0]
        name = f"{chance.choice(country.first_names)} {chance.choice(country.last_names)}"
        postcode, town = chance.choice(country.towns)
        street = country.street.format(street=chance.choice(country.streets), house=chance.randint(1, 148))
        customer = Customer(
            number=f"C-{10003 + index}",
            name=name,
            email=_email(name, taken, chance),
            tier=chance.choices(("standard", "plus", "gold"), weights=(78, 17, 5))[0],
            since=today - timedelta(days),
        )
        people.append((customer, country, Address(street=street, postcode=postcode, city=town, country=country.code)))
    return people


def _email(name: str, taken: set[str], chance: Random) -> str:
    """An address of the name in plain letters, not taken yet; adds it to `taken`."""
    letters = name.lower().translate(PLAIN)
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    first, _, rest = plain.partition(" ")
    local = f"{first}.{rest.replace(' ', '')}"
    host = chance.choice(("example.com", "example.com", "example.org"))
    email, again = f"{local}@{host}", 1
    while email in taken:
        again += 1
        email = f"{local}{again}@{host}"
    taken.add(email)
    return email


def _plans(today: date, people: Sequence[tuple[Customer, Country, Address]], chance: Random) -> list[_Plan]:
    """Orders of the last months, more of them in the last days so that every status is to be seen."""
    joined = [customer.since for customer, _, _ in people]
    spans = [HISTORY_DAYS] * ORDERS + [RECENT_DAYS] * RECENT_ORDERS
    plans = []
    for span in spans:
        moment = -chance.random() * span
        placed = today - timedelta(int(-moment))
        customer, country, address = people[chance.randrange(bisect_right(joined, placed))]
        order = _order(today, placed, customer, country, address, chance)
        plans.append(_Plan(moment=moment, order=order))
    return plans


def _order(today: date, placed: date, customer: Customer, country: Country, address: Address, chance: Random) -> Order:
    """One order, with the status that its own timetable gives it today."""
    brand = chance.choices((LARKFIELD, FJORD), weights=(70, 30))[0]
    shelf = [product for product in PRODUCTS if product.brand == brand]
    chosen = chance.sample(shelf, k=chance.choices((1, 2, 3, 4), weights=(55, 27, 12, 6))[0])
    items = tuple(
        Item(
            name=product.name,
            quantity=1 if product.bulky else chance.choices((1, 2, 4), weights=(82, 14, 4))[0],
            price=product.price,
        )
        for product in chosen
    )
    packed = placed + timedelta(chance.randint(1, 2))
    shipped = packed + timedelta(chance.randint(0, 2))
    transit = chance.randint(2, 4) + (3 if any(product.bulky for product in chosen) else 0) + (country.code != "DE")
    expected = shipped + timedelta(transit)
    delivered = expected + timedelta(chance.choices((-1, 0, 1, 3), weights=(15, 70, 10, 5))[0])
    carrier, tracking = _parcel(country, chance)
    status = _status(today, packed, shipped, delivered)
    if chance.random() < 0.04:
        status = Status.cancelled
    if status is Status.delivered and delivered <= today - timedelta(22) and chance.random() < 0.07:
        status = Status.returned
    left = status not in {Status.processing, Status.packed, Status.cancelled}
    return Order(
        number="",
        customer=customer.number,
        brand=brand,
        status=status,
        placed_on=placed,
        expected_on=None if status is Status.cancelled else expected,
        delivered_on=delivered if status in {Status.delivered, Status.returned} else None,
        carrier=carrier if left else None,
        tracking=tracking if left else None,
        address=address,
        items=items,
    )


def _status(today: date, packed: date, shipped: date, delivered: date) -> Status:
    if today < packed:
        return Status.processing
    if today < shipped:
        return Status.packed
    if today < delivered:
        return Status.shipped
    return Status.out_for_delivery if today == delivered else Status.delivered


def _parcel(country: Country, chance: Random) -> tuple[str, str]:
    carrier = chance.choice(country.carriers)
    digits = "".join(str(chance.randrange(10)) for _ in range(14))
    return carrier, {"DHL": f"JJD00{digits[:13]}", "Evri": f"H00{digits[:13]}"}.get(carrier, digits)


def _numbered(today: date, plans: Sequence[_Plan], chance: Random) -> tuple[Order, ...]:
    """Numbers rise with time, and the personas' fixed numbers keep their place among them."""
    fixed = personas.orders(today)
    # Within their day, the two newest orders of the personas stand outermost: few numbers are left between them.
    edges = {"44110": -0.001, "44127": -0.999}
    anchors = sorted((-(today - order.placed_on).days + edges.get(order.number, -0.5), order) for order in fixed)
    ordered = sorted(plans, key=lambda plan: plan.moment)
    numbers = _between(
        [plan.moment for plan in ordered],
        [(moment, int(order.number)) for moment, order in anchors],
        first=FIRST_ORDER,
        chance=chance,
    )
    made = [replace(plan.order, number=str(number)) for plan, number in zip(ordered, numbers, strict=True)]
    return tuple(sorted((*made, *fixed), key=lambda order: order.number))


def _between(
    positions: Sequence[float], anchors: Sequence[tuple[float, int]], *, first: int, chance: Random
) -> list[int]:
    """Rising numbers for rising positions that fit between the anchors' own numbers."""
    numbers: list[int] = []
    bounds = [(float("-inf"), first), *anchors, (float("inf"), anchors[-1][1] + 3 * RECENT_ORDERS)]
    for (after, low), (until, high) in pairwise(bounds):
        count = sum(after < position < until for position in positions)
        numbers.extend(sorted(chance.sample(range(low + 1, high), k=count)))
    return numbers


def _invoices(today: date, orders: Sequence[Order], chance: Random) -> tuple[Invoice, ...]:
    """A bill for every order that was not cancelled; one in four is paid after delivery, the rest at once."""
    fixed = personas.invoices(today)
    known = {invoice.order for invoice in fixed}
    billed = [order for order in orders if order.number not in known and order.status is not Status.cancelled]
    numbers = _between(
        [int(order.number) for order in billed],
        [(int(invoice.order), int(invoice.number[-5:])) for invoice in fixed],
        first=FIRST_INVOICE,
        chance=chance,
    )
    made = []
    for order, number in zip(billed, numbers, strict=True):
        due = order.placed_on + timedelta(personas.PAYMENT_DAYS)
        later, prompt, forgotten = chance.random() < 0.25, chance.random() < 0.2, chance.random() < 0.04
        waiting = later and not prompt if due >= today else later and forgotten
        owed = order.total if waiting and order.status is not Status.returned else 0
        made.append(
            Invoice(
                number=f"INV-2026-{number:05}",
                order=order.number,
                customer=order.customer,
                issued_on=order.placed_on,
                due_on=due,
                amount=order.total,
                open=owed,
            )
        )
    return tuple(sorted((*made, *fixed), key=lambda invoice: invoice.number))


def _refunds(today: date, orders: Sequence[Order], chance: Random) -> tuple[Refund, ...]:
    """What was sent back has been refunded in full, within three weeks of delivery."""
    made = []
    for order in orders:
        if order.status is Status.returned and order.delivered_on is not None:
            back = order.delivered_on + timedelta(chance.randint(4, 21))
            made.append((min(back, today), order, chance.choice(RETURN_REASONS)))
    made.sort(key=lambda entry: (entry[0], entry[1].number))
    return tuple(
        Refund(number=f"RF-{20001 + index}", order=order.number, amount=order.total, reason=reason, made_on=day)
        for index, (day, order, reason) in enumerate(made)
    )
