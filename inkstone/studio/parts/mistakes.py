"""The rows behind the confusion matrix: pick a true and a predicted class, read what was mistaken."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service.views import RunDetail
from inkstone.backend.service.wrong_rows import wrong_rows
from inkstone.studio.language import t
from inkstone.studio.parts.look import muted, section
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor

SHOWN = 100


@st.fragment
def mistakes(detail: RunDetail, node: str, labels: list[str]) -> None:
    """Show the rows that an evaluation found wrong."""
    section(t("mistakes.title"), t("mistakes.help"))
    key = f"mistakes_{detail.run.id}_{node}"
    places = st.columns(2)
    chosen: list[str | None] = []
    for place, name in zip(places, ("true", "predicted"), strict=True):
        with place:
            picked = st.selectbox(
                t(f"mistakes.{name}"), labels, index=None, placeholder=t("mistakes.any"), key=f"{key}_{name}"
            )
        chosen.append(picked)
    with problems_shown():
        found = wrong_rows(actor(), detail.run.id, node, label=chosen[0], predicted=chosen[1], limit=SHOWN)
        if not found.total:
            st.html(muted(t("mistakes.none")))
            return
        words = {name: t(f"mistakes.column_{name}") for name in found.columns}
        frame = pd.DataFrame(found.rows, columns=[words[name] for name in found.columns])
        config: dict[str, Any] = {
            words["text"]: st.column_config.TextColumn(width="large"),
            words["score"]: st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent"),
        }
        st.dataframe(
            frame, key=f"{key}_rows", hide_index=True, column_config=config, height=min(380, 38 + 35 * len(frame))
        )
        st.html(muted(t("mistakes.count", n=f"{found.total:,}", shown=len(found.rows))))
