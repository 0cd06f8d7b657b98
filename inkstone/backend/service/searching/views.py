"""What pages, REST and command line show of searches."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from inkstone.backend.states import RunState
from inkstone.components.spec import SearchRange
from inkstone.components.texts import Text


class TrialView(BaseModel):
    """One thing tried.

    Attributes:
        number: Its place.
        state: ``DONE`` ended, ``PRUNED`` fell behind and was stopped, ``STOPPED`` out of time or stopped by a person.
        params: What was set: ``node.parameter`` to value.
        title: Name of the method (auto).
        reason: Why it was tried (auto).
        run: Its run.
        value: Its figure: of the model where it has ended, else the best so far.
        history: The best figure so far at each dev pass.
        seconds: How long it took, or takes so far.
        error: Why it failed.
        best: It is the winner so far.
    """

    number: int
    state: Literal["RUNNING", "DONE", "PRUNED", "STOPPED", "FAILED"]
    params: dict[str, Any]
    title: Text | None
    reason: Text | None
    run: str | None
    value: float | None
    history: list[float]
    seconds: float | None
    error: dict[str, Any] | None
    best: bool


class SearchView(BaseModel):
    """A search in a list.

    Attributes:
        figure: What it goes by.
        minimise: Less is better.
        trials: How many were begun.
        wanted: How many it may run; None: as many as the time allows.
        minutes: Minutes it may take.
        best: Figure of the best trial that ended.
        seconds: How long it took so far, over all attempts.
        eta_seconds: About how long it still takes; None when it has ended or nothing is known.
        promoted: The run that makes a model of the winner.
    """

    id: str
    name: str
    kind: Literal["tune", "auto"]
    state: RunState
    template: str | None
    created_at: datetime
    ended_at: datetime | None
    owner_id: str | None
    can_write: bool
    stopping: bool
    figure: str
    minimise: bool
    trials: int
    wanted: int | None
    minutes: float | None
    parallel: int
    best: float | None
    seconds: float
    eta_seconds: float | None
    promoted: str | None
    error: dict[str, Any] | None


class SearchDetail(BaseModel):
    """A search with everything its page shows.

    Attributes:
        space: ``node.parameter`` to where it is searched.
        model: ``NAME@VERSION`` of the model that the promoted run registered.
        report: Auto: ``verdict`` and ``left_out`` in words.
    """

    search: SearchView
    space: dict[str, SearchRange]
    trials: list[TrialView]
    model: str | None
    report: dict[str, Any]
