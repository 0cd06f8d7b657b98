"""Reads texts and their lists of labels out of tables; hierarchies of labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Table
from inkstone.components.nlp.tagging.errors import NO_LABEL_LISTS

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np


@dataclass
class LabelRows:
    """The texts of a table with their labels; rows without a list (null, which ``data.map_columns`` never writes) are left out."""

    row_ids: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    labels: list[list[str]] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """Return how many rows each label has."""
        return Counter(label for row in self.labels for label in row)


def with_parents(labels: Sequence[str], separator: str | None) -> list[str]:
    """Return labels with all their parents: ``a/b`` has the parent ``a`` where the separator is ``/``."""
    if not separator:
        return list(dict.fromkeys(labels))
    found: dict[str, None] = {}
    for label in labels:
        parts = label.split(separator)
        found.update(dict.fromkeys(separator.join(parts[:count]) for count in range(1, len(parts) + 1)))
    return list(found)


def read_label_rows(table: Table, separator: str | None = None) -> LabelRows:
    """Return texts with their labels, parents included; a single-label column is taken where there is no list.

    Raises:
        InkstoneError: ``data.missing_role``.
    """
    roles = table.info.roles
    words = table.column("text")
    column = roles.get("labels") or roles.get("label") or table.column("labels")
    found = LabelRows()
    for batch in table.batches([ROW_ID, words, column]):
        columns = (batch.column(name).to_pylist() for name in (ROW_ID, words, column))
        for row, text, cell in zip(*columns, strict=True):
            if cell is None:
                continue
            labels = cell if isinstance(cell, list) else [str(cell)]
            found.row_ids.append(row)
            found.texts.append("" if text is None else str(text))
            found.labels.append(with_parents(labels, separator))
    return found


def as_label_table(rows: LabelRows, folder: "Path") -> Table:
    """Write rows as a table with roles."""
    from inkstone.components.data.writing import TableWriter

    columns = [ColumnInfo(name="text", dtype="string"), ColumnInfo(name="labels", dtype="list<string>")]
    with TableWriter(folder, columns) as writer:
        writer.write({ROW_ID: rows.row_ids, "text": rows.texts, "labels": rows.labels})
        return writer.finish(roles={"text": "text", "labels": "labels"})


def training_labels(rows: LabelRows, least: int) -> list[str]:
    """Return the labels that enough rows have, sorted.

    Raises:
        InkstoneError: ``tags.none``.
    """
    labels = sorted(label for label, count in rows.counts().items() if count >= least)
    if not labels:
        raise NO_LABEL_LISTS(at="labels")
    return labels


def as_matrix(rows: Sequence[Sequence[str]], labels: Sequence[str]) -> "np.ndarray":
    """Return which row has which label, shape (rows, labels), bool; unknown labels are left out."""
    import numpy as np

    numbers = {label: number for number, label in enumerate(labels)}
    found = np.zeros((len(rows), len(labels)), dtype=bool)
    for place, row in enumerate(rows):
        known = [numbers[label] for label in row if label in numbers]
        found[place, known] = True
    return found


def coherent(scores: "np.ndarray", labels: Sequence[str], separator: str | None) -> "np.ndarray":
    """Raise the score of each parent to the highest of its descendants, so that no label goes without its parents.

    The max constraint module of Giunchiglia and Lukasiewicz, "Coherent hierarchical multi-label classification networks", 2020.
    """
    if not separator:
        return scores
    import numpy as np

    numbers = {label: number for number, label in enumerate(labels)}
    found = scores.copy()
    for label in sorted(labels, key=lambda item: -item.count(separator)):
        parent = numbers.get(label.rpartition(separator)[0])
        if parent is not None:
            found[:, parent] = np.maximum(found[:, parent], found[:, numbers[label]])
    return found
