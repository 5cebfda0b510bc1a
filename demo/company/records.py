"""What the company writes down about customers, orders and money; amounts are whole cents of the currency."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Where an order is on its way."""

    processing = "processing"
    packed = "packed"
    shipped = "shipped"
    out_for_delivery = "out_for_delivery"
    delivered = "delivered"
    returned = "returned"
    cancelled = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person with an account in the shop."""

    number: str
    name: str
    email: str
    tier: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of an order; `price` is for a single piece."""

    name: str
    quantity: int
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a parcel goes."""

    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order; day of dispatch and carrier are known once it has left, tracking if it left as a parcel."""

    number: str
    customer: str
    brand: str
    status: Status
    placed_on: date
    shipped_on: date | None
    expected_on: date | None
    delivered_on: date | None
    carrier: str | None
    tracking: str | None
    address: Address
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """The whole order in cents; what delivery costs is one of the items."""
        return sum(item.quantity * item.price for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """The bill of one order, written when it leaves; `open` is what is still to be paid."""

    number: str
    order: str
    customer: str
    issued_on: date
    due_on: date
    amount: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back for an order; there is at most one for each order."""

    number: str
    order: str
    amount: int
    reason: str
    made_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Everything the company knows on the day it is loaded."""

    today: date
    customers: tuple[Customer, ...]
    orders: tuple[Order, ...]
    invoices: tuple[Invoice, ...]
    refunds: tuple[Refund, ...]
