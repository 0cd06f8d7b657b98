"""What a user may do with runs: start, watch, stop, resume, continue."""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.events import Event
from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.pipeline.plan import plan
from inkstone.backend.pipeline.validation import validate
from inkstone.backend.runtime.events_file import read_events
from inkstone.backend.service import audit, run_control, run_trash
from inkstone.backend.service.actor import Actor, may_write, require_create, require_read, require_write
from inkstone.backend.service.pipelines import add_version, find_pipeline
from inkstone.backend.service.run_details import (
    metrics,
    metrics_rows,
    output_file,
    output_folder,
    outputs,
    read_output,
)
from inkstone.backend.service.run_options import checked_options
from inkstone.backend.service.run_outputs import artifacts_of, final_figures, registered_model
from inkstone.backend.service.run_rows import find_run, latest_metrics, node_view, run_views, seconds_of
from inkstone.backend.service.schemas import expected_tables
from inkstone.backend.service.views import ModelVersionView, NodeResult, RunDetail, RunResult, RunView
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import lookup, records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Pipeline, Run
from inkstone.components.errors import InkstoneError, ProblemList

__all__ = [
    "continue_",
    "events",
    "get",
    "list_",
    "metrics",
    "metrics_rows",
    "output_file",
    "output_folder",
    "outputs",
    "read_output",
    "result",
    "resume",
    "start",
    "state",
    "stop",
    "trash",
    "view",
]

Order = Literal["-created_at", "created_at", "name", "-name", "state"]
_ORDERS = {
    "-created_at": (Run.created_at.desc(), Run.id),
    "created_at": (Run.created_at, Run.id),
    "name": (Run.name, Run.created_at.desc()),
    "-name": (Run.name.desc(), Run.created_at.desc()),
    "state": (Run.state, Run.created_at.desc()),
}


def start(
    actor: Actor,
    document: Document,
    *,
    name: str | None = None,
    template: str | None = None,
    pipeline_id: str | None = None,
    options: Mapping[str, Any] | None = None,
    launcher: Literal["supervisor", "cli"] = "supervisor",
) -> RunView:
    """Check a document whole and queue a run of it.

    Args:
        actor: Who starts it.
        document: What shall run, with overrides and bindings applied.
        name: Name of the run on the pages; by default that of the pipeline.
        template: The solution template that the document was made from.
        pipeline_id: The pipeline it belongs to; without it one is found by name, or made.
        options: ``executor``, ``fresh``, ``to``, ``from``, ``only``, ``seed``.
        launcher: Who starts the run process: the supervisor, or the caller itself (``cli``).

    Raises:
        ProblemList: Everything that is wrong with the document.
    """
    require_create(actor, "run.start")
    given = {**(options or {}), **({"template": template} if template else {})}
    kept = checked_options(given)
    with session() as db:
        _require_valid(db, document, kept)
        pipeline = _pipeline(db, actor, document, template, pipeline_id)
        version = add_version(db, pipeline, document.model_dump(mode="json"))
        run = Run(
            name=(name or pipeline.name)[:120],
            pipeline_version_id=version.id,
            document=document.model_dump(mode="json"),
            options=kept,
            launcher=launcher,
            owner_id=actor.user_id,
        )
        db.add(run)
        db.flush()
        audit.record(db, actor, "run.start", run.id, pipeline=pipeline.id, version=version.number)
        return run_views(db, [run], actor)[0]


def list_(
    actor: Actor,
    state: str | None = None,
    query: str = "",
    *,
    limit: int = 50,
    offset: int = 0,
    order: Order = "-created_at",
) -> list[RunView]:
    """Return runs in a state (``active`` means: not ended) whose name holds ``query``."""
    require_read(actor, "run.list")
    wanted = select(Run).where(Run.trashed_at.is_(None))
    if state == "active":
        wanted = wanted.where(Run.state.in_([item.value for item in RunState if not item.is_final]))
    elif state:
        wanted = wanted.where(Run.state == state.upper())
    if query:
        wanted = wanted.where(Run.name.icontains(query, autoescape=True))
    with session() as db:
        found = db.scalars(wanted.order_by(*_ORDERS[order]).limit(limit).offset(offset)).all()
        return run_views(db, found, actor)


def get(actor: Actor, run_id: str) -> RunDetail:
    """Return everything the page of a run shows at once."""
    require_read(actor, "run.get")
    with session() as db:
        run = find_run(db, run_id)
        document = Document.model_validate(run.document)
        artifacts = artifacts_of(db, run.id)
        nodes = [
            node_view(item, document.nodes[item.node].title, sorted(artifacts.get(item.node, {})))
            for item in records.node_runs(db, run.id)
        ]
        return RunDetail(
            run=run_views(db, [run], actor)[0],
            nodes=nodes,
            metrics=latest_metrics(db, [run.id]).get(run.id, {}),
            model=_model(db, registered_model(records.node_runs(db, run.id), artifacts)),
            document=document,
        )


