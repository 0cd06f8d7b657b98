"""Thresholds of a model's classes. Address: ``?model=NAME@2``."""

import streamlit as st

from inkstone.backend.service import models
from inkstone.components.errors import InkstoneError
from inkstone.studio.error_analysis.threshold_texts import h
from inkstone.studio.error_analysis.threshold_view import threshold_view
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.session import actor

wished = st.query_params.get("model")
if not wished:
    heading(h("title"), h("lead"))
    empty_place("tune", h("none"), h("none_next"))
    st.stop()
try:
    version = models.get(actor(), wished)
except InkstoneError as problem:
    show_problem(problem)
    st.stop()
query = {"model": version.name, "version": str(version.version)}
st.page_link("pages/models.py", label=h("back"), icon=":material/arrow_back:", query_params=query)
heading(f"{h('title')} · {version.reference}", h("lead"))
threshold_view(version)
