"""Runs: every run with its state, template, figures and time."""

import streamlit as st

from inkstone.backend.service import runs, templates
from inkstone.backend.states import RunState
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.run_row import run_row
from inkstone.studio.parts.states import state_name
from inkstone.studio.session import actor

PAGE = 20
REFRESH = 3.0
STATES = [state.value for state in RunState]


def rows() -> None:
    """Show the runs that the filter lets through; refreshed while one of them is under way."""
    state = st.session_state.get("runs.state")
    query = st.session_state.get("runs.query") or ""
    page = st.session_state.get("runs.page") or 1
    found = runs.list_(
        actor(), state=RunState(state) if state else None, query=query, limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    titles = {template.name: say(template.title) for template in templates.list_(actor())}
    if not found and page == 1:
        narrowed = bool(state or query)
        empty_place(
            "timeline",
            t("runs.none_found" if narrowed else "runs.none"),
            t("runs.none_found_next" if narrowed else "home.no_runs_next"),
        )
    for run in found[:PAGE]:
        run_row(run, titles, "runs")
    if page > 1 or len(found) > PAGE:
        st.pagination(page + (1 if len(found) > PAGE else 0), key="runs.page")


def any_live() -> bool:
    """Return whether any run is still under way."""
    return any(not run.state.is_final for run in runs.list_(actor(), limit=PAGE))


heading(t("page.runs"), t("runs.lead"))
left, right = st.columns([2, 1])
left.text_input(
    t("runs.search"),
    key="runs.query",
    placeholder=t("runs.search"),
    label_visibility="collapsed",
    icon=":material/search:",
)
right.selectbox(
    t("runs.state"),
    STATES,
    index=None,
    placeholder=t("runs.all_states"),
    format_func=state_name,
    key="runs.state",
    label_visibility="collapsed",
)
st.fragment(rows, run_every=REFRESH if any_live() else None)()
