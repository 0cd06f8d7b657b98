"""The Ray actor of a trial. It computes nothing itself: it starts an ordinary run process and passes its figures on."""

import time
from pathlib import Path
from typing import Any

from ray import tune

from inkstone.backend.service.searching.following import FollowedRun, wanted_of
from inkstone.backend.service.searching.records import set_trial
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_search import Search, Trial

SCORE, ENDED = "score", "ended"
_TICK = 0.2


class FollowedTrial(tune.Trainable):
    """Follows the run of one trial; a step ends with each dev pass."""

    def setup(self, config: dict[str, Any]) -> None:
        """Start the run, or take it up again.

        Args:
            config: ``trial``: id of its row; ``stop``: file whose presence means stop; ``deadline``: time to stop at, or None.
        """
        self._stop_file, self._deadline = Path(config["stop"]), config["deadline"]
        with session() as db:
            trial = db.get_one(Trial, config["trial"])
            wanted = wanted_of(db.get_one(Search, trial.search_id), trial)
        self._trial_row = trial.id
        self._run = FollowedRun(wanted, trial.run_id)
        run_id = self._run.begin()
        set_trial(trial.id, run_id=run_id, state="RUNNING")
        self._waiting: list[float] = []
        self._history: list[float] = []

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Go on with another trial in the same actor, once the run of the last has ended."""
        self.cleanup()
        self.setup(new_config)
        return True

    def step(self) -> dict[str, Any]:
        """Return the best figure so far after the next dev pass, or the last figure when the run has ended."""
        while True:
            ended = self._run.has_ended()  # asked first, so that no figure comes after the last look
            self._waiting += self._run.scores()
            while self._waiting:
                score = self._noted(self._waiting.pop(0))
                # A run that has done all its work shall not be ended early for it.
                if not ended and (self._waiting or not self._run.at_end):
                    return score
            if ended:
                return self._last()
            if self._out_of_time():
                self._run.stop()
                self._run.wait()
                return self._last()
            time.sleep(_TICK)

    def cleanup(self) -> None:
        """Stop the run where it has not ended, and wait for that: the next trial gets its processors."""
        if not self._run.has_ended():
            self._run.stop()
            self._run.wait()

    def _noted(self, score: float) -> dict[str, Any]:
        self._history.append(score)
        set_trial(self._trial_row, value=score, history=list(self._history))
        return {SCORE: score, ENDED: False}

    def _last(self) -> dict[str, Any]:
        if self._run.state() is RunState.SUCCEEDED or not self._out_of_time():
            return {SCORE: self._run.final(), ENDED: True, "done": True}
        best = self._run.best
        return {SCORE: float("nan") if best is None else best, ENDED: False, "done": True}

    def _out_of_time(self) -> bool:
        return self._stop_file.exists() or (self._deadline is not None and time.time() > self._deadline)
