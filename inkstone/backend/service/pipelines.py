"""What a user may do with pipelines: drafts, named versions, comparison, YAML."""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.pipeline.validation import validate as problems_of
from inkstone.backend.pipeline.yaml_io import dump_document, load_document
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, may_write, require_create, require_read, require_write
from inkstone.backend.service.comparison import compare
from inkstone.backend.service.errors import CONFLICT, PIPELINE_NOT_FOUND, VERSION_NOT_FOUND
from inkstone.backend.service.schemas import expected_tables
from inkstone.backend.service.views import PipelineDiff, PipelineVersionView, PipelineView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Pipeline, PipelineVersion, now
from inkstone.components.errors import InkstoneError


def create(actor: Actor, document: Document, template: str | None = None) -> PipelineView:
    """Make a pipeline with a first draft."""
    require_create(actor, "pipeline.create")
    with session() as db:
        pipeline = Pipeline(
            name=document.name, template=template, draft=document.model_dump(mode="json"), owner_id=actor.user_id
        )
        db.add(pipeline)
        db.flush()
        audit.record(db, actor, "pipeline.create", pipeline.id, name=pipeline.name)
        return _view(db, pipeline, actor)


def list_(actor: Actor, query: str = "", limit: int = 100, offset: int = 0) -> list[PipelineView]:
    """Return pipelines, the one changed last first, whose name holds ``query``."""
    require_read(actor, "pipeline.list")
    wanted = select(Pipeline).where(Pipeline.trashed_at.is_(None))
    if query:
        wanted = wanted.where(Pipeline.name.icontains(query, autoescape=True))
    with session() as db:
        found = db.scalars(wanted.order_by(Pipeline.updated_at.desc(), Pipeline.id).limit(limit).offset(offset)).all()
        counts = _counts(db, [item.id for item in found])
        return [_view(db, item, actor, counts.get(item.id, 0)) for item in found]


def get(actor: Actor, pipeline_id: str) -> PipelineView:
    """Return a pipeline with its draft."""
    require_read(actor, "pipeline.get")
    with session() as db:
        return _view(db, find_pipeline(db, pipeline_id), actor)


def save_draft(actor: Actor, pipeline_id: str, document: Document, revision: int) -> PipelineView:
    """Save the draft, if nobody else has saved since ``revision``.

    Raises:
        InkstoneError: ``pipeline.conflict``.
    """
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        require_write(actor, pipeline.owner_id, "pipeline.save_draft")
        values = {"draft": document.model_dump(mode="json"), "name": document.name, "updated_at": now()}
        change = update(Pipeline).where(Pipeline.id == pipeline_id, Pipeline.revision == revision)
        changed = db.scalar(change.values(revision=revision + 1, **values).returning(Pipeline.revision))
        if changed is None:
            raise CONFLICT(current=pipeline.revision, yours=revision)
        db.refresh(pipeline)
        return _view(db, pipeline, actor)


def save_version(actor: Actor, pipeline_id: str, name: str, description: str = "") -> PipelineVersionView:
    """Keep the present draft as a named version."""
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        require_write(actor, pipeline.owner_id, "pipeline.save_version")
        version = add_version(db, pipeline, pipeline.draft)
        version.name, version.description = name[:100], description
        audit.record(db, actor, "pipeline.save_version", pipeline.id, number=version.number, name=name)
        return _version_view(version)


def versions(actor: Actor, pipeline_id: str, named_only: bool = False) -> list[PipelineVersionView]:
    """Return the versions of a pipeline, newest first."""
    require_read(actor, "pipeline.versions")
    with session() as db:
        found = reversed(find_pipeline(db, pipeline_id).versions)
        return [_version_view(item) for item in found if item.name or not named_only]


def diff(actor: Actor, pipeline_id: str, a: int, b: int | None = None) -> PipelineDiff:
    """Return what changed from version ``a`` to version ``b`` (or to the draft)."""
    require_read(actor, "pipeline.diff")
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        newer = pipeline.draft if b is None else _version(pipeline, b).document
        return compare(Document.model_validate(_version(pipeline, a).document), Document.model_validate(newer))


