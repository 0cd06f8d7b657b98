"""What a search is asked for, checked before its row is written."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.spec import SearchRange


class SearchWish(BaseModel):
    """What a user may say about a search.

    Attributes:
        params: ``node.parameter`` to a range such as ``1e-5..5e-4:log`` or ``16,32,64``; empty text takes the component's own
            range. None at all: what the component itself proposes.
        metric: The figure to go by, of the dev rows: ``dev/macro_f1`` or ``NODE:dev/macro_f1``.
        trials: Trials at most.
        minutes: Minutes at most.
        parallel: Trials side by side; None: as many as processors and memory allow.
        cpus: Processors of each trial.
        early_stopping: End trials early that fall behind (ASHA).
        reduction: One of how many trials goes on at each rung.
        grace: Dev passes that every trial may have.
        seed: Seed of the choice of values; the trials themselves take the document's.
        promote: Train and register the best one at the end.
    """

    model_config = ConfigDict(extra="forbid")

    params: dict[str, str] = Field({}, max_length=20)
    metric: str = Field("dev/macro_f1", min_length=1, max_length=140)
    trials: int | None = Field(None, ge=1, le=1000)
    minutes: float | None = Field(None, gt=0, le=10_000)
    parallel: int | None = Field(None, ge=1, le=64)
    cpus: int = Field(1, ge=1, le=64)
    early_stopping: bool = True
    reduction: float = Field(2, ge=1.5, le=10)
    grace: int = Field(1, ge=1, le=100)
    seed: int = Field(0, ge=0, lt=1 << 31)
    promote: bool = True


class SearchSettings(BaseModel):
    """A wish with everything settled: what the search process reads.

    Attributes:
        space: ``node.parameter`` to its range.
        whole: Those that take whole numbers.
        node: The node that reports the figure; trials run up to it.
        figure: The figure, such as ``dev/macro_f1``.
        minimise: Less of it is better.
        parallel: Trials side by side.
        actor: Who asked: the fields of an ``Actor``.
    """

    model_config = ConfigDict(extra="ignore")

    space: dict[str, SearchRange]
    whole: list[str] = []
    node: str
    figure: str
    minimise: bool
    trials: int | None
    minutes: float | None
    parallel: int
    cpus: int
    early_stopping: bool
    reduction: float
    grace: int
    seed: int
    promote: bool
    actor: dict[str, Any]
