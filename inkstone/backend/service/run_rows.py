"""Rows of runs: finding them, and turning them into views."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.runtime.errors import UNKNOWN_RUN
from inkstone.backend.service.actor import Actor, may_write
from inkstone.backend.service.errors import RUN_AMBIGUOUS
from inkstone.backend.service.views import NodeView, RunView
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.tables import LatestMetric, NodeRun, PipelineVersion, Run, now
from inkstone.backend.store.tables_organisation import RunStar, RunTag
from inkstone.components.texts import Text

_SHORTEST = 4  # digits of an id that may stand for it


def find_run(db: Session, reference: str) -> Run:
    """Return a run by its id or the beginning of it.

    Raises:
        InkstoneError: ``runs.unknown`` or ``runs.ambiguous``.
    """
    found = db.get(Run, reference)
    if found is None and len(reference) >= _SHORTEST:
        several = db.scalars(select(Run).where(Run.id.startswith(reference, autoescape=True)).limit(2)).all()
        if len(several) > 1:
            raise RUN_AMBIGUOUS(reference=reference)
        found = several[0] if several else None
    if found is None or found.trashed_at is not None:
        raise UNKNOWN_RUN(run=reference)
    return found


def seconds_of(run: Run) -> float | None:
    """Return how long a run took, or takes so far."""
    if run.started_at is None:
        return None
    return round(((run.ended_at or now()) - run.started_at).total_seconds(), 3)


def run_views(db: Session, runs: Iterable[Run], actor: Actor) -> list[RunView]:
    """Return the views of runs, with four queries however many they are."""
    runs = list(runs)
    ids = [run.id for run in runs]
    query = select(PipelineVersion.id, PipelineVersion.pipeline_id, PipelineVersion.number)
    wanted = query.where(PipelineVersion.id.in_([run.pipeline_version_id for run in runs]))
    places = {found.id: (found.pipeline_id, found.number) for found in db.execute(wanted)}
    figures = latest_metrics(db, ids)
    stars = select(RunStar.run_id).where(RunStar.run_id.in_(ids), RunStar.user_id == (actor.user_id or ""))
    starred = set(db.scalars(stars))
    tags = tags_of(db, ids)
    return [
        _view(run, places[run.pipeline_version_id], figures.get(run.id, {}), actor).model_copy(
            update={"tags": tags.get(run.id, []), "starred": run.id in starred}
        )
        for run in runs
    ]


def tags_of(db: Session, run_ids: list[str]) -> dict[str, list[str]]:
    """Return run to its tags, in alphabetical order."""
    found: dict[str, list[str]] = {}
    for row in db.scalars(select(RunTag).where(RunTag.run_id.in_(run_ids)).order_by(RunTag.tag)):
        found.setdefault(row.run_id, []).append(row.tag)
    return found


def latest_metrics(db: Session, run_ids: list[str]) -> dict[str, dict[str, dict[str, float | None]]]:
    """Return run to node to figure to latest value."""
    found: dict[str, dict[str, dict[str, float | None]]] = {}
    for row in db.scalars(select(LatestMetric).where(LatestMetric.run_id.in_(run_ids))):
        found.setdefault(row.run_id, {}).setdefault(row.node, {})[row.name] = row.value
    return found


def _view(run: Run, place: tuple[str, int], figures: Mapping[str, Mapping[str, float | None]], actor: Actor) -> RunView:
    return RunView(
        id=run.id,
        name=run.name,
        state=RunState(run.state),
        template=run.options.get("template"),
        pipeline_id=place[0],
        pipeline_version=place[1],
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        seconds=seconds_of(run),
        launcher=run.launcher,
        owner_id=run.owner_id,
        parent_id=run.parent_id,
        stop_requested=run.stop_requested,
        options=run.options,
        error=run.error,
        metrics=_headline(run, figures),
        can_write=may_write(actor, run.owner_id),
        note=run.note,
        held=run.held,
    )


def _headline(run: Run, figures: Mapping[str, Mapping[str, float | None]]) -> dict[str, float | None]:
    """Return the figures that the list shows: those of the template's metrics node, else of every node."""
    template = run.document.get("template") or {}
    node = str(template.get("metrics_node", ""))
    chosen = [figures[node]] if node in figures else list(figures.values())
    wanted = ("test/", "dev/")
    return {name: value for group in chosen for name, value in group.items() if name.startswith(wanted)}


def node_view(node: NodeRun, title: str | None, outputs: list[str]) -> NodeView:
    """Return the view of a node."""
    return NodeView(
        node=node.node,
        component=node.component,
        title=title,
        position=node.position,
        state=NodeState(node.state),
        reason=Text.model_validate(node.reason) if node.reason else None,
        error=node.error,
        progress=node.progress,
        started_at=node.started_at,
        ended_at=node.ended_at,
        seconds=node.seconds,
        outputs=outputs,
    )
