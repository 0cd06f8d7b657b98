"""Plotly charts of a search, without WebGL."""

from html import escape

import plotly.graph_objects as go

from inkstone.backend.service.comparing.charts import COLORS, parallel_chart
from inkstone.backend.service.comparing.views import Comparison, Line, Subject
from inkstone.backend.service.searching.views import SearchDetail, TrialView
from inkstone.backend.states import RunState
from inkstone.components.texts import Language
from inkstone.studio.searching.texts import s

_HEIGHT = 320
_STATE_COLORS = {
    "DONE": COLORS[0],
    "PRUNED": COLORS[3],
    "RUNNING": COLORS[2],
    "STOPPED": COLORS[7],
    "FAILED": COLORS[1],
}
_MOST_AXES = 8


def progress_chart(detail: SearchDetail) -> go.Figure:
    """Return the figure of each trial, and the best so far."""
    figure = go.Figure()
    for state, color in _STATE_COLORS.items():
        found = [trial for trial in detail.trials if trial.state == state and trial.value is not None]
        if found:
            figure.add_trace(
                go.Scatter(
                    x=[trial.number for trial in found],
                    y=[trial.value for trial in found],
                    mode="markers",
                    name=s(state),
                    text=[_words(trial) for trial in found],
                    marker={"size": 10, "color": color},
                    hovertemplate="<b>#%{x}</b> %{y:.4f}<br>%{text}<extra></extra>",
                )
            )
    places, best = _best_so_far(detail)
    if places:
        line = {"color": COLORS[4], "width": 2, "shape": "hv"}
        figure.add_trace(go.Scatter(x=places, y=best, mode="lines", name=s("best_so_far"), line=line))
    figure.update_xaxes(title=s("trial"), dtick=1 if len(detail.trials) <= 20 else None)
    figure.update_yaxes(title=escape(detail.search.figure))
    return _dressed(figure)


def methods_chart(detail: SearchDetail, language: Language) -> go.Figure:
    """Return the figure of each method of *auto* as bars, in the order in which they were tried."""
    found = [trial for trial in detail.trials if trial.value is not None][::-1]
    figure = go.Figure(
        go.Bar(
            x=[trial.value for trial in found],
            y=[escape(f"#{trial.number} {_title(trial, language)}") for trial in found],
            text=[f"{trial.value:.3f}" for trial in found],
            orientation="h",
            marker_color=[COLORS[4] if trial.best else _STATE_COLORS[trial.state] for trial in found],
        )
    )
    figure.update_xaxes(title=escape(detail.search.figure))
    figure.update_yaxes(type="category")
    return _dressed(figure, legend=False)


def course_chart(detail: SearchDetail, language: Language) -> go.Figure:
    """Return how each trial went from dev pass to dev pass."""
    figure = go.Figure()
    auto = detail.search.kind == "auto"
    for place, trial in enumerate(detail.trials):
        color = COLORS[place % len(COLORS)] if auto else _STATE_COLORS[trial.state]
        if trial.history:
            figure.add_trace(
                go.Scatter(
                    x=list(range(1, len(trial.history) + 1)),
                    y=trial.history,
                    mode="lines+markers",
                    name=escape(f"#{trial.number} {_title(trial, language)}"),
                    line={"color": color, "width": 3 if trial.best else 1.5},
                    hovertemplate=f"<b>#{trial.number}</b> %{{y:.4f}}<br>{_words(trial)}<extra></extra>",
                )
            )
    most = max((len(trial.history) for trial in detail.trials), default=0)
    figure.update_xaxes(title=s("dev_pass"), dtick=1 if most <= 20 else None)
    figure.update_yaxes(title=escape(detail.search.figure))
    return _dressed(figure, legend=auto)


def coordinates_chart(detail: SearchDetail, language: Language) -> go.Figure | None:
    """Return parallel coordinates of the trials; None where there is nothing to draw."""
    trials = [trial for trial in detail.trials if trial.value is not None]
    names = list(dict.fromkeys(name for trial in trials for name in trial.params))[:_MOST_AXES]
    if len(trials) < 2 or not names:
        return None
    subjects = [
        Subject(
            key=str(trial.number), run=trial.run or "", node=None, name=f"#{trial.number}", state=RunState.SUCCEEDED,
            created_at=detail.search.created_at,
        )
        for trial in trials
    ]  # fmt: skip
    lines = [
        Line(kind="param", name=name, values=[trial.params.get(name) for trial in trials], differs=True)
        for name in names
    ]
    value = Line(kind="figure", name=detail.search.figure, values=[trial.value for trial in trials], differs=True)
    compared = Comparison(subjects=subjects, lines=[*lines, value], curves=[])
    return parallel_chart(compared, [*lines, value], value, language)


def _best_so_far(detail: SearchDetail) -> tuple[list[int], list[float]]:
    places: list[int] = []
    best: list[float] = []
    for trial in detail.trials:
        if trial.state == "DONE" and trial.value is not None:
            better = min if detail.search.minimise else max
            places.append(trial.number)
            best.append(better(best[-1], trial.value) if best else trial.value)
    return places, best


def _title(trial: TrialView, language: Language) -> str:
    return trial.title.in_language(language) if trial.title else ""


def _words(trial: TrialView) -> str:
    return "<br>".join(f"{escape(name)} = {escape(str(value))}" for name, value in trial.params.items())


def _dressed(figure: go.Figure, *, legend: bool = True, height: int = _HEIGHT) -> go.Figure:
    figure.update_layout(
        margin={"l": 10, "r": 10, "t": 16, "b": 10},
        height=height,
        showlegend=legend,
        legend={"orientation": "h", "y": 1.12},
    )
    return figure
