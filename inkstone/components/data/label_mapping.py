"""The work of ``data.map_columns``: counts labels, decides their final spelling and order, writes the tables."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from inkstone.components.artifacts import ColumnInfo, Role, Table
from inkstone.components.data.errors import (
    LABELS_DIFFER,
    MISSING_LABELS,
    NO_COMMON_LABELS,
    ONE_CLASS,
    TOO_MANY_LABELS,
)
from inkstone.components.data.labels import LabelCounts, file_row, is_missing, label_order
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    import pyarrow as pa

    from inkstone.components.data.map_columns import MapColumnsParams


_LISTS: tuple[Role, ...] = ("labels", "keywords")
_SEPARATORS = re.compile(r"[,，;；、|\n]")


@dataclass(frozen=True)
class LabelPlan:
    """How labels are written.

    Attributes:
        spelling: Label as it stands to label as it will be.
        labels: The class names in their fixed order; None without a label column.
    """

    spelling: dict[str, str] = field(default_factory=dict)
    labels: list[str] | None = None


def chosen_roles(params: "MapColumnsParams") -> dict[Role, str]:
    """Return the roles that the parameters give, with their columns."""
    return {role: column for role in get_args(Role) if (column := getattr(params, role))}


def as_texts(array: "pa.Array") -> list[str | None]:
    """Return the values of a column as texts."""
    import pyarrow as pa

    if pa.types.is_floating(array.type):
        return [None if value is None else "nan" if isnan(value) else f"{value:g}" for value in array.to_pylist()]
    values: list[str | None] = (array if pa.types.is_string(array.type) else array.cast(pa.string())).to_pylist()
    return values


def split_labels(value: Any, separator: str | None) -> list[str]:
    """Return the labels of one row: a list, or one written as JSON, as it is; a text split at the separator, None: the usual ones."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _json_list(value)
    if not isinstance(value, list):
        whole = str(value or "")
        value = whole.split(separator) if separator else _SEPARATORS.split(whole)
    return [label for part in value if not is_missing(label := str(part).strip())]


def _json_list(value: str) -> Any:
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, list) else value


def split_keywords(value: Any) -> list[str]:
    """Return the keywords of one row: a list as it is, a text split at the usual separators."""
    parts = value if isinstance(value, list) else _SEPARATORS.split(str(value or ""))
    return [word for part in parts if not is_missing(word := str(part).strip())]


