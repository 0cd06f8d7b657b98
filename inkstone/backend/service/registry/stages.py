"""Stages of versions: who moved which version where, when and why; production only by the rule of the model."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_admin, require_read, require_write
from inkstone.backend.service.errors import BAD_STAGE
from inkstone.backend.service.models import version_view
from inkstone.backend.service.registry import promotion
from inkstone.backend.service.registry.errors import NOT_BETTER, REASON_NEEDED
from inkstone.backend.service.registry.views import Check, StageEvent
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store import lookup, notices
from inkstone.backend.store.database import session
from inkstone.backend.store.lookup import STAGES
from inkstone.backend.store.tables import ModelVersion, Run, User
from inkstone.backend.store.tables_registry import StageChange

_LONGEST_REASON = 1000


def set_stage(
    actor: Actor, reference: str, stage: str, *, reason: str = "", override: bool = False
) -> ModelVersionView:
    """Move a version to another stage. Production holds one version of a model; the one before becomes archived.

    Args:
        actor: Who asks.
        reference: ``NAME``, ``NAME@2`` or ``NAME@alias``.
        stage: ``candidate``, ``staging``, ``production`` or ``archived``.
        reason: Why; kept in the history.
        override: Promote although the rule refuses; administrators only, and ``reason`` is needed.

    Raises:
        InkstoneError: ``models.bad_stage``, ``models.not_better``, ``models.reason_needed`` or ``auth.forbidden``.
    """
    if stage not in STAGES:
        raise BAD_STAGE(at="stage", stage=stage, stages=", ".join(STAGES))
    reason = reason.strip()[:_LONGEST_REASON]
    if override:
        require_admin(actor, "model.override_rule")
        if not reason:
            raise REASON_NEEDED(at="reason")
    with session() as db:
        version = lookup.model_version(db, reference)
        require_write(actor, version.model.owner_id, "model.set_stage")
        if version.stage == stage:
            return version_view(version)
        exact = f"{version.model.name}@{version.number}"
    found = promotion.check(actor, exact) if stage == "production" else None  # takes seconds: outside the transaction
    overridden = bool(found and not found.passed)
    if found and overridden and not override:
        raise NOT_BETTER(reason_zh=found.words.zh, reason_en=found.words.en, at="stage")
    with session() as db:
        version = lookup.model_version(db, exact)
        if stage == "production":
            for other in version.model.versions:
                if other.stage == "production" and other is not version:
                    _move(db, actor, other, "archived", reason=f"→ {exact}")
        _move(db, actor, version, stage, reason=reason, found=found, overridden=overridden)
        if stage == "production":
            subject = {"kind": "model", "id": version.id, "name": exact, "by": actor.name, "overridden": overridden}
            on_page = actor.user_id != version.model.owner_id
            notices.announce(db, notices.MODEL_PROMOTED, version.model.owner_id, subject, on_page=on_page)
        return version_view(version)


def history(actor: Actor, model: str) -> list[StageEvent]:
    """Return every change of stage of all versions of a model, newest first; the first of a version is its registration."""
    require_read(actor, "model.history")
    with session() as db:
        found = lookup.model_version(db, model).model
        numbers = {item.id: item.number for item in found.versions}
        rows = db.scalars(select(StageChange).where(StageChange.version_id.in_(numbers)))
        events = [
            StageEvent(
                version=numbers[row.version_id],
                reference=f"{found.name}@{numbers[row.version_id]}",
                before=row.before,
                after=row.after,
                at=row.at,
                by=row.by,
                reason=row.reason,
                overridden=row.overridden,
                check=Check.model_validate(row.checked) if row.checked else None,
            )
            for row in rows
        ]
        events += [
            StageEvent(
                version=item.number,
                reference=f"{found.name}@{item.number}",
                before=None,
                after="candidate",
                at=item.created_at,
                by=_maker(db, item),
            )
            for item in found.versions
        ]
    return sorted(events, key=lambda item: item.at, reverse=True)


def _move(
    db: Session,
    actor: Actor,
    version: ModelVersion,
    stage: str,
    *,
    reason: str,
    found: Check | None = None,
    overridden: bool = False,
) -> None:
    db.add(
        StageChange(
            version_id=version.id,
            before=version.stage,
            after=stage,
            by=actor.name,
            reason=reason,
            overridden=overridden,
            checked=found.model_dump(mode="json") if found and found.figure else None,
        )
    )
    version.stage = stage
    subject = f"{version.model.name}@{version.number}"
    audit.record(db, actor, "model.set_stage", subject, stage=stage, reason=reason, overridden=overridden)


def _maker(db: Session, version: ModelVersion) -> str:
    run = db.get(Run, version.run_id) if version.run_id else None
    owner = (run.owner_id if run else None) or version.model.owner_id
    user = db.get(User, owner) if owner else None
    return user.name if user else "local"
