"""Small functions over the rows of runs: every change of state is a compare-and-swap."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from inkstone.backend.events import MetricEvent
from inkstone.backend.states import NodeState, RunState, may_change
from inkstone.backend.store import notices
from inkstone.backend.store.tables import Artifact, LatestMetric, Metric, NodeArtifact, NodeRun, Run, now

ACTIVE = (RunState.STARTING, RunState.RUNNING, RunState.CANCELLING)


def change_run(
    session: Session, run_id: str, new: RunState, *, only_from: Iterable[RunState] | None = None, **values: Any
) -> bool:
    """Change the state of a run, in one statement, if it may change so; return whether it did. Tells that it has ended.

    Args:
        session: An open session.
        run_id: The run.
        new: The new state.
        only_from: Narrows the states it may come from.
        **values: Further columns to set, such as ``pid``.
    """
    old = [state for state in (only_from or RunState) if may_change(state, new)]
    if new.is_final:
        values.setdefault("ended_at", now())
    statement = update(Run).where(Run.id == run_id, Run.state.in_(old)).values(state=new.value, **values)
    changed = _rows(session, statement) == 1
    if changed and new.is_final:
        notices.run_ended(session, run_id, new)
    return changed


def hand_over(session: Session, run_id: str, from_pid: int, **values: Any) -> bool:
    """Pass a run that a supervisor has claimed to the process it started; return whether it was still there to pass."""
    waiting = update(Run).where(Run.id == run_id, Run.state == RunState.STARTING.value, Run.pid == from_pid)
    return _rows(session, waiting.values(**values)) == 1


def change_node(session: Session, run_id: str, node: str, new: NodeState, **values: Any) -> bool:
    """Change the state of a node, in one statement, if it may change so; return whether it did."""
    old = [state.value for state in NodeState if may_change(state, new)]
    statement = update(NodeRun).where(NodeRun.run_id == run_id, NodeRun.node == node, NodeRun.state.in_(old))
    return _rows(session, statement.values(state=new.value, **values)) == 1


def node_runs(session: Session, run_id: str) -> list[NodeRun]:
    """Return the nodes of a run in topological order."""
    query = select(NodeRun).where(NodeRun.run_id == run_id).order_by(NodeRun.position, NodeRun.node)
    return list(session.scalars(query))


def cached_artifacts(session: Session, fingerprint: str) -> dict[str, Artifact]:
    """Return the newest artifact of each output port under a fingerprint."""
    query = select(Artifact).where(Artifact.fingerprint == fingerprint).order_by(Artifact.created_at)
    return {artifact.port: artifact for artifact in session.scalars(query)}


def node_artifacts(session: Session, run_id: str, node: str) -> dict[str, Artifact]:
    """Return what a node of a run gave, by port."""
    query = (
        select(NodeArtifact.port, Artifact)
        .join(Artifact, Artifact.id == NodeArtifact.artifact_id)
        .where(NodeArtifact.run_id == run_id, NodeArtifact.node == node)
    )
    return dict(session.execute(query).tuples().all())


def set_node_artifacts(session: Session, run_id: str, node: str, artifacts: Iterable[Artifact]) -> None:
    """Note which artifacts a node of a run gave, in place of what was noted before."""
    session.execute(delete(NodeArtifact).where(NodeArtifact.run_id == run_id, NodeArtifact.node == node))
    session.add_all(
        NodeArtifact(run_id=run_id, node=node, port=artifact.port, artifact_id=artifact.id) for artifact in artifacts
    )


def add_metrics(session: Session, run_id: str, events: Sequence[MetricEvent]) -> None:
    """Append figures to the history, and put the newest of each name into ``latest_metrics``."""
    if not events:
        return
    rows: list[dict[str, Any]] = [
        {
            "run_id": run_id,
            "node": event.node or "",
            "name": event.name[:100],
            "value": event.value,
            "step": event.step,
            "epoch": event.epoch,
            "time": event.time,
        }
        for event in events
    ]
    session.execute(Metric.__table__.insert(), rows)  # type: ignore[attr-defined]
    latest = {(row["node"], row["name"]): {key: row[key] for key in row if key != "epoch"} for row in rows}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for row in latest.values():
        statement = dialect.insert(LatestMetric).values(row)
        newest = {key: statement.excluded[key] for key in ("value", "step", "time")}
        session.execute(statement.on_conflict_do_update(index_elements=["run_id", "node", "name"], set_=newest))


def _rows(session: Session, statement: Any) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0
