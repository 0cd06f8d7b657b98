"""Finds rows of a table folder by text and by value. What was found is kept, so that further pages cost nothing."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_WORKERS = min(4, os.cpu_count() or 1)


def find_places(folder: Path, search: str | None, filters: Mapping[str, str]) -> "np.ndarray":
    """Return the places of the rows that fit, in order.

    Args:
        folder: A table folder.
        search: Only rows that hold this text, upper or lower case, in a text column.
        filters: Column to the value it must have (or, a list, hold); an empty value means: no value.
    """
    changed = (folder / "rows.arrow").stat().st_mtime_ns
    return _find(str(folder), changed, search or "", tuple(sorted(filters.items())))


def rows_at(table: Table, places: "np.ndarray | list[int]") -> list[dict[str, Any]]:
    """Return the rows at these places, in the order given."""
    import numpy as np

    wanted = np.unique(np.asarray(places, np.int64))
    found: dict[int, dict[str, Any]] = {}
    start = 0
    for batch in table.batches():
        low, high = np.searchsorted(wanted, [start, start + batch.num_rows])
        if low < high:
            here = wanted[low:high]
            found.update(zip(here.tolist(), batch.take((here - start).tolist()).to_pylist(), strict=True))
        start += batch.num_rows
        if high == len(wanted):
            break
    return [found[int(place)] for place in places]


@lru_cache(maxsize=8)
def _find(folder: str, _changed: int, search: str, filters: tuple[tuple[str, str], ...]) -> "np.ndarray":
    import numpy as np

    def hits(batch: "pa.RecordBatch") -> "np.ndarray":
        return np.flatnonzero(_mask(batch, search, filters))

    batches = list(Table(Path(folder)).batches())
    with ThreadPoolExecutor(_WORKERS) as workers:  # Arrow's kernels leave the interpreter to others
        found = list(workers.map(hits, batches))
    starts = np.cumsum([0] + [batch.num_rows for batch in batches])
    parts = [places + start for places, start in zip(found, starts, strict=False)]
    return np.concatenate(parts).astype(np.uint32) if parts else np.zeros(0, np.uint32)


def _mask(batch: "pa.RecordBatch", search: str, filters: tuple[tuple[str, str], ...]) -> "np.ndarray":
    import numpy as np

    mask = np.ones(batch.num_rows, bool)
    for column, value in filters:
        mask &= _has(batch.column(column), value)
    return mask & _holds(batch, search) if search else mask


def _holds(batch: "pa.RecordBatch", search: str) -> "np.ndarray":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    mask = np.zeros(batch.num_rows, bool)
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if pa.types.is_string(field.type):
            found = pc.match_substring(column, search, ignore_case=True)
            mask |= np.asarray(pc.fill_null(found, False))
    return mask


def _has(column: "pa.Array", value: str) -> "np.ndarray":
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type):
        if not value:
            return np.asarray(pc.fill_null(pc.equal(pc.list_value_length(column), 0), True))
        mask = np.zeros(len(column), bool)
        owners = np.asarray(pc.list_parent_indices(column))
        mask[owners[np.asarray(pc.fill_null(_equal(pc.list_flatten(column), value), False))]] = True
        return mask
    if not value:
        empty = pc.equal(pc.utf8_trim_whitespace(column), "") if pa.types.is_string(column.type) else column.is_null()
        return np.asarray(pc.fill_null(empty, True))
    return np.asarray(pc.fill_null(_equal(column, value), False))


def _equal(column: "pa.Array", value: str) -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.equal(column if pa.types.is_string(column.type) else column.cast(pa.string()), value)
