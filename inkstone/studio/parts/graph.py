"""A read-only drawing of a pipeline with the states of its nodes, as one SVG; all texts escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.plan import live_edges
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.studio.language import say
from inkstone.studio.parts.states import TONES, duration, state_name

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 152, 58, 34, 20, 6


@dataclass(frozen=True)
class NodeView:
    """What the drawing shows of a node.

    Attributes:
        state: Name of its state.
        seconds: How long it ran.
        share: How far it is, 0 to 1, while it runs.
    """

    state: str = "PENDING"
    seconds: float | None = None
    share: float | None = None


def pipeline_svg(document: Pipeline, nodes: Mapping[str, NodeView] | None = None) -> str:
    """Return the drawing of the enabled nodes of a pipeline, in layers from left to right."""
    parents = {
        node_id: [edge.node for edges in live_edges(document, node).values() for edge in edges]
        for node_id, node in document.nodes.items()
        if node.enabled
    }
    places = _places(parents)
    if not places:
        return ""
    width = max(x for x, _ in places.values()) + WIDTH + MARGIN
    height = max(y for _, y in places.values()) + HEIGHT + MARGIN
    states = nodes or {}
    lines = [
        _edge(places[parent], places[node_id], states.get(parent, NodeView()).state in {"SUCCEEDED", "CACHED"})
        for node_id, needs in parents.items()
        for parent in dict.fromkeys(needs)
    ]
    boxes = [_box(document, node_id, place, states.get(node_id)) for node_id, place in places.items()]
    return (
        f'<div class="ink-graph"><svg viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img">'
        + "".join(lines + boxes)
        + "</svg></div>"
    )


def node_title(document: Pipeline, node_id: str) -> str:
    """Return the user's name for a node, or its component's."""
    node = document.nodes[node_id]
    if node.title:
        return node.title
    try:
        return say(find(node.component).spec.title)
    except InkstoneError:
        return node.component


def _places(parents: Mapping[str, list[str]]) -> dict[str, tuple[float, float]]:
    """Return the corner of each node: its layer is its longest way from a source, layers are centred on one line."""
    layer: dict[str, int] = {}

    def depth(node_id: str, above: frozenset[str]) -> int:
        if node_id not in layer:
            known = [parent for parent in parents[node_id] if parent in parents and parent not in above]
            layer[node_id] = max((depth(parent, above | {node_id}) + 1 for parent in known), default=0)
        return layer[node_id]

    for node_id in parents:
        depth(node_id, frozenset())
    columns: dict[int, list[str]] = {}
    for node_id in parents:
        columns.setdefault(layer[node_id], []).append(node_id)
    tallest = max((len(column) for column in columns.values()), default=0)
    places = {}
    for number, column in columns.items():
        top = MARGIN + (tallest - len(column)) * (HEIGHT + GAP_Y) / 2
        for row, node_id in enumerate(sorted(column, key=lambda item: _height_of_parents(item, parents, places))):
            places[node_id] = (MARGIN + number * (WIDTH + GAP_X), top + row * (HEIGHT + GAP_Y))
    return places


def _height_of_parents(node_id: str, parents: Mapping[str, list[str]], places: dict[str, tuple[float, float]]) -> float:
    heights = [places[parent][1] for parent in parents[node_id] if parent in places]
    return sum(heights) / len(heights) if heights else 0.0


def _edge(start: tuple[float, float], end: tuple[float, float], done: bool) -> str:
    x1, y1 = start[0] + WIDTH, start[1] + HEIGHT / 2
    x2, y2 = end[0], end[1] + HEIGHT / 2
    bend = max(GAP_X * 0.6, (x2 - x1) * 0.5)
    path = f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return f'<path class="edge{" done" if done else ""}" d="{path}"/>'


def _box(document: Pipeline, node_id: str, place: tuple[float, float], view: NodeView | None) -> str:
    x, y = place
    view = view or NodeView()
    title = node_title(document, node_id)
    seconds = f" · {duration(view.seconds)}" if view.seconds is not None else ""
    words = f"{state_name(view.state)}{seconds}"
    facts: Any = f"{node_id} · {document.nodes[node_id].component} · {words}"
    bar = ""
    if view.share is not None and view.state == "RUNNING":
        full = WIDTH - 28
        bar = (
            f'<rect class="track" x="{x + 14:.0f}" y="{y + HEIGHT - 9:.0f}" width="{full}" height="3" rx="1.5"/>'
            f'<rect class="band" x="{x + 14:.0f}" y="{y + HEIGHT - 9:.0f}" width="{full * view.share:.0f}" height="3" rx="1.5"/>'
        )
    return (
        f'<g class="tone-{TONES[view.state]}{" off" if view.state == "SKIPPED" else ""}" data-node="{escape(node_id)}" '
        f'data-state="{escape(view.state)}"><title>{escape(facts)}</title>'
        f'<rect class="box" x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="7"/>'
        f'<rect class="band" x="{x:.0f}" y="{y + 10:.0f}" width="3" height="{HEIGHT - 20}" rx="1.5"/>'
        f'<text class="name" x="{x + 14:.0f}" y="{y + 24:.0f}">{escape(_short(title))}</text>'
        f'<text class="sub" x="{x + 14:.0f}" y="{y + 41:.0f}">{escape(words)}</text>{bar}</g>'
    )


def _short(words: str, room: int = 19) -> str:
    """Cut a title to the width of a box; a Han character takes two places."""
    used = 0
    for index, sign in enumerate(words):
        used += 2 if ord(sign) > 0x2E7F else 1
        if used > room:
            return words[: max(1, index - 1)] + "…"
    return words
