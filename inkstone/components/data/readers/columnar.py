"""Parquet files, streamed; the types they declare are kept where Inkstone has them."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from inkstone.components.artifacts import ColumnInfo
from inkstone.components.data.errors import BROKEN_FILE, HEADER_ONLY
from inkstone.components.data.options import Progress, ReadOptions
from inkstone.components.data.readers.base import Reading, column_names
from inkstone.components.data.readers.json_text import scalar_text
from inkstone.components.data.writing import arrow_type


def read_parquet(path: Path, name: str, options: ReadOptions, progress: Progress | None) -> Reading:
    """Read a Parquet file; nested values other than lists of plain values become JSON text."""
    try:
        file = parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BROKEN_FILE(file=name, format="Parquet", detail=str(error).splitlines()[0][:120]) from error
    if file.metadata.num_rows == 0:
        raise HEADER_ONLY(file=name)
    schema = file.schema_arrow
    names = column_names(list(schema.names), options.limits, name)
    columns = [ColumnInfo(name=column, dtype=_dtype(field.type)) for column, field in zip(names, schema, strict=True)]

    def batches() -> Iterator[pa.RecordBatch]:
        done, total = 0, file.metadata.num_rows
        wanted = pa.schema([(column.name, arrow_type(column.dtype)) for column in columns])
        try:
            for batch in file.iter_batches(4096):
                arrays = [_converted(array, field.type) for array, field in zip(batch.columns, wanted, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=wanted)
                done += batch.num_rows
                if progress:
                    progress(done, total)
        except (pa.ArrowInvalid, OSError) as error:
            raise BROKEN_FILE(file=name, format="Parquet", detail=str(error).splitlines()[0][:120]) from error

    return Reading(columns, batches(), {"format": "parquet"})


def _dtype(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    if pa.types.is_boolean(type_):
        return "bool"
    if pa.types.is_integer(type_) and type_ != pa.uint64():
        return "int64"
    if pa.types.is_floating(type_):
        return "float64"
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        item = type_.value_type
        if pa.types.is_floating(item):
            return "list<float>"
        if not pa.types.is_nested(item):
            return "list<string>"
    return "string"


def _converted(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if wanted == pa.string():
        if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
            return pa.array([_text(value) for value in array.to_pylist()], pa.string())
        texts = array.cast(pa.string())
        return pa.compute.if_else(pa.compute.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    return array.cast(wanted)


def _text(value: object) -> str | None:
    return scalar_text(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
