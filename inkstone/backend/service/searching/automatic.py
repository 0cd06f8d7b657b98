"""Carries *auto* out: tries one method after the other within the time, and writes down in words what came of it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.run_outputs import artifacts_of, folder_of
from inkstone.backend.service.searching import methods
from inkstone.backend.service.searching.errors import ALL_FAILED, NO_TIME
from inkstone.backend.service.searching.following import FollowedRun, Wanted, tag_of, with_processors
from inkstone.backend.service.searching.methods import Attempt, DataFacts
from inkstone.backend.service.searching.promotion import best_of
from inkstone.backend.service.searching.records import add_trial, end_trial, set_trial, trials_of
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.artifacts import Table
from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.texts import Text, text

_TICK = 0.3
_FOR_THE_END = 0.05  # of the time: the winner's test figures and its registration


class Automatic:
    """One attempt at one auto search."""

    def __init__(self, search: Search, ending: Callable[[], bool], deadline: float) -> None:
        self.search = search
        self.ending = ending
        self.deadline = deadline - _FOR_THE_END * float(search.settings["minutes"]) * 60
        self.facts = DataFacts.model_validate(search.settings["facts"])
        self.cpus = int(search.settings["cpus"])
        self.document = Pipeline.model_validate(search.document)
        self.pace = 1.0
        self.left_out: list[Text] = []

    def run(self) -> None:
        """Try everything that fits."""
        plan = methods.few_shot_attempts() if self.facts.few else methods.encoder_attempts(_epochs(self.facts.rows))
        for attempt in plan:
            self._consider(attempt)
        winner = self._best_encoder(plan)
        if winner is not None:
            self._consider(methods.longer(winner))
        self._report()

    def _consider(self, attempt: Attempt) -> None:
        if self.ending():
            raise Cancelled
        known = self._trial(attempt.key)
        if known is not None and known.state in ("DONE", "FAILED"):
            return
        left = self.deadline - time.time()
        chosen = methods.fitted(attempt, self.facts, self.cpus, self.pace, left)
        if chosen is None:
            needed = methods.seconds_needed(attempt, self.facts, self.cpus, self.pace)
            self.left_out.append(methods.left_out_words(attempt, needed, left))
            return
        if known is None:
            described = {"title": chosen.title.model_dump(), "reason": chosen.reason.model_dump()}
            known = add_trial(self.search.id, {"method": chosen.key} | chosen.params, **described)
        else:
            set_trial(known.id, state="RUNNING", started_at=now(), ended_at=None, error=None)
        self._try(chosen, known)

    def _try(self, attempt: Attempt, trial: Trial) -> None:
        began = time.monotonic()
        changed = {name: value for name, value in trial.params.items() if "." in name}
        wanted = Wanted(
            actor=Actor(**self.search.settings["actor"]),
            document=with_processors(apply_overrides(self.document, changed), self.cpus),
            name=f"{self.search.name} · {attempt.key}",
            node=attempt.node,
            figure=str(self.search.settings["figure"]),
            minimise=False,
            template=self.search.template,
            tag=tag_of(self.search.id),
        )
        run = FollowedRun(wanted, trial.run_id)
        set_trial(trial.id, run_id=run.begin())
        history: list[float] = []
        while not run.has_ended():
            self._note(trial, run, history)
            if self.ending() or time.time() > self.deadline:
                run.stop()
                run.wait()
                break
            time.sleep(_TICK)
        self._note(trial, run, history)
        self._end(attempt, trial, run, time.monotonic() - began)

    def _note(self, trial: Trial, run: FollowedRun, history: list[float]) -> None:
        if new := run.scores():
            history += new
            set_trial(trial.id, value=new[-1], history=list(history))

    def _end(self, attempt: Attempt, trial: Trial, run: FollowedRun, took: float) -> None:
        if run.state() is RunState.SUCCEEDED:
            try:
                end_trial(trial.id, "DONE", run.final(), **_told(attempt, run.figures()))
            except InkstoneError as error:
                end_trial(trial.id, "FAILED", None, error=error.as_dict())
            if attempt.kind in ("encoder", "few_shot"):
                self.pace = methods.pace_of(attempt, self.facts, self.cpus, took)
        elif self.ending() or time.time() > self.deadline:
            end_trial(trial.id, "STOPPED", run.best)
            if self.ending():
                raise Cancelled
            self.left_out.append(
                text(
                    f"“{attempt.title.zh}”没有做完：时间到了。",
                    f"{attempt.title.en} did not end: the time was over.",
                )
            )
        else:
            end_trial(trial.id, "FAILED", None, error=run.failure().as_dict())

    def _trial(self, key: str) -> Trial | None:
        with session() as db:
            return next((item for item in trials_of(db, self.search.id) if item.params["method"] == key), None)

    def _best_encoder(self, plan: list[Attempt]) -> Attempt | None:
        encoders = {item.key: item for item in plan if item.kind == "encoder"}
        with session() as db:
            trials = [item for item in trials_of(db, self.search.id) if item.params["method"] in encoders]
        best = best_of(self.search, trials)
        return encoders[best.params["method"]] if best is not None else None

    def _report(self) -> None:
        with session() as db:
            trials = trials_of(db, self.search.id)
        done = [trial for trial in trials if trial.state == "DONE" and trial.value is not None]
        failed = [trial for trial in trials if trial.state == "FAILED"]
        if not done:
            if failed:
                told = InkstoneError.from_dict(failed[-1].error or NO_TIME().as_dict())
                raise ALL_FAILED(cause_zh=told.message("zh"), cause_en=told.message("en"))
            raise NO_TIME()
        done.sort(key=lambda trial: (-(trial.value or 0.0), trial.number))
        ended = [(Text.model_validate(trial.title), float(trial.value or 0.0)) for trial in done]
        words = [methods.data_words(self.facts, str(self.search.settings["figure"]))]
        words += [methods.verdict_words(ended, self._judged(done[0])), *self.left_out]
        report: dict[str, Any] = {"words": [item.model_dump() for item in words]}
        with session() as db:
            db.get_one(Search, self.search.id).report = report

    def _judged(self, trial: Trial) -> int:
        """Return on how many rows the methods were judged: the dev rows, or all of them in cross-validation."""
        with session() as db:
            dev = artifacts_of(db, trial.run_id or "").get("split", {}).get("dev")
        return Table(folder_of(dev)).info.rows if dev is not None else self.facts.rows


def _told(attempt: Attempt, figures: dict[str, Any]) -> dict[str, Any]:
    """Return the title of an attempt that compared several methods, with the one that it chose."""
    from inkstone.components.fewshot.methods import METHODS

    chosen = METHODS.get(str(figures.get("method")))
    if attempt.kind != "few_shot" or chosen is None:
        return {}
    title = text(f"{attempt.title.zh}：{chosen.title.zh}", f"{attempt.title.en}: {chosen.title.en}")
    return {"title": title.model_dump()}


def try_methods(search_id: str, ending: Callable[[], bool], deadline: float | None) -> None:
    """Try methods until the time is over.

    Raises:
        InkstoneError: ``search.no_time`` or ``search.all_failed``.
        Cancelled: Somebody stopped it.
    """
    with session() as db:
        search = db.get_one(Search, search_id)
    Automatic(search, ending, time.time() if deadline is None else deadline).run()


def _epochs(rows: int) -> dict[str, float]:
    """Return the passes that the recipe of each shipped encoder takes."""
    from inkstone.components.nlp.encoders import SCRATCH, resolve_encoder
    from inkstone.components.nlp.recipes import recipe_for

    found = {}
    for attempt in methods.encoder_attempts({}):
        name = attempt.params.get("train.encoder")
        if name is not None:
            folder = Path() if name == SCRATCH else resolve_encoder(name)
            found[name] = recipe_for(name, folder, rows).epochs
    return found
