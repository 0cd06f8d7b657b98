"""The rows of an evaluation: filtered, corrected into a new version of the data, explained."""

from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.service import evaluated_rows as service
from inkstone.backend.service.evaluated_rows import KINDS, EvaluatedRows, RowFilter
from inkstone.backend.service.views import RunDetail
from inkstone.studio.error_analysis.rows import filtered_rows
from inkstone.studio.error_analysis.slices_view import slices_part
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.parts import look
from inkstone.studio.parts.nodes import node_title
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor

LONG = 500


@st.fragment
def rows_part(detail: RunDetail) -> None:
    """Show the rows of an evaluation."""
    nodes = [
        node.node
        for node in detail.nodes
        if node.component.startswith("evaluate.classification") and "metrics" in node.outputs
    ]
    if not nodes:
        look.empty_place("checklist", e("rows_none"), e("rows_none_next"))
        return
    key = f"rows_{detail.run.id}"
    places = st.columns([1, 2], vertical_alignment="bottom")
    node = places[0].selectbox(
        e("evaluation"),
        nodes,
        index=len(nodes) - 1,
        key=f"{key}_node",
        format_func=lambda item: f"{node_title(detail.document, item)} · {item}",
    )
    kind = places[1].segmented_control(
        e("kind"),
        (*KINDS, "slices"),
        default="confident",
        required=True,
        format_func=lambda item: e(f"kind_{item}"),
        key=f"{key}_kind",
    )
    with problems_shown():
        if kind == "slices":
            slices_part(detail.run.id, node)
            return
        whole = service.evaluated_rows(actor(), detail.run.id, node, limit=0)
        wanted = _filter(key, kind or "confident", whole)
        found = filtered_rows(detail.run.id, node, wanted, f"{key}_{node}")
        _why(detail, node, found, key)


def _filter(key: str, kind: Any, whole: EvaluatedRows) -> RowFilter:
    places = st.columns([2, 2, 2, 2], vertical_alignment="bottom")
    anything: dict[str, Any] = {"index": None, "placeholder": e("any")}
    true = places[0].selectbox(e("true"), whole.labels, key=f"{key}_true", **anything)
    said = places[1].selectbox(e("predicted"), whole.labels, key=f"{key}_said", **anything)
    words = places[2].text_input(e("contains"), key=f"{key}_words", max_chars=200)
    low, high = places[3].slider(e("score"), 0.0, 1.0, (0.0, 1.0), 0.01, key=f"{key}_score")
    places = st.columns([2, 2, 2, 2], vertical_alignment="bottom")
    short, long = places[0].slider(e("length"), 0, LONG, (0, LONG), 10, key=f"{key}_length")
    tongue = places[1].selectbox(
        e("language"),
        whole.languages,
        format_func=lambda item: e(f"language_{item}"),
        key=f"{key}_language",
        **anything,
    )
    column = value = None
    if whole.domains:
        column = places[2].selectbox(e("domain"), list(whole.domains), key=f"{key}_column", **anything)
        values = whole.domains.get(column or "", [])
        value = places[3].selectbox(
            e("domain_value"), values, key=f"{key}_value_{column}", disabled=column is None, **anything
        )
    return RowFilter(
        kind=kind,
        label=true,
        predicted=said,
        contains=words,
        low=low or None,
        high=high if high < 1 else None,
        shortest=short or None,
        longest=long if long < LONG else None,
        language=tongue,
        column=column if value is not None else None,
        value=value,
    )


def _why(detail: RunDetail, node: str, found: EvaluatedRows, key: str) -> None:
    if not found.rows:
        return
    look.section(e("why"), e("why_help"))
    places = st.columns([1, 1, 3], vertical_alignment="bottom")
    row = places[0].selectbox(e("why_row"), [item.row for item in found.rows], key=f"{key}_why")
    if places[1].button(e("why_go"), key=f"{key}_explain", icon=":material/lightbulb:"):
        label, parts = service.explain(actor(), detail.run.id, node, row)
        strongest = max((abs(part.weight) for part in parts), default=0.0) or 1.0
        inner = "".join(_marked(part.text, part.weight, strongest) for part in parts)
        st.html(
            f'<div data-explained="{row}">{look.muted(e("predicted") + ": " + label)}<div class="ink-reading">{inner}</div></div>'
        )


def _marked(words: str, weight: float, strongest: float) -> str:
    share = round(55 * abs(weight) / strongest)
    tone = "var(--ink-bad)" if weight > 0 else "var(--ink-busy)"
    style = f"background:color-mix(in srgb, {tone} {share}%, transparent)" if share else ""
    return f'<span style="{style}" title="{weight:+.3f}">{escape(words)}</span>'
