"""A full bot turn, widget socket in to reply out, against Rasa's own REST turn.

Both are asked the same scripts with the same number of conversations at a time, in alternating rounds, so that
whatever else the machine does hits both. Scripts of `PLAIN` are answered by Rasa alone (NLU and policies); those of
`ACTING` go through its action server, back to us, and to the company's system.
"""

import asyncio
import statistics
import uuid
from collections.abc import Awaitable, Callable, Sequence
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
UNLIMITED = {
    "WARMLINE_LIMITS__BURST_MESSAGES": "100000",
    "WARMLINE_LIMITS__MESSAGES_PER_SECOND": "100000",
    "WARMLINE_LIMITS__SESSIONS_PER_MINUTE": "100000",
    "WARMLINE_LIMITS__PUBLIC_REQUESTS_PER_MINUTE": "100000",
}
Talk = Callable[[Sequence[str]], Awaitable[list[float]]]


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
                figures[f"{name}_{at_once}"] = await _compare(
                    floor, ours, scripts, at_once=at_once, turns=turns, rounds=rounds
                )
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


def _floor(stack: Stack, http: aiohttp.ClientSession) -> Talk:
    headers = {"Authorization": f"Bearer {stack.tokens['bot_token']}"}
    url = f"{stack.rasa_url}/webhooks/rest/webhook"

    async def talk(script: Sequence[str]) -> list[float]:
        sender, times = str(uuid.uuid4()), []
        for text in script:
            began = perf_counter()
            async with http.post(url, json={"sender": sender, "message": text}, headers=headers) as answer:
                answer.raise_for_status()
                if not await answer.json():
                    message = f"Rasa said nothing to {text!r}."
                    raise RuntimeError(message)
            times.append((perf_counter() - began) * 1000)
        return times

    return talk


def _ours(stack: Stack) -> Talk:
    async def talk(script: Sequence[str]) -> list[float]:
        times = []
        async with visitor(stack.url) as widget:
            for text in script:
                began = perf_counter()
                await widget.ask(text)
                times.append((perf_counter() - began) * 1000)
        return times

    return talk


async def _compare(
    floor: Talk, ours: Talk, scripts: Sequence[Sequence[str]], *, at_once: int, turns: int, rounds: int
) -> dict[str, float]:
    await _many(floor, scripts, at_once=at_once, turns=16)
    await _many(ours, scripts, at_once=at_once, turns=16)
    floors, own, ratios50, ratios95 = list[float](), list[float](), [], []
    rates: dict[str, list[float]] = {"rasa": [], "ours": []}
    for _ in range(rounds):
        share = max(len(scripts[0]) * at_once, turns // rounds)
        began = perf_counter()
        below = await _many(floor, scripts, at_once=at_once, turns=share)
        between = perf_counter()
        above = await _many(ours, scripts, at_once=at_once, turns=share)
        rates["rasa"].append(len(below) / (between - began))
        rates["ours"].append(len(above) / (perf_counter() - between))
        ratios50.append(_percentile(above, 50) / _percentile(below, 50))
        ratios95.append(_percentile(above, 95) / _percentile(below, 95))
        floors += below
        own += above
    return {
        "p50_ratio": round(statistics.median(ratios50), 3),
        "p95_ratio": round(statistics.median(ratios95), 3),
        "rasa_p50_ms": round(_percentile(floors, 50), 2),
        "rasa_p95_ms": round(_percentile(floors, 95), 2),
        "p50_ms": round(_percentile(own, 50), 2),
        "p95_ms": round(_percentile(own, 95), 2),
        "rasa_turns_per_second": round(statistics.median(rates["rasa"]), 1),
        "turns_per_second": round(statistics.median(rates["ours"]), 1),
    }


async def _many(talk: Talk, scripts: Sequence[Sequence[str]], *, at_once: int, turns: int) -> list[float]:
    """Hold conversations until so many turns are done, always `at_once` of them."""
    times: list[float] = []

    async def one(place: int) -> None:
        number = place
        while len(times) < turns:
            times.extend(await talk(scripts[number % len(scripts)]))
            number += 1

    async with asyncio.TaskGroup() as group:
        for place in range(at_once):
            group.create_task(one(place))
    return times


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percent / 100 * (len(ordered) - 1)))]
