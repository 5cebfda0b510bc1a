"""Patience with the bot: a limit on each wait, and a rest after three failures in a row (a circuit breaker).

A bot that is late may be dead, or busy with a slow system of the company. So after the first patience it is asked for
a sign of life: without one the turn goes on without the bot, with one it gets the long patience.
"""

import asyncio

import structlog

from server.botlink.port import BotEngine, BotMessage, BotReply, BotSilent
from server.kit.clock import Clock

log = structlog.get_logger()
FAILURES = 3
SIGN_OF_LIFE_SECONDS = 0.3


class PatientBot:
    """Wraps a bot: every wait has an end, and a bot that keeps failing is left alone for a while.

    While it rests, one message after the rest is the trial: if it is answered, all is well again.
    """

    def __init__(
        self, bot: BotEngine, clock: Clock, *, patience_seconds: float, longest_seconds: float, rest_seconds: float
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._patience = patience_seconds
        self._longest = max(longest_seconds, patience_seconds)
        self._rest = rest_seconds
        self._failures = 0
        self._resting_until: float = 0.0

    @property
    def state(self) -> str:
        """`closed` (all is well), `open` (resting) or `half_open` (the next message is the trial)."""
        if self._failures < FAILURES:
            return "closed"
        return "open" if self._clock().timestamp() < self._resting_until else "half_open"

    async def reply(self, message: BotMessage) -> BotReply:
        """Answer within the patience; raise `BotSilent`."""
        if self.state == "open":
            raise BotSilent("resting")
        if self.state == "half_open":
            # Only one trial at a time: the others are answered at once.
            self._resting_until = self._clock().timestamp() + self._longest
        try:
            reply = await self._answer(message)
        except TimeoutError:
            self._failed("timeout")
            raise BotSilent("timeout") from None
        except BotSilent as silent:
            self._failed(silent.why)
            raise
        if self._failures >= FAILURES:
            log.info("bot.back")
        self._failures = 0
        return reply

    async def _answer(self, message: BotMessage) -> BotReply:
        asking = asyncio.create_task(self._bot.reply(message))
        try:
            done, _ = await asyncio.wait({asking}, timeout=self._patience)
            if not done:
                async with asyncio.timeout(SIGN_OF_LIFE_SECONDS):
                    alive = await self._bot.healthy()
                if not alive:
                    raise TimeoutError
                await asyncio.wait({asking}, timeout=self._longest - self._patience)
            if not asking.done():
                raise TimeoutError
            return asking.result()
        finally:
            asking.cancel()

    async def healthy(self) -> bool:
        """Tell whether the bot would answer."""
        return await self._bot.healthy()

    def _failed(self, why: str) -> None:
        self._failures += 1
        if self._failures >= FAILURES:
            self._resting_until = self._clock().timestamp() + self._rest
        if self._failures == FAILURES:
            log.warning("bot.resting", why=why, seconds=self._rest)
