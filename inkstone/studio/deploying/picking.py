"""A plot of models in which a click chooses one to deploy."""

import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service import deployments
from inkstone.backend.service.registry import from_run
from inkstone.backend.service.runs import get as get_run
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
    digest = next((str(item["customdata"]) for item in points if item.get("customdata")), None)
    if digest is None:
        st.html(muted(d("pick_hint")))
        return
    with problems_shown():
        _chosen(run_id, digest, key)


def _chosen(run_id: str, digest: str, key: str) -> None:
    node = from_run.model_nodes(actor(), run_id).get(digest)
    if node is None:
        st.html(muted(d("pick_gone")))
        return
    detail = get_run(actor(), run_id)
    with st.container(horizontal=True, vertical_alignment="bottom", border=True, key=f"{key}_chosen"):
        st.markdown(f"**{detail.document.nodes[node].title or node}**")
        name = st.text_input(d("pick_name"), detail.run.name, max_chars=100, key=f"{key}_name", width=260)
        register = st.button(d("pick_register"), icon=":material/inventory_2:", key=f"{key}_register")
        deploy = st.button(d("pick_deploy"), type="primary", icon=":material/cloud_upload:", key=f"{key}_deploy")
    if register or deploy:
        made = from_run.register(actor(), run_id, node, name)
        st.toast(d("pick_registered", model=made.reference), icon=":material/check:")
        if deploy:
            deployments.deploy(actor(), made.reference)
            st.switch_page("pages/deployments.py", query_params={"deployment": made.name})
        st.switch_page("pages/models.py", query_params={"model": made.name})
