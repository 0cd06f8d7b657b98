"""What a user may do with registered models."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast, get_args
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, may_write, require_read, require_write
from inkstone.backend.service.errors import BAD_FORMAT, NO_TEXTS, TOO_MANY_TEXTS, UNEVEN_PAIRS
from inkstone.backend.service.views import ModelVersionView, ModelView, Scored
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Model, ModelVersion, now
from inkstone.components.texts import Text

Format = Literal["safetensors", "onnx", "standalone"]
_MOST_TEXTS = 10_000


def list_(actor: Actor, query: str = "", limit: int = 100, offset: int = 0) -> list[ModelView]:
    """Return models, newest first, whose name holds ``query``."""
    require_read(actor, "model.list")
    wanted = select(Model).where(Model.trashed_at.is_(None), Model.versions.any())
    if query:
        wanted = wanted.where(Model.name.icontains(query, autoescape=True))
    wanted = wanted.options(selectinload(Model.versions)).order_by(Model.created_at.desc(), Model.id)
    with session() as db:
        return [_model_view(item, actor) for item in db.scalars(wanted.limit(limit).offset(offset))]


def get(actor: Actor, reference: str) -> ModelVersionView:
    """Return a version: ``NAME`` (the newest) or ``NAME@2``.

    Raises:
        InkstoneError: ``models.unknown``.
    """
    require_read(actor, "model.get")
    with session() as db:
        return version_view(lookup.model_version(db, reference))


def versions(actor: Actor, name: str) -> list[ModelVersionView]:
    """Return all versions of a model, newest first."""
    require_read(actor, "model.get")
    with session() as db:
        return [version_view(item) for item in reversed(lookup.model_version(db, name).model.versions)]


def owner(actor: Actor, name: str) -> str | None:
    """Return who owns a model."""
    require_read(actor, "model.get")
    with session() as db:
        return lookup.model_version(db, name).model.owner_id


def folder(actor: Actor, reference: str) -> Path:
    """Return the folder of a version, for the demo and the predictor."""
    require_read(actor, "model.predict")
    with session() as db:
        return version_folder(lookup.model_version(db, reference))


def classifier_folder(actor: Actor, reference: str) -> Path:
    """Return the folder of a version that gives one class a text.

    Raises:
        InkstoneError: ``models.unknown``, ``model.other_answer``.
    """
    from inkstone.components.nlp.tagging.errors import OTHER_ANSWER
    from inkstone.components.nlp.tagging.loading import is_tagger

    task = get(actor, reference).task
    if is_tagger(task):
        raise OTHER_ANSWER(task=task, wanted="单个类别", wanted_en="one class a text", at="model")
    return folder(actor, reference)


def predict(
    actor: Actor, reference: str, texts: Sequence[str], pairs: Sequence[str] | None = None
) -> list[list[Scored]]:
    """Return for each text the labels with their scores, best first.

    Raises:
        InkstoneError: ``models.unknown``, or what is wrong with the texts.
    """
    from inkstone.backend.serving.loaded import ask, classifier

    require_texts(texts, pairs)
    second = list(pairs) if pairs is not None else None
    ranked = ask(folder(actor, reference), lambda model: classifier(model).predict(list(texts), second))
    return [[Scored.model_validate(item) for item in row] for row in ranked]


def require_texts(texts: Sequence[str], pairs: Sequence[str] | None) -> None:
    """Raise ``predict.no_texts``, ``predict.too_many_texts`` or ``predict.uneven_pairs`` unless a request can be answered."""
    if not texts:
        raise NO_TEXTS(at="texts")
    if len(texts) > _MOST_TEXTS:
        raise TOO_MANY_TEXTS(at="texts", limit=_MOST_TEXTS)
    if pairs is not None and len(pairs) != len(texts):
        raise UNEVEN_PAIRS(at="pairs", texts=len(texts), pairs=len(pairs))


def export(actor: Actor, reference: str, format: str, output: Path | None = None) -> Path:
    """Write a version as one file to take away, and return its path.

    Args:
        actor: Who asks.
        reference: ``NAME`` or ``NAME@2``.
        format: ``safetensors``, ``onnx`` or ``standalone``.
        output: Where to; by default a file below ``cache/exports``, made once for each version.
    """
    from inkstone.backend.serving.export import export_model

    require_read(actor, "model.export")
    if format not in get_args(Format):
        raise BAD_FORMAT(at="format", format=format, formats=", ".join(get_args(Format)))
    kind = cast(Format, format)
    with session() as db:
        version = lookup.model_version(db, reference)
        audit.record(db, actor, "model.export", f"{version.model.name}@{version.number}", format=format)
        source, name = version_folder(version), f"{version.model.name}-{version.number}-{format}"
    if output is not None:
        export_model(source, kind, output)
        return output
    target = paths.inside(paths.folder("cache"), "exports", f"{version.id}-{version.sha256[:12]}", f"{name}.zip")
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{uuid4().hex}.zip")
        try:
            export_model(source, kind, unfinished)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
    return target


def trash(actor: Actor, name: str) -> None:
    """Move a model with all its versions to the trash."""
    with session() as db:
        model = lookup.model_version(db, name).model
        require_write(actor, model.owner_id, "model.trash")
        model.trashed_at = now()
        audit.record(db, actor, "model.trash", model.name)


def version_view(version: ModelVersion) -> ModelVersionView:
    """Return the view of a version."""
    return ModelVersionView(
        id=version.id,
        model_id=version.model_id,
        name=version.model.name,
        version=version.number,
        reference=f"{version.model.name}@{version.number}",
        stage=version.stage,
        created_at=version.created_at,
        sha256=version.sha256,
        bytes=version.bytes,
        task=version.task,
        run_id=version.run_id,
        node=version.node,
        metrics=version.metrics,
        note=Text.model_validate(version.note) if version.note else None,
        labels=_labels(version),
    )


def _model_view(model: Model, actor: Actor) -> ModelView:
    return ModelView(
        id=model.id,
        name=model.name,
        description=model.description,
        created_at=model.created_at,
        owner_id=model.owner_id,
        versions=len(model.versions),
        latest=version_view(model.versions[-1]),
        can_write=may_write(actor, model.owner_id),
    )


def version_folder(version: ModelVersion) -> Path:
    """Return where the files of a version lie."""
    return paths.inside(paths.home(), version.folder)


def _labels(version: ModelVersion) -> list[str]:
    try:
        facts = json.loads((version_folder(version) / "inkstone.json").read_text("utf-8"))
    except (OSError, json.JSONDecodeError):
        return []  # the folder is gone or damaged: the list still shows the row, loading says what is wrong
    return [str(label) for label in facts.get("labels", [])]
