"""Rate limits: the generic cell rate algorithm (GCRA, ITU-T I.371) on one Redis key a subject.

When Redis is away each process limits by itself, so a limit is never switched off by a failure.
"""

import asyncio
from typing import Any

import structlog
from redis.exceptions import RedisError

from server.access.errors import RateLimited
from server.kit.clock import Clock

log = structlog.get_logger()

# KEYS[1] holds the theoretical arrival time in milliseconds. Returns how long to wait: 0 means go ahead.
SCRIPT = """
local now, step, depth = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tat = tonumber(redis.call('GET', KEYS[1]) or '0')
if tat < now then tat = now end
local wait = (tat + step) - depth - now
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], tostring(tat + step), 'PX', math.ceil(depth + step))
return 0
"""
LOCAL_SUBJECTS = 50_000
PATIENCE_SECONDS = 0.25
"""How long a message waits for Redis; after that this process counts by itself for `REST_SECONDS`."""
REST_SECONDS = 5


class RateLimiter:
    """Lets `burst` through at once and then `per_second` on average, for each subject."""

    def __init__(self, redis: Any, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._local: dict[str, float] = {}
        self._away_until = 0.0

    async def check(self, subject: str, *, per_second: float, burst: int) -> None:
        """Count one for the subject; raise `RateLimited` with the wait in seconds when it is too many."""
        now = self._clock().timestamp() * 1000
        step = 1000 / per_second
        depth = step * burst
        wait = None if now < self._away_until else await self._check_there(subject, now, step, depth)
        if wait is None:
            wait = self._check_here(subject, now, step, depth)
        if wait > 0:
            raise RateLimited(wait / 1000)

    async def _check_there(self, subject: str, now: float, step: float, depth: float) -> float | None:
        key, numbers = f"warmline:limit:{subject}", (f"{now:.0f}", f"{step:.3f}", f"{depth:.3f}")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return float(await self._redis.eval(SCRIPT, 1, key, *numbers))
        except (RedisError, OSError):
            # Not every message shall find out anew that Redis is away or hangs.
            self._away_until = now + REST_SECONDS * 1000
            return None

    def _check_here(self, subject: str, now: float, step: float, depth: float) -> float:
        if len(self._local) > LOCAL_SUBJECTS:
            self._local = {key: tat for key, tat in self._local.items() if tat > now}
        tat = max(self._local.get(subject, 0.0), now)
        wait = tat + step - depth - now
        if wait > 0:
            return wait
        self._local[subject] = tat + step
        return 0.0
