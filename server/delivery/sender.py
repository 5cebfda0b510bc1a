"""Sends what is in the outbox, in order within a conversation, with retry by error kind.

The web chat needs none of this: its sockets carry the log. Channels that are sent to by a call do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from channels.contract import Article, Outbound, QuickReply, SendingChannel
from channels.errors import BadCredentials, ChannelDown, ChannelError
from channels.render import rendered
from server.delivery import repository
from server.kit.clock import Clock
from server.store.session import Store

log = structlog.get_logger()
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
ATTEMPTS = 10
CLAIM = timedelta(seconds=60)
"""How long a worker may take to send one message before another one tries."""


class Sender:
    """The outbox's worker."""

    def __init__(self, store: Store, clock: Clock, channels: Mapping[str, SendingChannel]) -> None:
        self._store = store
        self._clock = clock
        self._channels = channels

    async def once(self) -> int:
        """Send what is due; return how many got away. A stuck message holds back the later ones of its talk."""
        async with self._store.reading() as connection:
            rows = await repository.due(connection, self._clock())
        sent, stuck = 0, set[UUID]()
        for row in rows:
            if row["conversation_id"] in stuck:
                continue
            if await self._send(row):
                sent += 1
            else:
                stuck.add(row["conversation_id"])
        return sent

    async def _send(self, row: Mapping[str, Any]) -> bool:
        channel = self._channels.get(row["channel"])
        if channel is None:
            await self._failed(row, "There is no such channel here.")
            return False
        message = Outbound(
            key=str(row["message_id"]),
            recipient=str(row["conversation_id"]),
            text=row["data"]["text"],
            quick_replies=[QuickReply(**reply) for reply in row["data"]["quick_replies"]],
            articles=[
                Article(title=cited["title"], url=f"/help/{cited['article_id']}") for cited in row["data"]["citations"]
            ],
        )
        if not await self._claimed(row):
            return False
        try:
            receipt = await channel.send(rendered(message, channel))
        except ChannelDown as down:
            return await self._put_off(row, str(down), down.retry_after)
        except BadCredentials as error:
            log.warning("delivery.bad_credentials", account=row["account"], channel=row["channel"])
            return await self._put_off(row, str(error), LONGEST_WAIT.total_seconds())
        except ChannelError as error:
            await self._failed(row, str(error))
            return True
        async with self._store.writing() as connection:
            await repository.move(
                connection, row["message_id"], "sent", now=self._clock(), external_id=receipt.external_id
            )
        return True

    async def _claimed(self, row: Mapping[str, Any]) -> bool:
        now = self._clock()
        async with self._store.writing() as connection:
            return await repository.claim(connection, row["message_id"], now=now, until=now + CLAIM)

    async def _put_off(self, row: Mapping[str, Any], error: str, retry_after: float | None) -> bool:
        attempts = row["attempts"] + 1
        if attempts >= ATTEMPTS:
            await self._failed(row, error)
            return False
        async with self._store.writing() as connection:
            at = self._clock() + wait_before(attempts, retry_after)
            await repository.later(connection, row["message_id"], at=at, attempts=attempts, error=error)
        return False

    async def _failed(self, row: Mapping[str, Any], error: str) -> None:
        now: datetime = self._clock()
        async with self._store.writing() as connection:
            await repository.move(connection, row["message_id"], "failed", now=now, error=error)
        log.warning("delivery.failed", conversation=str(row["conversation_id"]), channel=row["channel"])


def wait_before(attempt: int, retry_after: float | None) -> timedelta:
    """Return how long to wait before the next attempt: what the provider wished, or doubling from two seconds."""
    if retry_after is not None:
        return timedelta(seconds=retry_after)
    return min(FIRST_WAIT * (1 << (attempt - 1)), LONGEST_WAIT)
