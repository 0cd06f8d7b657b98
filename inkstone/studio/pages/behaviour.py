"""Behavioural tests of a model. Address: ``?model=NAME@2``."""

import streamlit as st

from inkstone.backend.service import models
from inkstone.components.errors import InkstoneError
from inkstone.studio.error_analysis.behaviour_texts import b
from inkstone.studio.error_analysis.behaviour_view import behaviour_view
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.session import actor

wished = st.query_params.get("model")
if not wished:
    heading(b("title"), b("lead"))
    empty_place("rule", b("none_chosen"), b("none_next"))
    st.stop()
try:
    version = models.get(actor(), wished)
except InkstoneError as problem:
    show_problem(problem)
    st.stop()
query = {"model": version.name, "version": str(version.version)}
st.page_link("pages/models.py", label=b("back"), icon=":material/arrow_back:", query_params=query)
heading(f"{b('title')} · {version.reference}", b("lead"))
behaviour_view(version)
