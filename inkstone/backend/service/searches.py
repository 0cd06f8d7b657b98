"""What a user may do with searches: start, watch, stop, resume, promote."""

import os
import subprocess
import sys
from typing import Literal

import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.pipeline.parameters import names_of_kind
from inkstone.backend.pipeline.validation import validate
from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.runtime.launch import environment
from inkstone.backend.service import audit, runs
from inkstone.backend.service.actor import Actor, require_create, require_read, require_write
from inkstone.backend.service.comparing.pareto import wants_less
from inkstone.backend.service.dataset_rows import find_version, version_view
from inkstone.backend.service.run_outputs import artifacts_of, registered_model
from inkstone.backend.service.schemas import expected_tables
from inkstone.backend.service.searching import promotion, space
from inkstone.backend.service.searching.errors import BUSY, NO_BUDGET, NOT_ACTIVE, NOTHING_LEFT, STILL_ACTIVE
from inkstone.backend.service.searching.following import ask_to_stop
from inkstone.backend.service.searching.records import ACTIVE, change, find_search, folder_of, reconcile, trials_of
from inkstone.backend.service.searching.settings import SearchSettings, SearchWish
from inkstone.backend.service.searching.viewing import detail_of, view_of
from inkstone.backend.service.searching.views import SearchDetail, SearchView
from inkstone.backend.service.views import RunView
from inkstone.backend.states import RunState
from inkstone.backend.store import records as run_records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.errors import ProblemList
from inkstone.components.registry import find

_GIB_A_TRIAL = 1.5
_children: list[subprocess.Popen[bytes]] = []


def start(
    actor: Actor, document: Pipeline, wish: SearchWish, *, name: str | None = None, template: str | None = None
) -> SearchView:
    """Check everything and start to search for better settings of a pipeline.

    Args:
        actor: Who asks.
        document: What is searched, with overrides and bindings applied.
        wish: Ranges, figure and budget.
        name: Name on the pages; by default that of the pipeline.
        template: The solution template it was made from.

    Raises:
        InkstoneError: ``search.*``, or what is wrong with a name.
        ProblemList: Everything that is wrong with the document.
    """
    require_create(actor, "search.start")
    _require_valid(document)
    document = _pinned(document)
    if wish.trials is None and wish.minutes is None:
        raise NO_BUDGET()
    node, figure = space.target(document, wish.metric, wish.params)
    ranges = space.space_of(document, node, wish.params)
    settings = SearchSettings(
        space=ranges,
        whole=space.whole_numbers(document, ranges),
        node=node,
        figure=figure,
        minimise=wants_less(figure),
        actor={"user_id": actor.user_id, "name": actor.name, "role": actor.role},
        **wish.model_dump(exclude={"params", "metric", "parallel"}),
        parallel=wish.parallel or side_by_side(wish.cpus),
    )
    made = Search(
        name=(name or document.name)[:100],
        kind="tune",
        template=template,
        document=document.model_dump(mode="json"),
        settings=settings.model_dump(mode="json"),
        owner_id=actor.user_id,
    )
    return begin(actor, made)


def begin(actor: Actor, made: Search) -> SearchView:
    """Keep a search and start its process.

    Raises:
        InkstoneError: ``search.busy`` when another one is under way.
    """
    reconcile()
    with session() as db:
        _require_free(db)
        db.add(made)
        db.flush()
        audit.record(db, actor, "search.start", made.id, kind=made.kind)
    _launch(made.id)
    return get(actor, made.id).search


def list_(actor: Actor, limit: int = 50) -> list[SearchView]:
    """Return searches, the newest first."""
    require_read(actor, "search.list")
    reconcile()
    query = select(Search).where(Search.trashed_at.is_(None)).order_by(Search.created_at.desc(), Search.id)
    with session() as db:
        return [view_of(item, trials_of(db, item.id), actor) for item in db.scalars(query.limit(limit)).all()]


def get(actor: Actor, search_id: str) -> SearchDetail:
    """Return everything about a search.

    Raises:
        InkstoneError: ``search.unknown``.
    """
    require_read(actor, "search.get")
    for child in _children:
        child.poll()  # an ended child is seen as such
    reconcile()
    with session() as db:
        search = find_search(db, search_id)
        model = None
        if search.promoted_id:
            nodes = run_records.node_runs(db, search.promoted_id)
            model = registered_model(nodes, artifacts_of(db, search.promoted_id))
        return detail_of(search, trials_of(db, search.id), actor, model)


def stop(actor: Actor, search_id: str) -> SearchView:
    """Ask a search to stop; its trials stop too, and those of a lost search that still run.

    Raises:
        InkstoneError: ``search.not_active`` when nothing of it is under way.
    """
    reconcile()
    with session() as db:
        search = find_search(db, search_id)
        require_write(actor, search.owner_id, "search.stop")
        audit.record(db, actor, "search.stop", search.id)
        found, state = search.id, RunState(search.state)
        left = [trial.run_id for trial in trials_of(db, search.id) if trial.state == "RUNNING" and trial.run_id]
    if state.is_final:
        under_way = [run_id for run_id in left if not runs.state(actor, run_id).is_final]
        if not under_way:
            raise NOT_ACTIVE(search=found[:8], state=state.value)
        for run_id in under_way:
            ask_to_stop(run_id)
        return get(actor, found).search
    folder_of(found).mkdir(parents=True, exist_ok=True)
    (folder_of(found) / "stop").touch()
    return get(actor, found).search


