"""What the bot asked the company's systems to change: once for each key."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.store.base import Table


class CompanyCall(Table):
    """One change asked of the company, kept by its idempotency key; the same key again gets the stored answer."""

    __tablename__ = "company_calls"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    operation: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[UUID | None] = mapped_column(index=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    response: Mapped[dict[str, Any]]
    at: Mapped[datetime]
