"""The two customers that articles, training data and tests quote by number; everything of theirs is fixed.

Numbers never follow the calendar: an invoice of these two is quoted as INV-2026-..., whatever the year of loading.
"""

from datetime import date, timedelta

from demo.company.catalogue import BY_NAME, LARKFIELD
from demo.company.records import Address, Customer, Invoice, Item, Order, Status

ANA_AT = Address(street="Gärtnerstraße 14", postcode="10245", city="Berlin", country="DE")
TOM_AT = Address(street="Mühlenkamp 7", postcode="22303", city="Hamburg", country="DE")
PAYMENT_DAYS = 14


def customers(today: date) -> tuple[Customer, ...]:
    """Ana Ruiz and Tom Becker, the first two customers of the shop."""
    return (
        Customer(
            number="C-10001", name="Ana Ruiz", email="ana.ruiz@example.com", tier="plus", since=today - timedelta(1400)
        ),
        Customer(
            number="C-10002",
            name="Tom Becker",
            email="tom.becker@example.com",
            tier="standard",
            since=today - timedelta(1392),
        ),
    )


def orders(today: date) -> tuple[Order, ...]:
    """Their four orders: on its way, refundable, address still open, too old to refund."""

    def day(offset: int) -> date:
        return today + timedelta(offset)

    return (
        Order(
            number="42790",
            customer="C-10002",
            brand=LARKFIELD,
            status=Status.delivered,
            placed_on=day(-66),
            expected_on=day(-61),
            delivered_on=day(-61),
            carrier="DPD",
            tracking="01445067820913",
            address=TOM_AT,
            items=_items(("Forge cast-iron casserole, 4.5 l", 1)),
        ),
        Order(
            number="43871",
            customer="C-10001",
            brand=LARKFIELD,
            status=Status.delivered,
            placed_on=day(-14),
            expected_on=day(-9),
            delivered_on=day(-9),
            carrier="DHL",
            tracking="JJD000390017264518",
            address=ANA_AT,
            items=_items(("Lumen floor lamp", 1)),
        ),
        Order(
            number="44110",
            customer="C-10001",
            brand=LARKFIELD,
            status=Status.shipped,
            placed_on=day(-4),
            expected_on=day(2),
            delivered_on=None,
            carrier="DHL",
            tracking="JJD000390018815402",
            address=ANA_AT,
            items=_items(("Nook reading chair, moss", 1), ("Tide wool throw, oat", 1)),
        ),
        Order(
            number="44127",
            customer="C-10002",
            brand=LARKFIELD,
            status=Status.processing,
            placed_on=day(-2),
            expected_on=day(5),
            delivered_on=None,
            carrier=None,
            tracking=None,
            address=TOM_AT,
            items=_items(("Alder side table", 1), ("Brook glass carafe, 1 l", 2)),
        ),
    )


def invoices(today: date) -> tuple[Invoice, ...]:
    """One invoice an order; only the newest of Tom's is not paid yet."""
    numbers = {
        "42790": "INV-2026-00790",
        "43871": "INV-2026-00871",
        "44110": "INV-2026-00931",
        "44127": "INV-2026-00952",
    }
    return tuple(
        Invoice(
            number=numbers[order.number],
            order=order.number,
            customer=order.customer,
            issued_on=order.placed_on,
            due_on=order.placed_on + timedelta(PAYMENT_DAYS),
            amount=order.total,
            open=order.total if order.number == "44127" else 0,
        )
        for order in orders(today)
    )


def _items(*lines: tuple[str, int]) -> tuple[Item, ...]:
    return tuple(Item(name=name, quantity=quantity, price=BY_NAME[name].price) for name, quantity in lines)
