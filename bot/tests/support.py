"""The bot as it really runs (two processes) beside a small stand-in for the server's bot API."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

BOT = Path(__file__).resolve().parent.parent
TOKEN = "a-token-for-tests"
ANA = "ana.ruiz@example.com"
ORDERS = {
    "44110": {"status": "shipped", "carrier": "DHL", "tracking": "JD0146", "email": ANA, "total": 149.0},
    "43871": {"status": "delivered", "carrier": "DHL", "tracking": "JD0122", "email": ANA, "total": 89.0},
    "42790": {
        "status": "delivered",
        "carrier": "UPS",
        "tracking": "1Z99",
        "email": "tom.becker@example.com",
        "total": 42.0,
    },
    "44127": {
        "status": "processing",
        "carrier": None,
        "tracking": None,
        "email": "tom.becker@example.com",
        "total": 310.0,
    },
}


def order(number: str) -> dict[str, Any]:
    """An order as the server tells it: no name, no address."""
    one = ORDERS[number]
    return {
        "number": number,
        "status": one["status"],
        "placed_on": "2026-03-01",
        "expected_on": "2026-03-12",
        "delivered_on": "2026-03-04" if one["status"] == "delivered" else None,
        "carrier": one["carrier"],
        "tracking": one["tracking"],
        "items": [{"name": "Floor lamp Lumen", "quantity": 1, "price": one["total"]}],
        "total": one["total"],
        "currency": "EUR",
    }


@dataclass
class Company:
    """What the stand-in remembers: requests seen, and the failure it should play."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    fault: tuple[int, str] | None = None
    confident: bool = True
    disclaimers: list[dict[str, str]] = field(default_factory=list)

    def reset(self) -> None:
        """Forget everything, and be healthy."""
        self.requests.clear()
        self.fault, self.confident, self.disclaimers = None, True, []

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and body for a request, as contract 2 has it."""
        if self.fault:
            return self.fault[0], {"status": self.fault[0], "code": self.fault[1]}
        if method == "GET":
            return self._read(path, query)
        known = ORDERS.get(str(body.get("order")))
        if "order" in body and known is None:
            return 404, {"code": "order_not_found"}
        if known and known["email"] != body["email"]:
            return 403, {"code": "identity_mismatch"}
        return self._write(path, body)

    def _read(self, path: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path.startswith("/orders/"):
            number = path.rsplit("/", 1)[1]
            return (200, order(number)) if number in ORDERS else (404, {"code": "order_not_found"})
        if path == "/hours":
            week = [{"day": day, "hours": "08:00-20:00"} for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
            week += [{"day": "Sat", "hours": "09:00-17:00"}, {"day": "Sun", "hours": None}]
            return 200, {"open": True, "timezone": "Europe/Berlin", "today": "08:00-20:00", "week": week}
        hit = {
            "article_id": "delivery-times",
            "revision": 3,
            "release": "2026-03-01.1",
            "title": "Delivery times and costs",
            "heading": "Standard delivery",
            "snippet": "Standard delivery takes 3 to 5 working days.",
            "text": "Standard delivery takes **3 to 5 working days** and costs 4.90 EUR.",
            "score": 0.81,
            "disclaimers": self.disclaimers,
        }
        return 200, {"release": "2026-03-01.1", "confident": self.confident, "hits": [hit]}

    def _write(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path == "/refunds":
            if body["order"] == "42790":
                return 409, {"code": "not_refundable", "reason": "It was delivered more than 30 days ago."}
            return 201, {
                "refund": "R-5001",
                "order": body["order"],
                "amount": 89.0,
                "currency": "EUR",
                "days": "5 to 7",
            }
        if path == "/address-changes":
            return 200, {name: body[name] for name in ("order", "street", "postcode", "city")}
        if path == "/invoice-copies":
            return 202, {"invoice": body["invoice"], "sent_to": "a***@example.com"}
        if path == "/balances":
            bill = {"invoice": "INV-2026-00790", "amount": 149.9, "due_on": "2026-03-22"}
            return 200, {
                "customer": body["customer"],
                "balance": 149.9,
                "currency": "EUR",
                "due_on": "2026-03-22",
                "open_invoices": [bill],
            }
        return 202, {"accepted": True}

    def writes(self, path: str) -> list[dict[str, Any]]:
        """The POSTs to a path so far."""
        return [one for one in self.requests if one["method"] == "POST" and one["path"] == path]


class Handler(BaseHTTPRequestHandler):
    """Contract 2 over plain HTTP."""

    company: Company
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: two would wait 40 ms for each other

    def _serve(self) -> None:
        address = urlparse(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        path = address.path.removeprefix("/api/v1/bot")
        query = {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}
        self.company.requests.append(
            {
                "method": self.command,
                "path": path,
                "query": query,
                "body": body,
                "key": self.headers.get("Idempotency-Key"),
                "token": self.headers.get("Authorization"),
                "conversation": self.headers.get("X-Conversation"),
            }
        )
        status, answer = self.company.answer(self.command, path, query, body)
        raw = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        """A read."""
        self._serve()

    def do_POST(self) -> None:
        """A write."""
        self._serve()

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


def free_port() -> int:
    """A port that nobody has right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Reply:
    """What the bot answered."""

    raw: dict[str, Any]

    @property
    def text(self) -> str:
        """All messages, one a line."""
        return "\n".join(message["text"] for message in self.raw["messages"])

    @property
    def signals(self) -> list[str]:
        """The signals for the server."""
        return list(self.raw["signals"])

    @property
    def intent(self) -> str | None:
        """What was understood."""
        return self.raw["understanding"]["intent"]

    @property
    def state(self) -> dict[str, Any]:
        """Slots and form."""
        return dict(self.raw["state"])

    @property
    def buttons(self) -> list[str]:
        """The titles of the quick replies of the last message."""
        return [one["title"] for one in self.raw["messages"][-1]["quick_replies"]]


