"""Weak slices of an evaluation; a click shows the rows of one."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service.analysis.slices import FEWEST, SliceView, slices
from inkstone.studio.error_analysis.rows import filtered_rows
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.parts import look
from inkstone.studio.session import actor


def slices_part(run_id: str, node: str) -> None:
    """Show the slices on which a model is significantly weaker, and the rows of the one that was clicked."""
    key = f"slices_{run_id}_{node}"
    st.html(look.muted(e("slices_help")))
    support = st.slider(e("slices_support"), FEWEST, 200, 20, FEWEST, key=f"{key}_support", width=320)
    found = slices(actor(), run_id, node, support)
    if not found.slices:
        st.html(look.muted(e("slices_none", rows=f"{found.rows:,}", errors=f"{found.errors:,}")))
        return
    frame = pd.DataFrame(
        [
            {
                e("slice"): words_of(item),
                e("slice_rows"): item.rows,
                e("slice_share"): item.share,
                e("slice_rest"): item.rest_share,
                e("slice_p"): item.adjusted,
            }
            for item in found.slices
        ]
    )
    share: dict[str, Any] = {"min_value": 0.0, "max_value": 1.0, "format": "percent"}
    event = st.dataframe(
        frame,
        key=f"{key}_{support}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            e("slice"): st.column_config.TextColumn(width="large"),
            e("slice_share"): st.column_config.ProgressColumn(**share),
            e("slice_rest"): st.column_config.ProgressColumn(**share),
            e("slice_p"): st.column_config.NumberColumn(format="%.2g"),
        },
    )
    chosen = event.selection.rows
    if chosen and chosen[0] < len(found.slices):
        item = found.slices[chosen[0]]
        look.section(words_of(item))
        only = st.toggle(e("slice_wrong"), value=True, key=f"{key}_wrong")
        wanted = item.filter.model_copy(update={"kind": "confident"}) if only else item.filter
        filtered_rows(run_id, node, wanted, key)


def words_of(item: SliceView) -> str:
    """Return what the rows of a slice share."""
    parts = []
    for shared in item.properties:
        slots = {"name": shared["name"], "value": shared["value"]}
        if shared["kind"] == "length":
            slots = {"low": shared["shortest"], "high": shared["longest"]}
        if shared["kind"] == "language":
            slots = {"value": e(f"language_{shared['value']}")}
        parts.append(e(f"slice_{shared['kind']}", **slots))
    return " · ".join(parts)
