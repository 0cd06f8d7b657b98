"""Which parameters a figure depends on, over several runs: permutation importance of a random forest (Breiman 2001).

A forest learns the figure from the parameters; then one parameter after the other is shuffled, and what the forest's
predictions lose in R² is its importance. Judged on the trees' out-of-bag rows, the forest also says how much of the figure it
explains at all: where that is little, no importance means anything.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from inkstone.backend.service import searches
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.table import compare
from inkstone.backend.service.searching.errors import TOO_FEW_RUNS
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    import numpy as np

LEAST_RUNS = 8
_ENOUGH_RUNS = 30
_TREES, _SHUFFLES = 200, 20
_LITTLE = 0.2


class ParameterImportance(BaseModel):
    """How much a parameter matters: the loss in R² when it is shuffled, and its spread over the shuffles."""

    name: str
    importance: float
    spread: float


class Importance(BaseModel):
    """Parameters, the most important first.

    Attributes:
        figure: What they were held against.
        runs: How many runs with the figure there were.
        explained: Share of the figure's variance that the forest explains on rows it did not learn from (out-of-bag R²).
        parameters: Those that differ between the runs; empty where it was refused.
        words: How far it can be trusted, or why it was refused.
    """

    figure: str
    runs: int
    explained: float | None = None
    parameters: list[ParameterImportance] = []
    words: Text
    refused: bool = False


def of_runs(actor: Actor, references: Sequence[str], figure: str) -> Importance:
    """Return the importance of the parameters of runs that are compared.

    Args:
        actor: Who asks.
        references: ``RUN`` or ``RUN:NODE``.
        figure: Such as ``test/macro_f1``.

    Raises:
        InkstoneError: ``compare.nothing`` and the like.
    """
    compared = compare(actor, references)
    lines = {(line.kind, line.name): line for line in compared.lines}
    found = lines.get(("figure", figure))
    values = found.values if found is not None else [None] * len(compared.subjects)
    params = {name: line.values for (kind, name), line in lines.items() if kind == "param" and line.differs}
    rows = [{name: column[index] for name, column in params.items()} for index in range(len(compared.subjects))]
    return importance(rows, values, figure)


def of_search(actor: Actor, search_id: str) -> Importance:
    """Return the importance of the parameters that a search varied."""
    require_read(actor, "search.get")
    detail = searches.get(actor, search_id)
    ended = [trial for trial in detail.trials if trial.state in ("DONE", "PRUNED")]
    return importance([trial.params for trial in ended], [trial.value for trial in ended], detail.search.figure)


def importance(rows: Sequence[Mapping[str, Any]], values: Sequence[Any], figure: str) -> Importance:
    """Return permutation importance; refuse with few runs.

    Args:
        rows: Parameter to value, one mapping a run.
        values: The figure of each run; runs without one are left out.
        figure: Its name.
    """
    kept = [(row, float(value)) for row, value in zip(rows, values, strict=True) if _is_number(value)]
    names = sorted({name for row, _ in kept for name in row if len({repr(item.get(name)) for item, _ in kept}) > 1})
    if len(kept) < LEAST_RUNS:
        return Importance(
            figure=figure, runs=len(kept), refused=True, words=TOO_FEW_RUNS(least=LEAST_RUNS, runs=len(kept)).what
        )
    if not names or len({value for _, value in kept}) < 2:
        words = text("这些运行的参数或指标没有差别。", "Neither parameters nor figures differ between these runs.")
        return Importance(figure=figure, runs=len(kept), refused=True, words=words)
    return _by_forest([row for row, _ in kept], [value for _, value in kept], names, figure)


def _by_forest(rows: Sequence[Mapping[str, Any]], values: list[float], names: list[str], figure: str) -> Importance:
    import numpy as np
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.inspection import permutation_importance

    columns = np.column_stack([_column([row.get(name) for row in rows]) for name in names])
    forest = RandomForestRegressor(_TREES, oob_score=True, min_samples_leaf=2, random_state=0, n_jobs=1)
    forest.fit(columns, values)
    shuffled = permutation_importance(forest, columns, values, n_repeats=_SHUFFLES, random_state=0, n_jobs=1)
    found = [
        ParameterImportance(name=name, importance=round(float(mean), 4), spread=round(float(spread), 4))
        for name, mean, spread in zip(names, shuffled.importances_mean, shuffled.importances_std, strict=True)
    ]
    explained = round(float(forest.oob_score_), 4)
    found.sort(key=lambda item: -item.importance)
    return Importance(
        figure=figure, runs=len(rows), explained=explained, parameters=found, words=_words(len(rows), explained)
    )


def _words(runs: int, explained: float) -> Text:
    if explained < _LITTLE:
        return text(
            f"{runs} 个运行中，随机森林几乎不能由参数预测指标（袋外 R² {explained:.2f}），下面的重要性不可靠。",
            f"Over {runs} runs a random forest can hardly tell the figure from the parameters (out-of-bag R² {explained:.2f}): "
            "the importances below are not reliable.",
        )
    few = runs < _ENOUGH_RUNS
    return text(
        f"随机森林的置换重要性，{runs} 个运行，袋外 R² {explained:.2f}。" + ("运行不多，只看大致次序。" if few else ""),
        f"Permutation importance of a random forest over {runs} runs, out-of-bag R² {explained:.2f}."
        + (" With so few runs only the rough order counts." if few else ""),
    )


def _column(values: Sequence[Any]) -> "np.ndarray[Any, Any]":
    """Return a parameter as numbers: numbers by rank (so that a logarithmic range is no trouble), words by their order."""
    import numpy as np
    from scipy.stats import rankdata

    if all(_is_number(value) for value in values):
        return np.asarray(rankdata(values), dtype=float)
    words = sorted({repr(value) for value in values})
    return np.asarray([words.index(repr(value)) for value in values], dtype=float)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  # NaN is none
