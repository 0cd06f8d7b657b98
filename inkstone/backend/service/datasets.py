"""What a user may do with datasets."""

from collections.abc import Mapping
from typing import get_args

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from inkstone.backend.service import audit, dataset_rows
from inkstone.backend.service.actor import Actor, require_read, require_write
from inkstone.backend.service.errors import UNKNOWN_COLUMN, UNKNOWN_ROLE
from inkstone.backend.service.tables import preview_table
from inkstone.backend.service.uploads import Incoming, upload
from inkstone.backend.service.views import DatasetVersionView, DatasetView, Preview
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Dataset, now
from inkstone.components.artifacts import Role, TableInfo

__all__ = ["Incoming", "get", "list_", "owner", "preview", "schema", "set_roles", "trash", "upload", "versions"]


def list_(actor: Actor, query: str = "", limit: int = 100, offset: int = 0) -> list[DatasetView]:
    """Return datasets, newest first, whose name holds ``query``."""
    require_read(actor, "dataset.list")
    wanted = select(Dataset).where(Dataset.trashed_at.is_(None), Dataset.versions.any())
    if query:
        wanted = wanted.where(Dataset.name.icontains(query, autoescape=True))
    wanted = wanted.options(selectinload(Dataset.versions)).order_by(Dataset.created_at.desc(), Dataset.id)
    with session() as db:
        return [dataset_rows.dataset_view(item, actor) for item in db.scalars(wanted.limit(limit).offset(offset))]


def get(actor: Actor, reference: str) -> DatasetVersionView:
    """Return a version: ``NAME`` (the newest), ``NAME@2``, ``dataset:NAME@2`` or its id."""
    require_read(actor, "dataset.get")
    with session() as db:
        return dataset_rows.version_view(dataset_rows.find_version(db, reference))


def owner(actor: Actor, reference: str) -> str | None:
    """Return who owns a dataset; None for the local user."""
    require_read(actor, "dataset.get")
    with session() as db:
        return dataset_rows.find_version(db, reference).dataset.owner_id


def versions(actor: Actor, reference: str) -> list[DatasetVersionView]:
    """Return all versions of a dataset, newest first."""
    require_read(actor, "dataset.get")
    with session() as db:
        dataset = dataset_rows.find_version(db, reference).dataset
        return [dataset_rows.version_view(item) for item in reversed(dataset.versions)]


def schema(actor: Actor, reference: str) -> TableInfo:
    """Return the columns, roles and row count of a version."""
    require_read(actor, "dataset.get")
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        return TableInfo.model_validate({**version.info, "roles": version.roles})


def preview(
    actor: Actor,
    reference: str,
    offset: int = 0,
    limit: int = 50,
    search: str | None = None,
    *,
    filters: Mapping[str, str] | None = None,
) -> Preview:
    """Return some rows; with ``search``, those that hold it in any text column; with ``filters``, those with these values.

    An empty value of a filter finds the rows that have none.
    """
    require_read(actor, "dataset.preview")
    with session() as db:
        folder = dataset_rows.folder_of(dataset_rows.find_version(db, reference))
    return preview_table(folder / "table", offset, limit, search, filters)


def set_roles(actor: Actor, reference: str, roles: Mapping[str, str]) -> DatasetVersionView:
    """Say which column is the text, the label and so on; replaces the guess."""
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        require_write(actor, version.dataset.owner_id, "dataset.set_roles")
        names = [item.name for item in TableInfo.model_validate(version.info).columns]
        for role, column in roles.items():
            if role not in get_args(Role):
                raise UNKNOWN_ROLE(at=role, role=role, roles=", ".join(get_args(Role)))
            if column not in names:
                raise UNKNOWN_COLUMN(at=role, column=column, columns=", ".join(names))
        version.roles = dict(roles)
        audit.record(db, actor, "dataset.set_roles", f"{version.dataset.name}@{version.number}", roles=dict(roles))
        return dataset_rows.version_view(version)


def set_licence(actor: Actor, reference: str, licence: str) -> DatasetVersionView:
    """Note the licence of a dataset, as its owner states it; model cards show it."""
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        require_write(actor, version.dataset.owner_id, "dataset.set_licence")
        version.dataset.licence = " ".join(licence.split())[:200]
        audit.record(db, actor, "dataset.set_licence", version.dataset.name)
        return dataset_rows.version_view(version)


def trash(actor: Actor, reference: str) -> None:
    """Move a dataset with all its versions to the trash; its name becomes free."""
    with session() as db:
        dataset = dataset_rows.find_version(db, reference).dataset
        require_write(actor, dataset.owner_id, "dataset.trash")
        audit.record(db, actor, "dataset.trash", dataset.name)
        dataset.name = f"{dataset.name[:60]} ({dataset.id})"
        dataset.trashed_at = now()
