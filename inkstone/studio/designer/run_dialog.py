"""The run dialog: name, variables and options of one run."""

from typing import Any

import streamlit as st

from inkstone.components.errors import InkstoneError
from inkstone.studio.designer import running
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.settings import read_value
from inkstone.studio.designer.texts import w
from inkstone.studio.parts.problem import show_problem


def show(draft: Draft) -> None:
    """Open the dialog."""
    st.dialog(w("run_options"))(_body)(draft)


def _body(draft: Draft) -> None:
    name = st.text_input(w("run_name"), draft.document["name"], max_chars=120, key="run_name")
    variables = draft.document.get("variables") or {}
    given: dict[str, Any] = {}
    if variables:
        st.caption(w("variables_of_run"))
        for variable, value in variables.items():
            written = str(value).lower() if isinstance(value, bool) else str(value)
            text = st.text_input(variable, written, key=f"run_variable_{variable}")
            given[variable] = value if text == written else text if isinstance(value, str) else read_value(text)
    seed = st.number_input(w("seed"), 0, 2**31 - 1, draft.document.get("seed", 0), key="run_seed", help=w("seed_help"))
    fresh = st.toggle(w("fresh"), key="run_fresh")
    executor = st.segmented_control(
        w("executor"),
        ["default", "local", "ray"],
        default="default",
        required=True,
        format_func=lambda item: w("executor_default") if item == "default" else item,
        key="run_executor",
    )
    if not st.button(w("run"), type="primary", icon=":material/play_arrow:", key="run_go"):
        return
    options: dict[str, Any] = {"seed": seed}
    if fresh:
        options["fresh"] = True
    if executor != "default":
        options["executor"] = executor
    try:
        document = draft.pipeline().model_copy(update={"variables": given})
    except InkstoneError as problem:
        show_problem(problem)
        return
    running.start(draft, document, name, **options)
    st.rerun()
