"""What a user may do with deployments: put a model version behind a name, try a newer one on a share, go back, stop."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.service import audit, models
from inkstone.backend.service.actor import Actor, may_write, require_create, require_read, require_write
from inkstone.backend.service.deployment_views import (
    AnswerView,
    DeploymentView,
    MinuteView,
    SampleView,
    TagsView,
)
from inkstone.backend.service.errors import BAD_SHARE, DEPLOYMENT_EXISTS, NOTHING_BEFORE
from inkstone.backend.service.views import Scored
from inkstone.backend.serving.errors import UNKNOWN
from inkstone.backend.serving.usage import percentile
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.deploying import find_deployment, put_behind
from inkstone.backend.store.tables import ModelVersion, now
from inkstone.backend.store.tables_serving import Deployment, DeploymentMinute, DeploymentSample
from inkstone.components.nlp.tagging.loading import is_tagger


def create(actor: Actor, model: str, name: str = "") -> DeploymentView:
    """Let a model version answer under a name.

    Args:
        actor: Who asks.
        model: ``NAME`` (the newest version) or ``NAME@2``.
        name: Name of the deployment; by default that of the model.

    Raises:
        InkstoneError: ``models.unknown``, ``deployment.exists``.
    """
    require_create(actor, "deployment.create")
    with session() as db:
        version = lookup.model_version(db, model)
        wanted = paths.safe_name(name or version.model.name)
        if find_deployment(db, wanted) is not None:
            raise DEPLOYMENT_EXISTS(name=wanted, at="name")
        row = put_behind(db, version, wanted, actor.user_id)
        audit.record(db, actor, "deployment.create", wanted, model=_reference(version))
        return _view(db, row, actor)


def deploy(actor: Actor, model: str, name: str = "") -> DeploymentView:
    """Let a model version answer under a name, in the place of the version that does so far, if any; see ``create``."""
    with session() as db:
        wanted = name or lookup.model_version(db, model).model.name
    known = {item.name for item in list_(actor)}
    return change(actor, wanted, model) if wanted in known else create(actor, model, name)


def list_(actor: Actor) -> list[DeploymentView]:
    """Return all deployments, newest first."""
    require_read(actor, "deployment.list")
    with session() as db:
        rows = db.scalars(
            select(Deployment).where(Deployment.trashed_at.is_(None)).order_by(Deployment.created_at.desc())
        )
        return [_view(db, row, actor) for row in rows.all()]


def get(actor: Actor, name: str) -> DeploymentView:
    """Return a deployment.

    Raises:
        InkstoneError: ``deployment.unknown``.
    """
    require_read(actor, "deployment.get")
    with session() as db:
        return _view(db, deployment_row(db, name), actor)


def change(actor: Actor, name: str, model: str) -> DeploymentView:
    """Answer with another version from now on; a canary ends."""
    with session() as db:
        row, version = _writable(db, actor, name, "deployment.change"), lookup.model_version(db, model)
        put_behind(db, version, row.name, row.owner_id)
        db.flush()
        audit.record(db, actor, "deployment.change", row.name, model=_reference(version))
        return _view(db, row, actor)


def canary(actor: Actor, name: str, model: str | None, share: float = 0.1) -> DeploymentView:
    """Let another version answer a share of the requests, or end that with ``model`` None.

    Raises:
        InkstoneError: ``deployment.bad_share``.
    """
    if model is not None and not 0 < share < 1:
        raise BAD_SHARE(share=share, at="share")
    with session() as db:
        row = _writable(db, actor, name, "deployment.canary")
        version = lookup.model_version(db, model) if model is not None else None
        row.canary_id = version.id if version is not None else None
        row.canary_share = share if version is not None else 0.0
        return _changed(
            db, actor, row, "deployment.canary", model=_reference(version) if version else None, share=row.canary_share
        )


def rollback(actor: Actor, name: str) -> DeploymentView:
    """Go back to the version before; doing it twice returns.

    Raises:
        InkstoneError: ``deployment.nothing_before``.
    """
    with session() as db:
        row = _writable(db, actor, name, "deployment.rollback")
        if row.previous_id is None:
            raise NOTHING_BEFORE(name=name)
        row.version_id, row.previous_id = row.previous_id, row.version_id
        row.canary_id, row.canary_share = None, 0.0
        return _changed(db, actor, row, "deployment.rollback")


def set_running(actor: Actor, name: str, running: bool) -> DeploymentView:
    """Start or stop answering; a stopped deployment keeps its name and figures."""
    action = "deployment.start" if running else "deployment.stop"
    with session() as db:
        row = _writable(db, actor, name, action)
        row.running = running
        return _changed(db, actor, row, action)


def trash(actor: Actor, name: str) -> None:
    """Remove a deployment; its name is free again."""
    with session() as db:
        row = _writable(db, actor, name, "deployment.trash")
        row.trashed_at, row.running, row.revision = now(), False, row.revision + 1
        audit.record(db, actor, "deployment.trash", name)


def predict(actor: Actor, name: str, texts: Sequence[str], pairs: Sequence[str] | None = None) -> AnswerView:
    """Ask a deployment.

    Raises:
        InkstoneError: ``deployment.unknown``, ``deployment.stopped``, ``serving.busy``, ``model.other_answer``, or what is wrong
            with the texts.
    """
    from inkstone.backend.serving.live import LIVE

    require_read(actor, "deployment.predict")
    models.require_texts(texts, pairs)
    answer = LIVE.answer(name, texts, pairs)
    results = [[Scored.model_validate(item) for item in row] for row in answer.results]
    return AnswerView(deployment=name, model=answer.model, results=results)


def tag(actor: Actor, name: str, texts: Sequence[str]) -> TagsView:
    """Ask a deployment for tags; a classifier answers with its category alone. Raises what ``predict`` does."""
    from inkstone.backend.serving.live import LIVE

    require_read(actor, "deployment.predict")
    models.require_texts(texts, None)
    answer = LIVE.tag(name, texts)
    return TagsView(deployment=name, model=answer.model, results=answer.results)


def usage(actor: Actor, name: str, minutes: int = 60) -> list[MinuteView]:
    """Return what a deployment answered in the last minutes, oldest first; servers are added up."""
    require_read(actor, "deployment.usage")
    with session() as db:
        row = deployment_row(db, name)
        found = db.scalars(
            select(DeploymentMinute)
            .where(
                DeploymentMinute.deployment_id == row.id, DeploymentMinute.minute >= now() - timedelta(minutes=minutes)
            )
            .order_by(DeploymentMinute.minute)
        ).all()
        grouped: dict[tuple[object, str], list[DeploymentMinute]] = {}
        for item in found:
            grouped.setdefault((item.minute, item.version_id), []).append(item)
        names = _names(db, {item.version_id for item in found})
        return [_minute(items, names.get(items[0].version_id, "-")) for items in grouped.values()]


def samples(actor: Actor, name: str, limit: int = 50) -> list[SampleView]:
    """Return the latest masked texts of the sample."""
    require_read(actor, "deployment.samples")
    with session() as db:
        row = deployment_row(db, name)
        found = db.scalars(
            select(DeploymentSample)
            .where(DeploymentSample.deployment_id == row.id)
            .order_by(DeploymentSample.at.desc())
            .limit(limit)
        ).all()
        names = _names(db, {item.version_id for item in found})
        return [
            SampleView(
                at=item.at,
                model=names.get(item.version_id, "-"),
                text=item.text,
                label=item.label,
                score=item.score,
                milliseconds=round(item.seconds * 1000, 1),
            )
            for item in found
        ]


def _minute(items: list[DeploymentMinute], model: str) -> MinuteView:
    latencies: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    for item in items:
        latencies.update(item.latencies)
        labels.update(item.labels)
    texts = sum(item.texts for item in items)
    return MinuteView(
        minute=items[0].minute,
        model=model,
        requests=sum(item.requests for item in items),
        refused=sum(item.refused for item in items),
        failed=sum(item.failed for item in items),
        texts=texts,
        mean_characters=sum(item.characters for item in items) / max(1, texts),
        p50_ms=percentile(latencies, 0.5),
        p95_ms=percentile(latencies, 0.95),
        p99_ms=percentile(latencies, 0.99),
        labels=dict(labels),
    )


def _changed(db: Session, actor: Actor, row: Deployment, action: str, **details: object) -> DeploymentView:
    row.revision += 1
    row.changed_at = now()
    db.flush()
    audit.record(db, actor, action, row.name, **details)
    return _view(db, row, actor)


def deployment_row(db: Session, name: str) -> Deployment:
    """Return the row of a deployment.

    Raises:
        InkstoneError: ``deployment.unknown``.
    """
    row = find_deployment(db, name)
    if row is None:
        raise UNKNOWN(name=name)
    return row


def _writable(db: Session, actor: Actor, name: str, action: str) -> Deployment:
    row = deployment_row(db, name)
    require_write(actor, row.owner_id, action)
    return row


def _names(db: Session, version_ids: set[str]) -> dict[str, str]:
    found = db.scalars(select(ModelVersion).where(ModelVersion.id.in_(version_ids)))
    return {version.id: _reference(version) for version in found}


def _reference(version: ModelVersion) -> str:
    return f"{version.model.name}@{version.number}"


def _view(db: Session, row: Deployment, actor: Actor) -> DeploymentView:
    version = db.get_one(ModelVersion, row.version_id)
    known = _names(db, {item for item in (row.version_id, row.previous_id, row.canary_id) if item})
    return DeploymentView(
        id=row.id,
        name=row.name,
        model=known[row.version_id],
        previous=known.get(row.previous_id or ""),
        canary=known.get(row.canary_id or ""),
        canary_share=row.canary_share,
        running=row.running,
        revision=row.revision,
        labels=models.version_view(version).labels,
        pairs="pair" in version.task,
        tags=is_tagger(version.task),
        created_at=row.created_at,
        changed_at=row.changed_at,
        owner_id=row.owner_id,
        can_write=may_write(actor, row.owner_id),
    )
