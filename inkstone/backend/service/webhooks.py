"""What a user may do with webhooks: their own, and, for administrators, those of the team."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.runtime.webhooks import sending
from inkstone.backend.runtime.webhooks.addresses import check_url
from inkstone.backend.runtime.webhooks.signing import secret_of
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_admin, require_create
from inkstone.backend.service.webhook_errors import BAD_EVENT, NO_SUCH_DELIVERY, NO_SUCH_WEBHOOK, TOO_MANY_WEBHOOKS
from inkstone.backend.store import notices
from inkstone.backend.store.database import session
from inkstone.backend.store.notices import EVENTS
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_notices import Webhook, WebhookDelivery

_MOST = 20


class WebhookView(BaseModel):
    """A webhook. ``secret`` is there once: in the answer that makes it or renews its secret."""

    id: str
    name: str
    url: str
    events: list[str]
    team: bool
    active: bool
    created_at: datetime
    secret: str | None = None


class DeliveryView(BaseModel):
    """One message: ``waiting`` (for its first or next try at ``next_at``), ``delivered`` or ``failed``."""

    id: str
    event: str
    state: str
    attempts: int
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    status: int | None
    problem: dict[str, Any] | None
    payload: dict[str, Any]


def create(
    actor: Actor, url: str, events: Sequence[str] = EVENTS, *, name: str = "", team: bool = False
) -> WebhookView:
    """Add a webhook; its signing secret is in the answer and never shown again.

    Args:
        actor: Whose it is.
        url: Where to; internal addresses are refused unless the administrator allowed their network.
        events: What it is told of.
        name: What people call it.
        team: Told of everybody's events; administrators only.

    Raises:
        InkstoneError: ``webhooks.bad_url``, ``webhooks.private_address``, ``webhooks.bad_event``, ``webhooks.too_many``
            or ``auth.forbidden``.
    """
    require_create(actor, "webhook.create")
    if team:
        require_admin(actor, "webhook.create_team")
    wanted = _events(events)
    url = check_url(url)
    with session() as db:
        if len(db.scalars(select(Webhook.id).where(Webhook.user_id == (actor.user_id or ""))).all()) >= _MOST:
            raise TOO_MANY_WEBHOOKS(limit=_MOST)
        row = Webhook(
            user_id=actor.user_id or "",
            team=team,
            name=(name.strip() or url)[:100],
            url=url,
            events=wanted,
            salt=secrets.token_hex(16),
        )
        db.add(row)
        db.flush()
        audit.record(db, actor, "webhook.create", row.id, team=team, events=wanted)
        return _view(row, secret_of(row.id, row.salt))


def list_(actor: Actor) -> list[WebhookView]:
    """Return one's own webhooks, and for administrators those of the team, oldest first."""
    require_create(actor, "webhook.list")
    mine = Webhook.user_id == (actor.user_id or "")
    wanted = mine | Webhook.team.is_(True) if actor.role == "admin" else mine
    with session() as db:
        return [_view(row) for row in db.scalars(select(Webhook).where(wanted).order_by(Webhook.created_at))]


def change(
    actor: Actor, webhook_id: str, *, active: bool | None = None, events: Sequence[str] | None = None
) -> WebhookView:
    """Switch a webhook on or off, or choose other events."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.change")
        if active is not None:
            row.active = active
        if events is not None:
            row.events = _events(events)
        audit.record(db, actor, "webhook.change", row.id, active=row.active, events=row.events)
        return _view(row)


def renew_secret(actor: Actor, webhook_id: str) -> WebhookView:
    """Give a webhook a new signing secret; the old one ends at once."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.renew_secret")
        row.salt = secrets.token_hex(16)
        audit.record(db, actor, "webhook.renew_secret", row.id)
        return _view(row, secret_of(row.id, row.salt))


def remove(actor: Actor, webhook_id: str) -> None:
    """Remove a webhook with its log."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.remove")
        audit.record(db, actor, "webhook.remove", row.id)
        db.delete(row)


def test(actor: Actor, webhook_id: str) -> DeliveryView:
    """Send a test message now, and return what came of it."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.test")
        made = notices.deliver(row, notices.TEST, {"kind": "test", "id": row.id, "name": row.name, "by": actor.name})
        db.add(made)
        db.flush()
        delivery = made.id
    sending.deliver(delivery)
    with session() as db:
        return _delivery_view(db.get_one(WebhookDelivery, delivery))


def deliveries(actor: Actor, webhook_id: str, limit: int = 50) -> list[DeliveryView]:
    """Return what was sent to a webhook, and what waits, newest first; kept for thirty days."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.deliveries")
        query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == row.id)
        found = db.scalars(query.order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id).limit(limit))
        return [_delivery_view(item) for item in found]


def send_again(actor: Actor, webhook_id: str, delivery_id: str) -> DeliveryView:
    """Try a message once more, now."""
    with session() as db:
        row = _row(db, actor, webhook_id, "webhook.send_again")
        found = db.get(WebhookDelivery, delivery_id)
        if found is None or found.webhook_id != row.id:
            raise NO_SUCH_DELIVERY(delivery=delivery_id[:20])
        found.state, found.attempts, found.next_at = "waiting", 0, now()
    sending.deliver(delivery_id)
    with session() as db:
        return _delivery_view(db.get_one(WebhookDelivery, delivery_id))


def _row(db: Session, actor: Actor, webhook_id: str, action: str) -> Webhook:
    require_create(actor, action)
    row = db.get(Webhook, webhook_id)
    own = row is not None and row.user_id == (actor.user_id or "")
    if row is None or not (own or (row.team and actor.role == "admin")):
        raise NO_SUCH_WEBHOOK(webhook=webhook_id[:20])
    return row


def _events(events: Sequence[str]) -> list[str]:
    unknown = next((item for item in events if item not in EVENTS), None)
    if unknown is not None or not events:
        raise BAD_EVENT(event=(unknown or "-")[:60], events=", ".join(EVENTS), at="events")
    return [item for item in EVENTS if item in events]


def _view(row: Webhook, secret: str | None = None) -> WebhookView:
    return WebhookView(
        id=row.id,
        name=row.name,
        url=row.url,
        events=[str(item) for item in row.events],
        team=row.team,
        active=row.active,
        created_at=row.created_at,
        secret=secret,
    )


def _delivery_view(row: WebhookDelivery) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        tried_at=row.tried_at,
        next_at=row.next_at if row.state == "waiting" else None,
        status=row.status,
        problem=row.problem,
        payload=row.payload,
    )
