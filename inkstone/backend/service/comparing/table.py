"""The table of a comparison: parameters with their defaults, figures, facts; what differs is marked."""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.subjects import Compared, find_subjects
from inkstone.backend.service.comparing.views import Comparison, Line
from inkstone.backend.service.run_rows import seconds_of
from inkstone.backend.states import NodeState
from inkstone.backend.store.database import session
from inkstone.backend.store.run_values import SEED, values_of
from inkstone.backend.store.tables import LatestMetric, Metric
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import PortType

_ORDER = ("param", "figure", "fact")


def compare(actor: Actor, references: Sequence[str]) -> Comparison:
    """Return runs or evaluations side by side.

    Args:
        actor: Who asks.
        references: ``RUN`` or ``RUN:NODE``; the first is the baseline.

    Raises:
        InkstoneError: ``compare.nothing``, ``compare.too_many``, ``compare.no_evaluation`` or ``runs.unknown``.
    """
    require_read(actor, "run.compare")
    with session() as db:
        compared = find_subjects(db, references)
        figures = _figures(db, compared)
        names = _curve_names(db, [item.row.id for item in compared])
        columns = [_facts(item) | figure | _params(item) for item, figure in zip(compared, figures, strict=True)]
    keys = {key: None for column in columns for key in column}
    lines = [_line(kind, name, [column.get((kind, name)) for column in columns]) for kind, name in keys]
    lines.sort(key=lambda line: _ORDER.index(line.kind))
    return Comparison(subjects=[item.view for item in compared], lines=lines, curves=names)


Cells = dict[tuple[str, str], Any]


def _line(kind: Any, name: str, values: list[Any]) -> Line:
    return Line(kind=kind, name=name, values=values, differs=any(value != values[0] for value in values[1:]))


def _facts(item: Compared) -> Cells:
    found: Cells = {("fact", "seconds"): seconds_of(item.row)}
    evaluation = item.evaluation()
    node = item.nodes.get(evaluation or "")
    source = item.row.document.get("nodes", {}).get(evaluation, {}).get("inputs", {}).get("model")
    trained = str(source[0] if isinstance(source, list) else source).partition(".")[0] if source else None
    if trained in item.nodes:
        found["fact", "train_seconds"] = item.nodes[trained].seconds or None  # a cached node took none
        model = next((out for out in item.outputs.get(trained, {}).values() if out.type == PortType.MODEL), None)
        found["fact", "model_bytes"] = model.bytes if model else None
    if node is not None and node.state == NodeState.SUCCEEDED.value and node.seconds:
        found["fact", "evaluate_seconds"] = node.seconds
    return found


def _params(item: Compared) -> Cells:
    """Return every parameter that counted: what was set, and the defaults of what was not."""
    found: Cells = {("param", name): value for name, value in values_of({"nodes": {}} | _seed(item), item.row.options)}
    for node, content in (item.row.document.get("nodes") or {}).items():
        if content.get("enabled", True):
            params = _with_defaults(content.get("component", ""), content.get("params") or {})
            found |= {("param", f"{node}.{name}"): value for name, value in params.items()}
    return found


def _seed(item: Compared) -> dict[str, Any]:
    return {SEED: item.row.document.get(SEED, 0)}


def _with_defaults(component: str, params: dict[str, Any]) -> dict[str, Any]:
    try:
        return find(component).spec.params.model_validate(params).model_dump(mode="json")
    except (InkstoneError, ValidationError):
        return params  # a plug-in that is gone, or a parameter of an older version: what was set is known at least


def _figures(db: Session, compared: Sequence[Compared]) -> list[Cells]:
    by_run: dict[str, dict[str, dict[str, float | None]]] = {}
    query = select(LatestMetric).where(LatestMetric.run_id.in_([item.row.id for item in compared]))
    for row in db.scalars(query):
        by_run.setdefault(row.run_id, {}).setdefault(row.name, {})[row.node] = row.value
    return [_shown(item, by_run.get(item.row.id, {})) for item in compared]


def _shown(item: Compared, figures: dict[str, dict[str, float | None]]) -> Cells:
    """Return one value of each figure: of the node named, else of the one whose figures the lists show, else the highest."""
    wanted = item.view.node or item.row.figures_node
    found: Cells = {}
    for name, by_node in sorted(figures.items()):
        if item.named and item.view.node not in by_node:
            continue
        numbers = [value for value in by_node.values() if value is not None]
        found["figure", name] = by_node[wanted] if wanted in by_node else max(numbers, default=None)
    return found


def _curve_names(db: Session, run_ids: Sequence[str]) -> list[str]:
    """Return the figures that have more than one step in any of the runs."""
    query = select(Metric.name).where(Metric.run_id.in_(run_ids), Metric.step > 0).distinct()
    return sorted(db.scalars(query))
