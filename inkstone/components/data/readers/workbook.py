"""XLSX workbooks, one sheet, streamed by openpyxl."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from inkstone.components.archives import reading_zip
from inkstone.components.data.errors import BROKEN_FILE, EMPTY_FILE, HEADER_ONLY, NO_SUCH_SHEET
from inkstone.components.data.header import has_header
from inkstone.components.data.options import Progress, ReadOptions
from inkstone.components.data.readers.archive import check_sizes
from inkstone.components.data.readers.base import Reading, column_names, string_columns
from inkstone.components.data.readers.json_text import scalar_text

_ROWS_A_BATCH = 4096


def read_workbook(path: Path, name: str, options: ReadOptions, progress: Progress | None) -> Reading:
    """Read a sheet; numbers become the text that the sheet shows for them."""
    import openpyxl

    with reading_zip(path, lambda reason: BROKEN_FILE(file=name, format="XLSX", detail=reason)) as archive:
        check_sizes(archive, path, options.limits)
    file = path.open("rb")  # an open file, because openpyxl refuses names that do not end in .xlsx
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever the broken part of the file provokes
        file.close()
        raise BROKEN_FILE(file=name, format="XLSX", detail=str(error)[:120]) from error
    sheet = _sheet(book, options.sheet)
    rows = _rows(sheet, name)
    head = [row for row, _ in zip(rows, range(200), strict=False)]
    if not head:
        raise EMPTY_FILE(file=f"{name} · {sheet.title}")
    width = max(len(row) for row in head)
    header = has_header([[cell or "" for cell in row] for row in head])
    if options.header != "auto":
        header = options.header == "yes"
    first = head[0] + [None] * (width - len(head[0]))
    names = column_names(first, options.limits, name) if header else [f"column_{n}" for n in range(1, width + 1)]
    body = head[1:] if header else head
    if not body:
        raise HEADER_ONLY(file=name)
    total = float(sheet.max_row or len(head))

    def batches() -> Iterator[pa.RecordBatch]:
        waiting = body
        done = 0
        for row in rows:
            if len(waiting) >= _ROWS_A_BATCH:
                yield _batch(waiting, names)
                done += len(waiting)
                waiting = []
                if progress:
                    progress(min(done, total), total)
            waiting.append(row)
        yield _batch(waiting, names)
        book.close()
        file.close()

    origin = {"format": "xlsx", "sheet": sheet.title, "header": "yes" if header else "no"}
    return Reading(string_columns(names), batches(), origin)


def _sheet(book: Any, wanted: str | None) -> Any:
    sheets = book.worksheets
    if wanted is None:
        return next((sheet for sheet in sheets if (sheet.max_row or 0) > 1), sheets[0])
    chosen = next((sheet for sheet in sheets if sheet.title == wanted), None)
    if chosen is None:
        raise NO_SUCH_SHEET(sheet=wanted, sheets=", ".join(sheet.title for sheet in sheets), at="sheet")
    return chosen


def _rows(sheet: Any, name: str) -> Iterator[list[str | None]]:
    """Yield rows as texts, empty rows and trailing empty cells left out."""
    sheet.reset_dimensions()  # the size that a file declares may be wrong
    try:
        for row in sheet.iter_rows(values_only=True):
            cells = [_cell_text(value) for value in row]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield cells
    except Exception as error:
        raise BROKEN_FILE(file=name, format="XLSX", detail=str(error)[:120]) from error


def _cell_text(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return scalar_text(value)


def _batch(rows: list[list[str | None]], names: list[str]) -> pa.RecordBatch:
    columns = [[row[place] if place < len(row) else None for row in rows] for place in range(len(names))]
    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)
