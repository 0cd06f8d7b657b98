"""Labelling spans: entities are marked in texts one row at a time, and new versions are made of them."""

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.service import audit, data_jobs, dataset_rows, label_entries
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import Roles, derive, open_version
from inkstone.backend.service.errors import NOTHING_LABELLED, UNKNOWN_ROW
from inkstone.backend.service.label_queue import label_values
from inkstone.backend.service.table_search import rows_at
from inkstone.backend.service.views import DatasetVersionView, JobView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table
from inkstone.components.data.options import Progress

_MOST_TYPES = 200
_TYPES_FROM = 50_000  # rows in which the types in use are looked for
_SHOWN = 20_000  # characters of a text that a person reads

Given = dict[int, list[dict[str, Any]] | None]


class Span(BaseModel):
    """A span of a text: characters from ``start`` up to ``end``, counted from 0, and what it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    start: int
    end: int
    label: Annotated[str, Field(min_length=1, max_length=100)]


class SpanRow(BaseModel):
    """A text to mark, with the spans it has, and its other cells."""

    row: int
    text: str
    spans: list[Span]
    values: dict[str, Any]


class SpanQueue(BaseModel):
    """The texts to mark next, the types to choose from, and how far the work is."""

    rows: list[SpanRow]
    types: list[str]
    labelled: int
    skipped: int
    unlabelled: int
    total: int


def queue(actor: Actor, reference: str, limit: int = 20) -> SpanQueue:
    """Return the texts to mark next: those without spans first, skipped ones last."""
    require_read(actor, "dataset.label_queue")
    table, roles, given = _open(reference)
    column = roles.get("entities")
    values = label_values(table, {"label": column} if column else {})
    skipped = [row for row, spans in given.items() if spans is None]
    candidates = values.unlabelled.tolist() or range(values.rows)
    fresh = (row for row in candidates if row not in given)
    chosen = list(itertools.islice(itertools.chain(fresh, skipped), limit))
    return SpanQueue(
        rows=_rows(table, roles, chosen, given),
        types=_types(table, column, given),
        labelled=len(given) - len(skipped),
        skipped=len(skipped),
        unlabelled=len(values.unlabelled),
        total=values.rows,
    )


def row(actor: Actor, reference: str, number: int) -> SpanRow:
    """Return one text with the spans that hold now.

    Raises:
        InkstoneError: ``dataset.unknown_row``.
    """
    require_read(actor, "dataset.label_queue")
    table, roles, given = _open(reference)
    if not 0 <= number < table.info.rows:
        raise UNKNOWN_ROW(at="row", row=number, rows=table.info.rows)
    return _rows(table, roles, [number], given)[0]


def mark(actor: Actor, reference: str, number: int, spans: Sequence[Span]) -> None:
    """Keep the spans of a text, in place of those it had; none says that the text holds none.

    Raises:
        InkstoneError: ``dataset.unknown_row``, or ``entities.out_of_range`` for a span outside the text.
    """
    from inkstone.components.nlp.tagging.entities import read_entities

    require_create(actor, "dataset.label")
    text = row(actor, reference, number).text
    found, _ = read_entities([span.model_dump() for span in spans], text, number)
    kept = [{"start": item.start, "end": item.end, "label": item.label} for item in found]
    with session() as db:
        label_entries.add_spans(db, actor, dataset_rows.find_version(db, reference), number, kept)


def skip(actor: Actor, reference: str, number: int) -> None:
    """Put a text aside: it comes back at the end of the queue."""
    require_create(actor, "dataset.label")
    with session() as db:
        label_entries.add_spans(db, actor, dataset_rows.find_version(db, reference), number, None)


def undo(actor: Actor, reference: str) -> int | None:
    """Take back this person's last text or skip; return the row."""
    require_create(actor, "dataset.label")
    with session() as db:
        return label_entries.undo(db, actor, dataset_rows.find_version(db, reference), "spans")


