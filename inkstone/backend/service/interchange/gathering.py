"""What an exported run consists of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service.run_rows import find_run, tags_of
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Metric, Run, User
from inkstone.backend.store.tables_organisation import RunValue

_BATCH = 10_000


@dataclass(frozen=True)
class Gathered:
    """A run with what lists know of it.

    Attributes:
        row: The run.
        params: ``node.parameter`` to value.
        tags: Its tags.
        owner: Who owns it.
        names: (node, figure) to the name that it gets outside: without the node where one node alone reports it.
    """

    row: Run
    params: dict[str, str]
    tags: list[str]
    owner: str
    names: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Point:
    """A point of a curve; ``value`` None stands for no number."""

    name: str
    value: float | None
    step: int
    time: float


def gather(db: Session, reference: str) -> Gathered:
    """Return a run by its id or the beginning of it.

    Raises:
        InkstoneError: ``runs.unknown``.
    """
    run = find_run(db, reference)
    params = db.scalars(select(RunValue).where(RunValue.run_id == run.id).order_by(RunValue.name))
    owner = db.get(User, run.owner_id) if run.owner_id else None
    return Gathered(
        row=run,
        params={item.name: item.text for item in params},
        tags=tags_of(db, [run.id]).get(run.id, []),
        owner=owner.name if owner else "local",
        names=_names(db, run),
    )


def points(gathered: Gathered) -> Iterator[Point]:
    """Yield the whole history of a run's figures, a figure at a time, in batches that fit into memory."""
    start = (gathered.row.started_at or gathered.row.created_at).timestamp()
    for (node, name), shown in gathered.names.items():
        last = 0
        while True:
            query = select(Metric).where(Metric.run_id == gathered.row.id, Metric.node == node, Metric.name == name)
            with session() as db:
                found = db.scalars(query.where(Metric.id > last).order_by(Metric.id).limit(_BATCH)).all()
            for item in found:
                # Histories of early versions counted seconds from the start.
                moment = item.time if item.time > start / 2 else start + item.time
                yield Point(shown, item.value, item.step, moment)
            if len(found) < _BATCH:
                break
            last = found[-1].id


def milliseconds(moment: datetime | None) -> int | None:
    """Return a time as MLflow counts it."""
    return int(moment.timestamp() * 1000) if moment else None


def _names(db: Session, run: Run) -> dict[tuple[str, str], str]:
    pairs = db.execute(select(Metric.node, Metric.name).where(Metric.run_id == run.id).distinct()).tuples().all()
    ordered = sorted(pairs, key=lambda pair: (pair[0] != run.figures_node, pair))
    taken: set[str] = set()
    found = {}
    for node, name in ordered:
        shown = name if name not in taken else f"{node}/{name}"
        taken.add(shown)
        found[node, name] = shown
    return found
