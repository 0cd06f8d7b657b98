"""Tables of notifications: what people are told on the page, webhooks, and what was sent to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inkstone.backend.store.tables import Base, new_id, now


class Notice(Base):
    """Something a person is told on the page. ``user_id`` is empty for the local user."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_user_at", "user_id", "at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(String(16))
    event: Mapped[str] = mapped_column(String(40))
    subject: Mapped[dict[str, Any]]  # kind, id, name and facts
    at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None] = mapped_column(default=None)


class Webhook(Base):
    """An address that is told of events. The signing secret is not kept: it follows from the home's key and ``salt``."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[str] = mapped_column(String(16), index=True)  # empty for the local user
    team: Mapped[bool] = mapped_column(default=False)  # told of everybody's events
    name: Mapped[str] = mapped_column(String(100))
    url: Mapped[str] = mapped_column(Text)
    events: Mapped[list[Any]] = mapped_column(JSON)
    salt: Mapped[str] = mapped_column(String(32))
    active: Mapped[bool] = mapped_column(default=True)


class WebhookDelivery(Base):
    """One message to one webhook: what is to be sent, how often it was tried, what came of it."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_state_next", "state", "next_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, delivered, failed
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    next_at: Mapped[datetime] = mapped_column(default=now)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)
    status: Mapped[int | None] = mapped_column(default=None)  # HTTP status of the last answer
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)  # why the last try failed, as an error
