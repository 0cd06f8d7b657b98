"""Which rows to label next."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.backend.service.table_search import rows_at
from inkstone.backend.service.views import LabelQueue, QueueRow
from inkstone.components.artifacts import Role, Table
from inkstone.components.data.labels import is_missing, label_order

if TYPE_CHECKING:
    import numpy as np

_MOST_CLASSES = 200
_CELL = 4000  # characters of a cell that a person reads


@dataclass(frozen=True)
class LabelValues:
    """What the label column of a table holds.

    Attributes:
        rows: Rows of the table.
        unlabelled: Rows without a label, in order.
        classes: The commonest labels, in a fixed order.
    """

    rows: int
    unlabelled: "np.ndarray"
    classes: list[str]

    def sample(self, most: int) -> list[int]:
        """Return at most so many rows at even distances: those without a label, or all where every row has one."""
        known = self.unlabelled.tolist() or range(self.rows)
        return list(known[:: max(1, -(-len(known) // most))])


def label_values(table: Table, roles: Mapping[Role, str]) -> LabelValues:
    """Return what the label column holds; read once."""
    column = roles.get("label") or roles.get("labels")
    return _read(str(table.path), (table.path / "rows.arrow").stat().st_mtime_ns, column)


@lru_cache(maxsize=16)
def _read(folder: str, _changed: int, column: str | None) -> LabelValues:
    import numpy as np

    table = Table(Path(folder))
    rows = table.info.rows
    if column is None:
        return LabelValues(rows, np.arange(rows), [])
    counter: Counter[str] = Counter()
    parts, start = [], 0
    for batch in table.batches([column]):
        empty, counts = _look(batch.column(0))
        parts.append(np.flatnonzero(empty) + start)
        counter.update(counts)
        start += batch.num_rows
    commonest = [name for name, _ in counter.most_common(_MOST_CLASSES)]
    return LabelValues(rows, np.concatenate(parts) if parts else np.zeros(0, int), label_order(commonest))


def _look(array: Any) -> tuple["np.ndarray", dict[str, int]]:
    """Return which cells have no label, and how often each label stands in them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(array.type):
        counted = pc.value_counts(pc.list_flatten(array)).to_pylist()
        empty = np.asarray(pc.fill_null(pc.equal(pc.list_value_length(array), 0), True))
    else:
        array = array if pa.types.is_string(array.type) else array.cast(pa.string())
        counted = pc.value_counts(array).to_pylist()
        missing = [item["values"] for item in counted if item["values"] is not None and is_missing(item["values"])]
        empty = np.asarray(
            pc.or_(array.is_null(), pc.fill_null(pc.is_in(array, pa.array(missing, pa.string())), False))
        )
    return empty, {item["values"]: item["counts"] for item in counted if not is_missing(item["values"])}


def next_rows(
    table: Table,
    roles: Mapping[Role, str],
    given: Mapping[int, Sequence[str]],
    order: list[dict[str, Any]] | None,
    limit: int,
) -> LabelQueue:
    """Return the rows to label next.

    Args:
        table: The rows.
        roles: Which column is what.
        given: Rows that people labelled (or skipped: no labels).
        order: Rows with a model's suggestion, the least certain first; by default rows without a label come first.
        limit: Rows to return.
    """
    values = label_values(table, roles)
    advice = {item["row"]: item for item in order or []}
    skipped = [row for row, labels in given.items() if not labels]
    candidates = itertools.chain(advice, values.unlabelled.tolist() or range(values.rows))
    looked_at = itertools.islice(candidates, len(given) + len(advice) + limit)  # enough, whatever is left out
    fresh = (row for row in dict.fromkeys(looked_at) if row not in given)
    chosen = list(itertools.islice(itertools.chain(fresh, skipped), limit))
    column = roles.get("label") or roles.get("labels")
    people = [label for labels in given.values() for label in labels]
    known = {name.strip() for name in values.classes}
    found = rows_at(table, chosen)
    return LabelQueue(
        rows=[_queue_row(place, row, column, advice.get(place)) for place, row in zip(chosen, found, strict=True)],
        classes=label_order({*known, *people}),
        labelled=len(given) - len(skipped),
        skipped=len(skipped),
        unlabelled=len(values.unlabelled),
        total=values.rows,
    )


def rows_to_label(
    table: Table, roles: Mapping[Role, str], places: Sequence[int], advice: Mapping[int, dict[str, Any]]
) -> list[QueueRow]:
    """Return certain rows, with what a model thinks of them, in the order of ``places``."""
    column = roles.get("label") or roles.get("labels")
    found = rows_at(table, list(places))
    return [_queue_row(place, row, column, advice.get(place)) for place, row in zip(places, found, strict=True)]


def _queue_row(place: int, row: dict[str, Any], column: str | None, advice: dict[str, Any] | None) -> QueueRow:
    value = row.get(column) if column else None
    labels = value if isinstance(value, list) else [] if value is None or is_missing(str(value)) else [str(value)]
    shown = {
        name: cell[:_CELL] if isinstance(cell, str) else cell
        for name, cell in row.items()
        if not name.startswith("_row")
    }
    asked = {"suggestion": advice["suggestion"], "confidence": advice["confidence"]} if advice else {}
    return QueueRow(row=place, values=shown, labels=labels, **asked)
