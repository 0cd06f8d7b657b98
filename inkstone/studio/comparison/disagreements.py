"""Rows on which two models disagree, to be filtered, corrected and kept."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service.comparing.disagreements import KINDS, DisagreementFilter, Disagreements, disagreements
from inkstone.backend.service.comparing.subjects import evaluation_of
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.studio.comparison.texts import c
from inkstone.studio.error_analysis.rows import filtered_rows
from inkstone.studio.language import say
from inkstone.studio.parts import look
from inkstone.studio.session import actor

_PAGE = 50


@st.fragment
def disagreements_part(keys: list[str], names: dict[str, str]) -> None:
    """Show where two of the subjects say different things."""
    if len(keys) < 2:
        st.html(look.muted(c("need_two")))
        return
    places = st.columns(2)
    first = places[0].selectbox(c("first"), keys, format_func=lambda key: names[key], key="disagree.first")
    others = [key for key in keys if key != first]
    second = places[1].selectbox(c("second"), others, format_func=lambda key: names[key], key="disagree.second")
    whole = disagreements(actor(), first, second, limit=0)
    if whole.refused is not None:
        st.warning(say(whole.refused), icon=":material/block:")
        return
    wanted = _filter(whole)
    chosen = f"disagree.{first}.{second}.{wanted.model_dump_json()}"
    page = st.session_state.get(f"{chosen}.page") or 1
    found = disagreements(actor(), first, second, wanted, limit=_PAGE, offset=(page - 1) * _PAGE)
    st.html(look.muted(c("disagree_count", n=f"{found.total:,}", rows=f"{whole.compared:,}")))
    if not found.rows:
        return
    _table(found, (names[first], names[second]), chosen)
    if found.total > _PAGE:
        st.pagination(-(-found.total // _PAGE), key=f"{chosen}.page")
    with st.expander(c("disagree_work"), icon=":material/edit:"):
        run, node = evaluation_of(actor(), first)
        filtered_rows(run, node, RowFilter(kind="all", rows=frozenset(found.numbers)), f"disagree.rows.{first}")


def _filter(whole: Disagreements) -> DisagreementFilter:
    kind = st.segmented_control(
        c("disagree_kind"),
        KINDS,
        default="any",
        required=True,
        format_func=lambda item: f"{c(f'disagree_{item}')} · {whole.counts.get(item, 0):,}",
        key="disagree.kind",
        label_visibility="collapsed",
    )
    anything: dict[str, Any] = {"index": None, "placeholder": c("any")}
    places = st.columns(4, vertical_alignment="bottom")
    label = places[0].selectbox(c("label"), whole.labels, key="disagree.label", **anything)
    first = places[1].selectbox(c("first_says"), whole.labels, key="disagree.first_says", **anything)
    second = places[2].selectbox(c("second_says"), whole.labels, key="disagree.second_says", **anything)
    words = places[3].text_input(c("contains"), key="disagree.words", max_chars=200)
    return DisagreementFilter(kind=kind or "any", label=label, first=first, second=second, contains=words)


def _table(found: Disagreements, names: tuple[str, str], key: str) -> None:
    marked = {True: "✓", False: "✗"}
    columns = (c("row"), c("text"), c("label"), f"A · {names[0]}", f"B · {names[1]}")
    frame = pd.DataFrame(
        [
            (
                item.row,
                item.text if item.text_pair is None else f"{item.text} ⏐ {item.text_pair}",
                item.label,
                f"{marked[item.first == item.label]} {item.first} {item.first_sure:.2f}",
                f"{marked[item.second == item.label]} {item.second} {item.second_sure:.2f}",
            )
            for item in found.rows
        ],
        columns=columns,
    )
    config = {c("text"): st.column_config.TextColumn(width="large")}
    st.dataframe(frame, hide_index=True, height="content", column_config=config, key=f"{key}.table")
