"""Plotly charts of a comparison, the same on the page and in the report. Names of users are escaped: Plotly reads tags."""

from collections.abc import Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from inkstone.backend.service.comparing.classes import difference
from inkstone.backend.service.comparing.importance import Importance
from inkstone.backend.service.comparing.pareto import front, wants_less
from inkstone.backend.service.comparing.views import ClassFigures, ComparedCurve, Comparison, Line
from inkstone.backend.service.comparing.words import AXES, WORDS, name_of
from inkstone.components.texts import Language

COLORS = ["#4a7ba8", "#c8563f", "#5f9a75", "#c39a3d", "#8a73ab", "#4f979e", "#a27c5f", "#85919d", "#b86b8d", "#6f8a3c"]
MANY = 12
_MARGIN = {"l": 10, "r": 10, "t": 36, "b": 10}


def curve_chart(
    curves: Sequence[ComparedCurve], names: dict[str, str], axis: str, language: Language, title: str = ""
) -> go.Figure:
    """Return curves over one another; the zoom of a visitor stays when points are added."""
    figure = go.Figure()
    colors = {key: COLORS[index % len(COLORS)] for index, key in enumerate(names)}
    several = {name for item in curves for name in [item.name]}
    for item in curves:
        words = names[item.key] + (f" · {item.name}" if len(several) > 1 else "")
        figure.add_trace(
            go.Scatter(
                x=item.x,
                y=item.y,
                mode="lines" if len(item.x) > 25 else "lines+markers",
                name=escape(words),
                line={"color": colors[item.key], "width": 2},
                opacity=1 if len(names) <= MANY else 0.55,
            )
        )
    figure.update_xaxes(title=AXES[axis].in_language(language))
    figure.update_layout(
        title=escape(title), uirevision=f"{title}-{axis}", hovermode="x unified" if len(curves) <= MANY else "closest"
    )
    return _dressed(figure, len(names) <= 2 * MANY)


def class_chart(figures: Sequence[ClassFigures], names: dict[str, str], language: Language) -> go.Figure:
    """Return F1 of each class side by side, the classes on which they differ most first."""
    scores = {
        item.key: {str(row["label"]): float(row["f1"]) for row in item.per_class} for item in figures if item.per_class
    }
    labels = list(dict.fromkeys(label for found in scores.values() for label in found))
    labels.sort(key=lambda label: -_spread([found.get(label) for found in scores.values()]))
    figure = go.Figure()
    for index, (key, found) in enumerate(scores.items()):
        figure.add_trace(
            go.Bar(
                x=[escape(label) for label in labels],
                y=[found.get(label) for label in labels],
                name=escape(names[key]),
                marker_color=COLORS[index % len(COLORS)],
                hovertemplate="%{x}: %{y:.1%}<extra>" + escape(names[key]) + "</extra>",
            )
        )
    figure.update_layout(barmode="group", title=WORDS["per_class"].in_language(language))
    figure.update_yaxes(range=[0, 1], tickformat=".0%")
    figure.update_xaxes(type="category")
    return _dressed(figure)


def confusion_chart(item: ClassFigures, name: str, language: Language) -> go.Figure:
    """Return the confusion matrix of one subject, coloured by the share of the true class."""
    shares = [[count / max(1, sum(row)) for count in row] for row in item.matrix]
    look = {"zmin": 0, "zmax": 1, "colorscale": "Blues"}
    return _matrix(item.labels, item.matrix, shares, language, {"title": name, **look})


def difference_chart(one: ClassFigures, other: ClassFigures, names: tuple[str, str], language: Language) -> go.Figure:
    """Return how many rows more ``one`` puts into each cell than ``other``: good on the diagonal, bad beside it."""
    labels, counts = difference(one, other)
    largest = max((abs(count) for row in counts for count in row), default=1) or 1
    good = [[count if i == j else -count for j, count in enumerate(row)] for i, row in enumerate(counts)]
    title = WORDS["confusion_difference"].format(other=names[0], first=names[1]).in_language(language)
    look = {"zmin": -largest, "zmax": largest, "colorscale": "RdYlGn"}
    return _matrix(labels, counts, good, language, {"title": title, **look})


def label_chart(
    figures: Sequence[ClassFigures], names: dict[str, str], label: str, kind: str, language: Language
) -> go.Figure:
    """Return the ROC (``roc``) or precision-recall (``pr``) curves of one class over one another."""
    figure = go.Figure()
    area = "roc_auc" if kind == "roc" else "average_precision"
    for index, item in enumerate(figures):
        curve = next((found for found in item.curves if str(found["label"]) == label), None)
        if curve is not None:
            words = f"{names[item.key]} · {curve[area]:.3f}"
            line = {"color": COLORS[index % len(COLORS)], "width": 2}
            figure.add_trace(
                go.Scatter(x=curve[kind]["x"], y=curve[kind]["y"], mode="lines", name=escape(words), line=line)
            )
    figure.update_layout(title=f"{WORDS[kind].in_language(language)} · {escape(label)}")
    figure.update_xaxes(range=[0, 1])
    figure.update_yaxes(range=[0, 1.02])
    return _dressed(figure)


