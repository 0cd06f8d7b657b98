"""Runs side by side. Address: ``?runs=ID,ID:NODE,...&view=...``: whoever opens it sees the same comparison."""

import streamlit as st

from inkstone.backend.service.comparing import export
from inkstone.backend.service.comparing.table import compare
from inkstone.backend.service.comparing.views import Comparison
from inkstone.components.errors import InkstoneError
from inkstone.studio.comparison.disagreements import disagreements_part
from inkstone.studio.comparison.plots import classes_part, curves_part, plots_part
from inkstone.studio.comparison.significance import rows_part, significance_part
from inkstone.studio.comparison.table import difference_table, subjects_bar
from inkstone.studio.comparison.texts import c
from inkstone.studio.language import language
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.session import actor

VIEWS = ("significance", "rows", "disagreements", "curves", "classes", "plots")


def share(compared: Comparison, keys: list[str]) -> None:
    """Show the link, and what can be taken away."""
    with st.popover(c("share"), icon=":material/share:"):
        base = (st.context.url or "").split("?")[0]
        st.caption(c("link"))
        st.code(f"{base}?runs={','.join(keys)}&view={st.session_state.get('compare.view') or VIEWS[0]}", language=None)
        st.download_button(
            c("csv"),
            lambda: export.table_csv(compared).encode("utf-8-sig"),
            "comparison.csv",
            "text/csv",
            key="compare.csv",
            on_click="ignore",
        )
        st.download_button(
            c("parquet"),
            lambda: export.table_parquet(compared),
            "comparison.parquet",
            key="compare.parquet",
            on_click="ignore",
        )
        who, tongue = actor(), language()
        st.download_button(
            c("report"),
            lambda: export.report(who, keys, tongue),
            "comparison.html",
            "text/html",
            key="compare.report",
            on_click="ignore",
        )


def view(chosen: str, compared: Comparison, keys: list[str]) -> None:
    """Show the chosen part; the others cost nothing."""
    names = {item.key: item.name for item in compared.subjects}
    if chosen == "significance":
        significance_part(keys, names)
    elif chosen == "rows":
        rows_part(keys)
    elif chosen == "disagreements":
        disagreements_part(keys, names)
    elif chosen == "curves":
        curves_part(compared, names)
    elif chosen == "classes":
        classes_part(keys, names)
    else:
        plots_part(compared)


heading(c("title"), c("lead"))
wished = [item for item in (st.query_params.get("runs") or "").split(",") if item]
if not wished:
    empty_place("compare_arrows", c("nothing"), c("nothing_next"))
    st.page_link("pages/runs.py", label=c("back"), icon=":material/timeline:")
    st.stop()
try:
    first = compare(actor(), wished)
except InkstoneError as problem:
    show_problem(problem)
    st.page_link("pages/runs.py", label=c("back"), icon=":material/timeline:")
    st.stop()
left, right = st.columns([5, 1], vertical_alignment="bottom")
with left:
    chosen_keys = subjects_bar(first)
if chosen_keys and chosen_keys != [item.key for item in first.subjects]:
    st.query_params["runs"] = ",".join(chosen_keys)
    st.rerun()
with right:
    share(first, chosen_keys)
difference_table(first)
start = st.query_params.get("view")
shown = st.segmented_control(
    c("title"), VIEWS, default=start if start in VIEWS else VIEWS[0], required=True,
    format_func=lambda item: c(f"view_{item}"), key="compare.view", label_visibility="collapsed",
)  # fmt: skip
with problems_shown():
    view(shown or VIEWS[0], first, chosen_keys)
