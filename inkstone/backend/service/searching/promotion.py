"""Makes a model of the best trial: its whole pipeline runs, what the trial did comes from the cache, the test rows are seen once."""

import time
from collections.abc import Callable

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.pipeline.plan import plan
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.searching.errors import NO_MODEL_NODE, NO_SUCH_TRIAL, NO_WINNER
from inkstone.backend.service.searching.following import FollowedRun, Wanted, tag_of
from inkstone.backend.service.searching.records import trials_of
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import PortType

_TICK = 0.2


def best_of(search: Search, trials: list[Trial]) -> Trial | None:
    """Return the trial that ended with the best figure; None when none has ended."""
    ended = [trial for trial in trials if trial.state == "DONE" and trial.value is not None]
    sign = -1.0 if search.settings.get("minimise") else 1.0
    return max(ended, key=lambda trial: (sign * (trial.value or 0.0), -trial.number), default=None)


def registers(document: Pipeline) -> bool:
    """Return whether a document registers a model."""
    order = plan(document).order
    specs = [find(document.nodes[node].component).spec for node in order]
    return any(port.type is PortType.REGISTERED_MODEL for spec in specs for port in spec.outputs)


def chosen(search: Search, trials: list[Trial], number: int | None) -> Trial:
    """Return the trial to promote: the one named, else the best.

    Raises:
        InkstoneError: ``search.no_such_trial`` or ``search.no_winner``.
    """
    if number is None:
        best = best_of(search, trials)
        if best is None:
            raise NO_WINNER(search=search.id[:8])
        return best
    found = next((trial for trial in trials if trial.number == number and trial.state == "DONE"), None)
    if found is None:
        raise NO_SUCH_TRIAL(search=search.id[:8], number=number)
    return found


def whole_document(search: Search, trial: Trial, trials: list[Trial]) -> Pipeline:
    """Return the pipeline with the values of a trial.

    Raises:
        InkstoneError: ``search.no_model_node``.
    """
    document = with_values(search, trial)
    if trial.params.get("method") == "ngram":
        document = _with_baseline_as_winner(search, trials)
    if not registers(document):
        raise NO_MODEL_NODE()
    return document


def with_values(search: Search, trial: Trial) -> Pipeline:
    """Return the document of a search with what a trial set."""
    changed = {name: value for name, value in trial.params.items() if "." in name}
    return apply_overrides(Pipeline.model_validate(search.document), changed)


def _with_baseline_as_winner(search: Search, trials: list[Trial]) -> Pipeline:
    """Return the template beside whose network the baseline wins: that of the best network tried, else none at all."""
    networks = [item for item in trials if "train.encoder" in item.params]
    best = best_of(search, networks)
    if best is not None:
        return with_values(search, best)
    document = Pipeline.model_validate(search.document)
    off = {name: document.nodes[name].model_copy(update={"enabled": False}) for name in ("train", "evaluate")}
    return document.model_copy(update={"nodes": document.nodes | off})


def at_the_end(search_id: str, ending: Callable[[], bool]) -> None:
    """Promote the best trial, where the search was asked to and there is one.

    Raises:
        InkstoneError: ``search.no_winner``, or why the run failed.
        Cancelled: Somebody stopped it.
    """
    with session() as db:
        search, trials = db.get_one(Search, search_id), trials_of(db, search_id)
    best = chosen(search, trials, None)
    if not search.settings.get("promote") or search.promoted_id is not None:
        return
    try:
        document = whole_document(search, best, trials)
    except InkstoneError as error:
        if error.code == NO_MODEL_NODE.code:
            return  # there is nothing to promote it to; the settings are what was looked for
        raise
    wanted = Wanted(
        actor=Actor(**search.settings["actor"]),
        document=document,
        name=f"{search.name} · #{best.number}",
        node=None,
        figure="",
        minimise=False,
        template=search.template,
        tag=tag_of(search.id),
    )
    run = FollowedRun(wanted)
    promoted = run.begin()
    with session() as db:
        db.get_one(Search, search_id).promoted_id = promoted
    while not run.has_ended():
        if ending():
            run.stop()
            run.wait()
            raise Cancelled
        time.sleep(_TICK)
    if run.state() is not RunState.SUCCEEDED:
        raise run.failure()
