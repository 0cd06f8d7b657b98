"""Who did what, when: one row a change, in the same transaction as the change."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_admin
from inkstone.backend.service.user_views import AuditView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import AuditEntry, User


def record(db: Session, actor: Actor, action: str, subject: str, **details: Any) -> None:
    """Add a row to the audit log.

    Args:
        db: The transaction of the change.
        actor: Who did it.
        action: What, as ``noun.verb``.
        subject: To what: a name or an id.
        **details: Facts; never texts of data sets, passwords or tokens.
    """
    db.add(AuditEntry(user_id=actor.user_id, action=action, subject=subject[:120], details=details))


def list_(actor: Actor, *, action: str = "", before: datetime | None = None, limit: int = 100) -> list[AuditView]:
    """Return the latest entries, newest first; administrators only."""
    require_admin(actor, "audit.list")
    query = select(AuditEntry, User.name).outerjoin(User, User.id == AuditEntry.user_id).order_by(AuditEntry.id.desc())
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    if before:
        query = query.where(AuditEntry.at < before)
    with session() as db:
        rows = db.execute(query.limit(min(limit, 1000))).all()
        return [
            AuditView(at=row.at, user=name, action=row.action, subject=row.subject, details=row.details)
            for row, name in rows
        ]
