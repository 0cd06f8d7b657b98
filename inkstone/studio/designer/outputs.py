"""What a node gave in the run on show: table, figures, report, model, file; its log; the node as YAML; the command."""

import shlex
import time
from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.events import LogEvent
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.yaml_io import dump_document
from inkstone.backend.service import run_details, runs
from inkstone.backend.service.views import ArtifactView, Preview
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.running import OPTIONS
from inkstone.studio.designer.texts import w
from inkstone.studio.language import say
from inkstone.studio.parts import results
from inkstone.studio.parts.look import muted, table
from inkstone.studio.parts.nodes import node_title
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.report import report
from inkstone.studio.parts.roles_form import rows_table
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import file_size
from inkstone.studio.session import actor

PAGE = 50
LINES = 500


def output(draft: Draft, node: str) -> None:
    """Open what a node gave."""
    _open(w("output_of", title=_title(draft, node)), _output, draft, node)


def log(draft: Draft, node: str) -> None:
    """Open the log of a node."""
    _open(w("log_of", title=_title(draft, node)), _log, draft, node)


def yaml(draft: Draft, node: str) -> None:
    """Open a node as YAML."""
    _open(w("yaml_of", title=_title(draft, node)), _yaml, draft, node)


def command(draft: Draft, node: str | None) -> None:
    """Open the command that does the same."""
    _open(w("command"), _command, draft, node)


def _open(title: str, body: Callable[..., None], *arguments: Any) -> None:
    st.dialog(title, width="large")(body)(*arguments)


def _title(draft: Draft, node: str) -> str:
    return str(node_title(draft.pipeline(), node))


def _output(draft: Draft, node: str) -> None:
    if draft.run is None:
        st.info(w("no_run"), icon=":material/info:")
        return
    with problems_shown():
        found = run_details.outputs(actor(), draft.run.id, node)
        state = next((item for item in runs.get(actor(), draft.run.id).nodes if item.node == node), None)
        if state and state.error:
            show_problem(state.error)
        if state and state.reason:
            st.html(muted(say(state.reason)))
        if not found:
            st.caption(w("no_output"))
            return
        ports = [item.port for item in found]
        port = ports[0]
        if len(found) > 1:
            port = st.segmented_control(
                w("outputs"), ports, default=ports[0], required=True, key="output_port", label_visibility="collapsed"
            )
        _artifact(draft.run.id, next(item for item in found if item.port == port))


def _artifact(run_id: str, item: ArtifactView) -> None:
    """Show one output by its type."""
    show = {"table": _table, "metrics": _metrics, "report": _report, "registered_model": _registered, "file": _file}
    show.get(item.type, _facts)(run_id, item)


def _table(run_id: str, item: ArtifactView) -> None:
    search, page = st.columns([4, 1])
    words = search.text_input(w("search"), key="output_search", placeholder=w("search"), label_visibility="collapsed")
    number = page.number_input(w("page"), 1, None, 1, key="output_page", label_visibility="collapsed")
    data = run_details.read_output(
        actor(), run_id, item.node, item.port, offset=(number - 1) * PAGE, limit=PAGE, search=words or None
    )
    preview = Preview.model_validate(data)
    st.caption(w("rows_total", n=f"{preview.total:,}"))
    rows_table(preview, "output_rows", height=420)


def _metrics(run_id: str, item: ArtifactView) -> None:
    document = run_details.read_output(actor(), run_id, item.node, item.port)
    if document.get("compared"):
        results.comparison(document)
    else:
        values = [(name, value) for name, value in document.get("values", {}).items() if isinstance(value, int | float)]
        rows: list[list[object]] = [[figure_name(name), f"{value:.4g}"] for name, value in values]
        table([w("figure"), w("value")], rows, numbers={1})
    results.classes(document, f"output_{item.node}")
    results.curves(document, f"output_{item.node}")


def _report(run_id: str, item: ArtifactView) -> None:
    document = run_details.read_output(actor(), run_id, item.node, item.port)
    report(document, f"report_{item.id}")


def _registered(run_id: str, item: ArtifactView) -> None:
    data = run_details.read_output(actor(), run_id, item.node, item.port)
    st.success(w("registered", reference=f"{data['name']}@{data['version']}"), icon=":material/deployed_code:")
    st.write(say(data.get("reason")))


def _file(run_id: str, item: ArtifactView) -> None:
    path, name, media_type = run_details.output_file(actor(), run_id, item.node, item.port)
    st.download_button(
        f"{name} · {file_size(path.stat().st_size)}",
        path.read_bytes,
        file_name=name,
        mime=media_type,
        on_click="ignore",
    )


def _facts(_: str, item: ArtifactView) -> None:
    st.html(muted(f"{item.type} · {file_size(item.bytes)} · sha256 {item.sha256[:16]}…"))


def _log(draft: Draft, node: str) -> None:
    if draft.run is None:
        st.info(w("no_run"), icon=":material/info:")
        return
    with problems_shown():
        events = runs.events(actor(), draft.run.id)
        lines = [item for item in events if isinstance(item, LogEvent) and item.node == node][-LINES:]
        shown = "".join(
            f'<div class="line {item.level}"><time>{time.strftime("%H:%M:%S", time.localtime(item.time))}</time>'
            f"{escape(say(item.message))}</div>"
            for item in reversed(lines)
        )
        st.html(f'<div class="ink-log">{shown or escape(w("no_log"))}</div>')


def _yaml(draft: Draft, node: str) -> None:
    with problems_shown():
        document = draft.pipeline()
        alone = Pipeline(name=document.name, nodes={node: document.nodes[node]})
        st.code(dump_document(alone).split("nodes:\n", 1)[-1], language="yaml")


def _command(draft: Draft, node: str | None) -> None:
    file = f"{draft.document['name']}.yaml"
    st.write(w("command_words", file=file))
    st.code(f"inkstone run {shlex.quote(file)}", language="bash")
    if node:
        for option in OPTIONS.values():
            st.code(f"inkstone run {shlex.quote(file)} --{option} {node}", language="bash")
