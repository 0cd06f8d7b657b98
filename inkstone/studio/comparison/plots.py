"""Curves, classes, scatter and parallel coordinates of a comparison; each is made only when it is looked at."""

import streamlit as st

from inkstone.backend.service.comparing import charts, importance
from inkstone.backend.service.comparing.classes import class_figures
from inkstone.backend.service.comparing.curves import curves
from inkstone.backend.service.comparing.pareto import wants_less
from inkstone.backend.service.comparing.subjects import evaluation_of
from inkstone.backend.service.comparing.views import ClassFigures, Comparison, Line
from inkstone.backend.service.comparing.words import AXES, name_of
from inkstone.studio.comparison.texts import c
from inkstone.studio.error_analysis.cells import clickable_matrix
from inkstone.studio.error_analysis.rows import cell_rows
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.language import language, say
from inkstone.studio.parts import look
from inkstone.studio.session import actor

_CONFIG = {"displaylogo": False, "responsive": True}
_MOST_MATRICES = 6
_MOST_CLASSES = 12
FIRST_CURVES = ("dev/macro_f1", "train/loss", "dev/loss")


def curves_part(compared: Comparison, names: dict[str, str]) -> None:
    """Show one curve of all runs."""
    if not compared.curves:
        st.html(look.muted(c("no_curves")))
        return
    first = next((compared.curves.index(name) for name in FIRST_CURVES if name in compared.curves), 0)
    places = st.columns(3)
    name = places[0].selectbox(c("curve"), compared.curves, index=first, key="compare.curve")
    axis = places[1].selectbox(c("axis"), list(AXES), key="compare.axis", format_func=lambda item: say(AXES[item]))
    smoothing = places[2].slider(c("smoothing"), 0.0, 0.99, 0.0, 0.01, key="compare.smoothing")
    found = curves(actor(), list(names), [name], axis=axis, smoothing=smoothing)
    shown = charts.curve_chart(found, names, axis, language(), name)
    st.plotly_chart(shown, key="compare.curve_chart", config=_CONFIG)
    total, missing = sum(item.total for item in found), sum(item.missing for item in found)
    words = [c("thinned", n=f"{total:,}")] if total > sum(len(item.x) for item in found) + missing else []
    words += [c("not_numbers", n=f"{missing:,}")] if missing else []
    if words:
        st.html(look.muted(" ".join(words)))


def classes_part(keys: list[str], names: dict[str, str]) -> None:
    """Show F1 of each class side by side, confusion matrices with their difference, ROC and PR curves."""
    found = class_figures(actor(), keys[:_MOST_CLASSES])
    for item in found:
        if item.problem is not None:
            st.html(look.muted(f"{names[item.key]}: {say(item.problem)}"))
    figures = [item for item in found if item.per_class]
    if not figures:
        st.html(look.muted(c("no_classes")))
        return
    st.plotly_chart(charts.class_chart(figures, names, language()), key="compare.classes", config=_CONFIG)
    with_matrix = [item for item in figures if item.matrix]
    if with_matrix:
        look.section(c("matrices"), e("cell_hint"))
        _matrices(with_matrix[:_MOST_MATRICES], names)
    labels = list(dict.fromkeys(str(curve["label"]) for item in figures for curve in item.curves))
    if labels:
        label = st.selectbox(c("class"), labels, key="compare.label")
        for place, kind in zip(look.side_by_side("label_curves", [1, 1]), ("roc", "pr"), strict=True):
            chart = charts.label_chart(figures, names, label, kind, language())
            place.plotly_chart(chart, key=f"compare.{kind}", config=_CONFIG)


@st.fragment
def _matrices(figures: list[ClassFigures], names: dict[str, str]) -> None:
    """Show the confusion matrices, their cells to be clicked for their rows, then the differences from the first."""
    places = [place for start in range(0, len(figures), 2) for place in look.side_by_side(f"matrix_{start}", [1, 1])]
    picked: list[tuple[ClassFigures, tuple[str, str]]] = []
    for number, item in enumerate(figures):
        with places[number]:
            chart = charts.confusion_chart(item, names[item.key], language())
            cell = clickable_matrix(chart, item.labels, item.matrix, f"compare.matrix_{item.key}")
            if cell is not None:
                picked.append((item, cell))
    for item, cell in picked:
        run, node = evaluation_of(actor(), item.key)
        st.html(look.muted(names[item.key]))
        cell_rows(run, node, cell, f"compare.cell_{item.key}")
    others = figures[1:]
    places = [place for start in range(0, len(others), 2) for place in look.side_by_side(f"less_{start}", [1, 1])]
    for number, item in enumerate(others):
        pair = (names[item.key], names[figures[0].key])
        chart = charts.difference_chart(item, figures[0], pair, language())
        places[number].plotly_chart(chart, key=f"compare.less_{item.key}", config=_CONFIG)


def plots_part(compared: Comparison) -> None:
    """Show any parameter against any figure, the Pareto front, and parallel coordinates."""
    lines = {f"{line.kind}:{line.name}": line for line in compared.lines}
    numeric = [key for key, line in lines.items() if any(charts.number(value) is not None for value in line.values)]
    if not numeric:
        st.html(look.muted(c("same")))
        return
    places = st.columns([2, 2, 1], vertical_alignment="bottom")
    up = next((key for key in numeric if key.startswith("figure:test/macro_f1")), None)
    up = up or next((key for key in numeric if key.startswith("figure:") and not wants_less(key)), numeric[-1])
    across = next((key for key in ("fact:train_seconds", "fact:seconds") if key in numeric), numeric[0])
    x = places[0].selectbox(
        c("x"), numeric, index=numeric.index(across), key="compare.x", format_func=lambda key: _name(lines[key])
    )
    y = places[1].selectbox(
        c("y"), numeric, index=numeric.index(up), key="compare.y", format_func=lambda key: _name(lines[key])
    )
    pareto = places[2].toggle(c("pareto"), value=True, key="compare.pareto")
    chart = charts.scatter_chart(compared, lines[x], lines[y], language(), pareto)
    st.plotly_chart(chart, key="compare.scatter", config=_CONFIG)
    look.section(c("parallel"))
    varying = [key for key, line in lines.items() if line.differs and line.kind == "param"]
    offered = [key for key, line in lines.items() if line.differs]
    default = [*varying[:6], *([y] if y in offered else [])]
    chosen = st.multiselect(
        c("dimensions"), offered, default=default, key="compare.dimensions", format_func=lambda key: _name(lines[key])
    )
    if chosen:
        drawn = charts.parallel_chart(compared, [lines[key] for key in chosen], lines[y], language())
        st.plotly_chart(drawn, key="compare.parallel", config=_CONFIG)
    if y.startswith("figure:"):
        look.section(c("importance"), c("importance_help"))
        found = importance.of_runs(actor(), [item.key for item in compared.subjects], lines[y].name)
        st.html(look.muted(say(found.words)))
        if found.parameters:
            st.plotly_chart(charts.importance_chart(found), key="compare.importance", config=_CONFIG)


def _name(line: Line) -> str:
    return name_of(line.kind, line.name, language())
