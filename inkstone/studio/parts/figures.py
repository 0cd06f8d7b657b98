"""Charts of results, in the colours of the theme."""

import itertools
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from inkstone.studio.language import t

_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d"], "responsive": True}
_MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}
MANY_LABELS = 30
COLORS = ["#4a7ba8", "#c8563f", "#5f9a75", "#c39a3d", "#8a73ab", "#4f979e", "#a27c5f", "#85919d", "#b86b8d", "#6f8a3c"]
"""Middle tones: they stand out on paper and on ink alike."""


def visible(label: str) -> str:
    """Return a label with the spaces at its ends shown: they are what tells two spellings apart."""
    inner = label.strip()
    start = label.index(inner) if inner else 0
    return "␣" * start + inner + "␣" * (len(label) - start - len(inner))


def _show(figure: go.Figure, key: str, height: int = 380) -> None:
    figure.update_layout(margin=_MARGIN, height=height, legend={"font": {"size": 11}}, colorway=COLORS)
    st.plotly_chart(figure, key=key, config=_CONFIG)


def confusion_matrix(confusion: dict[str, Any], key: str) -> None:
    """Show which class is taken for which: rows are true classes, columns predicted ones, coloured by share of the row."""
    figure = confusion_figure(confusion)
    _show(figure, key, height=figure.layout.height)


def confusion_figure(confusion: dict[str, Any]) -> go.Figure:
    """Return the confusion matrix as a chart."""
    labels = [escape(str(label)) for label in confusion["labels"]]
    matrix: list[list[int]] = confusion["matrix"]
    shares = [[count / max(1, sum(row)) for count in row] for row in matrix]
    few = len(labels) <= MANY_LABELS
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=labels,
            y=labels,
            customdata=matrix,
            text=matrix if few else None,
            texttemplate="%{text}" if few else None,
            zmin=0,
            zmax=1,
            xgap=1,
            ygap=1,
            colorbar={"title": t("chart.share"), "tickformat": ".0%", "thickness": 10},
            hovertemplate=t("chart.confusion_hover") + "<extra></extra>",
        )
    )
    figure.update_xaxes(title=t("chart.predicted"), type="category", side="bottom", constrain="domain")
    figure.update_yaxes(title=t("chart.true"), type="category", autorange="reversed")
    height = max(320, min(760, 150 + 34 * len(labels)))
    return figure.update_layout(margin=_MARGIN, height=height, colorway=COLORS)


def label_curves(curves: list[dict[str, Any]], kind: str, key: str) -> None:
    """Show ROC or precision-recall curves, one a class; the largest ten unless there are fewer.

    Args:
        curves: As ``evaluate.classification`` writes them.
        kind: ``roc`` or ``pr``.
        key: Key of the chart.
    """
    area = "roc_auc" if kind == "roc" else "average_precision"
    figure = go.Figure()
    for curve, color in zip(curves, COLORS, strict=False):
        name = f"{curve['label']} · {curve[area]:.3f}"
        line = {"color": color, "width": 2}
        figure.add_trace(go.Scatter(x=curve[kind]["x"], y=curve[kind]["y"], mode="lines", name=name, line=line))
    if kind == "roc":
        figure.add_trace(
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "width": 1, "color": "gray"}, showlegend=False
            )
        )
    across, up = ("chart.false_rate", "chart.true_rate") if kind == "roc" else ("chart.recall", "chart.precision")
    figure.update_xaxes(title=t(across), range=[0, 1])
    figure.update_yaxes(title=t(up), range=[0, 1.02])
    figure.update_layout(legend_title=t("chart.auc") if kind == "roc" else t("chart.average_precision"))
    _show(figure, key)


def calibration(bins: list[dict[str, Any]], key: str) -> None:
    """Show how often the model is right against how sure it is."""
    sure = [item["confidence"] for item in bins]
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1],
                y=[0, 1],
                mode="lines",
                line={"dash": "dot", "width": 1, "color": "gray"},
                name=t("chart.ideal"),
            ),
            go.Scatter(
                x=sure,
                y=[item["accuracy"] for item in bins],
                customdata=[item["rows"] for item in bins],
                mode="lines+markers",
                line={"color": COLORS[0], "width": 2},
                name=t("chart.measured"),
                hovertemplate="%{x:.2f} → %{y:.2f} (%{customdata})<extra></extra>",
            ),
        ]
    )
    figure.update_xaxes(title=t("chart.confidence"), range=[0, 1])
    figure.update_yaxes(title=t("chart.right_share"), range=[0, 1.02])
    _show(figure, key)


def histogram(edges: list[int], counts: list[int], title: str, key: str) -> None:
    """Show how often values fall between edges."""
    names = [str(edge) if edge + 1 == after else f"{edge}–{after - 1}" for edge, after in itertools.pairwise(edges)]
    figure = go.Figure(go.Bar(x=names[: len(counts)], y=counts, marker_color=COLORS[0]))
    figure.update_xaxes(title=title, type="category")
    figure.update_layout(bargap=0.08)
    _show(figure, key, height=260)


def label_counts(counts: dict[str, int], key: str) -> None:
    """Show how many rows each class has, the largest first."""
    ranked = sorted(counts.items(), key=lambda item: -item[1])[:MANY_LABELS]
    figure = go.Figure(
        go.Bar(
            x=[count for _, count in ranked],
            y=[visible(label) for label, _ in ranked],
            orientation="h",
            marker_color=COLORS[0],
            text=[f"{count:,}" for _, count in ranked],
            textposition="auto",
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed", type="category", ticksuffix=" ")
    figure.update_xaxes(showticklabels=False, showgrid=False)
    _show(figure, key, height=70 + 26 * max(2, len(ranked)))


def shares(values: dict[str, float], title: str, key: str) -> None:
    """Show shares of a whole, the largest first."""
    ranked = dict(sorted(values.items(), key=lambda item: -item[1]))
    names = list(ranked)
    figure = go.Figure(
        go.Bar(
            x=list(ranked.values()),
            y=names,
            orientation="h",
            marker_color=COLORS[2],
            text=[f"{share:.1%}" for share in ranked.values()],
            textposition="auto",
            hoverinfo="skip",
        )
    )
    figure.update_yaxes(autorange="reversed", type="category", ticksuffix=" ")
    figure.update_xaxes(range=[0, 1], showticklabels=False, showgrid=False, title=title)
    _show(figure, key, height=110 + 30 * len(names))


def filled_cells(columns: dict[str, tuple[int, int, int]], key: str) -> None:
    """Show how many cells of each column are filled, repeat an earlier one, or are empty.

    Args:
        columns: Column to its rows, empty cells and repeated texts.
        key: Key of the chart.
    """
    names = list(columns)
    parts = [
        (t("profile.filled"), [rows - empty - repeated for rows, empty, repeated in columns.values()], COLORS[0]),
        (t("profile.duplicates"), [repeated for _, _, repeated in columns.values()], COLORS[3]),
        (t("profile.empty"), [empty for _, empty, _ in columns.values()], COLORS[1]),
    ]
    figure = go.Figure(
        [
            go.Bar(
                x=counts,
                y=names,
                name=name,
                orientation="h",
                marker_color=color,
                hovertemplate="%{y}: %{x:,}<extra>" + name + "</extra>",
            )
            for name, counts, color in parts
        ]
    )
    figure.update_layout(barmode="stack", bargap=0.35)
    figure.update_yaxes(autorange="reversed", type="category", ticksuffix=" ")
    _show(figure, key, height=120 + 30 * len(names))
