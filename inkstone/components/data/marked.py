"""Writes a table with the spans that people marked in its texts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Role, Table
from inkstone.components.data.labelled import free_name


def write_spans(
    table: Table,
    spans: Mapping[int, Sequence[Mapping[str, Any]]],
    out: Path,
    roles: Mapping[Role, str] | None = None,
    *,
    only_marked: bool = False,
    check: Callable[[], None] | None = None,
) -> tuple[Table, dict[Role, str]]:
    """Write a new table in which some rows have other spans.

    The column with the role ``entities`` (made when there is none) holds a JSON list of ``{"start", "end", "label"}`` in
    characters of the text. A row that nobody marked keeps what it had.

    Args:
        table: The table as it is; it stays so.
        spans: Row, by ``_row``, to its spans; none where the text holds none.
        out: The folder to make.
        roles: Which column is what; by default what the table itself says.
        only_marked: Leave out rows without a cell of spans: a model would learn from them that their texts hold none.
        check: Called for each batch; may raise to stop.

    Returns:
        The new table, and the roles of its columns.
    """
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.tagging.entities import Entity, write_entities

    info = table.info
    names = [column.name for column in info.columns]
    made: dict[Role, str] = dict(info.roles if roles is None else roles)
    made.setdefault("entities", free_name("entities", names))
    column = made["entities"]
    columns = [item.model_copy(update={"dtype": "string"}) if item.name == column else item for item in info.columns]
    if column not in names:
        columns.append(ColumnInfo(name=column, dtype="string"))
    cells = {
        row: write_entities([Entity(item["start"], item["end"], item["label"]) for item in marked])
        for row, marked in spans.items()
    }
    with TableWriter(out, columns) as writer:
        for batch in table.batches():
            if check:
                check()
            data: dict[str, Any] = dict(zip(batch.schema.names, batch.columns, strict=True))
            before = data[column].to_pylist() if column in data else [None] * batch.num_rows
            values = [cells.get(row, old) for row, old in zip(batch.column(ROW_ID).to_pylist(), before, strict=True)]
            data[column] = pa.array(values, pa.string())
            if only_marked:
                keep = pa.array([bool(value and value.strip()) for value in values], pa.bool_())
                data = {name: pa.array(cell).filter(keep) for name, cell in data.items()}
            writer.write(data)
        return writer.finish_like(info, roles=made), made