def resume(actor: Actor, search_id: str, *, trials: int | None = None, minutes: float | None = None) -> SearchView:
    """Let a search go on that ended early or shall try more; trials that have ended are not repeated.

    Args:
        actor: Who asks.
        search_id: The search.
        trials: Trials in all; None leaves the number as it is.
        minutes: Minutes in all; None leaves them as they are.

    Raises:
        InkstoneError: ``search.still_active``, ``search.busy`` or ``search.nothing_left``.
    """
    reconcile()
    with session() as db:
        search = find_search(db, search_id)
        require_write(actor, search.owner_id, "search.resume")
        if not RunState(search.state).is_final:
            raise STILL_ACTIVE(search=search.id[:8], state=search.state)
        _require_free(db)
        more = {"trials": trials, "minutes": minutes}
        search.settings = search.settings | {key: value for key, value in more.items() if value is not None}
        _require_budget(search, trials_of(db, search.id), promoting=search.promoted_id is None)
        if trials is not None or minutes is not None:
            search.promoted_id = None  # there may be a better one now
        audit.record(db, actor, "search.resume", search.id)
        db.flush()
        afresh = {"pid": None, "error": None, "ended_at": None, "started_at": now()}
        change(db, search.id, RunState.QUEUED, [RunState(search.state)], **afresh)
        found = search.id
    (folder_of(found) / "stop").unlink(missing_ok=True)
    _launch(found)
    return get(actor, found).search


def promote(
    actor: Actor,
    search_id: str,
    *,
    trial: int | None = None,
    name: str | None = None,
    launcher: Literal["supervisor", "cli"] = "supervisor",
) -> RunView:
    """Queue the run that makes a model of a trial: its whole pipeline, the training from the cache.

    Args:
        actor: Who asks.
        search_id: The search.
        trial: Number of the trial; None: the best.
        name: Name of the run.
        launcher: Who starts the run process.

    Raises:
        InkstoneError: ``search.no_winner``, ``search.no_such_trial`` or ``search.no_model_node``.
    """
    with session() as db:
        search = find_search(db, search_id)
        require_write(actor, search.owner_id, "search.promote")
        trials = trials_of(db, search.id)
    chosen = promotion.chosen(search, trials, trial)
    document = promotion.whole_document(search, chosen, trials)
    title = name or f"{search.name} · #{chosen.number}"
    made = runs.start(actor, document, name=title, template=search.template, options={}, launcher=launcher)
    with session() as db:
        found = db.get_one(Search, search.id)
        found.promoted_id = made.id
        audit.record(db, actor, "search.promote", search.id, trial=chosen.number, run=made.id)
    return made


def trash(actor: Actor, search_id: str) -> None:
    """Take a search that has ended off the list; its runs stay.

    Raises:
        InkstoneError: ``search.still_active``.
    """
    reconcile()
    with session() as db:
        search = find_search(db, search_id)
        require_write(actor, search.owner_id, "search.trash")
        if not RunState(search.state).is_final:
            raise STILL_ACTIVE(search=search.id[:8], state=search.state)
        search.trashed_at = now()
        audit.record(db, actor, "search.trash", search.id)


def document_of(actor: Actor, search_id: str, trial: int | None = None) -> Pipeline:
    """Return the pipeline of a search with the values of a trial: the best, unless one is named."""
    require_read(actor, "search.get")
    with session() as db:
        search = find_search(db, search_id)
        chosen = promotion.chosen(search, trials_of(db, search.id), trial)
    return promotion.with_values(search, chosen)


def side_by_side(cpus: int) -> int:
    """Return how many trials of so many processors fit beside each other on this machine."""
    memory = psutil.virtual_memory().available / (1 << 30)
    return max(1, min(processors() // cpus, int(memory / _GIB_A_TRIAL)))


def _require_valid(document: Pipeline) -> None:
    with session() as db:
        schemas, missing = expected_tables(db, document)
    problems = [*validate(document, schemas=schemas), *missing]
    if problems:
        raise ProblemList(problems)


def _pinned(document: Pipeline) -> Pipeline:
    """Return the document with the versions that its references to data mean now: all trials read the same rows."""
    meant: dict[str, str] = {}
    with session() as db:
        for node_id, node in document.nodes.items():
            for name in names_of_kind(find(node.component).spec, "dataset") if node.enabled else []:
                value = node.params.get(name)
                if isinstance(value, str) and value.startswith("dataset:"):
                    meant[f"{node_id}.{name}"] = version_view(find_version(db, value)).reference
    return apply_overrides(document, meant)


def _require_free(db: Session) -> None:
    query = select(Search.id).where(Search.state.in_([state.value for state in ACTIVE]), Search.trashed_at.is_(None))
    if active := db.scalar(query.limit(1)):
        raise BUSY(search=active[:8])


def _require_budget(search: Search, trials: list[Trial], *, promoting: bool) -> None:
    wanted, minutes = search.settings.get("trials"), search.settings.get("minutes")
    ended = sum(trial.state in ("DONE", "PRUNED", "FAILED") for trial in trials)
    used_up = wanted is not None and search.kind == "tune" and ended >= wanted
    late = minutes is not None and search.seconds_before >= minutes * 60
    if late or (used_up and not (promoting and search.settings.get("promote"))):
        raise NOTHING_LEFT(search=search.id[:8])


def _launch(search_id: str) -> None:
    """Start the process of a search, in a session of its own: it outlives whoever started it."""
    folder = folder_of(search_id)
    folder.mkdir(parents=True, exist_ok=True)
    _children[:] = [child for child in _children if child.poll() is None]
    command = [sys.executable, "-P", "-m", "inkstone.backend.service.searching.process", search_id]
    with (folder / "process.log").open("ab") as log:
        _children.append(
            subprocess.Popen(
                command,
                cwd=folder,
                env=environment(search_id, os.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        )
