"""The labels that people gave: who, when, to which row. Entries are kept for ever; taking one back only marks it."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import NO_LABEL, UNKNOWN_ROW
from inkstone.backend.service.views import LabelView
from inkstone.backend.store.tables import DatasetVersion, LabelEntry, now


def add(db: Session, actor: Actor, version: DatasetVersion, labels: Mapping[int, Sequence[str]]) -> None:
    """Keep labels; a row without any was skipped.

    Raises:
        InkstoneError: ``dataset.unknown_row``.
    """
    for row, given in labels.items():
        if not 0 <= row < version.rows:
            raise UNKNOWN_ROW(at="row", row=row, rows=version.rows)
        db.add(
            LabelEntry(version_id=version.id, row=row, labels=list(given), user_id=actor.user_id, user_name=actor.name)
        )


def undo(db: Session, actor: Actor, version: DatasetVersion) -> int | None:
    """Take back what this person did last; return the row."""
    query = select(LabelEntry).where(
        LabelEntry.version_id == version.id, LabelEntry.user_id == actor.user_id, LabelEntry.undone_at.is_(None)
    )
    last = db.scalar(query.order_by(LabelEntry.id.desc()).limit(1))
    if last is None:
        return None
    last.undone_at = now()
    return last.row


def current(db: Session, version: DatasetVersion) -> dict[int, list[str]]:
    """Return what holds now: row to labels, the latest entry of a row winning; empty for skipped rows."""
    query = select(LabelEntry.row, LabelEntry.labels).where(
        LabelEntry.version_id == version.id, LabelEntry.undone_at.is_(None)
    )
    return {entry.row: entry.labels for entry in db.execute(query.order_by(LabelEntry.id))}


def history(db: Session, version: DatasetVersion, limit: int, offset: int) -> list[LabelView]:
    """Return entries, newest first, those taken back included."""
    query = select(LabelEntry).where(LabelEntry.version_id == version.id).order_by(LabelEntry.id.desc())
    return [
        LabelView(row=item.row, labels=item.labels, by=item.user_name, at=item.at, undone_at=item.undone_at)
        for item in db.scalars(query.limit(limit).offset(offset))
    ]


def tidy(row: int, labels: Iterable[str]) -> list[str]:
    """Return labels without outer spaces and repetitions.

    Raises:
        InkstoneError: ``dataset.no_label`` when none is left.
    """
    given = list(dict.fromkeys(label.strip() for label in labels if label.strip()))
    if not given:
        raise NO_LABEL(at="labels", row=row)
    return given
