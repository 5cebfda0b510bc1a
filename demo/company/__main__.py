"""Starts the company: `python -m demo.company --port 8090`."""

import argparse
import os
import socket
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from demo.company import seed
from demo.company.app import create_app
from demo.company.ledger import Ledger
from demo.company.records import Records

# Deadlines and delivery days are counted where the company is.
ZONE = ZoneInfo("Europe/Berlin")
BACKLOG = 128


def main(arguments: Sequence[str] | None = None) -> int:
    """Loads the data if there is none, then serves until it is stopped; the exit code."""
    wish = _parser().parse_args(arguments)
    today = wish.today or _now().date()
    home = Path(os.environ.get("WARMLINE_HOME", ".warmline"))
    token = os.environ.get("WARMLINE_COMPANY__TOKEN", "").strip()
    if not wish.seed_only and not token:
        return _stop("Set WARMLINE_COMPANY__TOKEN to the token that callers shall bring, then start again.")
    ledger = Ledger(home / "company" / "company.db")
    try:
        if wish.fresh:
            ledger.forget()
        loaded = ledger.load_once(lambda: seed.records(today))
    except (OSError, sqlite3.Error) as error:
        return _stop(f"The data in {home / 'company'} cannot be used: {error}. Check the disk, or load with --fresh.")
    if wish.seed_only:
        _say(_summary(seed.records(ledger.loaded_on())))
        return 0
    if not loaded and ledger.loaded_on() != today:
        _say(f"company: the data was loaded for {ledger.loaded_on().isoformat()}; --fresh brings it to today")
    return _serve(ledger, token, wish.host, wish.port)


def _serve(ledger: Ledger, token: str, host: str, port: int) -> int:
    try:
        listener = socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        return _stop(f"Cannot listen on {host} port {port}: {error.strerror or error}. Choose another with --port.")
    app = create_app(ledger=ledger, token=token, clock=_now)
    # The access log would hold email addresses of customers.
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, backlog=BACKLOG)
    with listener:
        _say(f"company: listening on http://{host}:{listener.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.company", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on, 0 for any free one")
    parser.add_argument("--today", type=date.fromisoformat, help="the day to load the data for (default today)")
    parser.add_argument("--fresh", action="store_true", help="throw the data away and load it anew")
    parser.add_argument("--seed-only", action="store_true", help="load the data, print a summary and stop")
    return parser


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=ZONE)


def _summary(records: Records) -> str:
    statuses = Counter(order.status.value for order in records.orders)
    unpaid = [invoice for invoice in records.invoices if invoice.open]
    lines = [
        f"Loaded for {records.today.isoformat()}:",
        f"  {len(records.customers)} customers",
        f"  {len(records.orders)} orders: "
        + ", ".join(f"{count} {status}" for status, count in statuses.most_common()),
        f"  {len(records.invoices)} invoices, {len(unpaid)} open ({sum(one.open for one in unpaid) / 100:.2f} EUR)",
        f"  {len(records.refunds)} refunds",
    ]
    for customer in records.customers[:2]:
        numbers = [order.number for order in records.orders if order.customer == customer.number]
        lines.append(f"  {customer.name}, {customer.email}, {customer.number}: orders {', '.join(numbers)}")
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _stop(text: str) -> int:
    sys.stderr.write(f"company: {text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
