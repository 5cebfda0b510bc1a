"""A house for tests: the real wiring on stand-ins for the bot, the company and the models, with a clock that is moved.

Nothing runs by itself that a test would have to wait for: the sweeps are called by hand, and `settle` waits for turns.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import select
from typing_extensions import override

from assist.language import LanguageReader
from assist.sentiment import load
from assist.understanding import EntityReader
from channels.webchat.adapter import WebChat
from knowledge.embedding.hashing import HashingEmbedder
from server.access import repository as access
from server.access.passwords import Passwords
from server.botlink.port import BotMessage, BotReply, BotState, Reply, Understanding
from server.botlink.scripted import ScriptedBot
from server.cli.demo_accounts import DEMO_ACCOUNTS, save_accounts
from server.company.port import CompanyRefused, CompanyTimeout, CompanyUnavailable
from server.conversations import repository
from server.conversations.intake import Sender, Taken
from server.conversations.ledger import CONVERSATIONS
from server.house import House
from server.kit.clock import MovableClock
from server.kit.errors import HouseError
from server.realtime.events import Customer, Event, MessageReceived, MessageSent, QuickReply
from server.realtime.frames import AgentRef
from server.settings import Settings
from server.store.base import all_rows
from server.wiring import open_house
from tests.support.knowledge import library

NOON = datetime(2026, 3, 16, 10, 30, tzinfo=UTC)
PASSWORD = "a-long-password-of-the-tests"
BOT_TOKEN = "the-token-of-the-bots-actions"
NEVER = 100_000.0
WEBCHAT = WebChat()


@cache
def quick_hasher() -> PasswordHasher:
    """Return a hasher that spends no time: tests are not afraid of thieves."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def quick_passwords() -> str:
    """Return the hash of everybody's password."""
    return quick_hasher().hash(PASSWORD)


@cache
def _readers() -> tuple[LanguageReader, EntityReader, HashingEmbedder, Any]:
    embedder = HashingEmbedder()
    return LanguageReader(), EntityReader(), embedder, load(Path("no-models-here"), embedder.embed)


def minds() -> Any:
    """Return the models: lexicon for moods, the hashing embedder for vectors. Loaded once a session."""
    from server.conversations.minds import Minds

    languages, entities, embedder, sentiment = _readers()
    return Minds(embedder=embedder, sentiment=sentiment, languages=languages, entities=entities)


def said(text: str, *, intent: str = "smalltalk", **more: Any) -> BotReply:
    """Return a bot's answer in one line."""
    understanding = Understanding(intent=intent, confidence=more.pop("confidence", 0.97), novelty=0.1)
    return BotReply(messages=[Reply(text=text)], understanding=understanding, model="scripted-1", **more)


MENU = BotReply(
    messages=[
        Reply(
            text="What is it about?",
            quick_replies=[
                QuickReply(title="An order", payload='/order_status{"order": "44110"}'),
                QuickReply(title="A refund", payload="/refund"),
            ],
        )
    ],
    understanding=Understanding(intent="help", confidence=0.95, novelty=0.1),
    model="scripted-1",
)
SCRIPT: Sequence[tuple[str, BotReply]] = (
    (r"^/order_status", said("Order 44110 is on its way.", intent="order_status", signals=["self_served:order"])),
    (r"\bperson\b", said("I will ask somebody.", intent="talk_to_person", signals=["handoff:asked"])),
    (r"\bmenu\b", MENU),
    (r"\b(where|order)\b", said("Order 44110 is on its way.", intent="order_status")),
    (
        r"\brefund\b",
        said("Why do you want a refund?", intent="refund").model_copy(
            update={"state": BotState(slots={"order": "43871"}, active_loop="refund_form", requested_slot="reason")}
        ),
    ),
    (r"\bbye\b", said("Goodbye!", intent="bye")),
    (r".", said("I hear you.", intent="smalltalk")),
)


