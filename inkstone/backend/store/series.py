"""Curves from the history of figures: columns instead of objects, and never more than a page can use.

A curve of a million points is reduced by the database: its steps are cut into equal parts, and each part gives its lowest
and its highest value, so that no peak is lost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from inkstone.backend.store.tables import Metric

MOST_POINTS = 20_000
_PARTS = 2_000
Key = tuple[str, str, str]
"""Run, node, name."""


@dataclass
class Curve:
    """A curve: steps with what was measured then. ``total`` counts the points in the history."""

    total: int
    steps: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    epochs: list[float | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def add(self, step: int, value: float | None, epoch: float | None, time: float) -> None:
        """Append a point."""
        self.steps.append(step)
        self.values.append(value)
        self.epochs.append(epoch)
        self.times.append(time)


def curves(
    session: Session, run_ids: Sequence[str], names: Iterable[str] | None = None, most: int = MOST_POINTS
) -> dict[Key, Curve]:
    """Return the curves of runs.

    A step that was reported twice, because training resumed from a checkpoint before it, counts as reported last.

    Args:
        session: An open session.
        run_ids: The runs.
        names: Only these figures.
        most: Longer curves are reduced by the database.
    """
    where = [Metric.run_id.in_(run_ids)]
    if names is not None:
        where.append(Metric.name.in_(list(names)))
    key = (Metric.run_id, Metric.node, Metric.name)
    counted = select(*key, func.count(), func.min(Metric.step), func.max(Metric.step)).where(*where).group_by(*key)
    sizes = {(row[0], row[1], row[2]): (row[3], row[4], row[5]) for row in session.execute(counted)}
    found = {key: Curve(size[0]) for key, size in sizes.items()}
    long = {key for key, size in sizes.items() if size[0] > most}
    columns = (*key, Metric.step, Metric.value, Metric.epoch, Metric.time)
    short_runs = {item[0] for item in sizes.keys() - long}
    if long:  # the short curves one by one, so that no long one is read with them
        for item in sizes.keys() - long:
            _fill(found, session.execute(_of(item, columns)).tuples())
        for item in long:
            _fill_reduced(session, found[item], item, sizes[item][1:])
    elif short_runs:
        _fill(found, session.execute(select(*columns).where(*where).order_by(Metric.id)).tuples())
    return found


def _of(key: Key, columns: Sequence[Any]) -> Select[Any]:
    run, node, name = key
    query = select(*columns).where(Metric.run_id == run, Metric.node == node, Metric.name == name)
    return query.order_by(Metric.id)


def _fill(found: dict[Key, Curve], rows: Iterable[tuple[Any, ...]]) -> None:
    points: dict[Key, dict[int, tuple[Any, ...]]] = {}
    for run, node, name, step, *rest in rows:
        points.setdefault((run, node, name), {})[step] = tuple(rest)
    for key, by_step in points.items():
        for step in sorted(by_step):
            found[key].add(step, *by_step[step])


def _fill_reduced(session: Session, curve: Curve, key: Key, bounds: tuple[int, int]) -> None:
    (run, node, name), (first, last) = key, bounds
    width = max(1, (last - first + 1) // _PARTS)
    part = (Metric.step - first) // width
    query = select(
        func.min(Metric.step), func.max(Metric.step), func.min(Metric.value), func.max(Metric.value),
        func.min(Metric.epoch), func.max(Metric.epoch), func.min(Metric.time), func.max(Metric.time),
    )  # fmt: skip
    query = query.where(Metric.run_id == run, Metric.node == node, Metric.name == name).group_by(part)
    for start, end, low, high, *rest in session.execute(query.order_by(func.min(Metric.step))):
        curve.add(start, low, rest[0], rest[2] or 0.0)
        if end > start or low != high:
            curve.add(end, high, rest[1], rest[3] or 0.0)
