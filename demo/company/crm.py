"""Who the customers are and how they get back into their accounts."""

import sqlite3
from datetime import datetime

from demo.company.billing import open_invoices, owed
from demo.company.ledger import note
from demo.company.orders import CURRENCY
from demo.company.payloads import CustomerOut, OrderLine, ResetOut, ResetWish
from demo.company.problems import NotFound

NEWEST = 5


def profile(db: sqlite3.Connection, email: str) -> CustomerOut:
    """The customer with this email, with the newest orders and the balance."""
    customer = db.execute("SELECT * FROM customers WHERE email = ?", (email,)).fetchone()
    if customer is None:
        raise NotFound("customer_not_found", "There is no customer with this email address.")
    orders = db.execute(
        "SELECT number, status, placed_on, total FROM orders WHERE customer = ? ORDER BY placed_on DESC, number DESC"
        " LIMIT ?",
        (customer["number"], NEWEST),
    )
    return CustomerOut(
        customer=customer["number"],
        name=customer["name"],
        email=customer["email"],
        tier=customer["tier"],
        since=customer["since"],
        orders=[
            OrderLine(
                number=order["number"],
                status=order["status"],
                placed_on=order["placed_on"],
                total=order["total"] / 100,
                currency=CURRENCY,
            )
            for order in orders
        ],
        balance=owed(open_invoices(db, customer["number"])),
        currency=CURRENCY,
    )


def reset_password(db: sqlite3.Connection, wish: ResetWish, now: datetime) -> ResetOut:
    """Sends a reset mail if there is such an account, and never says whether there is."""
    customer = db.execute("SELECT number FROM customers WHERE email = ?", (wish.email,)).fetchone()
    if customer is not None:
        note(db, "password_resets", now, customer=customer["number"])
    return ResetOut()
