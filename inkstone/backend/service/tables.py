"""Rows of tables for pages: streamed from the memory-mapped file, never loaded whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.backend.service.errors import UNKNOWN_COLUMN
from inkstone.backend.service.table_search import find_places, rows_at
from inkstone.backend.service.views import Preview
from inkstone.components.artifacts import ROW_ID, Table

_MAX_ROWS = 1000
_MAX_CELL = 5000  # characters of a cell that travel to a page


def preview_table(
    folder: Path,
    offset: int = 0,
    limit: int = 50,
    search: str | None = None,
    filters: Mapping[str, str] | None = None,
) -> Preview:
    """Return rows of a table folder.

    Args:
        folder: The artifact.
        offset: Rows to skip, of those found.
        limit: Rows to return, at most 1000.
        search: Only rows that hold this text, upper or lower case, in a text column.
        filters: Only rows with these values, by column; an empty value means: no value.

    Raises:
        InkstoneError: ``dataset.unknown_column``.
    """
    table = Table(folder)
    info = table.info
    names = [item.name for item in info.columns]
    for column in filters or {}:
        if column not in names:
            raise UNKNOWN_COLUMN(at=column, column=column, columns=", ".join(names))
    offset, limit = max(offset, 0), min(max(limit, 0), _MAX_ROWS)
    if search or filters:
        found = find_places(folder, search, filters or {})
        total, places = len(found), found[offset : offset + limit].tolist()
    else:
        total, places = info.rows, list(range(offset, min(offset + limit, info.rows)))
    rows = rows_at(table, places)
    return Preview(
        columns=names,
        rows=[[_short(row[name]) for name in names] for row in rows],
        positions=[row[ROW_ID] for row in rows],
        total=total,
    )


def spread_rows(folder: Path, count: int) -> list[dict[str, Any]]:
    """Return about ``count`` rows at even distances: files are often sorted by label."""
    table = Table(folder)
    rows = table.info.rows
    return rows_at(table, list(range(0, rows, max(1, -(-rows // count)))))


def _short(cell: Any) -> Any:
    if isinstance(cell, str) and len(cell) > _MAX_CELL:
        return cell[:_MAX_CELL] + "…"
    if isinstance(cell, float) and (cell != cell or abs(cell) == float("inf")):  # noqa: PLR0124 - JSON has no NaN
        return None
    return cell
