"""What is compared: runs, or single evaluations of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.views import Subject
from inkstone.backend.service.registry.errors import NO_EVALUATION
from inkstone.backend.service.registry.evaluations import measured_by
from inkstone.backend.service.run_errors import NO_SUCH_EVALUATION, NOTHING_TO_COMPARE, TOO_MANY_RUNS
from inkstone.backend.service.run_outputs import folder_of, read_json
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.states import RunState
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, NodeArtifact, NodeRun, Run
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import PortType

MOST_RUNS = 200


@dataclass
class Compared:
    """A subject with its rows of the database."""

    view: Subject
    row: Run
    nodes: dict[str, NodeRun]
    outputs: dict[str, dict[str, Artifact]]
    named: bool

    def evaluation(self) -> str | None:
        """Return the evaluation that counts: the one named, else that of the model whose figures the lists show."""
        if self.view.node is not None:
            return self.view.node
        found = [
            node
            for node, item in sorted(self.nodes.items(), key=lambda pair: pair[1].position)
            if item.component.startswith("evaluate.") and _metrics(self.outputs.get(node, {}))
        ]
        shown = _metrics(self.outputs.get(self.row.figures_node or "", {}))
        if shown is not None and len(found) > 1:
            digest = _document(shown).get("model")
            for node in found:
                artifact = _metrics(self.outputs[node])
                if artifact is not None and digest and _document(artifact).get("model") == digest:
                    return node
        return found[-1] if found else None

    def document(self) -> dict[str, Any]:
        """Return the figures of the evaluation.

        Raises:
            InkstoneError: ``compare.no_evaluation``, or ``store.artifact_missing`` when its files are gone.
        """
        return read_json(self._metrics_artifact())

    def rows_folder(self) -> Path:
        """Return the folder of the scored test rows, which may not be there."""
        return folder_of(self._metrics_artifact()) / "rows"

    def _metrics_artifact(self) -> Artifact:
        node = self.evaluation()
        artifact = _metrics(self.outputs.get(node or "", {}))
        if artifact is None:
            raise NO_SUCH_EVALUATION(run=self.row.id[:8], node=node or "-")
        return artifact


def find_subjects(db: Session, references: Sequence[str]) -> list[Compared]:
    """Return what ``RUN``, ``RUN:NODE`` and ``MODEL@VERSION`` mean, each once, with four queries for runs however many they are.

    Raises:
        InkstoneError: ``compare.nothing``, ``compare.too_many``, ``compare.no_evaluation``, ``runs.unknown``,
            ``models.unknown`` or ``models.no_evaluation``.
    """
    wanted = list(dict.fromkeys(item.strip() for item in references if item.strip()))
    if not wanted:
        raise NOTHING_TO_COMPARE()
    if len(wanted) > MOST_RUNS:
        raise TOO_MANY_RUNS(runs=len(wanted), limit=MOST_RUNS)
    wanted = list(dict.fromkeys(_evaluation(db, item) if "@" in item else item for item in wanted))
    parts = [item.partition(":") for item in wanted]
    full = {run.id: run for run in db.scalars(select(Run).where(Run.id.in_([part[0] for part in parts])))}
    runs = [
        full[part[0]] if part[0] in full and full[part[0]].trashed_at is None else find_run(db, part[0])
        for part in parts
    ]
    ids = list({run.id for run in runs})
    nodes: dict[str, dict[str, NodeRun]] = {}
    for item in db.scalars(select(NodeRun).where(NodeRun.run_id.in_(ids))):
        nodes.setdefault(item.run_id, {})[item.node] = item
    outputs = _outputs(db, ids)
    found = []
    for run, (_, colon, node) in zip(runs, parts, strict=True):
        if colon and node not in nodes.get(run.id, {}):
            raise NO_SUCH_EVALUATION(run=run.id[:8], node=node)
        view = Subject(
            key=f"{run.id}:{node}" if colon else run.id,
            run=run.id,
            node=node if colon else None,
            name=f"{run.name or run.id[:8]} · {node}" if colon else (run.name or run.id[:8]),
            state=RunState(run.state),
            created_at=run.created_at,
        )
        found.append(Compared(view, run, nodes.get(run.id, {}), outputs.get(run.id, {}), bool(colon)))
    _tell_apart(found)
    return list({item.view.key: item for item in found}.values())


def evaluation_of(actor: Actor, reference: str) -> tuple[str, str]:
    """Return run and node of the evaluation that ``RUN`` or ``RUN:NODE`` means.

    Raises:
        InkstoneError: ``compare.no_evaluation`` or ``runs.unknown``.
    """
    require_read(actor, "run.compare")
    with session() as db:
        found = find_subjects(db, [reference])[0]
    node = found.evaluation()
    if node is None:
        raise NO_SUCH_EVALUATION(run=found.row.id[:8], node="-")
    return found.row.id, node


def evaluations(actor: Actor, references: Sequence[str]) -> dict[str, str]:
    """Return ``RUN:NODE`` to its name for every evaluation of runs that hold several: each can be compared by itself."""
    require_read(actor, "run.compare")
    with session() as db:
        found = find_subjects(db, references)
    several: dict[str, str] = {}
    for item in found:
        nodes = [
            node
            for node, ran in sorted(item.nodes.items(), key=lambda pair: pair[1].position)
            if ran.component.startswith("evaluate.") and _metrics(item.outputs.get(node, {}))
        ]
        if len(nodes) > 1:
            several |= {f"{item.row.id}:{node}": f"{item.view.name} · {node}" for node in nodes}
    return several


def _evaluation(db: Session, reference: str) -> str:
    """Return ``RUN:NODE`` of the evaluation that measured a version of a model."""
    version = lookup.model_version(db, reference)
    found = measured_by(db, version)
    if found is None:
        raise NO_EVALUATION(model=f"{version.model.name}@{version.number}")
    return found


def _tell_apart(found: list[Compared]) -> None:
    """Add the beginning of the id to names that several subjects share."""
    names = [item.view.name for item in found]
    for item in found:
        if names.count(item.view.name) > 1:
            item.view = item.view.model_copy(update={"name": f"{item.view.name} ({item.row.id[:6]})"})


def _outputs(db: Session, ids: list[str]) -> dict[str, dict[str, dict[str, Artifact]]]:
    found: dict[str, dict[str, dict[str, Artifact]]] = {}
    query = select(NodeArtifact, Artifact).join(Artifact, Artifact.id == NodeArtifact.artifact_id)
    for link, artifact in db.execute(query.where(NodeArtifact.run_id.in_(ids))).tuples():
        found.setdefault(link.run_id, {}).setdefault(link.node, {})[link.port] = artifact
    return found


def _metrics(ports: dict[str, Artifact]) -> Artifact | None:
    return next((item for item in ports.values() if item.type == PortType.METRICS), None)


def _document(artifact: Artifact) -> dict[str, Any]:
    try:
        return read_json(artifact)
    except (InkstoneError, OSError):
        return {}  # its files are gone: it cannot say which model it belongs to
