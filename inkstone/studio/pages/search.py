"""Searches. Addresses: ``?search=ID`` shows one; ``?run=ID`` begins one over the pipeline of a run."""

import streamlit as st

from inkstone.backend.service import searches
from inkstone.components.errors import InkstoneError
from inkstone.studio.parts.look import empty_place, figure_cell, heading, list_row, section, title_cell
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.parts.states import ago, duration, state_chip
from inkstone.studio.searching.detail import search_part
from inkstone.studio.searching.new_search import WISHED, auto_form, tune_form
from inkstone.studio.searching.texts import s
from inkstone.studio.session import actor

REFRESH = 3.0
WAYS = ("auto", "tune")


def one(search_id: str) -> None:
    """Show one search."""
    try:
        first = searches.get(actor(), search_id).search
    except InkstoneError as problem:
        show_problem(problem)
        return
    heading(first.name, s("title") + " · " + first.id[:8])
    if st.button(s("back"), key="search_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    ended = first.state.is_final
    st.fragment(search_part, run_every=None if ended else REFRESH)(first.id, ended)


def many() -> None:
    """Let the visitor start a search, and show those made before."""
    heading(s("title"), s("lead"))
    asked = WISHED in st.session_state or "run" in st.query_params
    way = st.segmented_control(
        s("title"), WAYS, default="tune" if asked else "auto", required=True, format_func=s, key="search.way",
        label_visibility="collapsed",
    )  # fmt: skip
    if way == "auto":
        auto_form()
    else:
        tune_form()
    section(s("searches"))
    found = searches.list_(actor())
    if not found:
        empty_place("travel_explore", s("none"), s("none_next"))
    for item in found:
        count = s("of_trials", n=item.trials, wanted=item.wanted) if item.wanted else s("n_trials", n=item.trials)
        cells = [
            title_cell(item.name, f"{s(item.kind)} · {count} · {ago(item.created_at)}"),
            figure_cell("–" if item.best is None else f"{item.best:.4f}", item.figure),
            figure_cell(duration(item.seconds), s("time"), plain=True),
            state_chip(item.state.value),
        ]
        if list_row(cells, item.id, s("open")):
            st.query_params.from_dict({"search": item.id})
            st.rerun()


wished = st.query_params.get("search")
if wished:
    one(wished)
else:
    many()
