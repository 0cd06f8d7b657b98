"""The work of ``data.split``: reads what decides, assigns the rows, writes the parts."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING

from inkstone.components.artifacts import Artifact, Table
from inkstone.components.data.assignment import assign, units_of
from inkstone.components.data.errors import TOO_FEW_ROWS
from inkstone.components.data.text_keys import digest, text_keys
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

PARTS = ("train", "dev", "test")
_NAMES = {"train": text("训练集", "train"), "dev": text("开发集", "dev"), "test": text("测试集", "test")}
_DROPPED = -1


def split_table(
    ctx: Context,
    table: Table,
    given: Mapping[str, Table],
    shares: Mapping[str, float],
    *,
    stratify: bool,
    seed: int,
) -> dict[str, Artifact]:
    """Write train, dev and test.

    Args:
        ctx: Progress, log and outputs.
        table: The rows to divide.
        given: Dev or test sets that are used as they are.
        shares: Share of the rows for each part that is not given.
        stratify: Keep the class shares alike.
        seed: Decides the order in which rows are taken.
    """
    import numpy as np

    keys = text_keys(table, ctx.check_cancelled)
    side = np.zeros(len(keys), np.int8)
    _drop_overlap(ctx, keys, given, side)
    staying = np.flatnonzero(side != _DROPPED)
    labels, names = _codes(ctx, table, stratify=stratify)
    groups = _groups(ctx, table)
    if shares and len(staying):
        units = units_of(keys[staying], groups[staying] if groups is not None else None)
        chosen = assign(units, labels[staying], [shares.get(name, 0.0) for name in PARTS[1:]], seed)
        side[staying] = chosen
    _warn_thin_classes(ctx, labels, names, side)
    outputs = _write(ctx, table, side, given)
    for name in PARTS:
        if outputs[name].info.rows == 0:
            part = _NAMES[name]
            raise TOO_FEW_ROWS(rows=len(staying), part=part.zh, part_en=part.en)
    counts = {name: outputs[name].info.rows for name in PARTS}
    ctx.log(
        text(
            f"训练 {counts['train']} 行，开发 {counts['dev']} 行，测试 {counts['test']} 行。",
            f"{counts['train']} train, {counts['dev']} dev and {counts['test']} test rows.",
        )
    )
    return dict(outputs)


def _drop_overlap(ctx: Context, keys: "np.ndarray", given: Mapping[str, Table], side: "np.ndarray") -> None:
    """Mark rows whose text stands in a given dev or test set: they would make the figures dishonest."""
    import numpy as np

    known = {name: text_keys(table, ctx.check_cancelled) for name, table in given.items()}
    for name, theirs in known.items():
        hits = np.isin(keys, theirs)
        side[hits] = _DROPPED
        if hits.any():
            part = _NAMES[name]
            ctx.log(
                text(
                    f"有 {int(hits.sum())} 行的文本也在给定的{part.zh}中，已从训练数据中去掉。",
                    f"{int(hits.sum())} rows have a text that also stands in the given {part.en} set; dropped from train.",
                ),
                "warning",
            )
    if len(known) == 2:
        both = int(np.isin(known["dev"], known["test"]).sum())
        if both:
            ctx.log(
                text(
                    f"给定的开发集有 {both} 行的文本也在测试集中。",
                    f"{both} rows of the given dev set also stand in the test set.",
                ),
                "warning",
            )


def _codes(ctx: Context, table: Table, *, stratify: bool) -> tuple["np.ndarray", list[str]]:
    """Return a class number for each row (all 0 without labels) and the class names."""
    import numpy as np

    roles = table.info.roles
    column = roles.get("label") or roles.get("labels")
    if column is None or not stratify:
        return np.zeros(table.info.rows, np.int32), [""]
    numbers: dict[str, int] = {}
    parts = []
    for batch in table.batches([column]):
        ctx.check_cancelled()
        values = [_class_of(value) for value in batch.column(column).to_pylist()]
        parts.append(np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32))
    return (np.concatenate(parts) if parts else np.zeros(0, np.int32)), list(numbers)


def _class_of(value: object) -> str:
    """Return what is stratified by: the label, or the first of a label list."""
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return str(value)


def _groups(ctx: Context, table: Table) -> "np.ndarray | None":
    """Return a number for the group of each row; rows without a group are groups of their own (0)."""
    import numpy as np

    column = table.info.roles.get("group")
    if column is None:
        return None
    parts = []
    for batch in table.batches([column]):
        ctx.check_cancelled()
        values = batch.column(column).to_pylist()
        parts.append(np.array([0 if value is None else digest(str(value)) for value in values], np.uint64))
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def _warn_thin_classes(ctx: Context, labels: "np.ndarray", names: list[str], side: "np.ndarray") -> None:
    import numpy as np

    counts = np.bincount(labels[side != _DROPPED], minlength=len(names))
    single = [names[code] for code in np.flatnonzero(counts == 1)]
    if single:
        shown = ", ".join(single[:10])
        ctx.log(
            text(
                f"只有一行的类别：{shown}。它们只进入训练集，测试成绩不会反映它们。",
                f"Classes with a single row: {shown}. They go to train alone, so the test figures say nothing about them.",
            ),
            "warning",
        )


def _write(ctx: Context, table: Table, side: "np.ndarray", given: Mapping[str, Table]) -> dict[str, Table]:
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter

    info = table.info
    made = [name for name in PARTS if name not in given]
    writers = {name: TableWriter(ctx.output(name), info.columns) for name in made}
    try:
        at = 0
        for batch in table.batches():
            part = side[at : at + batch.num_rows]
            for name in made:
                writers[name].write(batch.filter(pa.array(part == PARTS.index(name))))
            at += batch.num_rows
            ctx.progress(at, info.rows)
    finally:
        for writer in writers.values():
            writer.close()
    outputs = {name: writer.finish_like(info, origin=info.origin | {"part": name}) for name, writer in writers.items()}
    for name, source in given.items():
        out = ctx.output(name)
        for file in ("table.json", "rows.arrow"):
            shutil.copyfile(source.path / file, out / file)
        outputs[name] = Table(out)
    return outputs
