"""What the service returns about users, tokens and the audit log."""

from datetime import datetime
from typing import Any

from inkstone.backend.service.views import View


class UserView(View):
    """A user."""

    id: str
    name: str
    role: str
    active: bool
    created_at: datetime


class TokenView(View):
    """A bearer token; its secret is shown once, when it is made."""

    id: str
    user: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    secret: str | None = None


class AuditView(View):
    """An entry of the audit log."""

    at: datetime
    user: str | None
    action: str
    subject: str
    details: dict[str, Any]
