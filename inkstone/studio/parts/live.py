"""The live part of a run's page: state, progress, graph, curves and log."""

import re
import time
from datetime import datetime
from html import escape

import streamlit as st

from inkstone.backend.events import LogEvent
from inkstone.backend.service import run_details, run_log, runs
from inkstone.backend.service.run_log import LEVELS
from inkstone.backend.service.views import NodeView, RunDetail
from inkstone.components.registry import registry
from inkstone.studio.canvas import RunOnCanvas, canvas
from inkstone.studio.language import language, say, t
from inkstone.studio.parts.curves import live_curves
from inkstone.studio.parts.look import empty_place, muted
from inkstone.studio.parts.nodes import node_title
from inkstone.studio.parts.problem import problem_html
from inkstone.studio.parts.states import duration, elapsed, state_chip
from inkstone.studio.run_page.texts import p
from inkstone.studio.session import actor

GRAPH_HEIGHT = 330


def share_done(node: NodeView) -> float:
    """Return how far a node is, 0 to 1."""
    if node.state.is_final:
        return 1.0
    done = node.progress or {}
    return min(1.0, (done.get("done") or 0) / done["total"]) if done.get("total") else 0.0


def overall(detail: RunDetail) -> tuple[float, str]:
    """Return how far a run is, and what it does just now with the time left where it is known."""
    weights = [
        (4.0 if node.component.startswith(("train.", "pretrain.")) else 1.0, share_done(node)) for node in detail.nodes
    ]
    total = sum(weight for weight, _ in weights) or 1.0
    share = sum(weight * done for weight, done in weights) / total
    running = [node for node in detail.nodes if node.state.value == "RUNNING"]
    words = "、".join(node_title(detail.document, node.node) for node in running)
    left = max((node.progress.get("eta_seconds") or 0 for node in running if node.progress), default=0)
    if left:
        words += " · " + t("run.left", time=duration(left))
    return share, words


def status_line(detail: RunDetail) -> str:
    """Return state and time as one line of HTML."""
    run = detail.run
    seconds = elapsed(run.started_at, run.ended_at)
    words = t("run.waiting") if run.state.value == "QUEUED" else t("run.took", time=duration(seconds))
    return f'{state_chip(run.state.value)}<span class="ink-muted ink-small">&ensp;{escape(words)}</span>'


def progress(detail: RunDetail) -> None:
    """Show how far the run is while it is under way."""
    if not detail.run.state.is_final:
        share, doing = overall(detail)
        st.progress(share, text=doing or t("run.preparing"))


def drawing(detail: RunDetail) -> str | None:
    """Show the graph with the states of its nodes, kept up to date by the run's own stream; return the node clicked."""
    run = _on_canvas(detail)
    enabled = {name: node for name, node in detail.document.nodes.items() if node.enabled}
    shown = detail.document.model_copy(update={"nodes": enabled}).model_dump(mode="json", exclude={"template"})
    specs = [item.spec for item in registry().values()]
    answer = canvas(
        shown, specs, language(), key=f"graph_{detail.run.id}", height=GRAPH_HEIGHT, read_only=True, run=run
    )
    clicked: str | None = answer.selected
    return clicked


def _on_canvas(detail: RunDetail) -> RunOnCanvas:
    """Return the run as the canvas takes it in once an attempt; from then on it listens to the run's stream.

    The number of the last event is read before the states, so what happens in between is told twice and never lost. Without
    it the stream would begin with the end of an earlier attempt.
    """
    run = detail.run
    attempt = int(run.started_at.timestamp()) if run.started_at else 0
    key = f"canvas_{run.id}_{attempt}_{run.state.is_final}"
    if key not in st.session_state:
        events = [] if run.state.is_final else runs.events(actor(), run.id)
        newest = runs.get(actor(), run.id)
        states = {node.node: node.model_dump() for node in newest.nodes}
        after = events[-1].seq if events else 0
        st.session_state[key] = RunOnCanvas(run.id, newest.run.state.value, states, after, attempt)
    shown: RunOnCanvas = st.session_state[key]
    return shown


def failures(detail: RunDetail) -> None:
    """Show why the run or its nodes failed."""
    problems = [node.error for node in detail.nodes if node.error]
    if detail.run.error and not any(item["code"] == detail.run.error["code"] for item in problems):
        problems.append(detail.run.error)
    for problem in problems:
        st.html(problem_html(problem))
    if detail.run.state.value == "LOST":
        st.html(problem_html({"code": "run.lost", "what": t("run.lost"), "fix": t("run.lost_fix")}, "warn"))


def curves(detail: RunDetail) -> None:
    """Show the curves so far."""
    series = run_details.metrics(actor(), detail.run.id)
    if not any(item.total > 1 for item in series):
        empty_place("show_chart", t("run.no_curves"), t("run.no_curves_next"))
        return
    titles = {node.node: node_title(detail.document, node.node) for node in detail.nodes}
    live_curves(series, titles, f"curves_{detail.run.id}")


def log(detail: RunDetail) -> None:
    """Show the log, its newest line last, from the chosen level on, with the words that are searched for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        level = st.segmented_control(
            t("run.level"),
            LEVELS,
            default="info",
            required=True,
            format_func=lambda item: t(f"run.level_{item}"),
            key=f"level_{detail.run.id}",
            label_visibility="collapsed",
        )
        words = st.text_input(
            p("log_search"),
            key=f"log_words_{detail.run.id}",
            placeholder=p("log_search"),
            icon=":material/search:",
            label_visibility="collapsed",
        )
    found = run_log.lines(actor(), detail.run.id, level=level or "info", words=words, language=language())
    if words or found.total > len(found.lines):
        st.html(muted(p("log_found", shown=len(found.lines), total=found.total)))
    with st.container(height=380, border=False, key=f"log_{detail.run.id}", autoscroll=not words):
        lines = "".join(_line(event, words) for event in found.lines)
        st.html(f'<div class="ink-log">{lines or escape(p("log_nothing") if words else t("run.no_log"))}</div>')


def _line(event: LogEvent, words: str) -> str:
    clock = time.strftime("%H:%M:%S", datetime.fromtimestamp(event.time).timetuple())
    node = f"<i>{escape(event.node)}</i>" if event.node else ""
    return f'<div class="line {event.level}"><time>{clock}</time>{node}{_marked(say(event.message), words)}</div>'


def _marked(line: str, words: str) -> str:
    """Return a line as HTML, with what was searched for marked."""
    if not words.strip():
        return escape(line)
    parts = re.split(f"({re.escape(words.strip())})", line, flags=re.IGNORECASE)
    return "".join(f"<mark>{escape(part)}</mark>" if place % 2 else escape(part) for place, part in enumerate(parts))
