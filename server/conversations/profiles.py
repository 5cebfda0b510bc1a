"""The company's profile of a customer, for the context packet: soon or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from server.company.port import CompanySystems
from server.kit.errors import HouseError

log = structlog.get_logger()
PATIENCE_SECONDS = 0.4


def profiles(company: CompanySystems) -> Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any] | None]]:
    """Return a function from a conversation's row to the customer's profile, or None without an e-mail or in time."""

    async def profile(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
        email = row["customer"].get("email")
        if not email:
            return None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await company.ask("/customers", {"email": email})
        except (HouseError, TimeoutError) as error:
            log.info("profile.missing", conversation=str(row["id"]), why=type(error).__name__)
            return None

    return profile
