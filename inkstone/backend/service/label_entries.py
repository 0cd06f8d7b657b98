"""The labels that people gave: who, when, to which row. Entries are kept for ever; taking one back only marks it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import NO_LABEL, UNKNOWN_ROW
from inkstone.backend.service.views import LabelView
from inkstone.backend.store.tables import DatasetVersion, LabelEntry, now

Kind = Literal["class", "spans"]


def add(db: Session, actor: Actor, version: DatasetVersion, labels: Mapping[int, Sequence[str]]) -> None:
    """Keep labels; a row without any was skipped.

    Raises:
        InkstoneError: ``dataset.unknown_row``.
    """
    for row, given in labels.items():
        _add(db, actor, version, row, kind="class", labels=list(given))


def add_spans(
    db: Session, actor: Actor, version: DatasetVersion, row: int, spans: Sequence[Mapping[str, Any]] | None
) -> None:
    """Keep the spans of a text; an empty list says that it holds none, None that the row was skipped.

    Raises:
        InkstoneError: ``dataset.unknown_row``.
    """
    _add(db, actor, version, row, kind="spans", labels=[], spans=None if spans is None else [dict(x) for x in spans])


def _add(db: Session, actor: Actor, version: DatasetVersion, row: int, **given: Any) -> None:
    if not 0 <= row < version.rows:
        raise UNKNOWN_ROW(at="row", row=row, rows=version.rows)
    db.add(LabelEntry(version_id=version.id, row=row, user_id=actor.user_id, user_name=actor.name, **given))


def undo(db: Session, actor: Actor, version: DatasetVersion, kind: Kind = "class") -> int | None:
    """Take back what this person did last; return the row."""
    query = _of(version, kind).where(LabelEntry.user_id == actor.user_id, LabelEntry.undone_at.is_(None))
    last = db.scalar(query.order_by(LabelEntry.id.desc()).limit(1))
    if last is None:
        return None
    last.undone_at = now()
    return last.row


def current(db: Session, version: DatasetVersion) -> dict[int, list[str]]:
    """Return what holds now: row to labels, the latest entry of a row winning; empty for skipped rows."""
    query = _of(version, "class").where(LabelEntry.undone_at.is_(None)).order_by(LabelEntry.id)
    return {entry.row: entry.labels for entry in db.scalars(query)}


def current_spans(db: Session, version: DatasetVersion) -> dict[int, list[dict[str, Any]] | None]:
    """Return what holds now: row to its spans, the latest entry of a row winning; None for skipped rows."""
    query = _of(version, "spans").where(LabelEntry.undone_at.is_(None)).order_by(LabelEntry.id)
    return {entry.row: entry.spans for entry in db.scalars(query)}


def _of(version: DatasetVersion, kind: Kind) -> Select[LabelEntry]:
    return select(LabelEntry).where(LabelEntry.version_id == version.id, LabelEntry.kind == kind)


def history(db: Session, version: DatasetVersion, limit: int, offset: int) -> list[LabelView]:
    """Return entries, newest first, those taken back included."""
    query = select(LabelEntry).where(LabelEntry.version_id == version.id).order_by(LabelEntry.id.desc())
    return [
        LabelView.model_validate(
            {
                "row": item.row,
                "labels": item.labels,
                "spans": item.spans if item.kind == "spans" else None,
                "kind": item.kind,
                "by": item.user_name,
                "at": item.at,
                "undone_at": item.undone_at,
            }
        )
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
