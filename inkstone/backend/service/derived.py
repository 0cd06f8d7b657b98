"""New versions of a dataset made from an older one: the old one stays as it is."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from inkstone import paths
from inkstone.backend.service import dataset_rows
from inkstone.backend.service.actor import Actor, require_write
from inkstone.backend.service.uploads import Incoming
from inkstone.backend.service.views import DatasetVersionView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Role, Table
from inkstone.components.data.options import Progress

Roles = dict[Role, str]
Change = Callable[[Table, Roles, Path], tuple[Table, Roles]]


def open_version(reference: str) -> tuple[Table, Roles]:
    """Return the table of a version, and which column is what."""
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        return Table(dataset_rows.folder_of(version) / "table"), cast(Roles, dict(version.roles))


def derive(
    actor: Actor, reference: str, change: Change, made: Mapping[str, Any], progress: Progress | None = None
) -> DatasetVersionView:
    """Make a version of the same dataset out of a changed table.

    Args:
        actor: Who makes it.
        reference: The version to start from.
        change: Takes the table, its roles and a folder to work in; returns the changed table and its roles.
        made: How it was made; ``from`` and ``by`` are added.
        progress: Called with rows done and rows to do; may raise to stop.
    """
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        require_write(actor, version.dataset.owner_id, "dataset.derive")
        old = dataset_rows.version_view(version)
    table, roles = open_version(old.id)
    with tempfile.TemporaryDirectory(dir=paths.folder("uploads")) as scratch:
        changed, roles = change(table, roles, Path(scratch))
        file = _write_parquet(changed, Path(scratch) / f"{Path(old.file_name).stem[:200]}.parquet")
        facts = {**made, "from": old.version, "by": actor.name}
        with Incoming(actor, file.name) as incoming:
            incoming.take(file)
            named = {str(role): column for role, column in roles.items()}
            return incoming.register(name=old.name, replace=True, progress=progress, roles=named, made=facts)


def _write_parquet(table: Table, file: Path) -> Path:
    """Write the rows as the file that the new version came from: its rows are counted anew."""
    import pyarrow.parquet as pq

    names = [column.name for column in table.info.columns]
    batches = table.batches(names)
    first = next(batches)
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_batch(first)
        for batch in batches:
            writer.write_batch(batch)
    return file
