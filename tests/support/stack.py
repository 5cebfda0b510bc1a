"""The whole house as real processes, for journeys: one for all tests that leave it whole, one each for the others."""

import asyncio
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.bench.stack import Stack, running_stack
from tests.support.databases import missing

TRAINED = ("models/minilm/model.onnx", "models/sentiment/head.json", "knowledge", "bot/models")
"""What a home must hold before a stack can borrow from it; `make models` puts it there."""


def trained_home() -> Path:
    """Return the home with the trained files, or skip (fail where CI=true)."""
    home = Path(os.environ.get("WARMLINE_HOME", ".warmline")).absolute()
    for name in TRAINED:
        if not (home / name).exists():
            missing(f"{name} of a home (`make models` makes it)")
    if not Path("bot/.venv").exists():
        missing("The bot's environment")
    return home


@contextmanager
def stack_in_thread(home: Path, env: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """Run a stack in a thread with a loop of its own, so that tests may come and go with theirs."""
    loop = asyncio.new_event_loop()
    up, down = threading.Event(), asyncio.Event()
    found: list[Stack] = []
    failed: list[BaseException] = []

    async def live() -> None:
        try:
            async with running_stack(home, env=env) as stack:
                found.append(stack)
                up.set()
                await down.wait()
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            up.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(live())
        except Exception as error:  # noqa: BLE001  # told to the test below
            failed.append(error)
        finally:
            loop.close()

    thread = threading.Thread(target=run, name="stack")
    thread.start()
    try:
        if not up.wait(timeout=180) or not found:
            pytest.fail(f"The stack did not come up: {failed[:1]}")
        yield found[0]
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(down.set)
        thread.join(timeout=60)
    assert not thread.is_alive(), "The stack did not end."
