"""Entities of a text: spans of characters with a type, as one cell of a table holds them."""

import json
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from inkstone.components.nlp.tagging.errors import BAD_ENTITIES, OUT_OF_RANGE


class Entity(NamedTuple):
    """A span of the original text.

    Attributes:
        start: First character, counted from 0.
        end: The character behind the last one.
        label: Its type.
        score: How sure a model is; 1 for what people said.
    """

    start: int
    end: int
    label: str
    score: float = 1.0


def read_entities(cell: Any, text: str, row: int, *, skip_bad: bool = False) -> tuple[list[Entity], int]:
    """Return the entities of a cell in order, each once, and how many bad ones were skipped.

    Args:
        cell: A JSON list of ``{"start", "end", "label"}``, or nothing.
        text: The text that they stand in.
        row: One-based row, for the message.
        skip_bad: Leave out entities outside the text instead of raising.

    Raises:
        InkstoneError: ``entities.unreadable`` or ``entities.out_of_range``.
    """
    found: dict[tuple[int, int, str], Entity] = {}
    skipped = 0
    for item in _items(cell, row):
        try:
            start, end, label = _whole(item["start"]), _whole(item["end"]), str(item["label"]).strip()
        except (KeyError, TypeError, ValueError) as error:
            raise BAD_ENTITIES(row=row, found=_short(item), at="entities") from error
        if not (0 <= start < end <= len(text)) or not label:
            if not skip_bad:
                raise OUT_OF_RANGE(row=row, start=start, end=end, length=len(text), at="entities")
            skipped += 1
            continue
        found[start, end, label] = Entity(start, end, label)
    return sorted(found.values()), skipped


def write_entities(entities: Iterable[Entity], *, scores: bool = False) -> str:
    """Return entities as a cell."""
    rows = [
        {"start": item.start, "end": item.end, "label": item.label}
        | ({"score": round(item.score, 4)} if scores else {})
        for item in entities
    ]
    return json.dumps(rows, ensure_ascii=False)


def overlap(entities: Sequence[Entity]) -> bool:
    """Return whether two of the entities, sorted by start, share a character."""
    return any(first.end > second.start for first, second in pairwise(entities))


def without_overlaps(entities: Sequence[Entity]) -> list[Entity]:
    """Keep the longest of entities that share characters (of equals the first): what one tag a token can say."""
    kept: list[Entity] = []
    for item in sorted(entities, key=lambda entity: (entity.start - entity.end, entity.start, entity.label)):
        if all(item.end <= other.start or item.start >= other.end for other in kept):
            kept.append(item)
    return sorted(kept)


def _items(cell: Any, row: int) -> list[dict[str, Any]]:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return []
    try:
        items = json.loads(cell) if isinstance(cell, str) else cell
    except ValueError as error:
        raise BAD_ENTITIES(row=row, found=_short(cell), at="entities") from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BAD_ENTITIES(row=row, found=_short(cell), at="entities")
    return items


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise ValueError(value)
    return int(value)


def _short(value: Any) -> str:
    return str(value)[:80]
