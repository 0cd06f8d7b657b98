"""Text whose cells are parted by several characters, such as the ``_!_`` of the Toutiao corpora: one line, one row."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from inkstone.components.data.errors import HEADER_ONLY, RAGGED_ROW
from inkstone.components.data.options import Progress, ReadOptions
from inkstone.components.data.readers.base import Reading, column_names, string_columns
from inkstone.components.data.readers.delimited import shown, text_lines, text_sample
from inkstone.components.data.sniffing import Dialect, parse

_TOUTIAO = ("id", "code", "category", "title", "keywords")
"""Columns of the Toutiao title corpora, whose files name none."""


def read_long_delimited(
    path: Path, name: str, options: ReadOptions, progress: Progress | None, *, encoding: str, dialect: Dialect
) -> Reading:
    """Read lines of cells; there is no quoting, since a delimiter of several characters is chosen to need none."""
    first = parse(text_sample(path, encoding)[0], dialect.delimiter, quoting=False)[0]
    names = column_names(_header(first, dialect), options.limits, name)
    origin = {
        "encoding": encoding,
        "delimiter": dialect.delimiter,
        "header": "yes" if dialect.header else "no",
        "quoting": "off",
    }
    reading = Reading(string_columns(names), iter(()), origin)
    reading.batches = _batches(path, name, options, progress, dialect=dialect, reading=reading)
    return reading


def _header(first: list[str], dialect: Dialect) -> list[str | None]:
    """Return the names in the first line, those of a known corpus, or column_1, column_2, ..."""
    if dialect.header:
        return list(first)
    if dialect.delimiter == "_!_" and len(first) == len(_TOUTIAO):
        return list(_TOUTIAO)
    return [f"column_{place}" for place in range(1, len(first) + 1)]


def _batches(
    path: Path, name: str, options: ReadOptions, progress: Progress | None, *, dialect: Dialect, reading: Reading
) -> Iterator[pa.RecordBatch]:
    width, skipped, number, empty = len(reading.columns), 0, int(dialect.header), True
    schema = pa.schema([(column.name, pa.string()) for column in reading.columns])
    for lines in text_lines(path, reading.origin["encoding"], progress, skip=int(dialect.header)):
        rows: list[list[str | None]] = []
        for line in lines:
            number += 1
            cells = line.split(dialect.delimiter)
            if len(cells) == width:
                rows.append([cell or None for cell in cells])
            elif options.bad_rows == "refuse":
                raise RAGGED_ROW(row=number, expected=width, actual=len(cells), sample=shown(line))
            else:
                skipped += 1
        empty = empty and not rows
        columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)] if rows else []
        if columns:
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
    if empty:
        raise HEADER_ONLY(file=name)
    if skipped:
        reading.origin["skipped_rows"] = str(skipped)
