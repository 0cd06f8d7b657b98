"""JSON arrays, objects with one list, and JSON lines: streamed twice, first for the columns, then for the rows."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from inkstone.components.artifacts import ColumnInfo
from inkstone.components.data.errors import BROKEN_FILE, HEADER_ONLY, JSON_SHAPE, MIXED_COLUMN
from inkstone.components.data.options import Progress, ReadOptions
from inkstone.components.data.readers.base import Reading, WatchedFile, column_names
from inkstone.components.data.readers.entity_json import with_entities
from inkstone.components.data.writing import arrow_type

_ROWS_A_BATCH = 4096


def read_json(
    path: Path, name: str, options: ReadOptions, progress: Progress | None, *, encoding: str, lines: bool
) -> Reading:
    """Read JSON; lists of plain values become list columns, objects inside a row stay as JSON text."""
    prefix = "" if lines else _list_prefix(path, name, encoding)

    def half(start: float) -> Progress | None:
        return (lambda done, total: progress(start * total + done / 2, total)) if progress else None

    def rows(part: Progress | None) -> Iterator[dict[str, Any]]:
        source = _json_lines(path, name, encoding, part) if lines else _items(path, name, encoding, prefix, part)
        return with_entities(_as_objects(source, name))

    is_list = _columns(rows(half(0)))
    if not is_list:
        raise HEADER_ONLY(file=name)
    keys = list(is_list)
    names = column_names(list(keys), options.limits, name)
    columns = [
        ColumnInfo(name=column, dtype="list<string>" if is_list[key] else "string")
        for column, key in zip(names, keys, strict=True)
    ]
    origin = {"encoding": encoding, "format": "jsonl" if lines else "json"}
    return Reading(columns, _batches(rows(half(0.5)), keys, columns), origin)


def _columns(rows: Iterator[dict[str, Any]]) -> dict[str, bool]:
    """Return the keys in order of appearance, each with whether it holds lists."""
    is_list: dict[str, bool | None] = {}
    for number, row in enumerate(rows, start=1):
        for key, value in row.items():
            known = is_list.setdefault(key, None)
            if value is None:
                continue
            found = _is_plain_list(value)
            if known is not None and known != found:
                raise MIXED_COLUMN(at=key, row=number)
            is_list[key] = found
    return {key: bool(value) for key, value in is_list.items()}


def _batches(rows: Iterator[dict[str, Any]], keys: list[str], columns: list[ColumnInfo]) -> Iterator[pa.RecordBatch]:
    schema = pa.schema([(column.name, arrow_type(column.dtype)) for column in columns])
    waiting: list[dict[str, Any]] = []
    held = 0

    def made() -> pa.RecordBatch:
        arrays = [
            pa.array([_cell(row.get(key)) for row in waiting], field.type)
            for key, field in zip(keys, schema, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=schema)

    for row in rows:
        waiting.append(row)
        held += sum(len(value) for value in row.values() if isinstance(value, str))
        if len(waiting) >= _ROWS_A_BATCH or held > 8 << 20:
            yield made()
            waiting, held = [], 0
    if waiting:
        yield made()


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(item, dict | list) for item in value)


def _cell(value: Any) -> str | list[str] | None:
    if value is None or value == "":
        return None
    if _is_plain_list(value):
        return [text for item in value if (text := scalar_text(item)) is not None]
    return scalar_text(value)


def scalar_text(value: Any) -> str | None:
    """Return a value as the text that JSON or a workbook shows for it."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _as_objects(items: Iterator[Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield objects; texts alone become ``{"text": ...}``."""
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            yield item
        elif isinstance(item, str):
            yield {"text": item}
        elif isinstance(item, list):
            yield {f"column_{place}": value for place, value in enumerate(item, start=1)}
        else:
            raise JSON_SHAPE(
                row=number, detail=f"第 {number} 项不是对象。", detail_en=f"item {number} is not an object.", file=name
            )


def _json_lines(path: Path, name: str, encoding: str, progress: Progress | None) -> Iterator[Any]:
    from pydantic_core import from_json

    with io.TextIOWrapper(io.BufferedReader(WatchedFile(path, progress), 1 << 20), encoding) as reader:
        for number, line in enumerate(reader, start=1):
            content = line.strip("\ufeff \t\r\n")
            if not content:
                continue
            try:
                yield from_json(content)
            except ValueError as error:
                detail, detail_en = f"第 {number} 行不是完整的 JSON。", f"line {number} is not complete JSON."
                raise JSON_SHAPE(row=number, detail=detail, detail_en=detail_en, file=name) from error


def _items(path: Path, name: str, encoding: str, prefix: str, progress: Progress | None) -> Iterator[Any]:
    import ijson

    with _utf8(path, encoding, progress) as file:
        try:
            yield from ijson.items(file, prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
            raise BROKEN_FILE(file=name, format="JSON", detail=str(error).splitlines()[0][:120]) from error


def _list_prefix(path: Path, name: str, encoding: str) -> str:
    """Return where the rows are: ``item`` for an array, ``KEY.item`` for an object with one list of rows."""
    import ijson

    found: list[str] = []
    seen_lists: list[str] = []
    with _utf8(path, encoding, None) as file:
        try:
            for place, event, _ in ijson.parse(file):
                if place == "" and event == "start_array":
                    return "item"
                if event == "start_array" and place and "." not in place:
                    seen_lists.append(place)
                elif event == "start_map" and place.endswith(".item") and place.count(".") == 1:
                    key = place.removesuffix(".item")
                    if key not in found:
                        found.append(key)
        except (ijson.JSONError, ValueError) as error:
            raise BROKEN_FILE(file=name, format="JSON", detail=str(error).splitlines()[0][:120]) from error
    candidates = found or (seen_lists if len(seen_lists) == 1 else [])
    if len(candidates) == 1:
        return f"{candidates[0]}.item"
    if not candidates:
        raise JSON_SHAPE(
            detail="最外层对象里没有一列数据行。", detail_en="the outer object holds no list of rows.", file=name
        )
    both = ", ".join(candidates)
    raise JSON_SHAPE(
        detail=f"最外层对象里有多个列表：{both}。",
        detail_en=f"the outer object holds several lists: {both}.",
        file=name,
    )


class _Recoded(io.RawIOBase):
    """Bytes of a text file in UTF-8, whatever its own encoding."""

    def __init__(self, path: Path, encoding: str, progress: Progress | None) -> None:
        self._reader = io.TextIOWrapper(io.BufferedReader(WatchedFile(path, progress), 1 << 20), encoding)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = self._reader.read(1 << 18).lstrip("\ufeff").encode()
        part = self._rest[: len(buffer)]
        buffer[: len(part)] = part
        self._rest = self._rest[len(part) :]
        return len(part)

    def close(self) -> None:
        self._reader.close()
        super().close()


def _utf8(path: Path, encoding: str, progress: Progress | None) -> io.RawIOBase:
    return WatchedFile(path, progress) if encoding == "utf-8" else _Recoded(path, encoding, progress)
