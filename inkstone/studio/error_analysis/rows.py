"""Rows of an evaluation: read, corrected into a new version of the data, which the run can be repeated on."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service import evaluated_rows as service
from inkstone.backend.service import run_repeating
from inkstone.backend.service.analysis import selections
from inkstone.backend.service.analysis.selections import Purpose
from inkstone.backend.service.evaluated_rows import EvaluatedRows, RowFilter
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor

PAGE = 50


def filtered_rows(run_id: str, node: str, wanted: RowFilter, key: str) -> EvaluatedRows:
    """Show the rows that a filter lets through, a page at a time; return those on show.

    Raises:
        InkstoneError: ``runs.output_not_found``.
    """
    chosen = f"{key}_{wanted.model_dump_json()}"
    page = st.session_state.get(f"{chosen}_page") or 1
    found = service.evaluated_rows(actor(), run_id, node, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    rows_table(run_id, node, found, f"{chosen}_{page}")
    if found.total > PAGE:
        st.pagination(-(-found.total // PAGE), key=f"{chosen}_page")
    if found.total:
        _saving(run_id, node, wanted, found.total, chosen)
    return found


def _saving(run_id: str, node: str, wanted: RowFilter, total: int, key: str) -> None:
    """Offer to keep the rows on show, all pages of them, as a dataset or a test suite."""
    with st.popover(e("save_rows", n=f"{total:,}"), icon=":material/bookmark_add:"):
        name = st.text_input(e("save_name"), key=f"{key}_name", max_chars=80)
        purposes: list[Purpose] = ["dataset", "suite"]
        purpose = st.segmented_control(
            e("save_as"),
            purposes,
            default="dataset",
            required=True,
            format_func=lambda item: e(f"save_{item}"),
            key=f"{key}_purpose",
            help=e("save_help"),
        )
        if st.button(e("save_go"), key=f"{key}_save_rows", type="primary", disabled=not name.strip()):
            with problems_shown():
                made = selections.save(actor(), run_id, node, wanted, name.strip(), purpose=purpose or "dataset")
                st.success(e("saved_rows", reference=made.reference))


@st.fragment
def cell_rows(run_id: str, node: str, cell: tuple[str, str], key: str) -> None:
    """Show exactly the rows of a cell of a confusion matrix."""
    true, said = cell
    look.section(e("cell_title", true=true, predicted=said), e("cell_help"))
    with problems_shown():
        filtered_rows(run_id, node, RowFilter(kind="all", label=true, predicted=said), key)


def rows_table(run_id: str, node: str, found: EvaluatedRows, key: str) -> None:
    """Show rows of an evaluation, to be corrected where their data is there; a new version, then the run again.

    Args:
        run_id: The run.
        node: The evaluation.
        found: The rows.
        key: Beginning of the keys of the widgets; another choice of rows needs another.
    """
    st.html(look.muted(e("found", total=f"{found.total:,}")))
    frame = pd.DataFrame(
        [
            {
                e("row"): row.row,
                e("text"): row.text if row.text_pair is None else f"{row.text} ⏐ {row.text_pair}",
                e("true"): row.label,
                e("predicted"): row.predicted,
                e("score"): row.score,
                e("true_score"): row.true_score,
                e("correct"): None,
            }
            for row in found.rows
        ]
    )
    if frame.empty:
        return
    frame[e("correct")] = frame[e("correct")].astype("object")
    share: dict[str, Any] = {"min_value": 0.0, "max_value": 1.0, "format": "percent", "width": "small"}
    config: dict[str, Any] = {
        e("text"): st.column_config.TextColumn(width="large"),
        e("score"): st.column_config.ProgressColumn(**share),
        e("true_score"): st.column_config.ProgressColumn(**share),
        e("correct"): st.column_config.SelectboxColumn(options=found.labels),
    }
    fixed = [name for name in frame.columns if name != e("correct")]
    if found.source is None:
        st.dataframe(frame[fixed], key=f"{key}_shown", hide_index=True, height="content", column_config=config)
        st.html(look.muted(e("not_correctable")))
        return
    changed = st.data_editor(
        frame,
        key=f"{key}_edited",
        hide_index=True,
        height="content",
        placeholder="",
        column_config=config,
        disabled=fixed,
    )
    st.html(look.muted(e("correct_help")))
    given = changed[changed[e("correct")].notna()]
    labels = {int(row): str(label) for row, label in zip(given[e("row")], given[e("correct")], strict=True)}
    if st.button(e("save_corrections", n=len(labels)), key=f"{key}_save", type="primary", disabled=not labels):
        made = service.correct(actor(), run_id, node, labels)
        st.session_state[f"{key}_made"] = made.reference
    reference = st.session_state.get(f"{key}_made")
    if reference:
        st.success(e("corrected", reference=reference), icon=":material/new_label:")
        if found.target and st.button(e("rerun"), key=f"{key}_rerun", icon=":material/replay:"):
            again = run_repeating.clone(actor(), run_id, {found.target: reference})
            st.switch_page("pages/run.py", query_params={"run": again.id})
