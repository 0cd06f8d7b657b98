"""Confusion matrices whose cells can be clicked."""

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import streamlit as st

from inkstone.studio.error_analysis.texts import e

_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["lasso2d", "select2d"], "responsive": True}


def clickable_matrix(
    figure: go.Figure, labels: Sequence[str], matrix: Sequence[Sequence[int]], key: str
) -> tuple[str, str] | None:
    """Show a confusion matrix; return the true and the predicted class of the cell that was clicked.

    A heatmap of Plotly knows no selection, so an invisible point lies on each cell. Wherever one clicks, the nearest point is that
    of the cell.

    Args:
        figure: The heatmap; its axes bear the classes in this order, true ones upright.
        labels: The classes.
        matrix: Rows of the test: true classes down, predicted ones across.
        key: Key of the chart.
    """
    places = [(true, said) for true in range(len(labels)) for said in range(len(labels))]
    shown = [escape(label) for label in labels]
    figure.update_traces(hoverinfo="skip", hovertemplate=None)
    figure.add_trace(
        go.Scatter(
            x=[shown[said] for _, said in places],
            y=[shown[true] for true, _ in places],
            customdata=[[shown[true], shown[said], matrix[true][said]] for true, said in places],
            mode="markers",
            marker={"symbol": "square", "size": 26, "color": "#d9a441", "opacity": 0.0},
            selected={"marker": {"opacity": 0.55}},
            unselected={"marker": {"opacity": 0.0}},
            hovertemplate=f"{e('true')} %{{customdata[0]}}<br>{e('predicted')} %{{customdata[1]}}<br>{e('rows_in_cell')} %{{customdata[2]}}<extra></extra>",
            showlegend=False,
        )
    )
    figure.update_layout(hovermode="closest", hoverdistance=-1)
    event = st.plotly_chart(figure, key=key, config=_CONFIG, on_select="rerun", selection_mode="points")
    points = event.selection.points if event else []
    if not points:
        return None
    place = points[0].get("point_index")
    if place is None or not 0 <= int(place) < len(places):
        return None
    true, said = places[int(place)]
    return labels[true], labels[said]