def count_labels(ctx: Context, table: Table, column: str, params: "MapColumnsParams") -> LabelCounts:
    """Count the labels of a table, and stop early when they are plainly no labels.

    Raises:
        InkstoneError: ``data.too_many_labels``.
    """
    found = LabelCounts(start=file_row(table.info.origin, 0))
    rows = table.info.rows
    for batch in table.batches([column]):
        ctx.check_cancelled()
        if params.label:
            found.add(as_texts(batch.column(0)))
        else:
            for value in batch.column(0).to_pylist():
                found.rows += 1
                found.raw.update(split_labels(value, params.separator))
        if len(found.raw) > params.max_labels:
            raise TOO_MANY_LABELS(at=column, count=f"> {params.max_labels}", rows=rows)
    if not params.label:
        found.counts = found.raw
    if len(found.raw) > max(50, rows // 2) and params.label:
        raise TOO_MANY_LABELS(at=column, count=len(found.raw), rows=rows)
    return found


def plan_labels(ctx: Context, counts: Mapping[str, LabelCounts], column: str, params: "MapColumnsParams") -> LabelPlan:
    """Settle spelling and order of the labels over all parts.

    Raises:
        InkstoneError: Missing labels, one class only, spellings that differ, or parts without a common label.
    """
    for part, found in counts.items():
        if found.missing and params.missing_labels == "refuse":
            raise MISSING_LABELS(at=column, count=found.missing, row=found.first_missing, part=part)
        if found.missing:
            kept = params.missing_labels == "keep"
            ctx.log(
                text(
                    f"{'保留' if kept else '丢弃'} {found.missing} 行没有标签的数据。",
                    f"{'Keeping' if kept else 'Dropping'} {found.missing} rows without a label.",
                ),
                "warning",
            )
    together = LabelCounts()
    for found in counts.values():
        together.raw.update(found.raw)
    spelling = {label: label.strip() for label in together.raw}
    groups = [group for group in together.spellings() if params.label or len({item.strip() for item in group}) > 1]
    if groups and params.merge_labels is None:
        shown = "; ".join(" / ".join(f"'{label}' ({together.raw[label]})" for label in group) for group in groups[:5])
        raise LABELS_DIFFER(at=column, groups=shown)
    if params.merge_labels:
        for group in groups:
            spelling.update(dict.fromkeys(group, group[0].strip()))
            ctx.log(
                text(
                    f"标签合并：{' / '.join(group)} → {group[0].strip()}",
                    f"Labels merged: {' / '.join(group)} → {group[0].strip()}",
                )
            )
    own = {spelling[label] for label in counts["table"].raw}
    if params.label and len(own) < 2:
        raise ONE_CLASS(at=column, label=next(iter(own), "–"))
    _check_parts(ctx, counts, spelling, own)
    return LabelPlan(spelling, label_order(spelling.values()))


def _check_parts(ctx: Context, counts: Mapping[str, LabelCounts], spelling: Mapping[str, str], own: set[str]) -> None:
    for part, found in counts.items():
        labels = {spelling[label] for label in found.raw}
        unknown = sorted(labels - own)
        if labels and len(unknown) == len(labels):
            raise NO_COMMON_LABELS(part=part, labels=", ".join(unknown[:5]), at="label")
        if unknown:
            shown = ", ".join(unknown[:5])
            ctx.log(
                text(
                    f"{part} 中有训练数据没有的标签，模型学不会它们：{shown}",
                    f"{part} has labels that the training rows lack; no model can learn them: {shown}",
                ),
                "warning",
            )


def write_mapped(ctx: Context, table: Table, out: Path, plan: LabelPlan, params: "MapColumnsParams") -> Table:
    """Write a part: roles set, role columns as text, labels in their final spelling, rows without one left out or kept."""
    from inkstone.components.data.writing import TableWriter

    info, roles = table.info, chosen_roles(params)
    as_text = {column for role, column in roles.items() if role not in _LISTS}
    dtypes: dict[str, Any] = {column.name: column.dtype for column in info.columns}
    dtypes |= dict.fromkeys(as_text, "string")
    dtypes |= {roles[role]: "list<string>" for role in _LISTS if role in roles}
    columns = [ColumnInfo(name=name, dtype=dtype) for name, dtype in dtypes.items()]
    done = 0
    with TableWriter(out, columns) as writer:
        for batch in table.batches():
            writer.write(_mapped(batch, roles, plan, params))
            done += batch.num_rows
            ctx.progress(done, info.rows)
        return writer.finish(roles=dict(roles), labels=plan.labels, origin=info.origin)


def _mapped(
    batch: "pa.RecordBatch", roles: Mapping[Role, str], plan: LabelPlan, params: "MapColumnsParams"
) -> dict[str, Any]:
    data: dict[str, Any] = dict(zip(batch.schema.names, batch.columns, strict=True))
    for role, column in roles.items():
        if role == "labels":
            rows = (split_labels(value, params.separator) for value in batch.column(column).to_pylist())
            data[column] = [_unique(plan.spelling.get(label, label) for label in row) for row in rows]
        elif role == "keywords":
            data[column] = [_unique(split_keywords(value)) for value in batch.column(column).to_pylist()]
        elif role == "label":
            found = as_texts(batch.column(column))
            data[column] = [None if is_missing(value) else plan.spelling[str(value)] for value in found]
        else:
            data[column] = as_texts(batch.column(column))
    if params.label and params.missing_labels != "keep" and None in (labels := data[roles["label"]]):
        import pyarrow as pa

        keep = pa.array([label is not None for label in labels])
        kept = {name: pa.array(values) if isinstance(values, list) else values for name, values in data.items()}
        return {name: values.filter(keep) for name, values in kept.items()}
    return data


def _unique(labels: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(labels))
