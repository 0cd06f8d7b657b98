"""Rows of tables for pages: streamed from the memory-mapped file, never loaded whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.backend.service.views import Preview
from inkstone.components.artifacts import ROW_ID, Table

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_ROWS = 1000
_MAX_CELL = 5000  # characters of a cell that travel to a page


def preview_table(folder: Path, offset: int = 0, limit: int = 50, search: str | None = None) -> Preview:
    """Return rows of a table folder.

    Args:
        folder: The artifact.
        offset: Rows to skip, of those found.
        limit: Rows to return, at most 1000.
        search: Only rows that hold this text, upper or lower case, in a text column.
    """
    table = Table(folder)
    names = [item.name for item in table.info.columns]
    offset, limit = max(offset, 0), min(max(limit, 0), _MAX_ROWS)
    rows: list[list[Any]] = []
    positions: list[int] = []
    total = 0
    for batch in table.batches():
        found = _matching(batch, search) if search else batch
        start, end = max(offset - total, 0), min(offset + limit - total, found.num_rows)
        total += found.num_rows
        if start < end:
            part = found.slice(start, end - start)
            positions += part.column(ROW_ID).to_pylist()
            rows += [[_short(row[name]) for name in names] for row in part.to_pylist()]
    return Preview(columns=names, rows=rows, positions=positions, total=total)


def spread_rows(folder: Path, count: int) -> list[dict[str, Any]]:
    """Return about ``count`` rows at even distances: files are often sorted by label."""
    table = Table(folder)
    step = max(1, -(-table.info.rows // count))
    rows: list[dict[str, Any]] = []
    seen = 0
    for batch in table.batches():
        first = -seen % step
        rows += batch.take(list(range(first, batch.num_rows, step))).to_pylist()
        seen += batch.num_rows
    return rows


def _matching(batch: "pa.RecordBatch", search: str) -> "pa.RecordBatch":
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = pa.array([False] * batch.num_rows)
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_string(field.type):
            hits = pc.match_substring(column, search, ignore_case=True)
            mask = pc.or_(mask, pc.fill_null(hits, False))
    return batch.filter(mask)


def _short(cell: Any) -> Any:
    if isinstance(cell, str) and len(cell) > _MAX_CELL:
        return cell[:_MAX_CELL] + "…"
    if isinstance(cell, float) and (cell != cell or abs(cell) == float("inf")):  # noqa: PLR0124 - JSON has no NaN
        return None
    return cell