def result(actor: Actor, run_id: str) -> RunResult:
    """Return the summary of a run: its final figures, its model, its nodes with their times."""
    require_read(actor, "run.get")
    with session() as db:
        run = find_run(db, run_id)
        nodes = records.node_runs(db, run.id)
        artifacts = artifacts_of(db, run.id)
        return RunResult(
            run=run.id,
            state=RunState(run.state),
            seconds=seconds_of(run),
            metrics=final_figures(Document.model_validate(run.document), nodes, artifacts),
            model=registered_model(nodes, artifacts),
            nodes=[
                NodeResult(id=item.node, component=item.component, state=NodeState(item.state), seconds=item.seconds)
                for item in nodes
            ],
        )


def view(actor: Actor, run_id: str) -> RunView:
    """Return a run without its nodes."""
    require_read(actor, "run.get")
    with session() as db:
        return run_views(db, [find_run(db, run_id)], actor)[0]


def state(actor: Actor, run_id: str) -> RunState:
    """Return the state of a run: the cheapest question."""
    require_read(actor, "run.get")
    with session() as db:
        return RunState(find_run(db, run_id).state)


def events(actor: Actor, run_id: str, after: int = 0) -> list[Event]:
    """Return the events of a run with numbers above ``after``."""
    require_read(actor, "run.events")
    with session() as db:
        found = find_run(db, run_id).id
    return read_events(found, after)


def stop(actor: Actor, run_id: str) -> RunView:
    """Ask a run to stop; a queued one is cancelled at once.

    Raises:
        InkstoneError: ``runs.not_stoppable`` when it has ended.
    """
    return _controlled(actor, run_id, "run.stop", run_control.stop)


def resume(actor: Actor, run_id: str, launcher: Literal["supervisor", "cli"] = "supervisor") -> RunView:
    """Queue a run that ended early again: it goes on at its first unfinished node.

    Raises:
        InkstoneError: ``runs.not_resumable``.
    """
    return _controlled(actor, run_id, "run.resume", lambda found: run_control.resume(found, launcher))


def continue_(
    actor: Actor, run_id: str, epochs: float, launcher: Literal["supervisor", "cli"] = "supervisor"
) -> RunView:
    """Queue a new run that trains ``epochs`` more from where the training of a finished run ended."""
    with session() as db:
        run = find_run(db, run_id)
        require_write(actor, run.owner_id, "run.continue")
        checked_options({"continue_epochs": epochs})
        audit.record(db, actor, "run.continue", run.id, epochs=epochs)
        parent = run.id
    made = run_control.continue_(parent, epochs, launcher)
    with session() as db:
        return run_views(db, [find_run(db, made)], actor)[0]


def trash(actor: Actor, run_id: str) -> None:
    """Move a run that has ended to the trash."""
    run_trash.trash(actor, [run_id])


def _controlled(actor: Actor, run_id: str, action: str, change: Any) -> RunView:
    with session() as db:
        run = find_run(db, run_id)
        require_write(actor, run.owner_id, action)
        audit.record(db, actor, action, run.id)
        found = run.id
    change(found)
    with session() as db:
        return run_views(db, [find_run(db, found)], actor)[0]


def _require_valid(db: Session, document: Document, options: Mapping[str, Any]) -> None:
    schemas, missing = expected_tables(db, document)
    nodes = None
    if not validate(document):  # only a sound graph can be planned
        nodes = set(plan(document, options.get("to"), options.get("from"), options.get("only")).order)
    problems = validate(document, schemas=schemas, nodes=nodes)
    problems += [problem for problem in missing if nodes is None or problem.node in nodes]
    if problems:
        raise ProblemList(problems)


def _pipeline(db: Session, actor: Actor, document: Document, template: str | None, pipeline_id: str | None) -> Pipeline:
    """Return the pipeline that the run belongs to.

    A run of somebody else's pipeline, which adds a version, belongs to one of one's own; runs of a template gather under
    one pipeline a user.
    """
    if pipeline_id is not None:
        named = find_pipeline(db, pipeline_id)
        if may_write(actor, named.owner_id):
            return named
    query = select(Pipeline).where(Pipeline.name == document.name, Pipeline.trashed_at.is_(None))
    mine = Pipeline.owner_id.is_(None) if actor.user_id is None else Pipeline.owner_id == actor.user_id
    same = Pipeline.template.is_(None) if template is None else Pipeline.template == template
    found = db.scalar(query.where(mine, same).order_by(Pipeline.created_at).limit(1))
    if found is None:
        draft = document.model_dump(mode="json")
        found = Pipeline(name=document.name, template=template, draft=draft, owner_id=actor.user_id)
        db.add(found)
        db.flush()
    return found


def _model(db: Session, reference: str | None) -> ModelVersionView | None:
    from inkstone.backend.service.models import version_view

    if reference is None:
        return None
    try:
        return version_view(lookup.model_version(db, reference))
    except InkstoneError:
        return None  # it was deleted since
