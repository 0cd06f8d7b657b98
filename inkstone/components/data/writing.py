"""Writes tables: ``rows.arrow`` in batches of a fixed size, so that the same rows give the same bytes, and ``table.json``."""

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Role, Table, TableInfo, write_json

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 8192
_BATCH_BYTES = 64 << 20  # rows with long texts are written earlier


def arrow_type(dtype: str) -> "pa.DataType":
    """Return the Arrow type of a column's ``dtype``."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "list<string>": pa.list_(pa.string()),
        "list<float>": pa.list_(pa.float64()),
    }
    return types[dtype]


class TableWriter:
    """Writes one table, batch by batch.

    Example:
        >>> with TableWriter(folder, [ColumnInfo(name="text", dtype="string")]) as writer:
        ...     writer.write(batch)
        >>> table = writer.finish(roles={"text": "text"})

    Args:
        folder: The empty folder of the artifact.
        columns: The columns, without ``_row``.
    """

    def __init__(self, folder: Path, columns: list[ColumnInfo]) -> None:
        import pyarrow as pa

        self.folder = folder
        self.columns = columns
        self.rows = 0
        fields = [pa.field(ROW_ID, pa.int64())] + [pa.field(item.name, arrow_type(item.dtype)) for item in columns]
        self.schema = pa.schema(fields)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._sink = pa.OSFile(str(folder / "rows.arrow"), "wb")
        self._stream = pa.ipc.new_stream(self._sink, self.schema)

    def write(self, batch: "pa.RecordBatch | pa.Table | dict[str, Any]") -> None:
        """Add rows. Without a ``_row`` column they are numbered on from the last row.

        Args:
            batch: An Arrow batch or table with the columns by name, or a dictionary of lists or arrays.
        """
        import pyarrow as pa

        get = batch.__getitem__ if isinstance(batch, dict) else batch.column
        names = list(batch) if isinstance(batch, dict) else batch.schema.names
        arrays: list[pa.Array | None] = []
        for field in self.schema:
            if field.name == ROW_ID and ROW_ID not in names:
                arrays.append(None)
                continue
            arrays.append(_as_array(get(field.name), field.type))
        rows = next(len(array) for array in arrays if array is not None)
        if arrays[0] is None:
            arrays[0] = pa.array(range(self.rows, self.rows + rows), pa.int64())
        if rows == 0:
            return
        made = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        self.rows += rows
        self._waiting.append(made)
        self._waiting_rows += rows
        self._waiting_bytes += made.nbytes
        if self._waiting_rows >= BATCH_ROWS or self._waiting_bytes >= _BATCH_BYTES:
            self._flush(everything=self._waiting_bytes >= _BATCH_BYTES)

    def _flush(self, *, everything: bool) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        whole = pa.concat_batches(self._waiting)
        start = 0
        while whole.num_rows - start >= BATCH_ROWS or (everything and start < whole.num_rows):
            self._stream.write_batch(whole.slice(start, BATCH_ROWS))
            start += BATCH_ROWS
        rest = whole.slice(start) if start < whole.num_rows else None
        self._waiting = [rest] if rest is not None else []
        self._waiting_rows = rest.num_rows if rest is not None else 0
        self._waiting_bytes = rest.nbytes if rest is not None else 0

    def close(self) -> None:
        """Write what waits and close the file."""
        if self._sink.closed:
            return
        self._flush(everything=True)
        self._stream.close()
        self._sink.close()

    def finish(
        self,
        *,
        roles: dict[Role, str] | None = None,
        labels: list[str] | None = None,
        origin: dict[str, str] | None = None,
    ) -> Table:
        """Close the file, write ``table.json`` and return the table."""
        self.close()
        info = TableInfo(rows=self.rows, columns=self.columns, roles=roles or {}, labels=labels, origin=origin or {})
        write_json(self.folder / "table.json", info.model_dump(mode="json"))
        return Table(self.folder)

    def finish_like(self, info: TableInfo, **changes: Any) -> Table:
        """Close the file and describe it as ``info`` does, apart from the row count, the columns and ``changes``."""
        kept: dict[str, Any] = {"roles": info.roles, "labels": info.labels, "origin": info.origin} | changes
        return self.finish(**kept)

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        elif not self._sink.closed:
            self._sink.close()


def _as_array(values: Any, wanted: "pa.DataType") -> "pa.Array":
    import pyarrow as pa

    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values if values.type == wanted else values.cast(wanted)
    return pa.array(values, wanted)
