"""How far lengths and labels have moved since training."""

import streamlit as st

from inkstone.backend.service.deployment_views import Drift
from inkstone.backend.service.drift import drift
from inkstone.studio.deploying.texts import d
from inkstone.studio.parts.look import muted, section
from inkstone.studio.session import actor

HOURS = (1, 24, 24 * 7, 24 * 30)
_TONES = {"steady": "good", "some": "warn", "much": "bad"}


def drift_section(name: str) -> None:
    """Show the histograms of training and of now beside each other, and what the index says."""
    section(d("drift"), d("drift_help"))
    hours = st.segmented_control(
        d("drift_hours"),
        HOURS,
        default=24,
        required=True,
        format_func=lambda item: d(f"drift_{item}"),
        key="drift_hours",
        label_visibility="collapsed",
    )
    found = drift(actor(), name, hours)
    if not found.known:
        st.html(muted(d("drift_unknown")))
        return
    if found.lengths is None:
        st.html(muted(d("drift_few", texts=found.texts, least=found.least_texts)))
        return
    left, right = st.columns(2)
    with left:
        _chart(d("drift_lengths"), found.lengths, "drift_lengths")
    if found.labels is not None:
        with right:
            _chart(d("drift_labels"), found.labels, "drift_labels")


def _chart(title: str, figure: Drift, key: str) -> None:
    tone, verdict = _TONES[figure.verdict], d(f"drift_is_{figure.verdict}")
    words = d("drift_index", index=f"{figure.index:.3f}", noise=f"{figure.noise:.3f}")
    st.html(f'<span class="ink-state tone-{tone}">{verdict}</span> {muted(words)}')
    bars = list(figure.after)
    series = [
        {"type": "bar", "name": label, "data": [round(100 * shares[bar], 2) for bar in bars], "barMaxWidth": 26}
        for label, shares in ((d("drift_before"), figure.before), (d("drift_after"), figure.after))
    ]
    names = [d("drift_longer") if bar == "longer" else bar for bar in bars]
    st.echarts_chart(
        {
            "title": {"text": title, "textStyle": {"fontSize": 13, "fontWeight": 600}, "left": 4, "top": 2},
            "animation": False,
            "grid": {"left": 8, "right": 16, "top": 62, "bottom": 10, "containLabel": True},
            "legend": {"top": 26, "left": 2, "itemWidth": 14},
            "tooltip": {"trigger": "axis"},
            "xAxis": {"type": "category", "data": names},
            "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} %"}},
            "series": series,
        },
        key=key,
        height=260,
    )
