"""Goes on with runs: the same run after an interruption, or more epochs of a training in a new run."""

from sqlalchemy import select

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.pipeline.yaml_io import document_from
from inkstone.backend.runtime.errors import NOT_RESUMABLE, NOTHING_TO_CONTINUE, UNKNOWN_RUN
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.reconcile import reconcile
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import NodeRun, Run, now
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import Component

CHECKPOINTS = "checkpoints"


def resume(run_id: str, launcher: str = "supervisor") -> None:
    """Queue a failed, cancelled or lost run again.

    What it finished is kept; training goes on from its last checkpoint.

    Args:
        run_id: The run.
        launcher: ``supervisor`` starts it; with ``cli`` the caller does (``launch.launch``).

    Raises:
        InkstoneError: ``runs.unknown`` or ``runs.not_resumable``.
    """
    reconcile()  # a run that was killed a moment ago may be resumed without waiting for the supervisor
    with session() as opened:
        run = opened.get(Run, run_id)
        if run is None:
            raise UNKNOWN_RUN(run=run_id)
        fresh = {"stop_requested": False, "error": None, "ended_at": None, "pid": None, "started_at": now()}
        old = [RunState.FAILED, RunState.CANCELLED, RunState.LOST]
        if not records.change_run(opened, run_id, RunState.QUEUED, only_from=old, launcher=launcher, **fresh):
            raise NOT_RESUMABLE(run=run_id, state=run.state)
    folder = run_folder(run_id)
    for stop in (folder / "stop", *folder.glob("nodes/*/stop")):
        stop.unlink(missing_ok=True)


def continue_(run_id: str, epochs: float, launcher: str = "supervisor") -> str:
    """Queue a new run whose training nodes start from the weights of a finished run and train ``epochs`` more.

    Args:
        run_id: The finished run.
        epochs: Epochs to add.
        launcher: ``supervisor`` starts it; with ``cli`` the caller does.

    Returns:
        The id of the new run.

    Raises:
        InkstoneError: ``runs.unknown`` or ``runs.nothing_to_continue``.
    """
    with session() as opened:
        parent = opened.get(Run, run_id)
        if parent is None:
            raise UNKNOWN_RUN(run=run_id)
        document = document_from(parent.document)
        continued = _trainings(run_id, document)
        if not continued:
            raise NOTHING_TO_CONTINUE(run=run_id)
        document = apply_overrides(document, {f"{node}.epochs": epochs for node in continued})
        kept = {key: value for key, value in parent.options.items() if key in {"executor", "seed", "template"}}
        run = Run(
            name=parent.name,
            owner_id=parent.owner_id,
            pipeline_version_id=parent.pipeline_version_id,
            document=document.model_dump(mode="json"),
            options={**kept, "continue_epochs": epochs, "continued": continued},
            launcher=launcher,
            parent_id=parent.id,
        )
        opened.add(run)
        opened.flush()
        return run.id


def _trainings(run_id: str, document: Pipeline) -> dict[str, dict[str, str]]:
    """Return each training node that finished in a run, with the run that holds its checkpoints."""
    found: dict[str, dict[str, str]] = {}
    with session() as opened:
        for row in records.node_runs(opened, run_id):
            node = document.nodes.get(row.node)
            spec = _spec(row.component)
            if node is None or spec is None or not spec.trains or "epochs" not in spec.params.model_fields:
                continue
            if row.fingerprint is None or row.state not in {NodeState.SUCCEEDED, NodeState.CACHED}:
                continue
            made = select(NodeRun.run_id, NodeRun.node).where(
                NodeRun.fingerprint == row.fingerprint, NodeRun.state.in_([NodeState.SUCCEEDED, NodeState.CACHED])
            )
            for other_run, other_node in opened.execute(made.order_by(NodeRun.run_id != run_id)):
                folder = run_folder(other_run) / "nodes" / other_node / CHECKPOINTS
                if folder.is_dir() and any(folder.iterdir()):
                    found[row.node] = {"run": other_run, "node": other_node, "fingerprint": row.fingerprint}
                    break
    return found


def _spec(component: str) -> Component | None:
    try:
        return find(component).spec
    except InkstoneError:
        return None
