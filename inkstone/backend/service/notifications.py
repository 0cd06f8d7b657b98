"""What a person is told on the page."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func, select, update

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.store.database import session
from inkstone.backend.store.notices import (
    DEPLOYMENT_UNHEALTHY,
    MODEL_PROMOTED,
    RUN_FAILED,
    RUN_STOPPED,
    RUN_SUCCEEDED,
)
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_notices import Notice
from inkstone.components.texts import Text, text


class NoticeView(BaseModel):
    """Something one is told. ``subject`` has ``kind`` (run, model, deployment), ``id``, ``name`` and facts."""

    id: str
    event: str
    words: Text
    subject: dict[str, Any]
    at: datetime
    read: bool


def list_(actor: Actor, *, unread: bool = False, limit: int = 50) -> list[NoticeView]:
    """Return one's own notices, newest first."""
    require_read(actor, "notice.list")
    query = select(Notice).where(Notice.user_id == (actor.user_id or "")).order_by(Notice.at.desc(), Notice.id)
    if unread:
        query = query.where(Notice.read_at.is_(None))
    with session() as db:
        return [_view(row) for row in db.scalars(query.limit(limit))]


def unread(actor: Actor) -> int:
    """Return how many of one's notices are unread."""
    require_read(actor, "notice.list")
    with session() as db:
        query = select(func.count()).select_from(Notice)
        return db.scalar(query.where(Notice.user_id == (actor.user_id or ""), Notice.read_at.is_(None))) or 0


def mark_read(actor: Actor, notice_id: str | None = None) -> None:
    """Mark one of one's notices as read, or all of them."""
    require_read(actor, "notice.read")
    wanted = update(Notice).where(Notice.user_id == (actor.user_id or ""), Notice.read_at.is_(None))
    if notice_id is not None:
        wanted = wanted.where(Notice.id == notice_id)
    with session() as db:
        db.execute(wanted.values(read_at=now()).execution_options(synchronize_session=False))


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id,
        event=row.event,
        words=_words(row.event, row.subject),
        subject=row.subject,
        at=row.at,
        read=row.read_at is not None,
    )


def _words(event: str, subject: dict[str, Any]) -> Text:
    words = _WORDS.get(event, text("{name}：" + event, "{name}: " + event))
    problem = (subject.get("error") or {}).get("what") or {}
    return Text(
        zh=words.zh.format(name=subject.get("name", ""), problem=problem.get("zh") or subject.get("problem") or ""),
        en=words.en.format(name=subject.get("name", ""), problem=problem.get("en") or subject.get("problem") or ""),
    )


_WORDS = {
    RUN_SUCCEEDED: text("运行“{name}”完成了", "Run '{name}' has finished"),
    RUN_FAILED: text("运行“{name}”失败了：{problem}", "Run '{name}' has failed: {problem}"),
    RUN_STOPPED: text("运行“{name}”已停止", "Run '{name}' was stopped"),
    MODEL_PROMOTED: text("{name} 成为生产版本", "{name} is the production version now"),
    DEPLOYMENT_UNHEALTHY: text("服务“{name}”不正常：{problem}", "Deployment '{name}' is unhealthy: {problem}"),
}
