"""The steps of a run: their names, states, times, and why each ran or came from the cache."""

import json
from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import run_details
from inkstone.backend.service.views import NodeView, RunDetail
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.studio.language import say, t
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problem_html, problems_shown
from inkstone.studio.parts.report import report
from inkstone.studio.parts.roles_form import rows_table
from inkstone.studio.parts.states import duration, state_chip
from inkstone.studio.session import actor

ROWS = 20


def node_title(document: Pipeline, node_id: str) -> str:
    """Return the user's name for a node, or its component's."""
    node = document.nodes[node_id]
    if node.title:
        return node.title
    try:
        return say(find(node.component).spec.title)
    except InkstoneError:  # a plug-in that is no longer installed
        return node.component


def node_table(detail: RunDetail) -> None:
    """Show all nodes, one a row."""
    head = "".join(f"<th>{escape(t(key))}</th>" for key in ("nodes.node", "nodes.state", "nodes.time", "nodes.reason"))
    body = "".join(_row(detail, node) for node in sorted(detail.nodes, key=lambda item: item.position))
    st.html(
        f'<div class="ink-scroll"><table class="ink-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(detail: RunDetail, node: NodeView) -> str:
    return (
        f"<tr><td><b>{escape(node_title(detail.document, node.node))}</b>"
        f"{look.muted(f'{node.node} · {node.component}')}</td>"
        f"<td>{state_chip(node.state.value)}</td><td class='number'>{escape(duration(node.seconds))}</td>"
        f"<td class='ink-small'>{escape(say(node.reason))}</td></tr>"
    )


def node_panel(detail: RunDetail, node_id: str) -> None:
    """Show one node: its state, its parameters, and what it gave."""
    node = next((item for item in detail.nodes if item.node == node_id), None)
    if node is None:
        return
    title = node_title(detail.document, node_id)
    st.html(
        f'<div class="ink-card-head"><span class="ink-card-title">{escape(title)}</span>{state_chip(node.state.value)}'
        f'<span class="ink-muted ink-small">{escape(duration(node.seconds))} {escape(say(node.reason))}</span></div>'
    )
    if node.error:
        st.html(problem_html(node.error))
    params = detail.document.nodes[node_id].params
    if params:
        facts = [("", f"{name} = {json.dumps(value, ensure_ascii=False)}") for name, value in params.items()]
        st.html(look.chips(facts))
    for port in node.outputs:
        with (
            st.expander(t("nodes.output", port=port), key=f"output_{detail.run.id}_{node_id}_{port}"),
            problems_shown(),
        ):
            _output(run_details.read_output(actor(), detail.run.id, node_id, port, limit=ROWS), f"{node_id}_{port}")


def _output(data: dict[str, Any], key: str) -> None:
    """Show an output: rows as a table, other documents as they are."""
    from inkstone.backend.service.views import Preview

    if "sections" in data:
        report(data, f"report_{key}")
    elif "rows" in data and "columns" in data:
        preview = Preview.model_validate(data)
        st.caption(t("data.found", n=f"{preview.total:,}"))
        rows_table(preview, f"rows_{key}", height=240)
    else:
        st.json(data, expanded=1)
