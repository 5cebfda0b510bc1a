"""Starts the children, waits until all answer, keeps them running, and leaves nothing behind."""

import asyncio
import signal
from collections.abc import Callable, Sequence

from server.up.children import Child
from server.up.keeper import Keeper, Surroundings


class Supervisor:
    """Owns the running children."""

    def __init__(self, children: Sequence[Child], around: Surroundings) -> None:
        """Nothing is started yet."""
        self._around = around
        self._keepers = [Keeper(child, around) for child in children]

    async def run(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Runs the children until `stop` is set; calls `ready` once, when all have answered.

        Raises SetupFailed when a child never comes up. However it ends, all children have ended with it.
        """
        self._around.logs.mkdir(parents=True, exist_ok=True)
        stopped = asyncio.create_task(stop.wait())
        keeping = [keeper.start() for keeper in self._keepers]
        rising = asyncio.create_task(self._rise(ready))
        watched: set[asyncio.Task[object]] = {stopped, rising, *keeping}
        try:
            while not stopped.done():
                done, watched = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            rising.cancel()
            stopped.cancel()
            await asyncio.gather(*(keeper.end() for keeper in self._keepers))
            await asyncio.gather(rising, stopped, *keeping, return_exceptions=True)

    def force(self) -> None:
        """Ends every child at once, without asking."""
        for keeper in self._keepers:
            keeper.signal(signal.SIGKILL)

    def state(self) -> str:
        """Who is up and who is awaited, in a few words."""
        awaited = [keeper.child.name for keeper in self._keepers if not keeper.is_up]
        if not awaited:
            return f"{', '.join(keeper.child.name for keeper in self._keepers)} answer"
        return f"waiting for {', '.join(awaited)}"

    def groups(self) -> dict[str, int]:
        """The process group of each running child, by its name."""
        return {keeper.child.name: keeper.group for keeper in self._keepers if keeper.group is not None}

    async def _rise(self, ready: Callable[[], None]) -> None:
        waiting = [asyncio.create_task(keeper.wait_until_up()) for keeper in self._keepers]
        try:
            await asyncio.gather(*waiting)
        finally:
            for each in waiting:
                each.cancel()
        ready()