def make_version(
    actor: Actor, reference: str, *, only_marked: bool = False, progress: Progress | None = None
) -> DatasetVersionView:
    """Make a new version with the spans that people marked in this one.

    Args:
        actor: Who makes it.
        reference: The version.
        only_marked: Leave out texts without spans that nobody looked at.
        progress: Called with rows done and rows to do; may raise to stop.

    Raises:
        InkstoneError: ``dataset.nothing_labelled``.
    """
    from inkstone.components.data.marked import write_spans

    require_create(actor, "dataset.label")
    with session() as db:
        given = label_entries.current_spans(db, dataset_rows.find_version(db, reference))
    spans = {number: marked for number, marked in given.items() if marked is not None}
    if not spans:
        raise NOTHING_LABELLED()

    def change(table: Table, roles: Roles, scratch: Path) -> tuple[Table, Roles]:
        return write_spans(table, spans, scratch / "marked", roles, only_marked=only_marked)

    version = derive(actor, reference, change, {"how": "spans", "labels": len(spans)}, progress)
    with session() as db:
        audit.record(db, actor, "dataset.label", f"{version.name}@{version.version}", spans=len(spans))
    return version


def begin_version(actor: Actor, reference: str, *, only_marked: bool = False) -> JobView:
    """Start making the new version in the background."""
    require_create(actor, "dataset.label")
    return data_jobs.begin(actor, "spans", reference, {"only_marked": only_marked}, again=True)


def look_version(actor: Actor, reference: str, *, only_marked: bool = False) -> JobView:
    """Return how far the new version is."""
    require_read(actor, "dataset.label")
    return data_jobs.look("spans", data_jobs.folder_of("spans", reference, {"only_marked": only_marked}))


def version_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``spans``."""
    made = make_version(actor, reference, only_marked=params["only_marked"], progress=progress)
    return made.model_dump(mode="json")


def _open(reference: str) -> tuple[Table, Roles, Given]:
    with session() as db:
        given = label_entries.current_spans(db, dataset_rows.find_version(db, reference))
    table, roles = open_version(reference)
    return table, roles if "text" in roles else {**roles, "text": table.column("text")}, given


def _rows(table: Table, roles: Roles, places: Sequence[int], given: Given) -> list[SpanRow]:
    text, column = roles["text"], roles.get("entities")
    return [
        _row(place, str(cells[text] or "")[:_SHOWN], cells, column, given.get(place))
        for place, cells in zip(places, rows_at(table, list(places)), strict=True)
    ]


def _row(
    place: int, text: str, cells: Mapping[str, Any], column: str | None, marked: list[dict[str, Any]] | None
) -> SpanRow:
    from inkstone.components.nlp.tagging.entities import read_entities

    if marked is None:
        found, _ = read_entities(cells.get(column) if column else None, text, place, skip_bad=True)
        marked = [{"start": item.start, "end": item.end, "label": item.label} for item in found]
    others = {name: value for name, value in cells.items() if not name.startswith("_row") and name != column}
    return SpanRow(row=place, text=text, spans=[Span(**item) for item in marked], values=others)


def _types(table: Table, column: str | None, given: Given) -> list[str]:
    """Return the types in use, the commonest first, so that keys keep their meaning while one works."""
    known = (
        list(_known_types(str(table.path), (table.path / "rows.arrow").stat().st_mtime_ns, column)) if column else []
    )
    added = (item["label"] for spans in given.values() for item in spans or [])
    return list(dict.fromkeys([*known, *added]))[:_MOST_TYPES]


@lru_cache(maxsize=16)
def _known_types(folder: str, _changed: int, column: str) -> tuple[str, ...]:
    counter: Counter[str] = Counter()
    seen = 0
    for batch in Table(Path(folder)).batches([column]):
        for cell in batch.column(0).to_pylist():
            counter.update(_labels(cell))
        seen += batch.num_rows
        if seen >= _TYPES_FROM:
            break
    return tuple(name for name, _ in counter.most_common(_MOST_TYPES))


def _labels(cell: Any) -> list[str]:
    try:
        items = json.loads(cell) if cell else []
    except ValueError:
        return []  # whoever trains on it is told; here it only offers no type
    return [str(item["label"]) for item in items if isinstance(item, dict) and "label" in item]
