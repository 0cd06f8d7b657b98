"""Reads raw text for pre-training: a passage a line, from plain or compressed files, tables, JSON lines and Parquet.

Everything streams: no file is ever held whole.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from inkstone.components.nlp.pretraining_errors import BROKEN_FILE, MISSING_FIELD, NOT_UTF8, UNKNOWN_FORMAT

COMPRESSIONS = {".xz": "xz", ".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
FORMATS = (".txt", ".csv", ".tsv", ".jsonl", ".json", ".parquet")

Field = str | int
"""A column by its name, or by its position in a file without a header."""


def corpus_files(path: Path) -> list[Path]:
    """Return a file itself, or the corpus files below a folder in the order of their names."""
    if path.is_file():
        return [path]
    return sorted(item for item in path.rglob("*") if item.is_file() and _format(item) in FORMATS)


def _format(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _open(path: Path) -> BinaryIO:
    compression = COMPRESSIONS.get(path.suffix.lower())
    if compression is None:
        return path.open("rb")
    if compression == "xz":
        import lzma

        return cast(BinaryIO, lzma.open(path, "rb"))
    import pyarrow as pa

    return cast(BinaryIO, pa.input_stream(str(path), compression=compression))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line numbers and lines. Bytes are split before decoding, so that an error names its line."""
    import io

    number = 0
    try:
        with _open(path) as raw, io.BufferedReader(cast(io.RawIOBase, raw), 1 << 20) as file:
            for number, line in enumerate(file, 1):
                yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise NOT_UTF8(file=path.name, line=number, row=number) from None
    except (OSError, EOFError, ValueError, RuntimeError) as error:
        raise BROKEN_FILE(file=path.name, reason=str(error)) from error


def read_documents(path: Path, fields: Sequence[Field] = (), separator: str = "\t") -> Iterator[str]:
    """Yield the passages of one file: stripped, never empty.

    Args:
        path: A ``.txt`` (a passage a line), ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file; all but the last may be
            compressed with xz, gz, bz2 or zst.
        fields: Which columns hold text, each a passage of its own. Names, or positions where the table has no header.
        separator: What stands between the columns of a ``.txt`` file.

    Raises:
        InkstoneError: ``pretrain.not_utf8``, ``pretrain.broken_file``, ``pretrain.unknown_format``, ``pretrain.missing_field``.
    """
    kind = _format(path)
    if kind == ".parquet":
        passages = _parquet(path, [str(field) for field in fields])
    elif kind in (".jsonl", ".json"):
        passages = _json_rows(path, [str(field) for field in fields or ("text",)])
    elif kind in (".csv", ".tsv"):
        passages = _table(path, fields, "," if kind == ".csv" else "\t")
    elif kind == ".txt" or not kind:
        passages = _separated(path, fields, separator) if fields else (line for _, line in _lines(path))
    else:
        raise UNKNOWN_FORMAT(file=path.name)
    for passage in passages:
        stripped = passage.strip()
        if stripped:
            yield stripped


def _json_rows(path: Path, fields: list[str]) -> Iterator[str]:
    for number, row in _json_values(path):
        for field in fields:
            if not isinstance(row, dict) or field not in row:
                raise MISSING_FIELD(file=path.name, line=number, field=field, row=number)
            yield str(row[field] or "")


def _json_values(path: Path) -> Iterator[tuple[int, object]]:
    """Yield the objects of JSON lines, or of one JSON list (which cannot be read in a stream)."""
    lines = _lines(path)
    for number, line in lines:
        if not line.strip():
            continue
        is_list = number == 1 and line.lstrip().startswith("[")
        text = "\n".join([line, *(rest for _, rest in lines)]) if is_list else line
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            raise BROKEN_FILE(file=path.name, reason=f"line {number}: {error}", row=number) from None
        if is_list:
            yield from enumerate(value, 1)
        else:
            yield number, value


def _table(path: Path, fields: Sequence[Field], delimiter: str) -> Iterator[str]:
    """Read a table. Tab-separated files are taken without quoting, as their publishers write them."""
    csv.field_size_limit(1 << 24)
    lines = (line + "\n" for _, line in _lines(path))
    if delimiter == "\t":
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=delimiter)
    places = [field for field in fields if isinstance(field, int)] or None
    for row in reader:
        if places is None:
            missing = [field for field in fields if field not in row]
            if missing or not fields:
                raise MISSING_FIELD(file=path.name, line=1, field=missing[0] if missing else "?")
            places = [row.index(str(field)) for field in fields]
            continue
        for place in places:
            if place < len(row):
                yield row[place]


def _separated(path: Path, fields: Sequence[Field], separator: str) -> Iterator[str]:
    for number, line in _lines(path):
        cells = line.split(separator)
        for field in fields:
            if not isinstance(field, int) or field >= len(cells):
                raise MISSING_FIELD(file=path.name, line=number, field=field, row=number)
            yield cells[field]


def _parquet(path: Path, fields: list[str]) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        for field in fields:
            if field not in file.schema_arrow.names:
                raise MISSING_FIELD(file=path.name, line=1, field=field)
        for batch in file.iter_batches(columns=fields or None):
            for column in batch.columns:
                yield from (str(value.as_py() or "") for value in column if value.is_valid)
    except pa.ArrowInvalid as error:
        raise BROKEN_FILE(file=path.name, reason=str(error)) from error


def read_corpus(paths: Iterable[Path], fields: Sequence[Field] = ()) -> Iterator[str]:
    """Yield the passages of files and folders, one after another."""
    for path in paths:
        for file in corpus_files(path):
            yield from read_documents(file, fields)
