"""Reads texts and labels out of tables."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkstone.components.artifacts import ROW_ID, Table


@dataclass(frozen=True)
class TextRows:
    """The texts of a table in order; missing texts are empty, missing labels None."""

    row_ids: list[int]
    texts: list[str]
    pairs: list[str] | None
    labels: list[str | None] | None

    @property
    def every_text(self) -> list[str]:
        """All first texts, then all second ones."""
        return [*self.texts, *(self.pairs or [])]

    def plus(
        self, texts: Sequence[str], labels: Sequence[str | None], pairs: Sequence[str] | None = None
    ) -> "TextRows":
        """Return these rows and further ones behind them, with row ids of their own; where rows are pairs, ``pairs`` are theirs."""
        start = max(self.row_ids, default=-1) + 1
        return TextRows(
            [*self.row_ids, *range(start, start + len(texts))],
            [*self.texts, *texts],
            [*self.pairs, *(pairs or [])] if self.pairs is not None else None,
            [*(self.labels or []), *labels],
        )

    def labelled(self) -> "TextRows":
        """Return only the rows that have a label."""
        if self.labels is None:
            return self
        keep = [index for index, label in enumerate(self.labels) if label is not None]
        return TextRows(
            [self.row_ids[i] for i in keep],
            [self.texts[i] for i in keep],
            [self.pairs[i] for i in keep] if self.pairs is not None else None,
            [self.labels[i] for i in keep],
        )

    def counts(self) -> Counter[str]:
        """Return how many rows each class has."""
        return Counter(label for label in self.labels or [] if label is not None)


def read_rows(table: Table, *, label_needed: bool = True) -> TextRows:
    """Return the columns that have the roles ``text``, ``text_pair`` and ``label``.

    Raises:
        InkstoneError: ``data.missing_role``.
    """
    roles = table.info.roles
    text, pair = table.column("text"), roles.get("text_pair")
    label = table.column("label") if label_needed else roles.get("label")
    columns = [name for name in (text, pair, label) if name is not None]
    row_ids: list[int] = []
    values: dict[str, list[Any]] = {name: [] for name in columns}
    for batch in table.batches([ROW_ID, *dict.fromkeys(columns)]):
        row_ids += batch.column(ROW_ID).to_pylist()
        for name in values:
            values[name] += batch.column(name).to_pylist()
    return TextRows(
        row_ids,
        [_word(value) or "" for value in values[text]],
        [_word(value) or "" for value in values[pair]] if pair else None,
        [_word(value) for value in values[label]] if label else None,
    )


def class_names(table: Table, rows: TextRows) -> list[str]:
    """Return the classes of the training rows: in the table's own order where it has one, else sorted."""
    present = rows.counts()
    settled = [label for label in table.info.labels or [] if label in present]
    return settled + sorted(set(present) - set(settled))


def _word(value: Any) -> str | None:
    missing = value is None or value != value  # noqa: PLR0124 - NaN differs from itself
    return None if missing else str(value)
