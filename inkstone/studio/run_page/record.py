"""The record of a run: nodes in time, resources, lineage, environment."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service import run_record
from inkstone.backend.service.run_record import Bar, Lineage, Sample
from inkstone.backend.service.views import RunDetail
from inkstone.studio.parts import look
from inkstone.studio.parts.nodes import node_title
from inkstone.studio.parts.states import state_name
from inkstone.studio.run_page.texts import TEXTS, p
from inkstone.studio.session import actor

_COLORS = {
    "SUCCEEDED": "#5f9a75",
    "FAILED": "#c8563f",
    "CANCELLED": "#c39a3d",
    "RUNNING": "#4a7ba8",
    "CACHED": "#85919d",
}
_CONFIG = {"displaylogo": False, "responsive": True}


def record_part(detail: RunDetail) -> None:
    """Show the record."""
    found = run_record.record(actor(), detail.run.id)
    look.section(p("timeline"), p("timeline_help"))
    titles = {node.node: node_title(detail.document, node.node) for node in detail.nodes}
    st.plotly_chart(timeline_chart(found.timeline, titles), key=f"timeline_{detail.run.id}", config=_CONFIG)
    look.section(p("resources"))
    if found.samples:
        st.plotly_chart(resource_chart(found.samples), key=f"resources_{detail.run.id}", config=_CONFIG)
    else:
        st.html(look.muted(p("no_samples")))
    look.section(p("lineage"))
    st.graphviz_chart(lineage_dot(found.lineage, detail.run.id))
    look.section(p("environment"))
    _environment(found.environment)


def timeline_chart(bars: list[Bar], titles: dict[str, str]) -> go.Figure:
    """Return when each node ran; nodes from the cache as diamonds."""
    figure = go.Figure()
    names = [escape(titles.get(bar.node, bar.node)) for bar in bars]
    ran = [index for index, bar in enumerate(bars) if not bar.cached]
    figure.add_trace(
        go.Bar(
            x=[max(0.02, bars[index].end - bars[index].start) for index in ran],
            base=[bars[index].start for index in ran],
            y=[names[index] for index in ran],
            orientation="h",
            marker_color=[_COLORS.get(bars[index].state.value, "#8a73ab") for index in ran],
            text=[f"{bars[index].end - bars[index].start:.1f} s" for index in ran],
            textposition="auto",
            hovertext=[state_name(bars[index].state.value) for index in ran],
            showlegend=False,
        )
    )
    cached = [index for index, bar in enumerate(bars) if bar.cached]
    if cached:
        figure.add_trace(
            go.Scatter(
                x=[bars[index].start for index in cached],
                y=[names[index] for index in cached],
                mode="markers",
                marker={"symbol": "diamond", "size": 11, "color": _COLORS["CACHED"]},
                name=p("from_cache"),
            )
        )
    figure.update_yaxes(
        type="category", autorange="reversed", categoryorder="array", categoryarray=names, ticksuffix=" "
    )
    figure.update_xaxes(title=p("time"), rangemode="tozero")
    figure.update_layout(
        uirevision="timeline", height=110 + 34 * max(2, len(bars)), margin={"l": 10, "r": 10, "t": 10, "b": 10}
    )
    return figure


def resource_chart(samples: list[Sample]) -> go.Figure:
    """Return processors and memory over time."""
    at = [item.at for item in samples]
    figure = go.Figure(
        [
            go.Scatter(
                x=at, y=[item.cpus for item in samples], name=p("cpus"), line={"color": "#4a7ba8"}, fill="tozeroy"
            ),
            go.Scatter(
                x=at,
                y=[item.memory_bytes / 1e9 for item in samples],
                name=p("memory"),
                yaxis="y2",
                line={"color": "#c8563f"},
            ),
        ]
    )
    figure.update_layout(
        uirevision="resources", height=260, margin={"l": 10, "r": 10, "t": 10, "b": 10}, hovermode="x unified",
        yaxis={"title": p("cpus"), "rangemode": "tozero"}, legend={"orientation": "h"},
        yaxis2={"title": p("memory"), "overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False},
    )  # fmt: skip
    figure.update_xaxes(title=p("time"))
    return figure


def lineage_dot(lineage: Lineage, present: str) -> str:
    """Return the lineage as a drawing for Graphviz; every name is quoted, so that it is nothing but a name."""
    shapes = {"dataset": "cylinder", "run": "box", "model": "component"}
    lines = [
        "digraph { rankdir=LR; bgcolor=transparent; node [fontsize=11 color=gray fontcolor=gray style=rounded]; edge [color=gray fontsize=10 fontcolor=gray];"
    ]
    for place in lineage.places:
        thick = " penwidth=2.5" if place.id == present else ""
        label = _quoted(place.name[:40] + (f"\n{place.detail}" if place.detail else ""))
        lines.append(f"{_quoted(place.id)} [label={label} shape={shapes[place.kind]}{thick}];")
    for start, end, word in lineage.links:
        shown = p(f"link_{word}") if f"link_{word}" in TEXTS else word
        lines.append(f"{_quoted(start)} -> {_quoted(end)} [label={_quoted(shown)}];")
    return "\n".join([*lines, "}"])


def _quoted(words: str) -> str:
    inner = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'


def _environment(facts: dict[str, object]) -> None:
    if not facts:
        st.html(look.muted(p("no_environment")))
        return
    data = facts.get("data")
    if isinstance(data, list) and data:
        rows: list[list[object]] = [
            [item["target"], item["given"], item["means"], item["sha256"][:16]] for item in data
        ]
        look.table([p("data"), p("given"), p("means"), p("digest")], rows)
    plain = ("inkstone", "python", "platform", "seed", "executor", "cpus", "memory_bytes", "threads", "gpus")
    left, right = look.side_by_side("environment", [1, 1])
    with left:
        look.table(
            [p("fact"), p("value")], [[name, facts[name]] for name in plain if facts.get(name) not in (None, "")]
        )
    packages = facts.get("packages")
    with right:
        look.table([p("package"), p("version")], [[name, version] for name, version in dict(packages or {}).items()])  # type: ignore[call-overload]
