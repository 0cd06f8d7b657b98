"""Live curves that keep their zoom.

Streamlit makes a Plotly chart anew whenever its data changes, and replaces all options of an ECharts one, so both lose the zoom at
each refresh. A Vega-Lite chart whose specification stays the same only takes the new data in.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service.views import Series
from inkstone.studio.language import t
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.run_page.texts import p

_HEIGHT = 320
FIRST = {"accuracy", "macro_f1", "weighted_f1"}
"""Dev figures that may be drawn at once; the others can be chosen."""


def live_curves(series: Sequence[Series], titles: dict[str, str], key: str) -> None:
    """Show loss, dev figures and learning rate, each in a chart of its own, one line a node.

    Args:
        series: The curves of a run; figures with a single value need no curve, and a test is measured once.
        titles: Node id to its title.
        key: Prefix of the charts' keys.
    """
    groups: dict[str, list[Series]] = {}
    for item in series:
        if item.total > 1 and not item.name.startswith("test/"):
            groups.setdefault(_group(item.name), []).append(item)
    order: list[str] = [name for name in ("loss", "figures", "learning_rate") if name in groups]
    order += sorted(name for name in groups if name not in order)
    for start in range(0, len(order), 2):
        for column, name in zip(st.columns(2), order[start : start + 2], strict=False):
            with column:
                _draw(name, groups[name], titles, f"{key}_{name}")


def _group(name: str) -> str:
    if name.endswith("/loss"):
        return "loss"
    if name.startswith("dev/"):
        return "figures"
    return name.rsplit("/", 1)[-1]


def _title(group: str) -> str:
    known = {"loss": t("chart.loss"), "figures": t("chart.dev_figures"), "learning_rate": t("chart.learning_rate")}
    return known.get(group, figure_name(group))


def _spec(name: str, lines: int) -> dict[str, Any]:
    """Return what a chart looks like, the same at each refresh: only then does the browser keep the view and take new data in."""
    spec: dict[str, Any] = {
        "title": {"text": _title(name), "anchor": "start", "fontSize": 14},
        "height": _HEIGHT,
        "mark": {"type": "line", "strokeWidth": 2, "clip": True, "point": {"size": 18}},
        "params": [{"name": "zoom", "select": {"type": "interval"}, "bind": "scales"}],
        "encoding": {
            "x": {"field": "step", "type": "quantitative", "title": t("chart.step"), "scale": {"nice": False}},
            "y": {"field": "value", "type": "quantitative", "title": None, "scale": {"zero": False}},
            "color": {
                "field": "line",
                "type": "nominal",
                "legend": {"orient": "bottom", "title": None, "columns": 2, "labelLimit": 220} if lines > 1 else None,
            },
            "tooltip": [
                {"field": "line", "type": "nominal", "title": _title(name)},
                {"field": "step", "type": "quantitative", "title": t("chart.step")},
                {"field": "value", "type": "quantitative", "format": ".5g", "title": p("value")},
            ],
        },
    }
    return spec


def _draw(name: str, members: Sequence[Series], titles: dict[str, str], key: str) -> None:
    if name == "figures":
        known = list(dict.fromkeys(item.name for item in members))
        shown = st.multiselect(
            p("figure"),
            known,
            default=[item for item in known if item.partition("/")[2] in FIRST][:2],
            format_func=lambda item: figure_name(item.partition("/")[2]),
            key=f"{key}_shown",
            label_visibility="collapsed",
        )
        members = [item for item in members if item.name in shown]
    several = len({item.node for item in members}) > 1
    rows: list[dict[str, Any]] = []
    for item in members:
        split, _, figure = item.name.partition("/")
        words = t(f"split.{split}") if name == "loss" and split in {"train", "dev", "test"} else figure_name(figure)
        title = f"{titles.get(item.node, item.node)} · {words}" if several else words
        rows += [{"step": step, "value": value, "line": title} for step, value, _ in item.points if value is not None]
    frame = pd.DataFrame(rows, columns=["step", "value", "line"])
    st.vega_lite_chart(frame, _spec(name, len(members)), key=key, width="stretch")
