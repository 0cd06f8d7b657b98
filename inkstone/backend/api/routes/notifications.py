"""Notices on the page, and webhooks."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Who
from inkstone.backend.service import notifications, webhooks
from inkstone.backend.service.notifications import NoticeView
from inkstone.backend.service.webhooks import DeliveryView, WebhookView
from inkstone.backend.store.notices import EVENTS

router = APIRouter(tags=["notifications"])


class NewWebhook(BaseModel):
    """A webhook to add."""

    url: str = Field(max_length=2000, examples=["https://example.org/inkstone"])
    events: list[str] = Field(list(EVENTS), description=", ".join(EVENTS))
    name: str = Field("", max_length=100)
    team: bool = Field(False, description="Told of everybody's events; administrators only")


class WebhookChange(BaseModel):
    """What to change; what is absent stays."""

    active: bool | None = None
    events: list[str] | None = None


@router.get("/notices", summary="One's own notices")
def list_notices(
    who: Who, unread: Annotated[bool, Query(description="Only those not read")] = False, limit: Limit = 50
) -> list[NoticeView]:
    """Return what one was told, newest first."""
    return notifications.list_(who, unread=unread, limit=limit)


@router.post("/notices/read", status_code=204, summary="Mark notices as read")
def mark_read(who: Who, notice: Annotated[str | None, Query(description="One of them; else all")] = None) -> None:
    """Mark one notice, or all, as read."""
    notifications.mark_read(who, notice)


@router.get("/webhooks", summary="Webhooks")
def list_webhooks(who: Who) -> list[WebhookView]:
    """Return one's own webhooks; for administrators those of the team as well."""
    return webhooks.list_(who)


@router.post("/webhooks", status_code=201, summary="Add a webhook")
def create(who: Who, body: NewWebhook) -> WebhookView:
    """Add a webhook; the answer holds its signing secret, which is never shown again."""
    return webhooks.create(who, body.url, body.events, name=body.name, team=body.team)


@router.patch("/webhooks/{webhook}", summary="Switch on or off, choose events")
def change(who: Who, webhook: str, body: WebhookChange) -> WebhookView:
    """Change a webhook."""
    return webhooks.change(who, webhook, active=body.active, events=body.events)


@router.delete("/webhooks/{webhook}", status_code=204, summary="Remove a webhook")
def remove(who: Who, webhook: str) -> None:
    """Remove a webhook with its log."""
    webhooks.remove(who, webhook)


@router.post("/webhooks/{webhook}/secret", summary="New signing secret")
def renew_secret(who: Who, webhook: str) -> WebhookView:
    """Give a new secret; the old one ends at once."""
    return webhooks.renew_secret(who, webhook)


@router.post("/webhooks/{webhook}/test", summary="Send a test message")
def send_test(who: Who, webhook: str) -> DeliveryView:
    """Send a test message now, and say what came of it."""
    return webhooks.test(who, webhook)


@router.get("/webhooks/{webhook}/deliveries", summary="What was sent")
def deliveries(who: Who, webhook: str, limit: Limit = 50) -> list[DeliveryView]:
    """Return the log, newest first."""
    return webhooks.deliveries(who, webhook, limit)


@router.post("/webhooks/{webhook}/deliveries/{delivery}", summary="Send a message again")
def send_again(who: Who, webhook: str, delivery: str) -> DeliveryView:
    """Try a message once more, now."""
    return webhooks.send_again(who, webhook, delivery)