class TalkingBot(ScriptedBot):
    """The scripted bot with a script; `hold()` keeps it thinking until `go()`."""

    def __init__(self, script: Sequence[tuple[str, BotReply]] = SCRIPT) -> None:
        super().__init__(script)
        self._open = asyncio.Event()
        self._open.set()
        self.thinking = asyncio.Event()

    def hold(self) -> None:
        """Think from now on without an end."""
        self._open.clear()
        self.thinking.clear()

    def go(self) -> None:
        """Answer everything that waits."""
        self._open.set()

    @override
    async def reply(self, message: BotMessage) -> BotReply:
        """Answer from the script, as soon as nobody holds it back."""
        if not self._open.is_set():
            self.thinking.set()
            await self._open.wait()
        return await super().reply(message)


@dataclass(slots=True)
class FakeCompany:
    """The company's systems in memory; each change is kept by its key, and `failing` is raised instead of an answer."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    failing: CompanyRefused | CompanyTimeout | CompanyUnavailable | None = None

    async def ask(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the answer for a path."""
        self.asked.append(path)
        if self.failing is not None:
            raise self.failing
        if path not in self.answers:
            raise CompanyRefused(404, "not_found", "There is no such thing.")
        return self.answers[path]

    async def change(self, path: str, body: Mapping[str, Any], *, key: str) -> tuple[int, dict[str, Any]]:
        """Do a change once for its key."""
        if self.failing is not None:
            raise self.failing
        self.changes.setdefault(key, (path, dict(body)))
        return 201, {"refund": f"R-{sorted(self.changes).index(key) + 1}", "order": body.get("order")}


def settings_for(home: Path, url: str, **blocks: Mapping[str, Any]) -> Settings:
    """Return settings under which nothing happens by itself and nobody is limited; `blocks` change single values."""
    base: dict[str, dict[str, Any]] = {
        "database": {"url": url, "busy_seconds": 2.0, "synchronous": "NORMAL"},
        "server": {"token": BOT_TOKEN},
        "limits": {
            "burst_messages": 100_000,
            "messages_per_second": 1000,
            "public_requests_per_minute": 100_000,
            "sessions_per_minute": 100_000,
        },
        "access": {"sign_in_per_minute": 100_000},
        "realtime": {"sweep_seconds": NEVER},
        "knowledge": {"embedder": "hashing", "refresh_seconds": NEVER},
    }
    for name, values in blocks.items():
        base.setdefault(name, {}).update(values)
    plain = {"home": home, "web": home / "web", "demo": None, "workers_inside": False}
    return Settings(**plain, **base)  # type: ignore[arg-type]  # pydantic reads the blocks from mappings


@asynccontextmanager
async def opened(
    url: str,
    home: Path,
    *,
    blocks: Mapping[str, Mapping[str, Any]] | None = None,
    instance: str = "server-1",
    **parts: Any,
) -> AsyncIterator[House]:
    """Open a house on a migrated database; `parts` go to `open_house`, `blocks` to the settings."""
    settings = settings_for(home, url, **(blocks or {})).model_copy(update={"instance": instance})
    if "redis" not in parts:
        from burner_redis import BurnerRedis

        parts["redis"] = BurnerRedis()
    clock = parts.pop("clock", None) or MovableClock(NOON)
    parts = {
        "bot": TalkingBot(),
        "company": FakeCompany(),
        "embedder": _readers()[2],
        "library": library(home / "knowledge"),
        "minds": minds(),
        "passwords": Passwords(quick_hasher()),
    } | parts
    async with open_house(settings, clock=clock, **parts) as house:
        await save_accounts(house.store, DEMO_ACCOUNTS, house.clock())
        yield house


def clock_of(house: House) -> MovableClock:
    """Return the clock that a test may move."""
    assert isinstance(house.clock, MovableClock)
    return house.clock


def bot_of(house: House) -> TalkingBot:
    """Return the scripted bot."""
    assert isinstance(house.bot, TalkingBot)
    return house.bot


def company_of(house: House) -> FakeCompany:
    """Return the company in memory."""
    assert isinstance(house.company, FakeCompany)
    return house.company


