"""Refunds, copies of invoices and what a customer still owes."""

import sqlite3
from datetime import date, datetime, timedelta

from demo.company.ledger import note
from demo.company.orders import CURRENCY, owned
from demo.company.payloads import BalanceOut, BalanceWish, CopyOut, CopyWish, OpenInvoice, RefundOut, RefundWish
from demo.company.problems import Conflict, IdentityMismatch, NotFound
from demo.company.records import Status

REFUND_WINDOW_DAYS = 30
REFUND_WORKING_DAYS = 7


def refund(db: sqlite3.Connection, wish: RefundWish, now: datetime) -> RefundOut:
    """Gives money back for a delivered order, once and within 30 days; raises `Conflict` with the reason."""
    order = owned(db, wish.order, wish.email)
    if db.execute('SELECT 1 FROM refunds WHERE "order" = ?', (wish.order,)).fetchone():
        raise Conflict("already_refunded", f"Order {wish.order} has been refunded already.")
    if reason := _not_refundable(order, now.date()):
        raise Conflict("not_refundable", reason)
    amount = order["total"] if wish.amount is None else round(wish.amount * 100)
    if amount > order["total"]:
        raise Conflict("not_refundable", f"Order {wish.order} came to {order['total'] / 100:.2f} {CURRENCY} in total.")
    newest = db.execute("SELECT max(CAST(substr(number, 4) AS INTEGER)) FROM refunds").fetchone()[0] or 20000
    number = f"RF-{newest + 1}"
    db.execute(
        "INSERT INTO refunds VALUES (?, ?, ?, ?, ?)",
        (number, wish.order, amount, wish.reason, now.date().isoformat()),
    )
    # What has not been paid yet is not asked for any more; only the rest of the money travels back.
    db.execute('UPDATE invoices SET open = max(0, open - ?) WHERE "order" = ?', (amount, wish.order))
    note(db, "refunds", now, refund=number, order=wish.order, amount=amount)
    return RefundOut(refund=number, order=wish.order, amount=amount / 100, currency=CURRENCY, days=REFUND_WORKING_DAYS)


def send_copy(db: sqlite3.Connection, wish: CopyWish, now: datetime) -> CopyOut:
    """Sends an invoice once more to the address of the account."""
    invoice = db.execute(
        "SELECT customers.email FROM invoices JOIN customers ON customers.number = invoices.customer"
        " WHERE invoices.number = ?",
        (wish.invoice,),
    ).fetchone()
    if invoice is None:
        raise NotFound("invoice_not_found", "There is no invoice with this number.")
    if invoice["email"] != wish.email:
        raise IdentityMismatch("invoice")
    note(db, "invoice_copies", now, invoice=wish.invoice)
    return CopyOut(invoice=wish.invoice, sent_to=masked(wish.email))


def balance(db: sqlite3.Connection, wish: BalanceWish) -> BalanceOut:
    """What a customer owes, invoice by invoice."""
    customer = db.execute("SELECT email FROM customers WHERE number = ?", (wish.customer,)).fetchone()
    if customer is None:
        raise NotFound("customer_not_found", "There is no customer with this number.")
    if customer["email"] != wish.email:
        raise IdentityMismatch("customer number")
    unpaid = open_invoices(db, wish.customer)
    return BalanceOut(
        customer=wish.customer,
        balance=owed(unpaid),
        currency=CURRENCY,
        due_on=unpaid[0].due_on if unpaid else None,
        open_invoices=unpaid,
    )


def open_invoices(db: sqlite3.Connection, customer: str) -> list[OpenInvoice]:
    """The unpaid invoices of a customer, the one due first at the front."""
    rows = db.execute(
        "SELECT number, open, due_on FROM invoices WHERE customer = ? AND open > 0 ORDER BY due_on, number", (customer,)
    )
    return [OpenInvoice(invoice=row["number"], amount=row["open"] / 100, due_on=row["due_on"]) for row in rows]


def owed(unpaid: list[OpenInvoice]) -> float:
    """The sum of unpaid invoices, exact to the cent."""
    return sum(round(invoice.amount * 100) for invoice in unpaid) / 100


def masked(email: str) -> str:
    """An address that its owner knows again and a stranger does not: `a***@example.com`."""
    local, _, host = email.rpartition("@")
    return f"{local[:1]}***@{host}"


def _not_refundable(order: sqlite3.Row, today: date) -> str | None:
    """Why there is no refund for this order, in words; None when there may be one."""
    number = order["number"]
    match Status(order["status"]):
        case Status.cancelled:
            return f"Order {number} was cancelled and has not been charged."
        case Status.delivered:
            delivered = date.fromisoformat(order["delivered_on"])
            if today > delivered + timedelta(REFUND_WINDOW_DAYS):
                return (
                    f"Order {number} was delivered on {delivered.day} {delivered:%B %Y},"
                    f" {(today - delivered).days} days ago;"
                    f" refunds are possible within {REFUND_WINDOW_DAYS} days of delivery."
                )
            return None
        case _:
            return f"Order {number} has not been delivered yet."
