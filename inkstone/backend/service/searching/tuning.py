"""Carries a tuning out: Ray Tune places the trials, Optuna suggests values, ASHA ends what falls behind."""

import logging
import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.plan import plan
from inkstone.backend.runtime.executors.cluster import Cluster
from inkstone.backend.runtime.executors.sessions import ADDRESS, session_folder
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.searching.following import FollowedRun, Wanted, ask_to_stop, tag_of, with_processors
from inkstone.backend.service.searching.records import end_trial, folder_of, trials_of
from inkstone.backend.service.searching.settings import SearchSettings
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.errors import Cancelled

_TICK = 0.2
_QUIET = {
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",
    "TUNE_DISABLE_SIGINT_HANDLER": "1",
    "TUNE_GLOBAL_CHECKPOINT_S": "1000000",  # its state is ours to keep, see suggestions.py
    "RAY_CHDIR_TO_TRIAL_DIR": "0",
    "RAY_AIR_NEW_OUTPUT": "0",  # the other one knows what verbose=0 means
}


def tune(search_id: str, ending: Callable[[], bool], deadline: float | None) -> None:
    """Run trials until the budget is used or somebody stops the search.

    Args:
        search_id: The search.
        ending: Says whether to stop.
        deadline: When its minutes are over, in seconds since the epoch.

    Raises:
        InkstoneError: Why it cannot go on.
        Cancelled: Somebody stopped it.
    """
    with session() as db:
        search = db.get_one(Search, search_id)
        trials = trials_of(db, search_id)
    settings = SearchSettings.model_validate(search.settings)
    left = remaining(settings, trials)
    if left == 0:
        return
    if settings.parallel > 1 and not trials:
        _prepare(search, settings, ending)
    cluster = Cluster(search_id, demand=settings.parallel * settings.cpus)
    cluster.start()
    while not cluster.ready:
        time.sleep(_TICK)
    if cluster.error is not None:
        raise cluster.error
    try:
        _run(search, settings, trials, left=left, ending=ending, deadline=deadline)
    finally:
        _leave_nothing_running(search_id)
        cluster.stop()


def remaining(settings: SearchSettings, trials: Sequence[Trial]) -> int:
    """Return how many trials are still to be run; -1: as many as the time allows."""
    if settings.trials is None:
        return -1
    return max(0, settings.trials - sum(trial.state in ("DONE", "PRUNED", "FAILED") for trial in trials))


def _run(
    search: Search,
    settings: SearchSettings,
    trials: Sequence[Trial],
    *,
    left: int,
    ending: Callable[[], bool],
    deadline: float | None,
) -> None:
    os.environ.update(_QUIET)
    from ray import tune as ray_tune

    from inkstone.backend.service.searching.suggestions import RecordedSearch, scheduler
    from inkstone.backend.service.searching.trainable import FollowedTrial

    logging.getLogger("ray.tune").setLevel(logging.ERROR)
    stop_file = str(folder_of(search.id) / "stop")
    suggestions = RecordedSearch(search.id, settings, trials, stop=stop_file, deadline=deadline)

    class Ending(ray_tune.Stopper):
        def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
            return False

        def stop_all(self) -> bool:
            late = deadline is not None and time.time() > deadline
            return late or ending() or suggestions.error is not None

    tuner = ray_tune.Tuner(
        ray_tune.with_resources(FollowedTrial, _resources(search, settings)),
        tune_config=ray_tune.TuneConfig(
            search_alg=suggestions,
            scheduler=scheduler(settings, trials),
            num_samples=left,
            max_concurrent_trials=settings.parallel,
            reuse_actors=True,
        ),
        run_config=ray_tune.RunConfig(
            name="tune",
            storage_path=str(session_folder(search.id) / "tune"),
            stop=Ending(),
            checkpoint_config=ray_tune.CheckpointConfig(checkpoint_at_end=False),  # runs have checkpoints of their own
            verbose=0,
        ),
    )
    tuner.fit()
    if suggestions.error is not None:
        raise suggestions.error
    if ending():
        raise Cancelled


def _resources(search: Search, settings: SearchSettings) -> dict[str, float]:
    """Return what the actor of a trial takes. On a cluster the run itself asks for its share, the actor only waits."""
    if os.environ.get(ADDRESS):
        return {"cpu": 0.01}
    nodes = Pipeline.model_validate(search.document).nodes.values()
    gpus = max((node.resources.gpus for node in nodes if node.enabled), default=0)
    return {"cpu": float(settings.cpus), **({"gpu": gpus} if gpus else {})}


def _prepare(search: Search, settings: SearchSettings, ending: Callable[[], bool]) -> None:
    """Run what all trials share once, so that those that start together find it in the cache."""
    document = Pipeline.model_validate(search.document)
    searched = {name.partition(".")[0] for name in settings.space}
    chosen = plan(document, to=settings.node)
    changed: set[str] = set()
    shared: set[str] = set()
    for node in chosen.order:
        if node in searched or chosen.needs(node) & changed:
            changed.add(node)
            shared |= chosen.needs(node) - changed
    for node in [item for item in chosen.order if item in shared]:
        wanted = Wanted(
            actor=Actor(**settings.actor),
            document=with_processors(document, settings.cpus * settings.parallel),
            name=f"{search.name} · {node}",
            node=node,
            figure="",
            minimise=False,
            template=search.template,
            tag=tag_of(search.id),
        )
        _carry_out(wanted, ending)


def _carry_out(wanted: Wanted, ending: Callable[[], bool]) -> None:
    run = FollowedRun(wanted)
    run.begin()
    while not run.has_ended():
        if ending():
            run.stop()
            run.wait()
            raise Cancelled
        time.sleep(_TICK)
    if run.state() is not RunState.SUCCEEDED:
        raise run.failure()


def _leave_nothing_running(search_id: str) -> None:
    """Stop the runs of trials that Tune gave up without a word, such as after an error of its own."""
    with session() as db:
        left = [trial for trial in trials_of(db, search_id) if trial.state == "RUNNING"]
    for trial in left:
        end_trial(trial.id, "STOPPED", trial.value)
        if trial.run_id:
            ask_to_stop(trial.run_id)
