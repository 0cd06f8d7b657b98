"""Takes a dataset away as CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from inkstone.backend.service import audit, dataset_rows
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.csv_safety import neutralise
from inkstone.backend.store.database import session
from inkstone.components.artifacts import ROW_ID, Table

_MARK = "\ufeff"  # lets spreadsheets see that the file is UTF-8


def export_csv(actor: Actor, reference: str) -> Iterator[str]:
    """Stream a version as CSV. Several values of one cell are joined by ``|``.

    Permission is checked, and the version found, before the first piece is asked for.
    """
    require_read(actor, "dataset.export")
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        folder = dataset_rows.folder_of(version) / "table"
        audit.record(db, actor, "dataset.export", f"{version.dataset.name}@{version.number}")
    return _lines(Table(folder))


def _lines(table: Table) -> Iterator[str]:
    names = [column.name for column in table.info.columns]
    yield _MARK + _written([names])
    for batch in table.batches(names):
        columns = [batch.column(name).to_pylist() for name in names if name != ROW_ID]
        yield _written(zip(*columns, strict=True))


def _written(rows: object) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([neutralise(_cell(cell)) for cell in row] for row in rows)  # type: ignore[attr-defined]
    return buffer.getvalue()


def _cell(value: object) -> object:
    return "|".join(map(str, value)) if isinstance(value, list) else value