def scatter_chart(compared: Comparison, across: Line, up: Line, language: Language, pareto: bool) -> go.Figure:
    """Return one value of each run against another; with ``pareto`` those that no other beats in both stand out."""
    best = front(
        list(zip(map(number, across.values), map(number, up.values), strict=True)),
        [wants_less(across.name), wants_less(up.name)],
    )
    best = best if pareto else []
    figure = go.Figure()
    for chosen in (False, True):
        picked = [index for index in range(len(compared.subjects)) if (index in best) == chosen]
        figure.add_trace(
            go.Scatter(
                x=[across.values[index] for index in picked],
                y=[up.values[index] for index in picked],
                mode="markers",
                name=WORDS["front"].in_language(language) if chosen else WORDS["run"].in_language(language),
                text=[escape(compared.subjects[index].name) for index in picked],
                customdata=[compared.subjects[index].run for index in picked],
                marker={"size": 12 if chosen else 8, "color": COLORS[1] if chosen else COLORS[0]},
                hovertemplate="%{text}<br>%{x} · %{y}<extra></extra>",
            )
        )
    if best:
        line = sorted(best, key=lambda index: (number(across.values[index]) or 0.0, number(up.values[index]) or 0.0))
        figure.add_trace(
            go.Scatter(
                x=[across.values[index] for index in line],
                y=[up.values[index] for index in line],
                mode="lines",
                line={"color": COLORS[1], "dash": "dot", "width": 1},
                showlegend=False,
                hoverinfo="skip",
            )
        )
    figure.update_xaxes(title=escape(name_of(across.kind, across.name, language)))
    figure.update_yaxes(title=escape(name_of(up.kind, up.name, language)))
    return _dressed(figure, pareto)


def parallel_chart(compared: Comparison, lines: Sequence[Line], colour: Line, language: Language) -> go.Figure:
    """Return parallel coordinates of parameters and figures, coloured by a figure; words become numbered places.

    Drawn as lines, not as Plotly's own ``Parcoords``: that needs WebGL, which browsers of virtual desktops often lack.
    """
    scales = [_scale(line.values) for line in lines]
    shades, _ = _scale(colour.values)
    figure = go.Figure()
    for index, subject in enumerate(compared.subjects):
        said = "<br>".join(f"{escape(line.name)} = {escape(str(line.values[index]))}" for line in lines)
        figure.add_trace(
            go.Scatter(
                x=list(range(len(lines))),
                y=[places[index] for places, _ in scales],
                mode="lines",
                line={"color": sample_colorscale("Viridis", [shades[index] or 0.0])[0], "width": 2},
                opacity=0.8 if len(compared.subjects) <= MANY else 0.45,
                name=escape(subject.name),
                hovertemplate=f"<b>{escape(subject.name)}</b><br>{said}<extra></extra>",
                connectgaps=True,
            )
        )
    for place, (_, ticks) in enumerate(scales):
        figure.add_vline(x=place, line_color="gray", line_width=1)
        for at, words in ticks:
            figure.add_annotation(
                x=place, y=at, text=escape(words), showarrow=False, xanchor="left", xshift=4, font={"size": 11}
            )
    names = [escape(name_of(line.kind, line.name, language)) for line in lines]
    figure.update_xaxes(tickvals=list(range(len(lines))), ticktext=names, side="top", range=[-0.15, len(lines) - 0.6])
    figure.update_yaxes(visible=False, range=[-0.05, 1.05])
    return _dressed(figure, legend=False, height=440)


def importance_chart(found: Importance) -> go.Figure:
    """Return the importance of each parameter as bars, the most important on top."""
    shown = found.parameters[:15][::-1]
    figure = go.Figure(
        go.Bar(
            x=[item.importance for item in shown],
            y=[escape(item.name) for item in shown],
            error_x={"type": "data", "array": [item.spread for item in shown], "thickness": 1},
            orientation="h",
            marker_color=COLORS[0],
        )
    )
    figure.update_yaxes(type="category")
    return _dressed(figure, legend=False, height=max(180, 90 + 28 * len(shown)))


def _scale(values: Sequence[Any]) -> tuple[list[float | None], list[tuple[float, str]]]:
    """Return values as places from 0 to 1, and the words to write beside the axis."""
    numbers = [number(value) for value in values]
    known = [value for value in numbers if value is not None]
    if known:
        low, width = min(known), (max(known) - min(known)) or 1.0
        ends = [low] if max(known) == low else [low, max(known)]
        ticks = [((end - low) / width, f"{end:.4g}") for end in ends]
        return [None if value is None else (value - low) / width for value in numbers], ticks
    words = list(dict.fromkeys(str(value) for value in values))
    width = max(1, len(words) - 1)
    places: list[float | None] = [words.index(str(value)) / width for value in values]
    return places, [(index / width, word[:24]) for index, word in enumerate(words[:20])]


def number(value: Any) -> float | None:
    """Return a value as a number where it is one."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _matrix(
    labels: list[str], counts: list[list[int]], shade: list[list[Any]], language: Language, look: dict[str, Any]
) -> go.Figure:
    title = look.pop("title")
    shown = [escape(label) for label in labels]
    few = len(labels) <= 30
    hover = f"{WORDS['true'].in_language(language)} %{{y}}<br>{WORDS['predicted'].in_language(language)} %{{x}}<br>%{{customdata}}<extra></extra>"
    figure = go.Figure(
        go.Heatmap(
            z=shade, x=shown, y=shown, customdata=counts, text=counts if few else None,
            texttemplate="%{text}" if few else None, xgap=1, ygap=1, showscale=False, hovertemplate=hover, **look,
        )
    )  # fmt: skip
    figure.update_yaxes(type="category", autorange="reversed")
    figure.update_xaxes(type="category")
    figure.update_layout(title=escape(title))
    return _dressed(figure, height=max(320, min(700, 150 + 30 * len(labels))))


def _spread(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return max(known) - min(known) if known else 0.0


def _dressed(figure: go.Figure, legend: bool = True, height: int = 380) -> go.Figure:
    figure.update_layout(
        margin=_MARGIN,
        height=height,
        showlegend=legend,
        colorway=COLORS,
        legend={"font": {"size": 11}, "orientation": "h"},
        title_font_size=14,
    )
    return figure
