"""Runs: find, sort, tag, compare and delete them; the queue; the trash."""

import streamlit as st

from inkstone.backend.service import run_search, templates
from inkstone.backend.service.run_organising import ListView
from inkstone.backend.service.run_search import RunFilter
from inkstone.studio.language import t
from inkstone.studio.parts.look import empty_place, heading, muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.run_list.choosing import bar, choices
from inkstone.studio.run_list.queue import queue_part
from inkstone.studio.run_list.table import actions, import_button, run_table, trash_actions
from inkstone.studio.run_list.texts import r
from inkstone.studio.session import actor

PAGE = 50
REFRESH = 4.0
PARTS = ("list", "queue", "trash")


def rows(view: ListView) -> None:
    """Show a page of the runs that the filter lets through; refreshed while one of them is under way."""
    page = st.session_state.get("runs.page") or 1
    with problems_shown():
        found = run_search.search(
            actor(), view.filter, order=view.order, columns=view.columns, limit=PAGE, offset=(page - 1) * PAGE
        )
        if not found.rows:
            _nothing(view.filter)
            return
        titles = {template.name: template.title for template in templates.list_(actor())}
        place = st.container()
        chosen = run_table(found.rows, view.columns, titles, "runs_table")
        with place:
            actions(chosen, "runs")
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.html(muted(r("found", total=f"{found.total:,}")))
        if found.total > PAGE:
            with right:
                st.pagination(-(-found.total // PAGE), key="runs.page")


def _nothing(wanted: RunFilter) -> None:
    if wanted == RunFilter():
        empty_place("timeline", t("runs.none"), t("home.no_runs_next"))
    else:
        empty_place("search_off", r("none_found"), r("none_found_next"))


def trash() -> None:
    """Show the trash."""
    found = run_search.search(actor(), RunFilter(trashed=True), limit=500)
    if not found.rows:
        empty_place("delete", r("trash_empty"), r("trash_empty_next"))
        return
    place = st.container()
    chosen = run_table(found.rows, [], {}, "trash_table")
    with place:
        trash_actions(chosen)


def any_live() -> bool:
    """Return whether any run is still under way."""
    return run_search.search(actor(), RunFilter(states=run_search.states_named("active")), limit=1).total > 0


heading(t("page.runs"), t("runs.lead"))
part = st.segmented_control(
    t("page.runs"), PARTS, default="list", required=True, format_func=r, key="runs.part", label_visibility="collapsed"
)
live = REFRESH if any_live() else None
if part == "queue":
    st.fragment(queue_part, run_every=live)()
elif part == "trash":
    trash()
else:
    if actor().role != "viewer":
        import_button()
    chosen_view = bar(choices())
    if st.session_state.get("runs.shown") != chosen_view:  # another filter begins on its first page
        st.session_state["runs.shown"] = chosen_view
        st.session_state.pop("runs.page", None)
    st.fragment(rows, run_every=live)(chosen_view)
