"""Channel accounts (one widget of one brand, one phone number) and the customers who use them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table


class ChannelAccount(Table):
    """One account on one channel; several live in one deployment."""

    __tablename__ = "channel_accounts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(16), default="en")
    region: Mapped[str | None] = mapped_column(String(8))
    brand: Mapped[dict[str, Any]]
    hours: Mapped[dict[str, Any]]
    enabled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Customer(Table):
    """A person on the other end of one account. `level` says how sure we are who it is."""

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("channel_accounts.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(320), index=True)
    customer_number: Mapped[str | None] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(16), default="anonymous")
    profile: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
