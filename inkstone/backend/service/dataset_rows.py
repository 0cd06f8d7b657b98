"""Rows of datasets: finding them by reference, and turning them into views."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.service.actor import Actor, may_write
from inkstone.backend.service.views import DatasetVersionView, DatasetView
from inkstone.backend.store import lookup
from inkstone.backend.store.tables import Dataset, DatasetVersion
from inkstone.components.artifacts import TableInfo
from inkstone.components.errors import InkstoneError

_ID = re.compile(r"^[0-9a-f]{16}$")
_UNUSABLE = re.compile(r"[^\w\-. ]+")


def find_version(db: Session, reference: str) -> DatasetVersion:
    """Return a version by ``NAME``, ``NAME@2``, ``dataset:NAME@2`` or its id.

    Raises:
        InkstoneError: ``data.unknown_dataset``.
    """
    found = db.get(DatasetVersion, reference) if _ID.match(reference) else None
    return found if found and not found.dataset.trashed_at else lookup.dataset_version(db, reference)


def folder_of(version: DatasetVersion) -> Path:
    """Return the folder of a version: ``raw``, ``table`` and ``jobs`` lie in it."""
    return paths.inside(paths.home(), version.folder)


def with_content(db: Session, sha256: str, name: str | None) -> DatasetVersion | None:
    """Return the version (of the dataset ``name``, if given) that holds exactly these bytes."""
    query = select(DatasetVersion).join(Dataset).where(Dataset.trashed_at.is_(None), DatasetVersion.sha256 == sha256)
    if name is not None:
        query = query.where(Dataset.name == name)
    return db.scalar(query.order_by(DatasetVersion.created_at.desc()).limit(1))


def name_for(file_name: str) -> str:
    """Return a dataset name made of a file name: ``新 消息(1).csv`` gives ``新 消息-1``."""
    stem = _UNUSABLE.sub("-", PurePosixPath(file_name).stem).strip("-_. ")[:90]
    try:
        return paths.safe_name(stem.replace("..", "."))
    except InkstoneError:
        return "dataset"


def candidates(name: str) -> Iterator[str]:
    """Yield the name, then name-2, name-3, ..."""
    yield name
    for number in itertools.count(2):
        yield f"{name}-{number}"


def takes(dataset: Dataset, actor: Actor, info: TableInfo) -> bool:
    """Return whether an upload without a name of its own may become a version of ``dataset``."""
    return may_write(actor, dataset.owner_id) and dataset.trashed_at is None and same_columns(dataset, info)


def columns(dataset: Dataset) -> list[str]:
    """Return the column names of the newest version."""
    if not dataset.versions:
        return []
    return [item.name for item in TableInfo.model_validate(dataset.versions[-1].info).columns]


def same_columns(dataset: Dataset, info: TableInfo) -> bool:
    """Return whether the newest version has the same columns, in any order."""
    return not dataset.versions or set(columns(dataset)) == {item.name for item in info.columns}


def version_view(version: DatasetVersion, reused: bool = False) -> DatasetVersionView:
    """Return the view of a version."""
    info = TableInfo.model_validate(version.info)
    name = version.dataset.name
    return DatasetVersionView(
        id=version.id,
        dataset_id=version.dataset_id,
        name=name,
        version=version.number,
        reference=f"dataset:{name}@{version.number}",
        created_at=version.created_at,
        file_name=version.file_name,
        bytes=version.bytes,
        sha256=version.sha256,
        rows=version.rows,
        columns=info.columns,
        roles=version.roles,
        origin=info.origin,
        note=version.note,
        made=version.made,
        licence=version.dataset.licence or "",
        reused=reused,
    )


def dataset_view(dataset: Dataset, actor: Actor) -> DatasetView:
    """Return the view of a dataset."""
    return DatasetView(
        id=dataset.id,
        name=dataset.name,
        description=dataset.description,
        created_at=dataset.created_at,
        owner_id=dataset.owner_id,
        versions=len(dataset.versions),
        latest=version_view(dataset.versions[-1]),
        can_write=may_write(actor, dataset.owner_id),
    )
