"""Which values are tried next: Optuna's TPE behind Ray Tune, with every suggestion noted as a trial of ours."""

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search.optuna import OptunaSearch

from inkstone.backend.service.searching.errors import ALL_FAILED
from inkstone.backend.service.searching.following import ask_to_stop
from inkstone.backend.service.searching.records import add_trial, end_trial, set_trial
from inkstone.backend.service.searching.settings import SearchSettings
from inkstone.backend.service.searching.trainable import ENDED, SCORE
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Run, now
from inkstone.backend.store.tables_search import Trial
from inkstone.components.errors import INTERNAL, InkstoneError
from inkstone.components.spec import SearchRange

_LONGEST = 1000  # dev passes: rungs reach that far
_FAILURES = 3  # in a row: then something is wrong with all of them
_DIGITS = 4


def distributions(space: Mapping[str, SearchRange], whole: Sequence[str]) -> dict[str, BaseDistribution]:
    """Return ranges as Optuna takes them."""
    found: dict[str, BaseDistribution] = {}
    for name, item in space.items():
        if item.values or item.low is None or item.high is None:
            found[name] = CategoricalDistribution(list(item.values))
        elif name in whole:
            found[name] = IntDistribution(int(item.low), int(item.high), log=item.log)
        else:
            found[name] = FloatDistribution(item.low, item.high, log=item.log)
    return found


def sampler(settings: SearchSettings, known: int) -> optuna.samplers.BaseSampler:
    """Return the tree-structured Parzen estimator (Bergstra et al. 2011).

    The first trials are drawn at random. ``known`` trials move the seed on, so that a resumed search draws no values twice.
    """
    start = max(3, min(10, (settings.trials or 30) // 3))
    return optuna.samplers.TPESampler(seed=settings.seed + known, n_startup_trials=start, constant_liar=True)


class RecordedSearch(OptunaSearch):
    """Optuna's suggestions; each becomes a row, and its end is noted there. The rows are all that a resumed search needs."""

    def __init__(
        self,
        search_id: str,
        settings: SearchSettings,
        trials: Sequence[Trial],
        *,
        stop: str,
        deadline: float | None,
    ) -> None:
        """Prepare.

        Args:
            search_id: The search.
            settings: Its settings.
            trials: What was tried before.
            stop: File whose presence means stop.
            deadline: Time at which trials are stopped, in seconds since the epoch.
        """
        self._search_id = search_id
        self._common = {"stop": stop, "deadline": deadline}
        self._known = [trial for trial in trials if trial.state in ("DONE", "PRUNED", "FAILED")]
        self._unfinished = [trial for trial in trials if trial.state in ("RUNNING", "STOPPED")]
        self._rows: dict[str, str] = {}
        self.failed_in_a_row = 0
        self.error: InkstoneError | None = None
        super().__init__(
            space=distributions(settings.space, settings.whole),
            metric=SCORE,
            mode="min" if settings.minimise else "max",
            points_to_evaluate=[trial.params for trial in self._unfinished],
            sampler=sampler(settings, len(trials)),
        )
        for trial in self._known:
            if trial.value is not None:
                self.add_evaluated_point(trial.params, trial.value)

    def suggest(self, trial_id: str) -> dict[str, Any] | None:
        """Return what the next trial takes: the row that it belongs to."""
        suggested = super().suggest(trial_id) or {}
        if self._unfinished:
            row = self._unfinished.pop(0).id
            set_trial(row, state="RUNNING", started_at=now(), ended_at=None, value=None, history=[], error=None)
        else:
            row = add_trial(self._search_id, {name: _rounded(value) for name, value in suggested.items()}).id
        self._rows[trial_id] = row
        return {"trial": row, **self._common}

    def on_trial_complete(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> None:
        """Note how a trial ended; one that fell behind has its run stopped."""
        row = self._rows.get(trial_id)
        if row is None:
            return
        value = (result or {}).get(SCORE)
        value = value if isinstance(value, float) and math.isfinite(value) else None
        if error:
            self._failed(row)
            super().on_trial_complete(trial_id, None, error=True)
            return
        self.failed_in_a_row = 0
        if (result or {}).get(ENDED):
            end_trial(row, "DONE", value)
        elif result is None or self._out_of_time():
            end_trial(row, "STOPPED", value)  # somebody, or the end of the time, not its figures
            return
        else:
            end_trial(row, "PRUNED", value)
            self._stop_run(row)
        super().on_trial_complete(trial_id, result, error=False)

    def _out_of_time(self) -> bool:
        deadline = self._common["deadline"]
        return Path(str(self._common["stop"])).exists() or (deadline is not None and time.time() > float(deadline))

    def _failed(self, row: str) -> None:
        with session() as db:
            run_id = db.get_one(Trial, row).run_id
            run = db.get(Run, run_id) if run_id else None
            cause = run.error if run is not None else None
        end_trial(row, "FAILED", None, error=cause)
        self.failed_in_a_row += 1
        if self.failed_in_a_row >= _FAILURES:
            told = InkstoneError.from_dict(cause) if cause else INTERNAL(summary="Ray Tune")
            self.error = ALL_FAILED(cause_zh=told.message("zh"), cause_en=told.message("en"))

    def _stop_run(self, row: str) -> None:
        with session() as db:
            run_id = db.get_one(Trial, row).run_id
        if run_id:
            ask_to_stop(run_id)


def scheduler(settings: SearchSettings, trials: Sequence[Trial]) -> ASHAScheduler | None:
    """Return asynchronous successive halving (Li et al., "A system for massively parallel hyperparameter tuning", 2020).

    It knows what earlier attempts of the search reached at each dev pass.
    """
    if not settings.early_stopping:
        return None
    made = ASHAScheduler(
        metric=SCORE,
        mode="min" if settings.minimise else "max",
        max_t=_LONGEST,
        grace_period=settings.grace,
        reduction_factor=settings.reduction,
    )
    sign = -1.0 if settings.minimise else 1.0
    brackets: list[Any] = made._brackets  # Ray restores these from a pickle; ours come from the rows
    for trial in trials:
        if trial.state in ("DONE", "PRUNED"):
            for step, score in enumerate(trial.history, 1):
                for bracket in brackets:
                    bracket.on_result(SimpleNamespace(trial_id=trial.id), step, sign * score)
    return made


def _rounded(value: Any) -> Any:
    """Return a value as a person would write it: four digits say more than sixteen."""
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value
