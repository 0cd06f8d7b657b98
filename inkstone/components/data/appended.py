"""Writes a table with further labelled texts at its end."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import ROW_ID, Role, Table


def append_labelled(
    table: Table,
    texts: Sequence[str],
    labels: Sequence[str] | Sequence[list[str]],
    roles: Mapping[Role, str],
    out: Path,
    *,
    role: Role = "label",
) -> Table:
    """Write a new table: the rows as they are, then one row for each further text, its other cells empty.

    Args:
        table: The table as it is; it stays so. Its label column becomes text where it held numbers.
        texts: Further texts.
        labels: Their labels; lists for the role ``labels``, written as JSON where that column is text.
        roles: Which column holds the text and which the label.
        out: The folder to make.
        role: Of the label column.
    """
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter, arrow_type

    info = table.info
    kinds = {roles["text"]: "string"}
    lists = any(column.name == roles[role] and column.dtype == "list<string>" for column in info.columns)
    if not lists:
        kinds[roles[role]] = "string"
        labels = [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in labels]
    columns = [column.model_copy(update={"dtype": kinds.get(column.name, column.dtype)}) for column in info.columns]
    given = {roles["text"]: list(texts), roles[role]: list(labels)}
    with TableWriter(out, columns) as writer:
        for batch in table.batches():
            data: dict[str, Any] = dict(zip(batch.schema.names, batch.columns, strict=True))
            for name in kinds:
                data[name] = data[name].cast(pa.string())
            writer.write(data)
        start = writer.rows
        more: dict[str, Any] = {
            column.name: given.get(column.name) or pa.nulls(len(texts), arrow_type(column.dtype)) for column in columns
        }
        writer.write({ROW_ID: list(range(start, start + len(texts))), **more})
        return writer.finish_like(info, labels=None, roles=dict(roles))
