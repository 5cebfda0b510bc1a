"""Switches that take the AI out of service, and policies that are changed while it runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table


class AiSwitch(Table):
    """The bot is off for everything, for one account, or for one intent."""

    __tablename__ = "ai_switches"

    scope: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    off: Mapped[bool]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)


class Policy(Table):
    """A named set of limits; the newest version is in force from the next turn."""

    __tablename__ = "policies"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
