"""One run. Address: ``?run=ID``."""

import streamlit as st

from inkstone.backend.service import runs
from inkstone.backend.service.views import RunDetail
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import say, t
from inkstone.studio.parts import live
from inkstone.studio.parts.learning_round import learning_button
from inkstone.studio.parts.look import empty_place, heading, muted, section, table
from inkstone.studio.parts.nodes import node_panel, node_table
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.results import results
from inkstone.studio.run_page.again import again_buttons, reproduction_note
from inkstone.studio.run_page.record import record_part
from inkstone.studio.run_page.rows import rows_part
from inkstone.studio.run_page.texts import p
from inkstone.studio.session import actor

REFRESH = 1.5
VIEWS = ("results", "rows", "curves", "log", "nodes", "record", "document")
OWN_WORDS = ("rows", "record")


def buttons(detail: RunDetail) -> None:
    """Show what can be done with the run in its present state."""
    run = detail.run
    if run.options.get("imported"):
        st.html(muted(p("imported", tool=run.options["imported"].get("from", ""))))
        return
    if not run.can_write:
        return
    with st.container(horizontal=True, horizontal_alignment="right", key="run_buttons"), problems_shown():
        if not run.state.is_final:
            if st.button(t("run.stop"), key="run_stop", icon=":material/stop_circle:", disabled=run.stop_requested):
                runs.stop(actor(), run.id)
                st.rerun()
            return
        if run.state.value != "SUCCEEDED" and st.button(
            t("run.resume"), key="run_resume", type="primary", icon=":material/resume:", help=t("run.resume_help")
        ):
            runs.resume(actor(), run.id)
            st.rerun()
        if run.state.value == "SUCCEEDED" and any(node.component.startswith("train.text") for node in detail.nodes):
            with st.popover(t("run.continue"), icon=":material/fast_forward:", help=t("run.continue_help")):
                epochs = st.number_input(t("run.more_epochs"), 1, 100, 1, key="run_more_epochs")
                if st.button(t("run.continue_go"), key="run_continue", type="primary"):
                    again = runs.continue_(actor(), run.id, epochs)
                    st.switch_page("pages/run.py", query_params={"run": again.id})
        if st.button(t("run.again"), key="run_again", icon=":material/replay:", help=t("run.again_help")):
            again = runs.start(actor(), detail.document, template=run.template, options={})
            st.switch_page("pages/run.py", query_params={"run": again.id})
        again_buttons(detail)
        learning_button(run.id, "run_label_more")
        if detail.model and st.button(
            t("run.to_model", name=detail.model.reference), key="run_model", icon=":material/deployed_code:"
        ):
            st.switch_page("pages/models.py", query_params={"model": detail.model.name})


def last_values(detail: RunDetail) -> None:
    """Show the last value of every figure of a run that another tool made."""
    section(p("last_values"))
    found = {name: value for group in detail.metrics.values() for name, value in group.items()}
    rows: list[list[object]] = [
        [name, "–" if value is None else f"{value:.6g}"] for name, value in sorted(found.items())
    ]
    table([p("figure"), p("value")], rows, numbers={1})


def view(detail: RunDetail, chosen: str) -> None:
    """Show the chosen part."""
    if chosen == "results" and detail.run.options.get("imported"):
        last_values(detail)
    elif chosen == "results":
        results(detail)
    elif chosen == "curves":
        live.curves(detail)
    elif chosen == "log":
        live.log(detail)
    elif chosen == "nodes":
        node_table(detail)
    elif chosen == "record":
        record_part(detail)
    elif chosen == "rows":
        rows_part(detail)
    else:
        from inkstone.backend.pipeline.yaml_io import dump_document

        st.html(muted(t("run.document_help")))
        st.code(dump_document(detail.document), language="yaml", height=460)


def body(run_id: str, was_final: bool) -> None:
    """Show the run; refreshed while it is under way. When it ends, the whole page runs once more and refreshing stops."""
    detail = runs.get(actor(), run_id)
    if detail.run.state.is_final and not was_final:
        st.rerun()
    left, right = st.columns([2, 3], vertical_alignment="center")
    left.html(live.status_line(detail))
    with right:
        buttons(detail)
    live.progress(detail)
    live.failures(detail)
    reproduction_note(detail)
    clicked = live.drawing(detail)
    if clicked:
        with st.container(border=True, key="run_node"):
            node_panel(detail, clicked)
    chosen = st.segmented_control(
        t("run.view"),
        VIEWS,
        default="results" if was_final else "curves",
        required=True,
        format_func=lambda item: p(item) if item in OWN_WORDS else t(f"run.view_{item}"),
        key=f"view_{run_id}_{was_final}",
        label_visibility="collapsed",
    )
    view(detail, chosen or "results")


wished = st.query_params.get("run")
if not wished:
    heading(t("page.run"))
    empty_place("timeline", t("run.none"), t("run.none_next"))
    st.page_link("pages/runs.py", label=t("page.runs"), icon=":material/timeline:")
    st.stop()
try:
    first = runs.get(actor(), wished)
except InkstoneError as problem:
    show_problem(problem)
    st.stop()
heading(
    first.run.name or first.run.id,
    t("run.lead", id=first.run.id[:8], template=say(first.document.title) or first.document.name),
)
ended = first.run.state.is_final
st.fragment(body, run_every=None if ended else REFRESH)(first.run.id, ended)
