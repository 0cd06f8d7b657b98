"""What the readers share: the columns they announce, progress, and column names."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from inkstone.components.artifacts import ROW_ID, ColumnInfo
from inkstone.components.data.errors import DUPLICATE_COLUMNS, TOO_MANY_COLUMNS
from inkstone.components.data.options import Limits, Progress


@dataclass
class Reading:
    """A file that is being read.

    Attributes:
        columns: The columns it has.
        batches: Their rows.
        origin: Facts for the report; readers may add to it while they read.
    """

    columns: list[ColumnInfo]
    batches: Iterator[pa.RecordBatch]
    origin: dict[str, str] = field(default_factory=dict)


class WatchedFile(io.RawIOBase):
    """A file that reports how far it has been read."""

    def __init__(self, path: Path, progress: Progress | None) -> None:
        self._file = path.open("rb", buffering=0)
        self._total = path.stat().st_size
        self._progress = progress

    def readable(self) -> bool:
        """Return True: it is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into ``buffer`` and report."""
        count = self._file.readinto(buffer) or 0
        if self._progress:
            self._progress(self._file.tell(), self._total)
        return count

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def column_names(raw: list[str | None], limits: Limits, file: str) -> list[str]:
    """Return usable names for a header: trimmed, empty ones filled, ``_row`` set aside for Inkstone.

    Raises:
        InkstoneError: ``data.duplicate_columns`` or ``data.too_many_columns``.
    """
    if len(raw) > limits.columns:
        raise TOO_MANY_COLUMNS(file=file, actual=len(raw), limit=limits.columns)
    names = [(name or "").strip().lstrip("\ufeff") for name in raw]
    given = [name for name in names if name]
    twice = sorted({name for name in given if given.count(name) > 1})
    if twice:
        raise DUPLICATE_COLUMNS(columns=", ".join(twice), at=twice[0], row=1)
    taken = set(given) | {ROW_ID}
    result = []
    for position, name in enumerate(names, start=1):
        chosen = (
            name if name and name != ROW_ID else _free_name(f"column_{position}" if not name else f"{name}_", taken)
        )
        taken.add(chosen)
        result.append(chosen)
    return result


def _free_name(wish: str, taken: set[str]) -> str:
    while wish in taken:
        wish += "_"
    return wish


def string_columns(names: list[str]) -> list[ColumnInfo]:
    """Return text columns with these names."""
    return [ColumnInfo(name=name, dtype="string") for name in names]
