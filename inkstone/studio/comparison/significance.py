"""Whether runs differ by more than chance, and the rows that decide."""

from html import escape

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service.comparing.charts import COLORS
from inkstone.backend.service.comparing.rows import deciding_rows
from inkstone.backend.service.comparing.significance import significance
from inkstone.backend.service.comparing.views import Significance
from inkstone.backend.service.comparing.words import WORDS
from inkstone.components.nlp.significance import FIGURES
from inkstone.studio.comparison.texts import c
from inkstone.studio.language import language, say
from inkstone.studio.parts import look
from inkstone.studio.session import actor

MOST_TESTED = 12
_TONES = {"better": "good", "worse": "bad", "noise": "calm"}
_ROWS = 20


def significance_part(keys: list[str], names: dict[str, str]) -> None:
    """Show the verdict on each subject, with intervals and McNemar's test."""
    tested = _tested(keys)
    if not tested:
        return
    figure = st.selectbox(c("figure"), FIGURES, key="compare.figure")
    found = significance(actor(), tested, figure)
    if found.refused is not None:
        st.warning(say(found.refused), icon=":material/block:")
        return
    for item in found.verdicts:
        chip = f'<span class="ink-state tone-{_TONES[item.verdict]}">{escape(c(f"verdict_{item.verdict}"))}</span>'
        st.html(f'<div data-verdict="{item.verdict}">{chip} {escape(say(item.words))}</div>')
    st.plotly_chart(_intervals(found, names, figure), key="compare.intervals")
    columns = [say(WORDS[key]) for key in ("run", "only_subject", "only_baseline", "mcnemar")]
    rows: list[list[object]] = [
        [
            names.get(item.key, item.key),
            item.only_subject,
            item.only_baseline,
            f"{item.mcnemar_mid:.4f} / {item.mcnemar_exact:.4f}",
        ]
        for item in found.verdicts
    ]
    look.table(columns, rows, numbers={1, 2, 3})
    st.html(look.muted(WORDS["method"].format(draws=found.resamples, rows=found.rows).in_language(language())))


def rows_part(keys: list[str]) -> None:
    """Show the rows that some have right and others wrong."""
    tested = _tested(keys)
    if not tested:
        return
    page = st.session_state.get("compare.rows_page") or 1
    found = deciding_rows(actor(), tested, _ROWS, (page - 1) * _ROWS)
    if found.refused is not None:
        st.warning(say(found.refused), icon=":material/block:")
        return
    if not found.rows:
        st.html(look.muted(c("all_right")))
        return
    st.html(look.muted(WORDS["deciding_count"].format(n=found.total).in_language(language())))
    cells: dict[str, list[object]] = {
        c("row"): [row.row for row in found.rows],
        c("text"): [row.text for row in found.rows],
        c("label"): [row.label for row in found.rows],
    }
    for place, subject in enumerate(found.subjects):
        cells[subject.name] = [
            f"{'✓' if row.predicted[place] == row.label else '✗'} {row.predicted[place]} {row.sure[place]:.2f}"
            for row in found.rows
        ]
    config = {c("text"): st.column_config.TextColumn(width="large")}
    st.dataframe(pd.DataFrame(cells), hide_index=True, height="content", column_config=config, key="compare.rows")
    if found.total > _ROWS:
        st.pagination(-(-found.total // _ROWS), key="compare.rows_page")


def _tested(keys: list[str]) -> list[str]:
    if len(keys) < 2:
        st.html(look.muted(c("need_two")))
        return []
    if len(keys) > MOST_TESTED:
        st.html(look.muted(c("too_many_tested", n=MOST_TESTED)))
    return keys[:MOST_TESTED]


def _intervals(found: Significance, names: dict[str, str], figure: str) -> go.Figure:
    """Return the differences of the figure and of each class as points with their intervals; nought is no difference."""
    drawn = go.Figure()
    for index, item in enumerate(found.verdicts):
        order = [figure, *(name for name in item.differences if name.startswith("f1/") and name != figure)]
        shown = [(name, item.differences[name]) for name in order if name in item.differences][:40]
        drawn.add_trace(
            go.Scatter(
                x=[found_.value * 100 for _, found_ in shown],
                y=[escape(name) for name, _ in shown],
                mode="markers",
                name=escape(names.get(item.key, item.key)),
                marker={"size": 8, "color": COLORS[index % len(COLORS)]},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [(found_.high - found_.value) * 100 for _, found_ in shown],
                    "arrayminus": [(found_.value - found_.low) * 100 for _, found_ in shown],
                },
            )
        )
    drawn.add_vline(x=0, line_dash="dot", line_color="gray")
    drawn.update_yaxes(type="category", autorange="reversed")
    rows = max((len(item.differences) for item in found.verdicts), default=1)
    drawn.update_layout(
        title=c("interval_title"), height=min(900, 140 + 34 * rows), scattermode="group", title_font_size=14,
        margin={"l": 10, "r": 10, "t": 40, "b": 10}, legend={"orientation": "h"},
    )  # fmt: skip
    return drawn
