"""Ports meet adapters: here, and only here, settings become things."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from redis.exceptions import RedisError

from channels.contract import SendingChannel
from channels.registry import CHANNELS
from knowledge.errors import KnowledgeError
from server.access import repository as access
from server.access.limits import RateLimiter
from server.access.passwords import Passwords
from server.access.visitors import VisitorTokens
from server.articles.contributions.service import Contributions
from server.articles.health.audits import Audits
from server.articles.health.measuring import HealthChecks
from server.articles.imports.service import Imports
from server.articles.releases.keeping import Keeping
from server.articles.releases.publisher import Publisher
from server.articles.service import Articles
from server.botlink.patient import PatientBot
from server.botlink.rasa import RasaBot
from server.company.http import HttpCompany
from server.conversations import repository
from server.conversations.intake import Intake
from server.conversations.minds import Minds
from server.conversations.outcome import Tools
from server.conversations.policies import Policies
from server.conversations.profiles import profiles
from server.conversations.questions import Questions
from server.conversations.service import Conversations
from server.conversations.suggestions import Suggesting
from server.conversations.turn import Turns
from server.conversations.visits import Visits
from server.conversations.withheld import Withheld
from server.delivery.sender import Sender
from server.house import House
from server.kit.clock import Clock, OffsetClock
from server.kit.errors import HouseError
from server.kit.ids import uuid7_factory
from server.kit.secrets import load_secrets
from server.realtime.hub import Hub, Sweep
from server.realtime.signals import Nudge, RedisSignals
from server.settings import Settings
from server.store.session import Store

log = structlog.get_logger()
NOW_AND_THEN = 300.0
"""Seconds between two looks whether the night or the quarter has begun."""
BOT_TOKEN_NAME = "bot actions"  # noqa: S105  # the name of a token, not a token


def open_redis(settings: Settings) -> Any:
    """Return the Redis client: a server by URL, or the one built into the process."""
    if settings.redis.url:
        from redis.asyncio import Redis

        return Redis.from_url(settings.redis.url, socket_connect_timeout=2, socket_timeout=10)
    from burner_redis import BurnerRedis

    return BurnerRedis()


def open_store(settings: Settings) -> Store:
    """Return the database."""
    database = settings.database
    return Store(
        settings.database_url(),
        synchronous=database.synchronous,
        pool_size=database.pool_size,
        busy_seconds=database.busy_seconds,
    )


def open_embedder(settings: Settings, *, threads: int = 2) -> Any:
    """Return the sentence embedder by setting; raises what its files lack.

    A server gives each text one thread, because many come at once; building a release takes what there is.
    """
    return _embedder(settings, settings.knowledge.embedder, threads=threads)


def _embedder(settings: Settings, name: str, *, threads: int) -> Any:
    if name == "minilm":
        from knowledge.embedding.minilm import MiniLM

        return MiniLM(settings.home / "models" / "minilm", threads=threads)
    if name == "hashing":
        from knowledge.embedding.hashing import HashingEmbedder

        return HashingEmbedder()
    from knowledge.embedding.sentence_transformers import SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(name)


def open_library(settings: Settings, embedder: Any, clock: Clock) -> Any:
    """Return the knowledge base; the locales named in the settings have embedders of their own."""
    from knowledge.library import Library

    embedders = {
        locale: None if name == "none" else _embedder(settings, name, threads=1)
        for locale, name in settings.knowledge.embedders.items()
    }
    return Library(settings.home / "knowledge", embedder, clock, embedders=embedders or None)


def open_minds(settings: Settings, embedder: Any) -> Minds:
    """Return the models that read messages."""
    from assist.language import LanguageReader
    from assist.sentiment import load
    from assist.understanding import EntityReader

    return Minds(
        embedder=embedder,
        sentiment=load(settings.home, embedder.embed),
        languages=LanguageReader(),
        entities=EntityReader(),
    )


def _first_look(library: Any) -> None:
    """Load what is served; files that cannot be read are written again once the house is open, from the database."""
    try:
        library.refresh()
    except KnowledgeError as problem:
        log.warning("release.unreadable", why=str(problem))


@asynccontextmanager
async def open_house(settings: Settings, *, clock: Clock | None = None, **others: Any) -> AsyncIterator[House]:
    """Open everything, run the background services, and close it all again at the end.

    `others` replace parts by name (`bot`, `company`, `embedder`, `ids`, `library`, `minds`, `passwords`, `redis`,
    `store`): tests hand in stand-ins.
    """
    clock = clock or OffsetClock()
    ids = others.get("ids") or uuid7_factory(clock)
    secrets = load_secrets(settings.home)
    redis = others.get("redis") or open_redis(settings)
    store = others.get("store") or open_store(settings)
    embedder = others.get("embedder") or await asyncio.to_thread(open_embedder, settings, threads=1)
    library = others.get("library") or open_library(settings, embedder, clock)
    minds: Minds = others["minds"] if "minds" in others else await asyncio.to_thread(open_minds, settings, embedder)
    await asyncio.gather(asyncio.to_thread(minds.warm), asyncio.to_thread(_first_look, library))
    hub = Hub(RedisSignals(redis, origin=str(ids())), buffer=settings.realtime.buffer_frames)
    policies = Policies(store)
    withheld = Withheld(store)
    questions = Questions(store, clock, ids)
    visitors = VisitorTokens(
        visitor_key=secrets["visitor_key"],
        identity_key=secrets["identity_key"],
        clock=clock,
        lifetime=timedelta(days=settings.access.visitor_days),
    )
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100)) as http:
        bot = others.get("bot") or PatientBot(
            RasaBot(http, url=settings.bot.url, token=settings.bot.token.get_secret_value()),
            clock,
            patience_seconds=settings.bot.patience_seconds,
            longest_seconds=settings.bot.longest_seconds,
            rest_seconds=settings.bot.rest_seconds,
        )
        company = others.get("company") or HttpCompany(
            http,
            url=settings.company.url,
            token=settings.company.token.get_secret_value(),
            timeout_seconds=settings.company.timeout_seconds,
        )
        suggesting = Suggesting(
            store,
            hub,
            library,
            clock,
            withheld=withheld,
            questions=questions,
            fallback=settings.knowledge.fallback_locales,
        )
        turns = Turns(
            Tools(
                store=store,
                hub=hub,
                clock=clock,
                ids=ids,
                bot=bot,
                minds=minds,
                policies=policies,
                suggesting=suggesting,
                profile=profiles(company),
                instance=settings.instance,
            )
        )
        publisher = Publisher(
            store,
            library,
            clock,
            ids,
            instance=settings.instance,
            embedder=getattr(embedder, "fingerprint", ""),
            keep=settings.knowledge.keep_releases,
        )
        articles = Articles(store, clock, ids)
        house = House(
            settings=settings,
            clock=clock,
            ids=ids,
            store=store,
            hub=hub,
            limiter=RateLimiter(redis, clock),
            passwords=others.get("passwords") or Passwords(),
            visitors=visitors,
            bot=bot,
            company=company,
            library=library,
            minds=minds,
            policies=policies,
            withheld=withheld,
            questions=questions,
            visits=Visits(store, hub, visitors, clock, ids),
            intake=Intake(store, clock, ids, instance=settings.instance),
            turns=turns,
            suggesting=suggesting,
            conversations=Conversations(store, hub, clock, ids),
            articles=articles,
            publisher=publisher,
            contributions=Contributions(store, library, articles, clock, ids),
            health=HealthChecks(store, library, minds.embedder.embed, withheld, clock, ids, instance=settings.instance),
            audits=Audits(store, withheld, clock, ids),
            imports=Imports(store, clock, ids, publisher, home=settings.home, instance=settings.instance),
        )
        try:
            await _begin(house)
            async with _services(house):
                gc.collect()
                gc.freeze()
                yield house
        finally:
            await store.close()
            await _close(redis)


async def _begin(house: House) -> None:
    settings = house.settings
    async with house.store.writing() as connection:
        freed = await repository.release_turns_of(connection, settings.instance)
        if token := settings.server.token.get_secret_value():
            await access.save_token(
                connection, id=house.ids(), name=BOT_TOKEN_NAME, token=token, scopes=["bot.act"], now=house.clock()
            )
    if freed:
        log.info("turns.freed", count=freed)
    await house.policies.refresh()
    await house.withheld.refresh()
    await Keeping(house.publisher).recover()


@asynccontextmanager
async def _services(house: House) -> AsyncIterator[None]:
    """Run what runs beside the requests; a clean end lets running turns finish."""
    sender = Sender(house.store, house.clock, _sending_channels())
    sweep = Sweep(house.hub, _changed(house))
    keeping, each_release = Keeping(house.publisher), house.settings.knowledge.refresh_seconds
    every = house.settings.realtime.sweep_seconds
    turns = asyncio.create_task(house.turns.run())
    tasks = [
        asyncio.create_task(house.hub.run()),
        asyncio.create_task(house.suggesting.run()),
        asyncio.create_task(_again_and_again("sweep", every, sweep.once)),
        asyncio.create_task(_again_and_again("policies", every, house.policies.refresh)),
        asyncio.create_task(_again_and_again("withheld", every, house.withheld.refresh)),
        asyncio.create_task(house.questions.run()),
        asyncio.create_task(_again_and_again("release", each_release, keeping.follow)),
    ]
    if house.settings.workers_inside:
        tasks += [
            asyncio.create_task(_again_and_again("turns", min(every, 1.0), house.turns.pick_up)),
            asyncio.create_task(_again_and_again("outbox", min(every, 1.0), sender.once)),
            asyncio.create_task(_again_and_again("imports", min(every, 1.0), house.imports.sweep)),
            asyncio.create_task(_again_and_again("schedule", each_release, keeping.keep_time)),
            asyncio.create_task(_again_and_again("contributions", min(every, 3.0), house.contributions.after_release)),
            asyncio.create_task(_again_and_again("health", NOW_AND_THEN, house.health.nightly)),
            asyncio.create_task(_again_and_again("audits", NOW_AND_THEN, house.audits.open_quarter)),
        ]
    try:
        yield
    finally:
        house.turns.stop()
        await house.imports.close()
        await house.publisher.close()
        await house.health.close()
        await asyncio.wait([turns], timeout=house.settings.bot.longest_seconds + 2)
        for task in (turns, *tasks):
            task.cancel()
        await asyncio.gather(turns, *tasks, return_exceptions=True)


async def _again_and_again(name: str, seconds: float, work: Callable[[], Awaitable[Any]]) -> None:
    """Do something now and then; a failure is said and the next round tries again."""
    while True:
        try:
            await work()
        except (HouseError, KnowledgeError, RedisError, OSError) as error:
            log.warning("service.round_failed", service=name, error=type(error).__name__)
        except Exception:
            # A round that breaks in a way that nobody thought of must not be the service's last.
            log.exception("service.broken", service=name)
        await asyncio.sleep(seconds)


def _changed(house: House) -> Callable[[int], Awaitable[tuple[list[Nudge], int]]]:
    async def changed(after: int) -> tuple[list[Nudge], int]:
        async with house.store.reading() as connection:
            newest = await repository.newest_event_id(connection)
            rows = page = await repository.changed_since(connection, after)
            while page and page[-1]["last_event_id"] < newest:
                page = await repository.changed_since(connection, page[-1]["last_event_id"])
                rows = rows + page
        return [repository.nudge_of(row) for row in rows], newest

    return changed


def _sending_channels() -> dict[str, SendingChannel]:
    made = {name: make() for name, make in CHANNELS.items()}
    return {name: channel for name, channel in made.items() if isinstance(channel, SendingChannel)}


async def _close(redis: Any) -> None:
    close = getattr(redis, "aclose", None)
    if close is not None:
        await close()
