"""Looking an order up and sending it somewhere else."""

import sqlite3
from datetime import datetime

from demo.company.ledger import note
from demo.company.payloads import AddressOut, AddressWish, ItemOut, OrderOut
from demo.company.problems import Conflict, IdentityMismatch, NotFound
from demo.company.records import Status

CURRENCY = "EUR"

TOO_LATE = {
    Status.packed: "is packed already and its label is printed",
    Status.shipped: "is on its way with the carrier",
    Status.out_for_delivery: "is out for delivery today",
    Status.delivered: "has been delivered already",
    Status.returned: "has been returned",
    Status.cancelled: "has been cancelled",
}


def find(db: sqlite3.Connection, number: str) -> sqlite3.Row:
    """The row of an order with its customer's email; raises `NotFound`."""
    row: sqlite3.Row | None = db.execute(
        "SELECT orders.*, customers.email FROM orders JOIN customers ON customers.number = orders.customer"
        " WHERE orders.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise NotFound("order_not_found", "There is no order with this number.")
    return row


def owned(db: sqlite3.Connection, number: str, email: str) -> sqlite3.Row:
    """The row of an order that belongs to this email; raises `NotFound` or `IdentityMismatch`."""
    row = find(db, number)
    if row["email"] != email:
        raise IdentityMismatch("order")
    return row


def look_up(db: sqlite3.Connection, number: str) -> OrderOut:
    """Where an order is."""
    order = find(db, number)
    items = db.execute('SELECT name, quantity, price FROM items WHERE "order" = ? ORDER BY position', (number,))
    return OrderOut(
        number=order["number"],
        status=order["status"],
        placed_on=order["placed_on"],
        expected_on=order["expected_on"],
        delivered_on=order["delivered_on"],
        carrier=order["carrier"],
        tracking=order["tracking"],
        items=[ItemOut(name=item["name"], quantity=item["quantity"], price=item["price"] / 100) for item in items],
        total=order["total"] / 100,
        currency=CURRENCY,
    )


def change_address(db: sqlite3.Connection, wish: AddressWish, now: datetime) -> AddressOut:
    """Sends an order to another address of the same country; raises `Conflict` once it is packed."""
    order = owned(db, wish.order, wish.email)
    status = Status(order["status"])
    if status is not Status.processing:
        raise Conflict("too_late_to_change", f"Order {wish.order} {TOO_LATE[status]}; its address cannot be changed.")
    db.execute(
        "UPDATE orders SET street = ?, postcode = ?, city = ? WHERE number = ?",
        (wish.street, wish.postcode, wish.city, wish.order),
    )
    note(
        db,
        "address_changes",
        now,
        order=wish.order,
        before=[order["street"], order["postcode"], order["city"]],
        after=[wish.street, wish.postcode, wish.city],
    )
    return AddressOut(order=wish.order, street=wish.street, postcode=wish.postcode, city=wish.city)
