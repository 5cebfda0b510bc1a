"""The shapes that go in and out; what comes in is taken strictly: no extra fields, no text for a number."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from demo.company.records import Status

LARGEST_AMOUNT = 100_000.0
ORDER = r"^[0-9]{5}$"
EMAIL = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"


def order_number(said: str) -> str:
    """The five digits of `44110`, `#44110` or `LF-44110`; other text comes back trimmed."""
    return said.strip().upper().removeprefix("#").removeprefix("LF-")


def _said(value: object) -> object:
    return order_number(value) if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _readable(text: str) -> str:
    """Refuses what cannot be printed on a label or in a letter; line breaks and tabs become spaces."""
    spaced = " ".join(text.split())
    if not spaced.isprintable():
        raise PydanticCustomError("unreadable", "must not hold control characters")
    return spaced


def _cents(amount: float) -> float:
    if abs(amount * 100 - round(amount * 100)) > 1e-6:
        raise PydanticCustomError("cents", "must have at most two decimals")
    return amount


OrderNumber = Annotated[str, BeforeValidator(_said), StringConstraints(pattern=ORDER)]
InvoiceNumber = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^INV-[0-9]{4}-[0-9]{5}$")]
CustomerNumber = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^C-[0-9]{5}$")]
Email = Annotated[str, BeforeValidator(_lower), StringConstraints(pattern=EMAIL, max_length=254)]
Postcode = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9 -]{1,8}[A-Z0-9]$")]
Amount = Annotated[float, Field(gt=0, le=LARGEST_AMOUNT, allow_inf_nan=False), AfterValidator(_cents)]
Street = Annotated[str, AfterValidator(_readable), StringConstraints(min_length=3, max_length=120)]
Town = Annotated[str, AfterValidator(_readable), StringConstraints(min_length=2, max_length=80)]
Reason = Annotated[str, AfterValidator(_readable), StringConstraints(min_length=1, max_length=2000)]

# How each kind of field is explained when it is wrong; pydantic's own words talk about patterns.
FORMS = {
    "order": "must be an order number of five digits, such as 44110",
    "invoice": "must be an invoice number such as INV-2026-00871",
    "customer": "must be a customer number such as C-10001",
    "email": "must be an email address such as name@example.com",
    "Idempotency-Key": "must be 1 to 200 printable characters without spaces",
    "postcode": "must be a postcode of 3 to 10 letters and digits, such as 10245 or BS6 5QA",
}


class Payload(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RefundWish(Payload):
    """Money back for an order; without an amount all of it."""

    order: OrderNumber
    email: Email
    reason: Reason
    amount: Amount | None = None


class ResetWish(Payload):
    """A mail that lets the customer choose a new password."""

    email: Email


class AddressWish(Payload):
    """Another address for an order that has not been packed yet."""

    order: OrderNumber
    email: Email
    street: Street
    postcode: Postcode
    city: Town


class CopyWish(Payload):
    """An invoice sent once more to the address of the account."""

    invoice: InvoiceNumber
    email: Email


class BalanceWish(Payload):
    """What a customer still owes."""

    email: Email
    customer: CustomerNumber


class FaultWish(Payload):
    """A fault to show from now on, `count` times or until it is switched off; `only` is the path it is kept to.

    `timeout` holds the request before anything is done, `error` answers 500, `answer_lost` does what was asked and then
    holds the answer.
    """

    mode: Literal["none", "timeout", "error", "answer_lost"]
    count: Annotated[int, Field(ge=1, le=1000)] | None = None
    only: Annotated[str, StringConstraints(pattern=r"^/[a-z/-]{1,40}$")] | None = None


class ItemOut(BaseModel):
    """One line of an order; the price is for one piece."""

    name: str
    quantity: int
    price: float


class OrderOut(BaseModel):
    """Where an order is, without the name and the address of anybody."""

    number: str
    status: Status
    placed_on: date
    expected_on: date | None
    delivered_on: date | None
    carrier: str | None
    tracking: str | None
    items: list[ItemOut]
    total: float
    currency: str


class RefundOut(BaseModel):
    """A refund that is on its way; `days` is the longest it takes, in working days."""

    refund: str
    order: str
    amount: float
    currency: str
    days: int


class ResetOut(BaseModel):
    """The same words whether or not there is such an account."""

    accepted: Literal[True] = True


class AddressOut(BaseModel):
    """The address that an order goes to now."""

    order: str
    street: str
    postcode: str
    city: str


class CopyOut(BaseModel):
    """The invoice and, masked, where its copy was sent."""

    invoice: str
    sent_to: str


class OpenInvoice(BaseModel):
    """An invoice that is not paid yet; `amount` is what is left of it."""

    invoice: str
    amount: float
    due_on: date


class BalanceOut(BaseModel):
    """What a customer owes and by when; the first due date comes first."""

    customer: str
    balance: float
    currency: str
    due_on: date | None
    open_invoices: list[OpenInvoice]


class OrderLine(BaseModel):
    """An order in a customer's profile."""

    number: str
    status: Status
    placed_on: date
    total: float
    currency: str


class CustomerOut(BaseModel):
    """A customer's profile with the five newest orders."""

    customer: str
    name: str
    email: str
    tier: str
    since: date
    orders: list[OrderLine]
    balance: float
    currency: str


class HealthOut(BaseModel):
    """The service can read its data."""

    status: Literal["ok"] = "ok"
    loaded_on: date
    customers: int
    orders: int


class FaultOut(BaseModel):
    """The fault that is switched on; `left` counts down, null means until switched off."""

    mode: str
    left: int | None
    only: str | None


class EffectsOut(BaseModel):
    """How many real changes were done since the data was loaded."""

    refunds: int
    password_resets: int
    address_changes: int
    invoice_copies: int
