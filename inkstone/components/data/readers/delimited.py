"""CSV, TSV and other delimited text, streamed by Arrow's CSV parser; plain lines without columns."""

import csv as plain_csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
from pyarrow import csv

from inkstone.components.data.encodings import find_encoding
from inkstone.components.data.errors import BROKEN_FILE, CELL_TOO_LONG, HEADER_ONLY, RAGGED_ROW, TOO_MANY_COLUMNS
from inkstone.components.data.header import has_header
from inkstone.components.data.names import role_of_name
from inkstone.components.data.options import Progress, ReadOptions
from inkstone.components.data.readers.base import Reading, WatchedFile, column_names, string_columns
from inkstone.components.data.readers.entity_text import looks_like_conll, read_conll
from inkstone.components.data.sniffing import SAMPLE_BYTES, Dialect, find_dialect, kind_of_text, parse, tab_quoting

_BLOCK_BYTES = 8 << 20
_LINES_A_BATCH = 8192


@dataclass(frozen=True)
class _Source:
    """A delimited file with all that was found out about it."""

    path: Path
    name: str
    options: ReadOptions
    encoding: str
    dialect: Dialect


def read_text(path: Path, name: str, options: ReadOptions, progress: Progress | None) -> Reading:
    """Read any text file: JSON, JSON lines, delimited text, or plain lines."""
    encoding = find_encoding(path, name, options.encoding)
    sample, complete = text_sample(path, encoding)
    kind = kind_of_text(sample, complete=complete)
    if kind in {"json", "jsonl"}:
        from inkstone.components.data.readers.json_text import read_json

        return read_json(path, name, options, progress, encoding=encoding, lines=kind == "jsonl")
    if options.delimiter == "auto" and looks_like_conll(sample, complete=complete):
        return read_conll(path, name, progress, encoding)
    dialect = _dialect(sample, name, options, complete=complete)
    if dialect and dialect.delimiter == "\t" and options.quoting == "auto":
        dialect = replace(dialect, quoting=_tab_quoting(path, encoding, dialect.columns))
    if dialect is None:
        return _read_lines(path, options, progress, encoding)
    if len(dialect.delimiter) > 1:
        from inkstone.components.data.readers.long_delimiter import read_long_delimited

        return read_long_delimited(path, name, options, progress, encoding=encoding, dialect=dialect)
    source = _Source(path, name, options, encoding, dialect)
    rows = parse(sample, dialect.delimiter, dialect.quoting, complete=complete)
    return _read_delimited(source, rows, progress, complete=complete)


def _tab_quoting(path: Path, encoding: str, columns: int) -> bool:
    with path.open(encoding=encoding, newline="") as lines, path.open(encoding=encoding, newline="") as again:
        return tab_quoting(lines, lambda: plain_csv.reader(again, delimiter="\t"), columns)


def text_sample(path: Path, encoding: str) -> tuple[str, bool]:
    """Return the beginning of a text file and whether that is all of it."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    complete = len(head) == path.stat().st_size
    with io.TextIOWrapper(io.BytesIO(head), encoding, errors="ignore", newline="") as reader:
        return reader.read(), complete


def _dialect(sample: str, name: str, options: ReadOptions, *, complete: bool) -> Dialect | None:
    found = find_dialect(sample, name, complete=complete)
    if options.delimiter != "auto":
        quoting = options.quoting != "off"
        rows = parse(sample, options.delimiter, quoting, complete=complete)
        found = Dialect(options.delimiter, quoting, has_header(rows), len(rows[0]))
    if found is None:
        return None
    quoting = found.quoting if options.quoting == "auto" else options.quoting == "on"
    header = found.header if options.header == "auto" else options.header == "yes"
    return Dialect(found.delimiter, quoting, header, found.columns)


def _read_delimited(
    source: _Source, sample_rows: list[list[str]], progress: Progress | None, *, complete: bool
) -> Reading:
    dialect, limits = source.dialect, source.options.limits
    if dialect.header:
        names = column_names(list(sample_rows[0]), limits, source.name)
        if complete and len(sample_rows) == 1:
            raise HEADER_ONLY(file=source.name)
    else:
        names = [f"column_{place}" for place in range(1, dialect.columns + 1)]
        if len(names) > limits.columns:
            raise TOO_MANY_COLUMNS(file=source.name, actual=len(names), limit=limits.columns)
    origin = {
        "encoding": source.encoding,
        "delimiter": {"\t": "tab"}.get(dialect.delimiter, dialect.delimiter),
        "header": "yes" if dialect.header else "no",
        "quoting": "on" if dialect.quoting else "off",
    }
    reading = Reading(string_columns(names), iter(()), origin)
    reading.batches = _delimited_batches(source, progress, reading)
    return reading


class _BadRows:
    """Remembers rows with a wrong number of cells; only the first one is told."""

    def __init__(self) -> None:
        self.first: Any = None
        self.count = 0

    def __call__(self, row: Any) -> str:
        self.first = self.first or row
        self.count += 1
        return "skip"


def _delimited_batches(source: _Source, progress: Progress | None, reading: Reading) -> Iterator[pa.RecordBatch]:
    names = [column.name for column in reading.columns]
    bad = _BadRows()
    with WatchedFile(source.path, progress) as file:
        try:
            for batch in csv.open_csv(pa.PythonFile(file, mode="r"), **_arrow_options(source, names, bad)):
                _refuse(bad, source.options)
                yield batch
        except pa.ArrowInvalid as error:
            _refuse(bad, source.options)
            raise _meaning(error, source, names) from error
    _refuse(bad, source.options)
    if bad.count:
        reading.origin["skipped_rows"] = str(bad.count)


def _arrow_options(source: _Source, names: list[str], bad: _BadRows) -> dict[str, Any]:
    dialect = source.dialect
    return {
        "read_options": csv.ReadOptions(
            use_threads=False,  # in parallel, Arrow does not know the numbers of bad rows
            block_size=_BLOCK_BYTES,
            encoding="utf8" if source.encoding in {"utf-8", "utf-8-sig"} else source.encoding,
            column_names=names,
            skip_rows_after_names=1 if dialect.header else 0,
        ),
        "parse_options": csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if dialect.quoting else False,
            newlines_in_values=dialect.quoting,
            invalid_row_handler=bad,
        ),
        "convert_options": csv.ConvertOptions(
            column_types={column: pa.string() for column in names},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    }


def _refuse(bad: _BadRows, options: ReadOptions) -> None:
    if bad.first is not None and options.bad_rows == "refuse":
        row = bad.first
        raise RAGGED_ROW(
            row=row.number, expected=row.expected_columns, actual=row.actual_columns, sample=shown(row.text)
        )


def shown(text: str) -> str:
    """Return the beginning of a row, on one line, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:60] + "…"


