"""Reads any uploaded file, zip or folder into a table folder: ``read_table`` is the one door for uploads and pipelines."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from inkstone.components.artifacts import TableInfo
from inkstone.components.data.errors import (
    CELL_TOO_LONG,
    EMPTY_FILE,
    HEADER_ONLY,
    TOO_LARGE,
    TOO_MANY_ROWS,
    UNKNOWN_FORMAT,
)
from inkstone.components.data.options import Limits, Progress, ReadOptions
from inkstone.components.data.sniffing import Kind, find_kind

if TYPE_CHECKING:
    import pyarrow as pa

    from inkstone.components.data.readers.base import Reading

__all__ = ["Limits", "Progress", "ReadOptions", "read_table", "sniff"]


def sniff(path: Path, name: str) -> Kind:
    """Return what kind of file this is, by its content.

    Raises:
        InkstoneError: Empty, binary, or of a format that cannot be read.
    """
    return find_kind(path, name)


def read_table(
    path: Path, name: str, out: Path, options: ReadOptions | None = None, progress: Progress | None = None
) -> TableInfo:
    """Read a file, zip or folder into the table folder ``out``.

    Rows are streamed: memory stays bounded whatever the size. The same bytes and options give the same files. When
    anything is wrong, nothing stays in ``out``.

    Args:
        path: What the user uploaded.
        name: The name it was uploaded under: shown in messages; its ending only breaks ties.
        out: The folder to make; it must be missing or empty.
        options: Encoding, delimiter and so on; by default all found by content.
        progress: Called with bytes (or rows) done and in total; may raise to stop.

    Returns:
        What ``out/table.json`` says.

    Raises:
        InkstoneError: What is wrong with the file, with row and column where known.
    """
    options = options or ReadOptions()
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".unpacked-") as scratch:
            reading = _open(path, name, options, progress, Path(scratch))
            return _write(reading, name, out, options.limits)
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)
        raise


def _open(path: Path, name: str, options: ReadOptions, progress: Progress | None, scratch: Path) -> "Reading":
    from inkstone.components.data.readers import archive

    if path.is_dir():
        return _open_members(archive.folder_members(path, name, options.limits), name, options, progress, scratch)
    size = path.stat().st_size
    if size > options.limits.bytes:
        limit = archive.readable_bytes(options.limits.bytes)
        raise TOO_LARGE(file=name, actual=archive.readable_bytes(size), limit=limit)
    kind = find_kind(path, name)
    if kind == "zip":
        members = archive.unpack(path, name, scratch, options, progress)
        return _open_members(members, name, options, progress, scratch)
    return _open_file(path, name, kind, options, progress)


def _open_file(path: Path, name: str, kind: Kind, options: ReadOptions, progress: Progress | None) -> "Reading":
    if kind == "xlsx":
        from inkstone.components.data.readers.workbook import read_workbook

        return read_workbook(path, name, options, progress)
    if kind == "parquet":
        from inkstone.components.data.readers.columnar import read_parquet

        return read_parquet(path, name, options, progress)
    from inkstone.components.data.readers.delimited import read_text

    return read_text(path, name, options, progress)


def _open_members(
    members: list[tuple[str, Path]], name: str, options: ReadOptions, progress: Progress | None, scratch: Path
) -> "Reading":
    from inkstone.components.data.readers import archive

    table, label_files, left_out = archive.choose(members, name)
    if table is not None:
        member, path = table
        kind = find_kind(path, member)
        if kind == "zip":
            raise UNKNOWN_FORMAT(file=member, found="压缩包里的压缩包", found_en="an archive inside an archive")
        reading = _open_file(path, member, kind, options, progress)
        reading.origin["member"] = member
    else:
        reading = archive.read_label_files(label_files, name, options, progress)
    if left_out:
        reading.origin["left_out"] = ", ".join(left_out[:10])
    return reading


def _write(reading: "Reading", name: str, out: Path, limits: Limits) -> TableInfo:
    from inkstone.components.data.writing import TableWriter

    with TableWriter(out, reading.columns) as writer:
        for batch in reading.batches:
            _refuse_long_cells(batch, writer.rows + (reading.origin.get("header") == "yes"), limits)
            writer.write(batch)
            if writer.rows > limits.rows:
                raise TOO_MANY_ROWS(file=name, limit=limits.rows)
        if writer.rows == 0:
            raise (HEADER_ONLY if reading.origin.get("header") == "yes" else EMPTY_FILE)(file=name)
        table = writer.finish(origin={"file": name} | reading.origin)
    return table.info


def _refuse_long_cells(batch: "pa.RecordBatch", rows_before: int, limits: Limits) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for column, array in zip(batch.schema.names, batch.columns, strict=True):
        if not pa.types.is_string(array.type) or array.nbytes <= limits.cell:
            continue
        lengths = pc.utf8_length(array)
        longest = pc.max(lengths).as_py()
        if longest is not None and longest > limits.cell:
            place = pc.index(lengths, longest).as_py()
            raise CELL_TOO_LONG(at=column, row=rows_before + place + 1, actual=longest, limit=limits.cell)