def restore(actor: Actor, pipeline_id: str, number: int) -> PipelineView:
    """Make a version the draft again."""
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        require_write(actor, pipeline.owner_id, "pipeline.restore")
        pipeline.draft = _version(pipeline, number).document
        pipeline.revision += 1
        pipeline.updated_at = now()
        audit.record(db, actor, "pipeline.restore", pipeline.id, number=number)
        db.flush()
        return _view(db, pipeline, actor)


def validate(actor: Actor, document: Document) -> list[dict[str, Any]]:
    """Return everything that is wrong with a document, as JSON-safe errors."""
    return [problem.as_dict() for problem in problems(actor, document)]


def problems(actor: Actor, document: Document) -> list[InkstoneError]:
    """Return everything that is wrong with a document."""
    require_read(actor, "pipeline.validate")
    with session() as db:
        schemas, missing = expected_tables(db, document)
    return problems_of(document, schemas=schemas) + missing


def import_yaml(actor: Actor, text: str | bytes) -> PipelineView:
    """Make a pipeline of a YAML document."""
    require_create(actor, "pipeline.import")
    return create(actor, load_document(text))


def export_yaml(actor: Actor, pipeline_id: str, number: int | None = None) -> str:
    """Return the draft, or a version, as YAML."""
    require_read(actor, "pipeline.export")
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        data = pipeline.draft if number is None else _version(pipeline, number).document
        return dump_document(Document.model_validate(data))


def trash(actor: Actor, pipeline_id: str) -> None:
    """Move a pipeline to the trash; its runs stay."""
    with session() as db:
        pipeline = find_pipeline(db, pipeline_id)
        require_write(actor, pipeline.owner_id, "pipeline.trash")
        pipeline.trashed_at = now()
        audit.record(db, actor, "pipeline.trash", pipeline.id, name=pipeline.name)


def add_version(db: Session, pipeline: Pipeline, document: dict[str, Any]) -> PipelineVersion:
    """Return the newest version if it holds this document, else a new one without a name."""
    latest = pipeline.versions[-1] if pipeline.versions else None
    if latest is not None and latest.document == document:
        return latest
    version = PipelineVersion(pipeline=pipeline, number=(latest.number if latest else 0) + 1, document=document)
    db.add(version)
    db.flush()
    return version


def find_pipeline(db: Session, pipeline_id: str) -> Pipeline:
    """Return the row of a pipeline that is not in the trash.

    Raises:
        InkstoneError: ``pipeline.not_found``.
    """
    found = db.get(Pipeline, pipeline_id)
    if found is None or found.trashed_at is not None:
        raise PIPELINE_NOT_FOUND(reference=pipeline_id)
    return found


def _version(pipeline: Pipeline, number: int) -> PipelineVersion:
    found = next((item for item in pipeline.versions if item.number == number), None)
    if found is None:
        raise VERSION_NOT_FOUND(number=number)
    return found


def _counts(db: Session, ids: list[str]) -> dict[str, int]:
    query = select(PipelineVersion.pipeline_id, func.count()).where(PipelineVersion.pipeline_id.in_(ids))
    return dict(db.execute(query.group_by(PipelineVersion.pipeline_id)).tuples().all())


def _view(db: Session, pipeline: Pipeline, actor: Actor, versions: int | None = None) -> PipelineView:
    return PipelineView(
        id=pipeline.id,
        name=pipeline.name,
        template=pipeline.template,
        revision=pipeline.revision,
        created_at=pipeline.created_at,
        updated_at=pipeline.updated_at,
        owner_id=pipeline.owner_id,
        versions=_counts(db, [pipeline.id]).get(pipeline.id, 0) if versions is None else versions,
        can_write=may_write(actor, pipeline.owner_id),
        document=Document.model_validate(pipeline.draft),
    )


def _version_view(version: PipelineVersion) -> PipelineVersionView:
    return PipelineVersionView(
        id=version.id,
        pipeline_id=version.pipeline_id,
        number=version.number,
        name=version.name,
        description=version.description,
        created_at=version.created_at,
        document=Document.model_validate(version.document),
    )
