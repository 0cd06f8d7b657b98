"""Live curves. Plotly updates them in place; a ``uirevision`` that stays the same keeps the zoom at each refresh."""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service.views import Series
from inkstone.studio.language import t
from inkstone.studio.parts.run_row import figure_name

_CONFIG = {"displaylogo": False, "responsive": True, "scrollZoom": True}
_FEW = 25
_HEIGHT = 310
FIRST = {"accuracy", "macro_f1", "weighted_f1"}
"""Dev figures drawn at once; the others wait in the legend."""


def live_curves(series: Sequence[Series], titles: dict[str, str], key: str) -> None:
    """Show loss, dev figures and learning rate, each in a chart of its own, one line a node.

    Args:
        series: The curves of a run; figures with a single value need no curve.
        titles: Node id to its title.
        key: Prefix of the charts' keys.
    """
    groups: dict[str, list[Series]] = {}
    for item in series:
        if item.total > 1:
            groups.setdefault(_group(item.name), []).append(item)
    order: list[str] = [name for name in ("loss", "figures", "learning_rate") if name in groups]
    order += sorted(name for name in groups if name not in order)
    for start in range(0, len(order), 2):
        for column, name in zip(st.columns(2), order[start : start + 2], strict=False):
            with column:
                st.plotly_chart(_chart(name, groups[name], titles), key=f"{key}_{name}", config=_CONFIG)


def _group(name: str) -> str:
    if name.endswith("/loss"):
        return "loss"
    if name.startswith("dev/"):
        return "figures"
    return name.rsplit("/", 1)[-1]


def _title(group: str) -> str:
    known = {"loss": t("chart.loss"), "figures": t("chart.dev_figures"), "learning_rate": t("chart.learning_rate")}
    return known.get(group, figure_name(group))


def _waits(group: str, name: str) -> bool:
    return group == "figures" and name.partition("/")[2] not in FIRST


def _chart(name: str, members: Sequence[Series], titles: dict[str, str]) -> go.Figure:
    several = len({item.node for item in members}) > 1
    figure = go.Figure()
    for item in members:
        split, _, shown = item.name.partition("/")
        words = t(f"split.{split}") if name == "loss" and split in {"train", "dev", "test"} else figure_name(shown)
        points = [(step, value) for step, value, _ in item.points if value is not None]
        title = f"{titles.get(item.node, item.node)} · {words}" if several else words
        figure.add_scatter(
            x=[step for step, _ in points],
            y=[value for _, value in points],
            name=escape(title),  # Plotly reads markup in names
            mode="lines+markers" if len(points) < _FEW else "lines",
            line={"width": 2},
            marker={"size": 5},
            visible="legendonly" if _waits(name, item.name) else True,
        )
    figure.update_layout(
        title={"text": escape(_title(name)), "font": {"size": 14}, "x": 0.01, "y": 0.97},
        height=_HEIGHT,
        margin={"l": 8, "r": 12, "t": 62, "b": 36},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=len(members) > 1,
        hovermode="x unified",
        xaxis={"title": {"text": t("chart.step")}, "automargin": True},
        yaxis={"automargin": True},
        uirevision="kept",  # the same at every refresh: zoom and hidden lines stay while points are added
    )
    return figure
