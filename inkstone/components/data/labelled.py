"""Writes a table with labels that people gave to its rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Role, Table
from inkstone.components.data.labels import is_missing

if TYPE_CHECKING:
    import pyarrow as pa


def write_labels(
    table: Table,
    labels: Mapping[int, Sequence[str]],
    out: Path,
    roles: Mapping[Role, str] | None = None,
    check: Callable[[], None] | None = None,
) -> tuple[Table, dict[Role, str]]:
    """Write a new table in which some rows have other labels.

    A table without a label column gets one. Where a row has more than one label and the table has a column for one alone, the
    first goes there, and a column with the role ``labels`` lists all labels of every row.

    Args:
        table: The table as it is; it stays so.
        labels: Row, by ``_row``, to its labels, the chief one first.
        out: The folder to make.
        roles: Which column holds the labels; by default what the table itself says.
        check: Called for each batch; may raise to stop.

    Returns:
        The new table, and the roles of its columns.
    """
    from inkstone.components.data.writing import TableWriter

    info = table.info
    names = [column.name for column in info.columns]
    made: dict[Role, str] = dict(info.roles if roles is None else roles)
    if "label" not in made and "labels" not in made:
        made["label"] = free_name("label", names)
    if "labels" not in made and any(len(given) > 1 for given in labels.values()):
        made["labels"] = free_name("labels", [*names, made["label"]])
    one, several = made.get("label"), made.get("labels")
    kinds = {one: "string", several: "list<string>"}
    columns = [column.model_copy(update={"dtype": kinds.get(column.name, column.dtype)}) for column in info.columns]
    columns += [
        ColumnInfo.model_validate({"name": name, "dtype": kinds[name]}) for name in kinds if name and name not in names
    ]
    with TableWriter(out, columns) as writer:
        for batch in table.batches():
            if check:
                check()
            writer.write(_labelled(batch, labels, one, several))
        return writer.finish_like(info, labels=None, roles=made), made


def _labelled(
    batch: "pa.RecordBatch", labels: Mapping[int, Sequence[str]], one: str | None, several: str | None
) -> dict[str, Any]:
    import pyarrow as pa

    data: dict[str, Any] = dict(zip(batch.schema.names, batch.columns, strict=True))
    given = [labels.get(row) for row in batch.column(ROW_ID).to_pylist()]
    if one:
        before = data[one].cast(pa.string()).to_pylist() if one in data else [None] * len(given)
        chief = [new[0] if new else old for new, old in zip(given, before, strict=True)]
        data[one] = pa.array(chief, pa.string())
    if several:
        lists = data[several].to_pylist() if several in data else [_as_list(label) for label in chief]
        data[several] = pa.array(
            [list(new) if new else _as_list(old) for new, old in zip(given, lists, strict=True)], pa.list_(pa.string())
        )
    return data


def _as_list(value: Any) -> list[str]:
    if isinstance(value, list):
        return value
    return [] if value is None or is_missing(str(value)) else [str(value)]


def free_name(name: str, taken: Sequence[str]) -> str:
    """Return the name, or the first of name_2, name_3, ... that is free."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found