async def hire(house: House, name: str, *roles: str) -> AgentRef:
    """Store an agent (by default with the role agent); the e-mail is the first name at example.com."""
    email = f"{name.split()[0].lower()}@example.com"
    async with house.store.writing() as connection:
        await access.save_agent(
            connection,
            id=uuid4(),
            email=email,
            name=name,
            password_hash=quick_passwords(),
            roles=roles or ("agent",),
            now=house.clock(),
        )
        row = await access.agent_by_email(connection, email)
    assert row is not None
    return AgentRef(id=row["id"], name=row["name"])


@dataclass(slots=True)
class Visitor:
    """A customer with a visitor token, who writes as the widget's socket lets them write."""

    house: House
    token: str
    customer: Customer
    account: str
    count: int = 0

    @property
    def id(self) -> UUID:
        """The customer's id."""
        return self.customer.visitor_id

    async def write(self, text: str, *, client_id: str | None = None, payload: str | None = None) -> Taken:
        """Send a message and return what intake made of it; its turn begins."""
        taken = await self.only_intake(text, client_id=client_id, payload=payload)
        if taken.written is not None:
            self.house.hub.tell(taken.written)
        self.house.turns.start(taken)
        return taken

    async def only_intake(self, text: str, *, client_id: str | None = None, payload: str | None = None) -> Taken:
        """Send a message to a server that dies right after storing it."""
        self.count += 1
        inbound = WEBCHAT.inbound(
            sender=str(self.id), client_id=client_id or f"c{self.count}", text=text, payload=payload
        )
        sender = Sender(customer_id=self.id, account=self.account, channel=WEBCHAT.name)
        return await self.house.intake.take_in(sender, inbound)

    async def ask(self, text: str, *, payload: str | None = None) -> list[str]:
        """Send a message and return what the bot and the system say to it."""
        taken = await self.write(text, payload=payload)
        await settle(self.house)
        return [data.text for data in sent(await log_of(self.house, taken)) if data.in_reply_to == taken.message_id]


def sent(log: Sequence[Event]) -> list[MessageSent]:
    """Return what was said to the customer."""
    return [event.data for event in log if isinstance(event.data, MessageSent)]


def received(log: Sequence[Event]) -> list[MessageReceived]:
    """Return what the customer wrote."""
    return [event.data for event in log if isinstance(event.data, MessageReceived)]


async def visit(house: House, account: str = "larkfield", *, identity: str | None = None) -> Visitor:
    """Let a new customer come in."""
    token, customer = await house.visits.begin(account, token=None, identity=identity)
    return Visitor(house, token, customer, account)


async def settle(house: House) -> None:
    """Wait until no turn runs and no suggestion is wanted."""
    await house.turns.idle()
    await house.suggesting.idle()


async def log_of(house: House, where: Taken | UUID) -> list[Event]:
    """Return every event of a conversation."""
    conversation_id = where if isinstance(where, UUID) else where.conversation_id
    async with house.store.reading() as connection:
        return await repository.events_after(connection, conversation_id, 0, limit=100_000)


async def types_of(house: House, where: Taken | UUID) -> list[str]:
    """Return the types of every event of a conversation."""
    return [event.data.type for event in await log_of(house, where)]


async def row_of(house: House, where: Taken | UUID) -> Mapping[str, Any]:
    """Return a conversation's row."""
    conversation_id = where if isinstance(where, UUID) else where.conversation_id
    async with house.store.reading() as connection:
        row = await repository.conversation(connection, conversation_id)
    assert row is not None
    return row


async def all_conversations(house: House) -> list[Mapping[str, Any]]:
    """Return every conversation's row."""
    async with house.store.reading() as connection:
        return list(all_rows(await connection.execute(select(CONVERSATIONS))))


async def refusal(work: Any) -> HouseError:
    """Return the refusal that some work ends with; fail when it does not."""
    try:
        await work
    except HouseError as error:
        return error
    raise AssertionError("This was not refused.")