@dataclass
class Customer:
    """Somebody who writes to the bot, in one conversation."""

    url: str
    identity: dict[str, Any] = field(default_factory=lambda: {"level": "anonymous"})
    sender: str = field(default_factory=lambda: str(uuid.uuid4()))

    def says(self, text: str, *, message_id: str | None = None) -> Reply:
        """Send one message and wait for the answer."""
        body = {
            "sender": self.sender,
            "message": text,
            "message_id": message_id or str(uuid.uuid4()),
            "metadata": {"locale": "en", "channel": "webchat", "account": "larkfield", "identity": self.identity},
        }
        status, answer = post(f"{self.url}/webhooks/warmline/webhook", body)
        assert status == 200, answer
        return Reply(answer)


def post(url: str, body: Any, token: str | None = TOKEN) -> tuple[int, Any]:
    """POST JSON; returns status and decoded body."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - loopback only
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback only
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


class House:
    """Rasa, the actions and the stand-in server, started for the tests and stopped after them."""

    def __init__(self, folder: Path) -> None:
        """Start all three; `folder` takes the conversations."""
        self.company = Company()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"company": self.company}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.rasa_port, self.actions_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.rasa_port}"
        self.actions_url = f"http://127.0.0.1:{self.actions_port}"
        self.environment = os.environ | {
            "WARMLINE_BOT__TOKEN": TOKEN,
            "WARMLINE_ACTIONS__URL": self.actions_url,
            "WARMLINE_ACTIONS__TOKEN": TOKEN,
            "WARMLINE_SERVER__URL": f"http://127.0.0.1:{self.server.server_port}",
            "WARMLINE_SERVER__TOKEN": TOKEN,
            "WARMLINE_BOT_TRACKER": str(folder / "tracker.db"),
        }
        self.started: list[subprocess.Popen[bytes]] = []
        self.actions = self._start("actions", self.actions_port)
        self.rasa = self._start("rasa", self.rasa_port)
        try:
            self._wait(self.actions_url + "/health", self.actions)
            self._wait(self.url + "/webhooks/warmline/", self.rasa)
        except RuntimeError:
            self.close()
            raise

    def restart_rasa(self) -> None:
        """Kill Rasa without warning and start it again."""
        self.rasa.kill()
        self.rasa.wait()
        self.rasa = self._start("rasa", self.rasa_port)
        self._wait(self.url + "/webhooks/warmline/", self.rasa)

    def customer(self, email: str | None = None) -> Customer:
        """A new customer in a new conversation."""
        identity = {"level": "claimed" if email else "anonymous", "email": email, "name": None, "customer_number": None}
        return Customer(self.url, identity)

    def close(self) -> None:
        """Stop everything that was started."""
        for process in self.started:
            process.kill()
            process.wait()
        self.server.shutdown()
        self.server.server_close()

    def _start(self, what: str, port: int) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(BOT / "run.py"), what, "--port", str(port)]
        process = subprocess.Popen(command, env=self.environment)
        self.started.append(process)
        return process

    def _wait(self, url: str, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"The process ended with {process.returncode} before it answered.")
            try:
                urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - loopback only
            except OSError:
                threading.Event().wait(0.1)
            else:
                return
        raise RuntimeError(f"Nobody answered at {url}.")
