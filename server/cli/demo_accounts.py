"""The demo company's two widgets."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from server.store.base import rows_of
from server.store.models import ChannelAccount
from server.store.session import Store

ACCOUNTS = rows_of(ChannelAccount)
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-20:00") | {"sat": "09:00-17:00"}
HOURS = {"timezone": "Europe/Berlin", **WEEK}

DEMO_ACCOUNTS: Sequence[Mapping[str, Any]] = (
    {
        "id": "larkfield",
        "channel": "webchat",
        "name": "Larkfield Home",
        "locale": "en",
        "region": None,
        "brand": {
            "accent": "#2f5d50",
            "accent_dark": "#8fc7b4",
            "greeting": "Hello! Ask about an order, a return or anything at Larkfield Home.",
            "launcher": "right",
            "assistant_name": "Larkfield assistant",
        },
        "hours": HOURS,
    },
    {
        "id": "fjord",
        "channel": "webchat",
        "name": "Fjord Outdoor",
        "locale": "en",
        "region": None,
        "brand": {
            "accent": "#1f4f7a",
            "accent_dark": "#8fbfe6",
            "greeting": "Hi! Questions about gear, orders or returns? Ask away.",
            "launcher": "right",
            "assistant_name": "Fjord assistant",
        },
        "hours": HOURS,
    },
)


async def save_accounts(store: Store, accounts: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Make the accounts that are missing; those that are there keep what was changed."""
    async with store.writing() as connection:
        known = set((await connection.execute(select(ACCOUNTS.c.id))).scalars())
        for place, account in enumerate(accounts):
            if account["id"] not in known:
                # The first of them is the one that the help centre shows when nothing else is said.
                made = now + timedelta(microseconds=place)
                await connection.execute(insert(ACCOUNTS).values(**account, enabled=True, created_at=made))