def _meaning(error: Exception, source: _Source, names: list[str]) -> Exception:
    """Turn what Arrow says into what a user can act on."""
    if "straddling" not in str(error):
        return BROKEN_FILE(file=source.name, format="CSV", detail=str(error)[:160])
    row, column, length = _longest_cell(source)
    limit = source.options.limits.cell
    return CELL_TOO_LONG(row=row, at=names[min(column, len(names) - 1)], actual=length, limit=limit)


def _longest_cell(source: _Source) -> tuple[int, int, int]:
    """Return row, column and length of the longest cell; only asked when a row is larger than a block."""
    plain_csv.field_size_limit(1 << 31)
    style: Literal[0, 3] = plain_csv.QUOTE_MINIMAL if source.dialect.quoting else plain_csv.QUOTE_NONE
    best = (1, 0, 0)
    with source.path.open(encoding=source.encoding, newline="") as file:
        for number, row in enumerate(
            plain_csv.reader(file, delimiter=source.dialect.delimiter, quoting=style), start=1
        ):
            for place, cell in enumerate(row):
                if len(cell) > best[2]:
                    best = (number, place, len(cell))
            if best[2] > _BLOCK_BYTES // 4:
                break
    return best


def _read_lines(path: Path, options: ReadOptions, progress: Progress | None, encoding: str) -> Reading:
    """Read plain text: one line, one row, in a column called ``text``."""
    sample, _ = text_sample(path, encoding)
    first = next((line.strip() for line in sample.splitlines() if line.strip()), "")
    header = options.header == "yes" or (options.header == "auto" and role_of_name(first) == "text")
    names = column_names([first], options.limits, path.name) if header else ["text"]

    def batches() -> Iterator[pa.RecordBatch]:
        schema = pa.schema([(names[0], pa.string())])
        for lines in text_lines(path, encoding, progress, skip=1 if header else 0):
            yield pa.RecordBatch.from_arrays([pa.array(lines, pa.string())], schema=schema)

    origin = {"encoding": encoding, "format": "lines", "header": "yes" if header else "no"}
    return Reading(string_columns(names), batches(), origin)


def text_lines(path: Path, encoding: str, progress: Progress | None = None, skip: int = 0) -> Iterator[list[str]]:
    """Stream the lines that are not blank, in lists of bounded size, the first ``skip`` of them left out."""
    lines: list[str] = []
    held = 0
    with io.TextIOWrapper(io.BufferedReader(WatchedFile(path, progress), 1 << 20), encoding) as reader:
        for line in reader:
            content = line.strip("\r\n\ufeff")
            if not content.strip():
                continue
            if skip:
                skip -= 1
                continue
            lines.append(content)
            held += len(content)
            if len(lines) >= _LINES_A_BATCH or held > _BLOCK_BYTES:
                yield lines
                lines, held = [], 0
    if lines:
        yield lines
