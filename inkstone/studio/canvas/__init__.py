"""The canvas: a pipeline drawn, edited and watched in the browser. React and React Flow, built into ``static``.

The browser owns geometry and selection. It sends what changed (``apply_change``) with a rising number; Python hands over a
document only when it changed it itself, by a higher ``revision``, or opened another one, by a higher ``generation``. States of
a run arrive in the browser from the stream of events, without a rerun of the page.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import streamlit as st

from inkstone.components.spec import Category, Component
from inkstone.components.texts import Language, Text
from inkstone.studio.canvas.texts import texts_in

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class RunOnCanvas:
    """The run whose states the canvas shows.

    Attributes:
        id: Id of the run.
        state: Its state as the page knows it.
        nodes: Node id to what is known: ``state``, ``seconds``, ``started_at``, ``progress``, ``reason``, ``error``.
        after: Number of the last event that ``nodes`` already holds.
        attempt: Rises when a run is resumed, so that the canvas listens again.
    """

    id: str
    state: str
    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    after: int = 0
    attempt: int = 0


@cache
def _component() -> Any:
    return st.components.v2.component("inkstone.canvas", js="canvas-*.js", css="canvas-*.css")


def canvas(
    document: Mapping[str, Any],
    components: Iterable[Component],
    language: Language,
    *,
    key: str,
    height: int | str = 640,
    read_only: bool = False,
    run: RunOnCanvas | None = None,
    problems: Sequence[Mapping[str, Any]] = (),
    revision: int = 0,
    generation: int = 0,
    acknowledged: int = 0,
    on_change: Callable[[], None] | None = None,
    on_select: Callable[[], None] | None = None,
    on_command: Callable[[], None] | None = None,
) -> Any:
    """Show a pipeline.

    Args:
        document: The pipeline as JSON-safe data.
        components: The palette.
        language: The visitor's language.
        key: Key of the widget; the values below lie in ``st.session_state[key]``.
        height: Pixels, or a CSS length such as ``calc(100vh - 150px)``.
        read_only: Watch only: no palette, no toolbar, nothing moves.
        run: The run on show.
        problems: What ``InkstoneError.as_dict`` gives, for markers and the list.
        revision: Rises when Python changed the document.
        generation: Rises when Python opened another document.
        acknowledged: Number of the last change taken in.
        on_change: Called when ``change`` came: see ``apply_change``.
        on_select: Called when ``selected`` changed: the id of a node, or None.
        on_command: Called when ``command`` came: ``{"name", "node", ...}``, such as ``run``, ``run_to``, ``view_output``.

    Returns:
        The state of the widget: ``selected``, ``change``, ``command``.
    """
    if not any(STATIC.glob("canvas-*.js")):
        st.warning(texts_in(language)["no_bundle"], icon=":material/build:")
        return SimpleNamespace(selected=None, change=None, command=None)
    order = list(Category)
    sorted_components = sorted(components, key=lambda component: order.index(component.category))
    digest, palette = _palette(tuple(sorted_components), language)
    data = {
        "document": document,
        "components": palette,
        "components_digest": digest,
        "language": language,
        "texts": texts_in(language),
        "dark": st.context.theme.type == "dark",
        "height": f"{height}px" if isinstance(height, int) else height,
        "read_only": read_only,
        "run": _run(run, language),
        "problems": [_problem(problem, language) for problem in problems],
        "revision": revision,
        "generation": generation,
        "acknowledged": acknowledged,
    }
    return _component()(
        key=key,
        data=data,
        on_change_change=on_change or _nothing,
        on_selected_change=on_select or _nothing,
        on_command_change=on_command or _nothing,
    )


def apply_change(document: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with a change of the canvas: fields of nodes (None: the node is gone), fields of the document."""
    patch = change["patch"]
    nodes = dict(document.get("nodes", {}))
    for name, fields in patch["nodes"].items():
        if fields is None:
            nodes.pop(name, None)
        elif name in nodes or "component" in fields:
            given = {field: value for field, value in fields.items() if value is not None}
            kept = {field: value for field, value in nodes.get(name, {}).items() if field not in fields}
            nodes[name] = {**kept, **given}
    return {**document, **patch["fields"], "nodes": nodes}


def _nothing() -> None:
    """Stand in for a callback nobody asked for: Streamlit keeps a state only where there is one."""


@cache
def _palette(components: tuple[Component, ...], language: Language) -> tuple[str, list[dict[str, Any]]]:
    """Return what the canvas needs of the components: no parameters, one language to read, both to search."""
    entries = [
        {
            "id": component.id,
            "key": component.key,
            "version": component.version,
            "category": component.category.value,
            "title": component.title.in_language(language),
            "summary": component.summary.in_language(language),
            "search": " ".join([component.title.zh, component.title.en, *component.keywords]),
            "inputs": [_port(port, language) for port in component.inputs],
            "outputs": [_port(port, language) for port in component.outputs],
        }
        for component in components
    ]
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()[:16], entries


def _port(port: Any, language: Language) -> dict[str, Any]:
    return {**port.model_dump(mode="json"), "title": port.title.in_language(language)}


def _say(words: Any, language: Language) -> str | None:
    if words is None:
        return None
    return (words if isinstance(words, Text) else Text.model_validate(words)).in_language(language)


def _problem(problem: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {
        "code": problem["code"],
        "node": problem.get("node"),
        "at": problem.get("at"),
        "text": _say(problem["what"], language),
        "fix": _say(problem["fix"], language),
    }


def _run(run: RunOnCanvas | None, language: Language) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "id": run.id,
        "state": run.state,
        "attempt": run.attempt,
        "url": f"/api/v1/runs/{run.id}",
        "events_url": f"/api/v1/runs/{run.id}/events?after={run.after}",
        "nodes": {node: _node(facts, language) for node, facts in run.nodes.items()},
    }


def _node(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
    started, error, progress = facts.get("started_at"), facts.get("error"), facts.get("progress")
    return {
        "state": facts["state"],
        "seconds": facts.get("seconds"),
        "started": started.timestamp() if isinstance(started, datetime) else started,
        "reason": _say(facts.get("reason"), language),
        "error": _say(error["what"], language) if error else None,
        "progress": {**progress, "eta": progress.get("eta_seconds")} if progress else None,
    }
