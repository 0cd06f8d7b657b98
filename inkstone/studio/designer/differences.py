"""What differs between two versions of a pipeline, in the words of its components."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.service import components
from inkstone.backend.service.views import ParameterChange, PipelineDiff
from inkstone.components.errors import InkstoneError
from inkstone.studio.designer.texts import plain, w
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import table
from inkstone.studio.session import actor

_OF_NODE = ("component", "title", "enabled", "ignore_cache", "note", "resources")
_OF_DOCUMENT = ("name", "seed", "variables")


def show_difference(diff: PipelineDiff, documents: Sequence[Pipeline]) -> None:
    """Show components added and removed, and parameters changed.

    Args:
        diff: What differs.
        documents: Both versions at least, for the names of their nodes.
    """
    if not (diff.added or diff.removed or diff.changed):
        st.caption(w("same"))
    nodes = {name: node for document in documents for name, node in document.nodes.items()}
    for title, names in (("diff_added", diff.added), ("diff_removed", diff.removed)):
        if names:
            st.markdown(f"{w(title)}：" + " · ".join(plain(_name(name, nodes)) for name in names))
    if diff.changed:
        rows: list[list[object]] = [
            [_name(item.node, nodes), _field(item, nodes), _shown(item.before), _shown(item.after)]
            for item in diff.changed
        ]
        table([w("node"), w("field"), w("before"), w("after")], rows)


def _name(node_id: str, nodes: Mapping[str, Node]) -> str:
    """Return a node as the canvas names it, with its id; the document itself has none."""
    if node_id not in nodes:
        return node_id or w("diff_document")
    node = nodes[node_id]
    spec = _spec(node)
    title = node.title or (say(spec["title"]) if spec else node.component)
    return f"{title} ({node_id})"


def _field(change: ParameterChange, nodes: Mapping[str, Node]) -> str:
    group, _, name = change.field.partition(".")
    if not name:
        return w(f"diff_{group}") if group in (_OF_NODE if change.node else _OF_DOCUMENT) else change.field
    spec = _spec(nodes[change.node]) if change.node in nodes else None
    if spec is None:
        return name
    if group == "params" and name in spec["params"]:
        return say(spec["params"][name]["title_text"])
    titles = {port["name"]: say(port["title"]) for port in spec["inputs"]}
    return w("diff_input", name=titles.get(name, name))


def _spec(node: Node) -> dict[str, Any] | None:
    try:
        return components.get(actor(), node.component).spec
    except InkstoneError:
        return None  # a plugin that is no longer installed


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return t("form.yes") if value else t("form.no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
