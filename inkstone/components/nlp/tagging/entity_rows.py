"""Reads texts and their entities out of tables."""

from collections import Counter
from dataclasses import dataclass, field

from inkstone.components.artifacts import ROW_ID, Table
from inkstone.components.data.labels import file_row
from inkstone.components.nlp.tagging.entities import Entity, overlap, read_entities, without_overlaps
from inkstone.components.nlp.tagging.errors import NO_ENTITIES, TOO_MANY_TYPES
from inkstone.components.spec import Context
from inkstone.components.texts import text

MOST_TYPES = 500


@dataclass
class EntityRows:
    """The texts of a table with their entities; rows whose cell is empty (not ``[]``) have no say and are left out.

    Attributes:
        row_ids: Position of each row in its file.
        texts: The texts.
        entities: Their entities, sorted by start.
        skipped: Bad entities left out.
        unlabelled: Rows left out.
    """

    row_ids: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    entities: list[list[Entity]] = field(default_factory=list)
    skipped: int = 0
    unlabelled: int = 0

    def counts(self) -> Counter[str]:
        """Return how many entities each type has."""
        return Counter(item.label for row in self.entities for item in row)

    def nested(self) -> int:
        """Return how many rows have entities that share characters."""
        return sum(overlap(row) for row in self.entities)

    def flat(self) -> "EntityRows":
        """Return the rows with the longest of overlapping entities alone."""
        kept = [without_overlaps(row) if overlap(row) else row for row in self.entities]
        return EntityRows(self.row_ids, self.texts, kept, self.skipped, self.unlabelled)


def read_entity_rows(table: Table, *, skip_bad: bool = False) -> EntityRows:
    """Return the rows that somebody has labelled.

    Raises:
        InkstoneError: ``data.missing_role``, ``entities.unreadable``, ``entities.out_of_range``.
    """
    words, cells = table.column("text"), table.column("entities")
    found, origin = EntityRows(), table.info.origin
    for batch in table.batches([ROW_ID, words, cells]):
        columns = (batch.column(name).to_pylist() for name in (ROW_ID, words, cells))
        for row, value, cell in zip(*columns, strict=True):
            if cell is None:
                found.unlabelled += 1
                continue
            content = "" if value is None else str(value)
            entities, skipped = read_entities(cell, content, file_row(origin, row), skip_bad=skip_bad)
            found.row_ids.append(row)
            found.texts.append(content)
            found.entities.append(entities)
            found.skipped += skipped
    return found


def read_training_entities(ctx: Context, table: Table, *, flat: bool, skip_bad: bool) -> tuple[EntityRows, list[str]]:
    """Return the labelled rows and the entity types, and say in the log what was left out.

    Raises:
        InkstoneError: Also ``entities.none`` and ``entities.too_many_types``.
    """
    rows = read_entity_rows(table, skip_bad=skip_bad)
    if rows.skipped:
        ctx.log(
            text(f"跳过 {rows.skipped} 个位置不对的实体", f"{rows.skipped} entities outside their text are skipped"),
            "warning",
        )
    if rows.unlabelled:
        ctx.log(
            text(
                f"{rows.unlabelled} 行没有标注，未用于训练", f"{rows.unlabelled} rows are not labelled and are left out"
            ),
            "warning",
        )
    nested = rows.nested()
    if flat and nested:
        ctx.log(
            text(
                f"{nested} 行里有重叠的实体，标签序列只能表示其中最长的；要全部学到，请把“输出层”换成“片段打分”",
                f"{nested} rows have overlapping entities, of which tags can say the longest only; "
                "choose the span head to learn them all",
            ),
            "warning",
        )
        rows = rows.flat()
    labels = sorted(rows.counts())
    if not labels:
        raise NO_ENTITIES(at="entities")
    if len(labels) > MOST_TYPES:
        raise TOO_MANY_TYPES(count=len(labels), limit=MOST_TYPES, at="entities")
    return rows, labels
