"""A plot of models in which a click chooses one to deploy."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service import deployments
from inkstone.backend.service.registry import from_run
from inkstone.studio.deploying.texts import d
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor


@st.fragment
def pick_and_deploy(run_id: str, figure: go.Figure, key: str) -> None:
    """Show the plot, and below it what can be done with the model whose point was clicked.

    Args:
        run_id: The run that gave the models.
        figure: Its points bear the digests of models as ``customdata``.
        key: Prefix of the keys.
    """
    event = st.plotly_chart(figure, key=key, on_select="rerun", selection_mode="points")
    points = event.selection.points if event else []
    point = next((item for item in points if item.get("customdata")), None)
    if point is None:
        st.html(muted(d("pick_hint")))
        return
    title = figure.data[point["curve_number"]].text[point["point_number"]]
    with problems_shown():
        _chosen(run_id, str(point["customdata"]), str(title), key)


def _chosen(run_id: str, digest: str, title: str, key: str) -> None:
    node = from_run.model_nodes(actor(), run_id).get(digest)
    if node is None:
        st.html(muted(d("pick_gone")))
        return
    with st.container(horizontal=True, vertical_alignment="bottom", border=True, key=f"{key}_chosen"):
        st.html(f"<strong>{escape(title)}</strong>")
        known = from_run.usual_name(actor(), run_id)
        name = st.text_input(d("pick_name"), known, max_chars=100, key=f"{key}_name", width=260)
        register = st.button(d("pick_register"), icon=":material/inventory_2:", key=f"{key}_register")
        deploy = st.button(d("pick_deploy"), type="primary", icon=":material/cloud_upload:", key=f"{key}_deploy")
    if register or deploy:
        made = from_run.register(actor(), run_id, node, name)
        st.toast(d("pick_registered", model=made.reference), icon=":material/check:")
        if deploy:
            deployments.deploy(actor(), made.reference)
            st.switch_page("pages/deployments.py", query_params={"deployment": made.name})
        st.switch_page("pages/models.py", query_params={"model": made.name})
