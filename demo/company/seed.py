"""Makes a few hundred customers with orders, invoices and refunds: the same ones for the same seed, shifted to a day.

Every date is a number of days before or after the day of loading, and chance never looks at the calendar, so two loads
differ in their dates only.
"""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from demo.company import personas
from demo.company.catalogue import FJORD, LARKFIELD, PRODUCTS
from demo.company.people import COUNTRIES, Country
from demo.company.records import Address, Customer, Invoice, Item, Order, Records, Refund, Status

# A seed whose last days show every status several times.
SEED = 16
CUSTOMERS = 320
ORDERS = 640
RECENT_ORDERS = 36
HISTORY_DAYS = 540
RECENT_DAYS = 12
FIRST_ORDER = 33000
FIRST_INVOICE = 120
# Letters that lose more than an accent on their way into an email address.
PLAIN = {ord("ł"): "l", ord("ß"): "ss", ord("'"): ""}
ON_INVOICE = frozenset(country.code for country in COUNTRIES if country.on_invoice)
INVOICE_LIMIT = 50_000
CREW = "Two-person delivery crew"
LEVELS = ((150_000, "Heartwood"), (50_000, "Oak"), (0, "Linden"))
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
    orders = _numbered(today, _plans(today, people, chance), chance)
    spent = _spent(today, orders)
    known = (*personas.customers(today), *(customer for customer, _, _ in people))
    invoices = _invoices(today, orders, chance)
    return Records(
        today=today,
        customers=tuple(replace(one, tier=_level(spent[one.number])) for one in known),
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
            tier="",
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
            quantity=1 if product.price > 10_000 else chance.choices((1, 2, 4), weights=(82, 14, 4))[0],
            price=product.price,
        )
        for product in chosen
    )
    crew = any(product.bulky for product in chosen)
    items = (*items, *_delivery(items, country, by_crew=crew))
    packed = placed + timedelta(chance.randint(1, 2))
    shipped = packed + timedelta(chance.randint(10, 20) if crew else chance.randint(0, 1))
    # Parcel services count working days; a day more or less stands for the weekend.
    expected = shipped + timedelta(chance.randint(1, 3) if crew else chance.randint(*country.transit) + 1)
    slip = chance.choices((-1, 0, 1, 3), weights=(15, 70, 10, 5))[0]
    delivered = expected if crew else expected + timedelta(slip)
    status = _status(today, packed, shipped, delivered)
    tracking = _tracking(country, chance)
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
        shipped_on=shipped if left else None,
        expected_on=None if status is Status.cancelled else expected,
        delivered_on=delivered if status in {Status.delivered, Status.returned} else None,
        carrier=(CREW if crew else country.carrier) if left else None,
        tracking=tracking if left and not crew else None,
        address=address,
        items=items,
    )


def _delivery(goods: Sequence[Item], country: Country, *, by_crew: bool) -> tuple[Item, ...]:
    """What delivery costs, as the help articles say: a crew always, a parcel below the value of its country."""
    if by_crew:
        return (Item(name="Two-person delivery", quantity=1, price=country.crew),)
    if sum(item.quantity * item.price for item in goods) >= country.free_from:
        return ()
    return (Item(name="Standard delivery", quantity=1, price=country.parcel),)


def _status(today: date, packed: date, shipped: date, delivered: date) -> Status:
    if today < packed:
        return Status.processing
    if today < shipped:
        return Status.packed
    if today < delivered:
        return Status.shipped
    return Status.out_for_delivery if today == delivered else Status.delivered


def _tracking(country: Country, chance: Random) -> str:
    digits = "".join(str(chance.randrange(10)) for _ in range(15))
    return {"DHL": f"JJD{digits}", "Royal Mail": f"RM{digits[:9]}GB"}.get(country.carrier, digits[:14])


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
    """Rising numbers for rising positions that fit between the anchors' own numbers.

    Raises `ValueError` when chance put more between two anchors than fits, with about one seed in 200.
    """
    numbers: list[int] = []
    bounds = [(float("-inf"), first), *anchors, (float("inf"), anchors[-1][1] + 3 * RECENT_ORDERS)]
    for (after, low), (until, high) in pairwise(bounds):
        count = sum(after < position < until for position in positions)
        numbers.extend(sorted(chance.sample(range(low + 1, high), k=count)))
    return numbers


def _spent(today: date, orders: Sequence[Order]) -> Counter[str]:
    """Cents that each customer spent on goods of the main brand in the last year and kept."""
    spent: Counter[str] = Counter()
    for order in orders:
        gone = order.status in {Status.cancelled, Status.returned}
        if order.brand == LARKFIELD and not gone and order.placed_on > today - timedelta(365):
            goods = (item for item in order.items if "delivery" not in item.name)
            spent[order.customer] += sum(item.quantity * item.price for item in goods)
    return spent


def _level(spent: int) -> str:
    """The level of the loyalty programme that this amount reaches."""
    return next(level for floor, level in LEVELS if spent >= floor)


def _invoices(today: date, orders: Sequence[Order], chance: Random) -> tuple[Invoice, ...]:
    """A bill for every order that has left, numbered in the order of dispatch."""
    fixed = {invoice.order: invoice for invoice in personas.invoices(today)}
    sent = [(order.shipped_on, order) for order in orders if order.shipped_on is not None]
    sent.sort(key=lambda entry: (entry[0], entry[1].number))
    ranks = {order.number: rank for rank, (_, order) in enumerate(sent)}
    numbers = iter(
        _between(
            [rank for order, rank in ranks.items() if order not in fixed],
            [(ranks[order], int(invoice.number[-5:])) for order, invoice in fixed.items()],
            first=FIRST_INVOICE,
            chance=chance,
        )
    )
    owed: Counter[str] = Counter()
    return tuple(
        fixed.get(order.number) or _invoice(today, f"INV-2026-{next(numbers):05}", day, order, owed, chance)
        for day, order in sent
    )


def _invoice(today: date, number: str, issued: date, order: Order, owed: Counter[str], chance: Random) -> Invoice:
    """The bill of one order; where paying later is offered, some have not been paid yet. Adds to `owed`."""
    due = issued + timedelta(personas.PAYMENT_DAYS)
    later, unpaid = chance.random() < 0.6, chance.random() < (0.8 if due >= today else 0.04)
    offered = order.address.country in ON_INVOICE and owed[order.customer] + order.total <= INVOICE_LIMIT
    still_open = order.total if later and unpaid and offered and order.status is not Status.returned else 0
    owed[order.customer] += still_open
    return Invoice(
        number=number,
        order=order.number,
        customer=order.customer,
        issued_on=issued,
        due_on=due,
        amount=order.total,
        open=still_open,
    )


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
