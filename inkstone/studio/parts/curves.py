"""Live curves. ECharts updates them in place, so zoom survives each refresh."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from inkstone.backend.service.views import Series
from inkstone.studio.language import t
from inkstone.studio.parts.run_row import figure_name

FIRST = {"accuracy", "macro_f1", "weighted_f1"}
"""Dev figures drawn at once; the others wait in the legend."""


def live_curves(series: Sequence[Series], titles: dict[str, str], key: str) -> None:
    """Show loss, dev figures and learning rate, each in a chart of its own, one line a node.

    Args:
        series: The curves of a run; figures with a single value need no curve.
        titles: Node id to its title.
        key: Prefix of the charts' keys.
    """
    groups: dict[str, list[Series]] = {}
    for item in series:
        if item.total > 1:
            groups.setdefault(_group(item.name), []).append(item)
    order: list[str] = [name for name in ("loss", "figures", "learning_rate") if name in groups]
    order += sorted(name for name in groups if name not in order)
    for start in range(0, len(order), 2):
        for column, name in zip(st.columns(2), order[start : start + 2], strict=False):
            with column:
                st.echarts_chart(_options(name, groups[name], titles), key=f"{key}_{name}", height=300)


def _group(name: str) -> str:
    if name.endswith("/loss"):
        return "loss"
    if name.startswith("dev/"):
        return "figures"
    return name.rsplit("/", 1)[-1]


def _title(group: str) -> str:
    known = {"loss": t("chart.loss"), "figures": t("chart.dev_figures"), "learning_rate": t("chart.learning_rate")}
    return known.get(group, figure_name(group))


def _waits(group: str, name: str) -> bool:
    return group == "figures" and name.partition("/")[2] not in FIRST


def _options(group: str, members: Sequence[Series], titles: dict[str, str]) -> dict[str, Any]:
    several = len({item.node for item in members}) > 1
    lines = []
    for item in members:
        split, _, figure = item.name.partition("/")
        words = t(f"split.{split}") if group == "loss" and split in {"train", "dev", "test"} else figure_name(figure)
        points = [[step, value] for step, value, _ in item.points if value is not None]
        lines.append(
            {
                "type": "line",
                "name": f"{titles.get(item.node, item.node)} · {words}" if several else words,
                "data": points,
                "showSymbol": len(points) < 25,
                "symbolSize": 5,
                "lineStyle": {"width": 2},
            }
        )
    hidden = {line["name"]: False for line, item in zip(lines, members, strict=True) if _waits(group, item.name)}
    return {
        "title": {"text": _title(group), "textStyle": {"fontSize": 13, "fontWeight": 600}, "left": 4, "top": 2},
        "animation": False,
        "grid": {"left": 8, "right": 16, "top": 62, "bottom": 30, "containLabel": True},
        "legend": {"top": 26, "left": 2, "type": "scroll", "itemWidth": 14, "selected": hidden, "show": len(lines) > 1},
        "tooltip": {"trigger": "axis"},
        "dataZoom": [{"type": "inside"}],
        "xAxis": {"type": "value", "name": t("chart.step"), "nameLocation": "middle", "nameGap": 22, "minInterval": 1},
        "yAxis": {"type": "value", "scale": True},
        "series": lines,
    }
