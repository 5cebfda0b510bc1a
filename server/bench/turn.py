"""A full bot turn, widget socket in to reply out, against Rasa's own REST turn.

Both are asked the same scripts with the same number of conversations at a time, so that whatever else the machine
does hits both. One at a time they are asked by turns, sentence for sentence: a Rasa that has just been idle answers a
third slower than one that is asked without a pause, and a customer always makes a pause. Eight at a time they are
asked in alternating rounds, without pauses. Scripts of `PLAIN` are answered by Rasa alone (NLU and policies); those of
`ACTING` go through its action server, back to us, and to the company's system.
"""

import asyncio
import statistics
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp

from server.bench.stack import Stack, running_stack
from server.bench.talk import visitor

PLAIN: Sequence[Sequence[str]] = (
    ("hello", "are you a bot?", "thanks a lot", "bye"),
    ("good morning", "what can you do for me?", "thank you very much", "goodbye"),
    ("hi there", "am I talking to a machine", "great, thanks", "see you"),
)
ACTING: Sequence[Sequence[str]] = (
    ("where is my order 44110", "thanks"),
    ("has order 44127 been shipped yet?", "thank you"),
)
WARM_UP = 24
UNLIMITED = {
    "WARMLINE_LIMITS__BURST_MESSAGES": "100000",
    "WARMLINE_LIMITS__MESSAGES_PER_SECOND": "100000",
    "WARMLINE_LIMITS__SESSIONS_PER_MINUTE": "100000",
    "WARMLINE_LIMITS__PUBLIC_REQUESTS_PER_MINUTE": "100000",
}
Say = Callable[[str], Awaitable[float]]
"""Says one sentence and returns the milliseconds until its answer."""
Meet = Callable[[], AbstractAsyncContextManager[Say]]
"""Begins a conversation."""


async def measure(
    lender: Path, *, turns: int = 240, rounds: int = 5, say: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Return the figures: milliseconds, ratios to the floor, turns a second, memory of each process in MB."""
    async with running_stack(lender, env=UNLIMITED, say=say) as stack, aiohttp.ClientSession() as http:
        floor, ours = _floor(stack, http), _ours(stack)
        figures: dict[str, Any] = {}
        for name, scripts in (("plain", PLAIN), ("acting", ACTING)):
            for at_once in (1, 8):
                say(f"{name}, {at_once} at a time")
                compare = _by_turns if at_once == 1 else partial(_by_rounds, at_once=at_once)
                figures[f"{name}_{at_once}"] = await compare(floor, ours, scripts, turns=turns, rounds=rounds)
        memory = await asyncio.to_thread(stack.memory_mb)
    one, eight = figures["plain_1"], figures["plain_8"]
    return {
        "p50_ratio": max(one["p50_ratio"], eight["p50_ratio"]),
        "p95_ratio": max(one["p95_ratio"], eight["p95_ratio"]),
        "rasa_p50_ms": one["rasa_p50_ms"],
        **figures,
        "memory_mb": memory,
        "turns": turns,
        "rounds": rounds,
    }


def _floor(stack: Stack, http: aiohttp.ClientSession) -> Meet:
    headers = {"Authorization": f"Bearer {stack.tokens['bot_token']}"}
    url = f"{stack.rasa_url}/webhooks/rest/webhook"

    @asynccontextmanager
    async def meet() -> AsyncIterator[Say]:
        sender = str(uuid.uuid4())

        async def say(text: str) -> float:
            began = perf_counter()
            async with http.post(url, json={"sender": sender, "message": text}, headers=headers) as answer:
                answer.raise_for_status()
                if not await answer.json():
                    message = f"Rasa said nothing to {text!r}."
                    raise RuntimeError(message)
            return (perf_counter() - began) * 1000

        yield say

    return meet


def _ours(stack: Stack) -> Meet:
    @asynccontextmanager
    async def meet() -> AsyncIterator[Say]:
        async with visitor(stack.url) as widget:

            async def say(text: str) -> float:
                began = perf_counter()
                await widget.ask(text)
                return (perf_counter() - began) * 1000

            yield say

    return meet


async def _by_turns(
    floor: Meet, ours: Meet, scripts: Sequence[Sequence[str]], *, turns: int, rounds: int
) -> dict[str, float]:
    """Ask both each sentence, one after the other."""
    found: list[tuple[list[float], list[float]]] = []
    for number in range(rounds + 1):
        below, above = list[float](), list[float]()
        share = turns // rounds if number else WARM_UP
        for script in cycle(scripts):
            if len(above) >= share:
                break
            async with floor() as to_rasa, ours() as to_us:
                for text in script:
                    below.append(await to_rasa(text))
                    above.append(await to_us(text))
        found.append((below, above))
    return _figures(found[1:])


async def _by_rounds(
    floor: Meet, ours: Meet, scripts: Sequence[Sequence[str]], *, at_once: int, turns: int, rounds: int
) -> dict[str, float]:
    """Hold conversations with the one, then with the other, several at a time."""
    found: list[tuple[list[float], list[float]]] = []
    rates: dict[str, list[float]] = {"rasa_turns_per_second": [], "turns_per_second": []}
    for number in range(rounds + 1):
        share = max(turns // rounds, at_once * 4) if number else WARM_UP
        times = []
        for name, meet in zip(rates, (floor, ours), strict=True):
            began = perf_counter()
            times.append(await _many(meet, scripts, at_once=at_once, turns=share))
            if number:
                rates[name].append(len(times[-1]) / (perf_counter() - began))
        found.append((times[0], times[1]))
    return _figures(found[1:]) | {name: round(statistics.median(values), 1) for name, values in rates.items()}


def _figures(found: Sequence[tuple[list[float], list[float]]]) -> dict[str, float]:
    """Return medians over the rounds of the ratios, and percentiles over all turns."""
    floors = [time for below, _ in found for time in below]
    own = [time for _, above in found for time in above]
    figures = {
        f"p{percent}_ratio": round(
            statistics.median(_percentile(above, percent) / _percentile(below, percent) for below, above in found), 3
        )
        for percent in (50, 95)
    }
    return figures | {
        "rasa_p50_ms": round(_percentile(floors, 50), 2),
        "rasa_p95_ms": round(_percentile(floors, 95), 2),
        "p50_ms": round(_percentile(own, 50), 2),
        "p95_ms": round(_percentile(own, 95), 2),
    }


async def _many(meet: Meet, scripts: Sequence[Sequence[str]], *, at_once: int, turns: int) -> list[float]:
    """Hold conversations until so many turns are done, always `at_once` of them."""
    times: list[float] = []

    async def one(place: int) -> None:
        number = place
        while len(times) < turns:
            async with meet() as say:
                times.extend([await say(text) for text in scripts[number % len(scripts)]])
            number += 1

    async with asyncio.TaskGroup() as group:
        for place in range(at_once):
            group.create_task(one(place))
    return times


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]
