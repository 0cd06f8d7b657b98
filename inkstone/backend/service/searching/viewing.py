"""Turns rows of searches into views."""

from statistics import mean
from typing import Any

from inkstone.backend.service.actor import Actor, may_write
from inkstone.backend.service.searching.promotion import best_of
from inkstone.backend.service.searching.records import folder_of
from inkstone.backend.service.searching.views import SearchDetail, SearchView, TrialView
from inkstone.backend.states import RunState
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.spec import SearchRange
from inkstone.components.texts import Text

_OVER = ("DONE", "PRUNED", "FAILED")


def view_of(search: Search, trials: list[Trial], actor: Actor) -> SearchView:
    """Return the view of a search."""
    state = RunState(search.state)
    best = best_of(search, trials)
    settings = search.settings
    return SearchView(
        id=search.id,
        name=search.name,
        kind=search.kind,
        state=state,
        template=search.template,
        created_at=search.created_at,
        ended_at=search.ended_at,
        owner_id=search.owner_id,
        can_write=may_write(actor, search.owner_id),
        stopping=not state.is_final and (folder_of(search.id) / "stop").exists(),
        figure=settings.get("figure", ""),
        minimise=bool(settings.get("minimise")),
        trials=len(trials),
        wanted=settings.get("trials"),
        minutes=settings.get("minutes"),
        parallel=settings.get("parallel", 1),
        best=best.value if best else None,
        seconds=_seconds(search, state),
        eta_seconds=None if state.is_final else _eta(search, trials),
        promoted=search.promoted_id,
        error=search.error,
    )


def detail_of(search: Search, trials: list[Trial], actor: Actor, model: str | None) -> SearchDetail:
    """Return everything about a search."""
    best = best_of(search, trials)
    space = {name: SearchRange.model_validate(item) for name, item in search.settings.get("space", {}).items()}
    return SearchDetail(
        search=view_of(search, trials, actor),
        space=space,
        trials=[_trial(item, item is best) for item in trials],
        model=model,
        report=search.report,
    )


def _trial(trial: Trial, best: bool) -> TrialView:
    return TrialView(
        number=trial.number,
        state=trial.state,
        params=trial.params,
        title=_text(trial.title),
        reason=_text(trial.reason),
        run=trial.run_id,
        value=trial.value,
        history=trial.history,
        seconds=_took(trial),
        error=trial.error,
        best=best,
    )


def _text(data: dict[str, Any] | None) -> Text | None:
    return Text.model_validate(data) if data else None


def _took(trial: Trial) -> float | None:
    if trial.started_at is None:
        return None
    return round(((trial.ended_at or now()) - trial.started_at).total_seconds(), 1)


def _seconds(search: Search, state: RunState) -> float:
    """Return how long a search took, all attempts together."""
    if state.is_final or search.started_at is None:
        return round(search.seconds_before, 1)
    return round(search.seconds_before + (now() - search.started_at).total_seconds(), 1)


def _eta(search: Search, trials: list[Trial]) -> float | None:
    """Return about how long a search still takes: by the pace of its trials so far, its minutes at most."""
    settings = search.settings
    spent = _seconds(search, RunState(search.state))
    minutes: float | None = settings.get("minutes")
    late = None if minutes is None else max(0.0, minutes * 60 - spent)
    took = [found for trial in trials if trial.state in _OVER and (found := _took(trial)) is not None]
    if not took or settings.get("trials") is None:
        return late
    left = max(0, settings["trials"] - len(took))
    needed: float = left * mean(took) / max(1, settings.get("parallel", 1))
    return round(needed if late is None else min(needed, late), 1)
