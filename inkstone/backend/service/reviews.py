"""The review queue: texts that a person must look at, and a dataset version of what people said."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inkstone.backend.service import audit, models
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import Roles, derive, open_version
from inkstone.backend.service.risk_errors import NOTHING_REVIEWED, ONE_CLASS, UNKNOWN_LABEL, UNKNOWN_REVIEW
from inkstone.backend.service.risk_views import ReviewCounts, ReviewView
from inkstone.backend.service.uploads import Incoming
from inkstone.backend.service.views import DatasetVersionView
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Model, now
from inkstone.backend.store.tables_risk import Review
from inkstone.components.artifacts import Role, Table
from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import ModelCard


def add(actor: Actor, reference: str, waiting: Sequence[tuple[str, dict[str, Any]]]) -> int:
    """Put texts with the decisions about them into the queue; return how many were not there yet."""
    require_create(actor, "review.add")
    if not waiting:
        return 0
    with session() as db:
        version = lookup.model_version(db, reference)
        digests = {
            hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest(): (item, answer)
            for item, answer in waiting
        }
        known = select(Review.sha256).where(Review.model_id == version.model_id, Review.sha256.in_(list(digests)))
        there = set(db.scalars(known))
        for digest, (item, answer) in digests.items():
            if digest not in there:
                db.add(
                    Review(model_id=version.model_id, version=version.number, sha256=digest, text=item, decision=answer)
                )
        return len(digests) - len(there)


def counts(actor: Actor) -> list[ReviewCounts]:
    """Return the models with a queue, those with the most waiting first."""
    require_read(actor, "review.list")
    query = (
        select(Model, func.count(Review.id), func.count(Review.judged_at))
        .join(Review, Review.model_id == Model.id)
        .where(Model.trashed_at.is_(None))
        .group_by(Model.id)
    )
    with session() as db:
        found = [(item.name, total - judged, judged) for item, total, judged in db.execute(query)]
    shown = []
    for name, waiting, judged in found:
        card = _card(actor, name)
        several, safe = bool(card.settings.get("several")), card.settings.get("safe")
        shown.append(
            ReviewCounts(model=name, waiting=waiting, judged=judged, labels=card.labels, safe=safe, several=several)
        )
    return sorted(shown, key=lambda item: -item.waiting)


def list_(actor: Actor, model: str, judged: bool = False, limit: int = 20, offset: int = 0) -> list[ReviewView]:
    """Return texts that wait, oldest first; with ``judged`` those that people judged, newest first."""
    require_read(actor, "review.list")
    with session() as db:
        version = lookup.model_version(db, model)
        query = select(Review).where(Review.model_id == version.model_id)
        if judged:
            query = query.where(Review.judged_at.is_not(None)).order_by(Review.judged_at.desc(), Review.id)
        else:
            query = query.where(Review.judged_at.is_(None)).order_by(Review.created_at, Review.id)
        name = version.model.name
        return [_view(item, name) for item in db.scalars(query.limit(limit).offset(offset))]


def judge(actor: Actor, review_id: str, labels: Sequence[str] | None) -> ReviewView:
    """Say what a text is.

    Args:
        actor: Who says it.
        review_id: The text.
        labels: Its class; several where the model's texts may have several, none of them for a harmless text. None puts it aside.

    Raises:
        InkstoneError: ``review.unknown``, ``review.unknown_label``, ``review.one_class``.
    """
    require_create(actor, "review.judge")
    with session() as db:
        item, name = _find(db, review_id)
        card = _card(actor, name)
        for label in labels or []:
            if label not in card.labels:
                raise UNKNOWN_LABEL(at="label", label=label[:100], labels=", ".join(card.labels))
        item.labels = None
        if labels is not None and card.settings.get("several"):
            safe = card.settings.get("safe")
            item.labels = [label for label in dict.fromkeys(labels) if label != safe]
            labels = item.labels or [str(safe)]
        elif labels is not None and len(labels) != 1:
            raise ONE_CLASS(at="labels", model=name)
        item.label, item.judged_at, item.judged_by = labels[0] if labels else None, now(), actor.name
        audit.record(db, actor, "review.judge", name, review=review_id)
        return _view(item, name)


def undo(actor: Actor, review_id: str) -> ReviewView:
    """Put a judged text back into the queue."""
    require_create(actor, "review.judge")
    with session() as db:
        item, name = _find(db, review_id)
        item.label = item.labels = item.judged_at = item.judged_by = None
        return _view(item, name)


def make_version(actor: Actor, model: str, base: str | None = None) -> DatasetVersionView:
    """Make a dataset version of all labels that people gave.

    Args:
        actor: Who makes it.
        model: The model whose queue it is.
        base: A dataset to whose newest version the texts are added; without one they become the dataset ``MODEL-reviews``.

    Raises:
        InkstoneError: ``review.nothing_judged``.
    """
    require_create(actor, "review.dataset")
    with session() as db:
        version = lookup.model_version(db, model)
        query = select(Review).where(Review.model_id == version.model_id, Review.label.is_not(None))
        judged = list(db.scalars(query.order_by(Review.judged_at, Review.id)))
        name = version.model.name
        card = _card(actor, name)
        several = bool(card.settings.get("several"))
        rows = [(item.text, _learned(item, card) if several else item.label) for item in judged]
    if not rows:
        raise NOTHING_REVIEWED(model=name)
    role: Role = "labels" if several else "label"
    return _added_to(actor, base, rows, role) if base else _of_its_own(actor, f"{name}-reviews", rows, role)


def _learned(item: Review, card: ModelCard) -> list[str]:
    """Return the labels of a text as a multi-label model learns them: harmless texts as it saw them before."""
    safe = str(card.settings.get("safe"))
    found = [label for label in item.labels or [str(item.label)] if label != safe]
    return found or ([safe] if card.settings.get("learns_safe") else [])


def _of_its_own(actor: Actor, name: str, rows: Sequence[tuple[str, Any]], role: Role) -> DatasetVersionView:
    lines = [json.dumps({"text": item, role: given}, ensure_ascii=False) for item, given in rows]
    with Incoming(actor, "reviews.jsonl") as incoming:
        incoming.write("\n".join(lines).encode("utf-8", "replace"))
        return incoming.register(name=name, replace=True)


def _added_to(actor: Actor, base: str, rows: Sequence[tuple[str, Any]], role: Role) -> DatasetVersionView:
    open_version(base)

    def change(table: Table, roles: Roles, scratch: Path) -> tuple[Table, Roles]:
        from inkstone.components.data.appended import append_labelled

        used: Roles = {"text": roles.get("text") or table.column("text"), role: _label_column(table, roles, role)}
        texts, given = [item for item, _ in rows], [given for _, given in rows]
        return append_labelled(table, texts, given, used, scratch / "added", role=role), roles

    return derive(actor, base, change, {"how": "reviews", "labels": len(rows)})


def _label_column(table: Table, roles: Roles, role: Role) -> str:
    """Return the column that labels go to; for lists also one of text of whose cells some hold several labels."""
    from inkstone.components.data.label_mapping import split_labels

    written = roles.get("label")
    if role == "labels" and "labels" not in roles and written:
        cells = (cell for batch in table.batches([written]) for cell in batch.column(0).to_pylist())
        if any(len(split_labels(cell, None)) > 1 for cell in cells):
            return written
    return roles.get(role) or table.column(role)


def _card(actor: Actor, name: str) -> ModelCard:
    return model_io.read_card(models.folder(actor, name))


def _find(db: Session, review_id: str) -> tuple[Review, str]:
    item = db.get(Review, review_id)
    model = db.get(Model, item.model_id) if item is not None else None
    if item is None or model is None:
        raise UNKNOWN_REVIEW(review=review_id[:40])
    return item, model.name


def _view(item: Review, name: str) -> ReviewView:
    return ReviewView(
        id=item.id,
        model=f"{name}@{item.version}",
        created_at=item.created_at,
        text=item.text,
        decision=item.decision,
        label=item.label,
        labels=item.labels,
        judged_at=item.judged_at,
        judged_by=item.judged_by,
    )
