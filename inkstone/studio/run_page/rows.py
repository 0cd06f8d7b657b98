"""The rows of an evaluation: filtered, corrected into a new version of the data, explained."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service import evaluated_rows as service
from inkstone.backend.service import run_repeating
from inkstone.backend.service.evaluated_rows import KINDS, EvaluatedRows, RowFilter
from inkstone.backend.service.views import RunDetail
from inkstone.studio.parts import look
from inkstone.studio.parts.nodes import node_title
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.run_page.texts import p
from inkstone.studio.session import actor

PAGE = 50


@st.fragment
def rows_part(detail: RunDetail) -> None:
    """Show the rows of an evaluation."""
    nodes = [node.node for node in detail.nodes if node.component.startswith("evaluate.") and "metrics" in node.outputs]
    if not nodes:
        look.empty_place("checklist", p("rows_none"), p("rows_none_next"))
        return
    key = f"rows_{detail.run.id}"
    places = st.columns([1, 2], vertical_alignment="bottom")
    node = places[0].selectbox(
        p("evaluation"),
        nodes,
        index=len(nodes) - 1,
        key=f"{key}_node",
        format_func=lambda item: f"{node_title(detail.document, item)} · {item}",
    )
    kind = places[1].segmented_control(
        p("kind"),
        KINDS,
        default="confident",
        required=True,
        format_func=lambda item: p(f"kind_{item}"),
        key=f"{key}_kind",
    )
    with problems_shown():
        labels = service.evaluated_rows(actor(), detail.run.id, node, limit=0).labels
        wanted = _filter(key, kind or "confident", labels)
        page = st.session_state.get(f"{key}_page_{kind}") or 1
        found = service.evaluated_rows(actor(), detail.run.id, node, wanted, limit=PAGE, offset=(page - 1) * PAGE)
        _table(detail, node, found, f"{key}_{node}")
        if found.total > PAGE:
            st.pagination(-(-found.total // PAGE), key=f"{key}_page_{kind}")
        _why(detail, node, found, key)


def _filter(key: str, kind: Any, labels: list[str]) -> RowFilter:
    places = st.columns([2, 2, 2, 2, 2], vertical_alignment="bottom")
    true = places[0].selectbox(p("true"), labels, index=None, placeholder=p("any"), key=f"{key}_true")
    said = places[1].selectbox(p("predicted"), labels, index=None, placeholder=p("any"), key=f"{key}_said")
    words = places[2].text_input(p("contains"), key=f"{key}_words", max_chars=200)
    low, high = places[3].slider(p("score"), 0.0, 1.0, (0.0, 1.0), 0.01, key=f"{key}_score")
    short, long = places[4].slider(p("length"), 0, 500, (0, 500), 10, key=f"{key}_length")
    return RowFilter(
        kind=kind,
        label=true,
        predicted=said,
        contains=words,
        low=low or None,
        high=high if high < 1 else None,
        shortest=short or None,
        longest=long if long < 500 else None,
    )


def _table(detail: RunDetail, node: str, found: EvaluatedRows, key: str) -> None:
    st.html(look.muted(p("found", total=f"{found.total:,}")))
    frame = pd.DataFrame(
        [
            {
                p("row"): row.row,
                p("text"): row.text if row.text_pair is None else f"{row.text} ⏐ {row.text_pair}",
                p("true"): row.label,
                p("predicted"): row.predicted,
                p("score"): row.score,
                p("true_score"): row.true_score,
                p("correct"): None,
            }
            for row in found.rows
        ]
    )
    if frame.empty:
        return
    frame[p("correct")] = frame[p("correct")].astype("object")
    share: dict[str, Any] = {"min_value": 0.0, "max_value": 1.0, "format": "percent"}
    config: dict[str, Any] = {
        p("text"): st.column_config.TextColumn(width="large"),
        p("score"): st.column_config.ProgressColumn(**share),
        p("true_score"): st.column_config.ProgressColumn(**share),
        p("correct"): st.column_config.SelectboxColumn(options=found.labels),
    }
    fixed = [name for name in frame.columns if name != p("correct")]
    if found.source is None:
        st.dataframe(frame[fixed], key=f"{key}_shown", hide_index=True, column_config=config)
        st.html(look.muted(p("not_correctable")))
        return
    changed = st.data_editor(frame, key=f"{key}_edited", hide_index=True, column_config=config, disabled=fixed)
    st.html(look.muted(p("correct_help")))
    given = changed[changed[p("correct")].notna()]
    labels = {int(row): str(label) for row, label in zip(given[p("row")], given[p("correct")], strict=True)}
    if st.button(p("save_corrections", n=len(labels)), key=f"{key}_save", type="primary", disabled=not labels):
        made = service.correct(actor(), detail.run.id, node, labels)
        st.session_state[f"{key}_made"] = made.reference
    reference = st.session_state.get(f"{key}_made")
    if reference:
        st.success(p("corrected", reference=reference), icon=":material/new_label:")
        if found.target and st.button(p("rerun"), key=f"{key}_rerun", icon=":material/replay:"):
            again = run_repeating.clone(actor(), detail.run.id, {found.target: reference})
            st.switch_page("pages/run.py", query_params={"run": again.id})


def _why(detail: RunDetail, node: str, found: EvaluatedRows, key: str) -> None:
    if not found.rows:
        return
    look.section(p("why"), p("why_help"))
    places = st.columns([1, 1, 3], vertical_alignment="bottom")
    row = places[0].selectbox(p("why_row"), [item.row for item in found.rows], key=f"{key}_why")
    if places[1].button(p("why_go"), key=f"{key}_explain", icon=":material/lightbulb:"):
        label, parts = service.explain(actor(), detail.run.id, node, row)
        strongest = max((abs(part.weight) for part in parts), default=0.0) or 1.0
        inner = "".join(_marked(part.text, part.weight, strongest) for part in parts)
        st.html(
            f'<div data-explained="{row}">{look.muted(p("predicted") + ": " + label)}<div class="ink-reading">{inner}</div></div>'
        )


def _marked(words: str, weight: float, strongest: float) -> str:
    share = round(55 * abs(weight) / strongest)
    tone = "var(--ink-bad)" if weight > 0 else "var(--ink-busy)"
    style = f"background:color-mix(in srgb, {tone} {share}%, transparent)" if share else ""
    return f'<span style="{style}" title="{weight:+.3f}">{escape(words)}</span>'
