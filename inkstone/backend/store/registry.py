"""Takes model folders into the registry, whole or not at all."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Model, ModelVersion
from inkstone.components.artifacts import content_hash
from inkstone.components.texts import Text


def register_model(
    name: str,
    folder: Path,
    *,
    metrics: Mapping[str, float],
    note: Text | None = None,
    run_id: str | None = None,
    node: str | None = None,
    owner_id: str | None = None,
) -> str:
    """Copy a model folder into the registry as the next version of ``name``; return ``NAME@VERSION``.

    The same bytes as the newest version give that version again, with the new figures.

    Args:
        name: Name of the model; made when it is new, taken out of the trash when it lies there.
        folder: A model folder with ``inkstone.json``.
        metrics: Figures shown beside the version.
        note: Why it was chosen.
        run_id: The run that made it.
        node: The node that made it.
        owner_id: Who owns a new model.

    Raises:
        InkstoneError: ``path.bad_name`` or ``system.disk_full``.
    """
    name = paths.safe_name(name)
    digest = content_hash(folder)
    task = str(json.loads((folder / "inkstone.json").read_text("utf-8")).get("task", ""))
    models = paths.folder("models")
    unfinished = models / f".unfinished-{uuid4().hex}"
    try:
        with disk_errors(models):
            shutil.copytree(folder, unfinished)
        with session() as opened:
            model = _model(opened, name, owner_id)
            newest = model.versions[-1] if model.versions else None
            if newest is not None and newest.sha256 == digest:
                newest.metrics = dict(metrics)
                newest.note = note.model_dump() if note else newest.note
                return f"{name}@{newest.number}"
            number = 1 + (opened.scalar(select(func.max(ModelVersion.number)).filter_by(model_id=model.id)) or 0)
            target = paths.inside(models, f"{name}-{model.id}", str(number))
            version = ModelVersion(
                model_id=model.id,
                number=number,
                folder=target.relative_to(paths.home()).as_posix(),
                sha256=digest,
                bytes=sum(item.stat().st_size for item in unfinished.rglob("*") if item.is_file()),
                task=task,
                run_id=run_id,
                node=node,
                metrics=dict(metrics),
                note=note.model_dump() if note else None,
            )
            opened.add(version)
            opened.flush()  # holds the number (unique) before the folder takes its place
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)  # left by a process that died before its commit
            unfinished.rename(target)
            return f"{name}@{number}"
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def is_registered(opened: Session, name: str, number: int) -> bool:
    """Return whether a version of a model is in the registry and not in the trash."""
    found = select(ModelVersion.id).join(Model).where(Model.name == name, Model.trashed_at.is_(None))
    return opened.scalar(found.where(ModelVersion.number == number)) is not None


def _model(opened: Session, name: str, owner_id: str | None) -> Model:
    model = opened.scalars(select(Model).where(Model.name == name)).first()
    if model is None:
        model = Model(name=name, owner_id=owner_id)
        opened.add(model)
        opened.flush()
    model.trashed_at = None
    return model
