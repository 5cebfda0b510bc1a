"""The two customers that articles, training data and tests quote by number; everything of theirs is fixed.

Numbers never follow the calendar: an invoice of these two is quoted as INV-2026-..., whatever the year of loading.
"""

from datetime import date, timedelta

from demo.company.catalogue import BY_NAME, FJORD, LARKFIELD
from demo.company.records import Address, Customer, Invoice, Item, Order, Status

ANA_AT = Address(street="Gärtnerstraße 14", postcode="10245", city="Berlin", country="DE")
TOM_AT = Address(street="Mühlenkamp 7", postcode="22303", city="Hamburg", country="DE")
PAYMENT_DAYS = 14


def customers(today: date) -> tuple[Customer, ...]:
    """Ana Ruiz and Tom Becker, the first two customers of the shop; the seed gives them their level."""
    return (
        Customer(
            number="C-10001", name="Ana Ruiz", email="ana.ruiz@example.com", tier="", since=today - timedelta(1400)
        ),
        Customer(
            number="C-10002", name="Tom Becker", email="tom.becker@example.com", tier="", since=today - timedelta(1392)
        ),
    )


def orders(today: date) -> tuple[Order, ...]:
    """Their orders: too old to refund, refundable, on its way but not paid, on its way, address still open."""

    def day(offset: int) -> date:
        return today + timedelta(offset)

    return (
        Order(
            number="42790",
            customer="C-10002",
            brand=LARKFIELD,
            status=Status.delivered,
            placed_on=day(-66),
            shipped_on=day(-64),
            expected_on=day(-61),
            delivered_on=day(-61),
            carrier="DHL",
            tracking="JJD000387105562047",
            address=TOM_AT,
            items=_items(("Forge cast-iron casserole, 4.5 l", 1)),
        ),
        Order(
            number="43871",
            customer="C-10001",
            brand=LARKFIELD,
            status=Status.delivered,
            placed_on=day(-14),
            shipped_on=day(-12),
            expected_on=day(-9),
            delivered_on=day(-9),
            carrier="DHL",
            tracking="JJD000390017264518",
            address=ANA_AT,
            items=_items(("Lumen floor lamp", 1)),
        ),
        Order(
            number="44083",
            customer="C-10002",
            brand=FJORD,
            status=Status.shipped,
            placed_on=day(-5),
            shipped_on=day(-2),
            expected_on=day(1),
            delivered_on=None,
            carrier="DHL",
            tracking="JJD000390018774339",
            address=TOM_AT,
            items=_items(("Skerry trekking backpack, 48 l", 1), ("Cairn enamel mug, 350 ml", 1)),
        ),
        Order(
            number="44110",
            customer="C-10001",
            brand=LARKFIELD,
            status=Status.shipped,
            placed_on=day(-4),
            shipped_on=day(-1),
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
            shipped_on=None,
            expected_on=day(5),
            delivered_on=None,
            carrier=None,
            tracking=None,
            address=TOM_AT,
            items=_items(("Alder side table", 1), ("Brook glass carafe, 1 l", 1)),
        ),
    )


def invoices(today: date) -> tuple[Invoice, ...]:
    """One invoice for each order that has left; only the one of Tom's backpack is not paid yet."""
    numbers = {
        "42790": "INV-2026-00790",
        "43871": "INV-2026-00871",
        "44083": "INV-2026-00929",
        "44110": "INV-2026-00948",
    }
    return tuple(
        Invoice(
            number=numbers[order.number],
            order=order.number,
            customer=order.customer,
            issued_on=order.shipped_on,
            due_on=order.shipped_on + timedelta(PAYMENT_DAYS),
            amount=order.total,
            open=order.total if order.number == "44083" else 0,
        )
        for order in orders(today)
        if order.shipped_on is not None
    )


def _items(*lines: tuple[str, int]) -> tuple[Item, ...]:
    return tuple(Item(name=name, quantity=quantity, price=BY_NAME[name].price) for name, quantity in lines)
