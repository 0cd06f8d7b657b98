"""Charts of a deployment's last hour: requests, latency, labels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from inkstone.backend.service.deployment_views import MinuteView
from inkstone.studio.deploying.texts import d

_MOST_LABELS = 8
HOUR = timedelta(hours=1)


def charts(minutes: Sequence[MinuteView], key: str) -> None:
    """Show what was answered, how fast, and with which labels."""
    left, right = st.columns(2)
    several = len({item.model for item in minutes}) > 1
    with left:
        requests = {
            d("answered"): [(item.minute, item.requests) for item in minutes],
            d("refused"): [(item.minute, item.refused) for item in minutes if item.refused],
            d("failed"): [(item.minute, item.failed) for item in minutes if item.failed],
        }
        st.echarts_chart(_options(d("requests"), requests, "bar"), key=f"{key}_requests", height=260)
    with right:
        latency = {}
        for model in sorted({item.model for item in minutes}):
            of_model = [item for item in minutes if item.model == model]
            for name, figure in (("P50", "p50_ms"), ("P95", "p95_ms"), ("P99", "p99_ms")):
                title = f"{model} {name}" if several else name
                latency[title] = [(item.minute, getattr(item, figure)) for item in of_model]
        st.echarts_chart(_options(d("latency"), latency, "line"), key=f"{key}_latency", height=260)
    total: Counter[str] = Counter()
    for item in minutes:
        total.update(item.labels)
    labels = {
        label: [(item.minute, item.labels.get(label, 0)) for item in minutes]
        for label, _ in total.most_common(_MOST_LABELS)
    }
    st.echarts_chart(_options(d("labels"), labels, "bar"), key=f"{key}_labels", height=240)


def _options(title: str, lines: Mapping[str, Sequence[tuple[Any, float | None]]], kind: str) -> dict[str, Any]:
    moment = datetime.now(UTC)
    shown = {
        name: [[moment.isoformat(), value] for moment, value in points] for name, points in lines.items() if points
    }
    series = [
        {"type": kind, "name": name, "data": points, "symbolSize": 5, "barMaxWidth": 18}
        | ({"stack": "all"} if kind == "bar" else {})
        for name, points in shown.items()
    ]
    return {
        "title": {"text": title, "textStyle": {"fontSize": 13, "fontWeight": 600}, "left": 4, "top": 2},
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 62, "bottom": 10, "containLabel": True},
        "legend": {"top": 26, "left": 2, "type": "scroll", "itemWidth": 14, "show": len(series) > 1},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "time", "minInterval": 60_000, "min": (moment - HOUR).isoformat(), "max": moment.isoformat()},
        "yAxis": {"type": "value", "minInterval": 1 if kind == "bar" else None},
        "series": series,
    }
