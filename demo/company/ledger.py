"""The company's own database: one SQLite file, loaded once, and every change with its answer in one transaction."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel

from demo.company.problems import Invalid
from demo.company.records import Records

# A caller gives up after about four seconds; it shall hear that we are busy before that.
BUSY_SECONDS = 3.0

TABLES = """
CREATE TABLE loaded (today TEXT NOT NULL);
CREATE TABLE customers (
    number TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, tier TEXT NOT NULL, since TEXT NOT NULL);
CREATE TABLE orders (
    number TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES customers, brand TEXT NOT NULL, status TEXT NOT NULL,
    placed_on TEXT NOT NULL, shipped_on TEXT, expected_on TEXT, delivered_on TEXT, carrier TEXT, tracking TEXT,
    street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, country TEXT NOT NULL, total INTEGER NOT NULL);
CREATE INDEX orders_of_customer ON orders (customer, placed_on);
CREATE TABLE items (
    "order" TEXT NOT NULL REFERENCES orders, position INTEGER NOT NULL, name TEXT NOT NULL,
    quantity INTEGER NOT NULL, price INTEGER NOT NULL, PRIMARY KEY ("order", position));
CREATE TABLE invoices (
    number TEXT PRIMARY KEY, "order" TEXT NOT NULL UNIQUE REFERENCES orders,
    customer TEXT NOT NULL REFERENCES customers, issued_on TEXT NOT NULL, due_on TEXT NOT NULL,
    amount INTEGER NOT NULL, open INTEGER NOT NULL CHECK (open >= 0));
CREATE INDEX invoices_of_customer ON invoices (customer, due_on);
CREATE TABLE refunds (
    number TEXT PRIMARY KEY, "order" TEXT NOT NULL UNIQUE REFERENCES orders, amount INTEGER NOT NULL,
    reason TEXT NOT NULL, made_on TEXT NOT NULL);
CREATE TABLE effects (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE answers (key TEXT PRIMARY KEY, request TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a change was answered with; `replayed` when it was done by an earlier request with the same key."""

    status: int
    body: str
    replayed: bool = False


class Ledger:
    """Opens the file for one piece of work at a time; safe to use from many threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load_once(self, make: Callable[[], Records]) -> bool:
        """Writes the records that `make` gives into an empty file; False when there is data already.

        Tables and rows are one transaction, so a load that is killed leaves nothing behind.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as db:
            db.execute("PRAGMA journal_mode = WAL")
        with self.writing() as db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'loaded'").fetchone():
                return False
            for statement in TABLES.split(";"):
                db.execute(statement)
            _write(db, make())
        return True

    def loaded_on(self) -> date:
        """The day that the data was loaded for."""
        with self.reading() as db:
            return date.fromisoformat(db.execute("SELECT today FROM loaded").fetchone()["today"])

    def forget(self) -> None:
        """Removes the file, so that the next load starts afresh."""
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent view for several reads."""
        with self._open() as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it or, on any exception, nothing.

        Raises `sqlite3.OperationalError` when another writer holds the file for too long.
        """
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()

    def once(
        self,
        key: str | None,
        operation: str,
        wish: BaseModel,
        work: Callable[[sqlite3.Connection], tuple[int, BaseModel]],
    ) -> Answer:
        """Does `work` and keeps its answer under `key` in the same transaction; a known key gets the kept answer.

        A refusal is not kept: it changed nothing, so the same key may ask again. Raises `Invalid` when the key came
        with another request before.
        """
        request = sha256(f"{operation} {wish.model_dump_json()}".encode()).hexdigest()
        with self.writing() as db:
            if key and (kept := db.execute("SELECT * FROM answers WHERE key = ?", (key,)).fetchone()):
                if kept["request"] != request:
                    raise Invalid(
                        "idempotency_mismatch", "This Idempotency-Key was used before with a different request."
                    )
                return Answer(status=kept["status"], body=kept["body"], replayed=True)
            status, out = work(db)
            answer = Answer(status=status, body=out.model_dump_json())
            if key:
                db.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (key, request, answer.status, answer.body))
            return answer

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA foreign_keys = ON")
            yield db
        finally:
            db.close()


def note(db: sqlite3.Connection, kind: str, at: datetime, **data: object) -> None:
    """Writes down that something was really done."""
    db.execute(
        "INSERT INTO effects (kind, at, data) VALUES (?, ?, ?)",
        (kind, at.isoformat(timespec="seconds"), json.dumps(data)),
    )


def _write(db: sqlite3.Connection, records: Records) -> None:
    db.execute("INSERT INTO loaded VALUES (?)", (records.today.isoformat(),))
    db.executemany(
        "INSERT INTO customers VALUES (?, ?, ?, ?, ?)",
        ((one.number, one.name, one.email, one.tier, one.since.isoformat()) for one in records.customers),
    )
    db.executemany(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                *(one.number, one.customer, one.brand, one.status.value),
                *(
                    one.placed_on.isoformat(),
                    _iso(one.shipped_on),
                    _iso(one.expected_on),
                    _iso(one.delivered_on),
                    one.carrier,
                    one.tracking,
                ),
                *(one.address.street, one.address.postcode, one.address.city, one.address.country, one.total),
            )
            for one in records.orders
        ),
    )
    db.executemany(
        "INSERT INTO items VALUES (?, ?, ?, ?, ?)",
        (
            (one.number, position, item.name, item.quantity, item.price)
            for one in records.orders
            for position, item in enumerate(one.items)
        ),
    )
    db.executemany(
        "INSERT INTO invoices VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                one.number,
                one.order,
                one.customer,
                one.issued_on.isoformat(),
                one.due_on.isoformat(),
                one.amount,
                one.open,
            )
            for one in records.invoices
        ),
    )
    db.executemany(
        "INSERT INTO refunds VALUES (?, ?, ?, ?, ?)",
        ((one.number, one.order, one.amount, one.reason, one.made_on.isoformat()) for one in records.refunds),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
