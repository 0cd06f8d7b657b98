"""Decides whether a node must run, and says why."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from inkstone.backend.events import MetricEvent
from inkstone.backend.pipeline import fingerprint as prints
from inkstone.backend.pipeline.fingerprint import Fingerprint
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.states import NodeState
from inkstone.backend.store import records
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.registry import is_registered
from inkstone.backend.store.tables import Artifact, NodeRun, PipelineVersion, Run
from inkstone.components.artifacts import Metrics, RegisteredModel
from inkstone.components.spec import Component, PortType
from inkstone.components.texts import Text

_DONE = (NodeState.SUCCEEDED.value, NodeState.CACHED.value)


@dataclass(frozen=True)
class Decision:
    """Whether a node runs.

    Attributes:
        artifacts: Its outputs from the store; None when it must run.
        reason: Why, either way.
    """

    artifacts: list[Artifact] | None
    reason: Text


def decide(
    session: Session, run_id: str, node: str, component: Component, new: Fingerprint, *, must_run: Text | None
) -> Decision:
    """Return whether a node must run.

    Args:
        session: An open session.
        run_id: The run.
        node: Id of the node.
        component: Its component.
        new: Its fingerprint now.
        must_run: Why the cache must not be used for it, if so.
    """
    # What this run finished before it was interrupted counts even where the cache may not be used. A node has artifacts
    # only once it has finished: they are noted together with that, and dropped when it starts again.
    before = session.get(NodeRun, (run_id, node))
    if before is not None and before.fingerprint == new.digest:
        own = _complete(session, component, records.node_artifacts(session, run_id, node))
        if own is not None:
            return Decision(own, prints.FINISHED_BEFORE)
    if must_run is not None:
        return Decision(None, must_run)
    if not component.cacheable:
        return Decision(None, prints.NOT_CACHEABLE)
    stored = _complete(session, component, records.cached_artifacts(session, new.digest))
    if stored is not None:
        return Decision(stored, prints.HIT)
    return Decision(None, prints.explain(_last(session, run_id, node, component), new))


def remember(run_id: str, node: str, new: Fingerprint) -> None:
    """Keep a fingerprint in the run's folder, to explain the next miss."""
    folder = run_folder(run_id) / "nodes" / node
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fingerprint.json").write_text(new.model_dump_json(), "utf-8")


def figures(artifacts: list[Artifact]) -> list[MetricEvent]:
    """Return the curves and figures of cached outputs, so that a run has them whether or not its nodes ran."""
    events = []
    for artifact in artifacts:
        if artifact.type != PortType.METRICS.value:
            continue
        data = Metrics(ArtifactStore().path(artifact.sha256)).read()
        events += [MetricEvent.model_validate(point) for point in data.get("history", [])]
        split = data.get("split", "dev")
        events += [MetricEvent(name=f"{split}/{name}", value=value) for name, value in data["values"].items()]
    return events


def _complete(session: Session, component: Component, found: dict[str, Artifact]) -> list[Artifact] | None:
    """Return the artifacts if every required output is there with its files, and what they point at is there too."""
    store = ArtifactStore()
    required = {port.name for port in component.outputs if not port.optional}
    if not found or not required <= found.keys():
        return None
    there = all(store.has(item.sha256) and _still_registered(session, item, store) for item in found.values())
    return list(found.values()) if there else None


def _still_registered(session: Session, artifact: Artifact, store: ArtifactStore) -> bool:
    if artifact.type != PortType.REGISTERED_MODEL.value:
        return True
    pointer = RegisteredModel(store.path(artifact.sha256)).read()
    return is_registered(session, pointer["name"], pointer["version"])


def _last(session: Session, run_id: str, node: str, component: Component) -> Fingerprint | None:
    """Return the fingerprint of the last time this node ran, in this pipeline if it can be found there."""
    pipeline = (
        select(PipelineVersion.pipeline_id)
        .join(Run, Run.pipeline_version_id == PipelineVersion.id)
        .where(Run.id == run_id)
        .scalar_subquery()
    )
    query = (
        select(NodeRun.run_id)
        .join(Run, Run.id == NodeRun.run_id)
        .join(PipelineVersion, PipelineVersion.id == Run.pipeline_version_id)
        .where(NodeRun.node == node, NodeRun.component.startswith(f"{component.id}@"), NodeRun.run_id != run_id)
        .where(NodeRun.state.in_(_DONE))
        .order_by(case((PipelineVersion.pipeline_id == pipeline, 0), else_=1), Run.created_at.desc())
        .limit(1)
    )
    found = session.scalar(query)
    path: Path | None = run_folder(found) / "nodes" / node / "fingerprint.json" if found else None
    return Fingerprint.model_validate_json(path.read_text("utf-8")) if path and path.exists() else None
