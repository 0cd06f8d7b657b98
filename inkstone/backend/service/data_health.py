"""How healthy a dataset is: its profile, what the data doctor finds, and a new version with the fixes chosen."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import cast

from inkstone import paths
from inkstone.backend.service import dataset_rows, datasets
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.views import DatasetVersionView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import ROW_ID, Role, Table
from inkstone.components.data.doctor import Finding, Fix
from inkstone.components.data.profile import TableProfile

Progress = Callable[[float, float], None]


def profile(actor: Actor, reference: str, progress: Progress | None = None) -> TableProfile:
    """Return what the columns of a version hold."""
    from inkstone.components.data.profile import profile_table

    require_read(actor, "dataset.profile")
    table, roles = _open(reference)
    return profile_table(table, roles, progress)


def examine(actor: Actor, reference: str, progress: Progress | None = None) -> list[Finding]:
    """Return what the data doctor finds in a version, the gravest first. Takes seconds to a minute."""
    from inkstone.components.data.doctor import examine as look_at

    require_read(actor, "dataset.examine")
    table, roles = _open(reference)
    return look_at(table, roles, progress=progress)


def fix(actor: Actor, reference: str, fixes: list[Fix]) -> DatasetVersionView:
    """Make a new version of a dataset with the fixes applied; the old one stays as it is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from inkstone.components.data.doctor import apply_fixes

    require_create(actor, "dataset.fix")
    old = datasets.get(actor, reference)
    table, roles = _open(reference)
    with tempfile.TemporaryDirectory(dir=paths.folder("uploads")) as folder:
        fixed = apply_fixes(table, fixes, Path(folder) / "table", roles)
        file = Path(folder) / f"{Path(old.file_name).stem[:200]}.parquet"
        names = [item.name for item in fixed.info.columns if item.name != ROW_ID]
        with pq.ParquetWriter(file, pa.schema(_schema(fixed, names))) as writer:
            for batch in fixed.batches(names):
                writer.write_batch(batch)
        version = datasets.upload(actor, file, file.name, name=old.name, replace=True)
    return datasets.set_roles(actor, version.reference, old.roles)


def _schema(table: Table, names: list[str]) -> list[tuple[str, object]]:
    schema = next(table.batches(names)).schema
    return [(field.name, field.type) for field in schema]


def _open(reference: str) -> tuple[Table, dict[Role, str]]:
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        folder = paths.inside(paths.home(), version.folder)
        roles = cast(dict[Role, str], dict(version.roles))
    return Table(folder / "table"), roles
