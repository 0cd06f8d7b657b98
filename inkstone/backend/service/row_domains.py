"""Columns of the data that test rows came from, by which they can be told apart: topic, source, month and the like."""

from collections import Counter
from functools import lru_cache
from pathlib import Path

from inkstone.backend.service import dataset_rows
from inkstone.backend.store.database import session
from inkstone.components.artifacts import ROW_ID, Table

MOST_VALUES = 40
"""A column with more values does not make groups that a person could look at."""
_MOST_ROWS = 500_000


def domains_of(reference: str, rows: set[int]) -> dict[str, dict[int, str]]:
    """Return column to row number to value, for columns of the data that have from two to forty values on these rows.

    Args:
        reference: The dataset version.
        rows: Numbers of the rows that count.

    Raises:
        InkstoneError: ``data.unknown_dataset``.
    """
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        folder, roles = dataset_rows.folder_of(version) / "table", dict(version.roles)
    columns = _columns(str(folder), tuple(sorted(set(roles.values()) - {roles.get("group", "")})))
    found = {}
    for name, values in columns.items():
        own = {row: values[row] for row in rows if row in values}
        if 2 <= len(set(own.values())) <= MOST_VALUES:
            found[name] = own
    return found


@lru_cache(maxsize=4)
def _columns(folder: str, without: tuple[str, ...]) -> dict[str, dict[int, str]]:
    """Return the columns of words (or whole numbers) with few values; versions never change, so they are kept."""
    table = Table(Path(folder))
    info = table.info
    if info.rows > _MOST_ROWS:
        return {}
    names = [
        item.name for item in info.columns if item.dtype in ("string", "bool", "int64") and item.name not in without
    ]
    values: dict[str, dict[int, str]] = {name: {} for name in names}
    seen: dict[str, Counter[str]] = {name: Counter() for name in names}
    for batch in table.batches([ROW_ID, *names]):
        rows = batch.column(ROW_ID).to_pylist()
        for name in list(values):
            cells = ["" if cell is None else str(cell) for cell in batch.column(name).to_pylist()]
            seen[name].update(cells)
            if len(seen[name]) > 10 * MOST_VALUES:  # as good as one value a row: an id, a time, a free text
                del values[name]
                continue
            values[name].update(zip(rows, cells, strict=True))
    return values
