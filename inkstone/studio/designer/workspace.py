"""Canvas and panel: the one part of the page that runs again at each click."""

import streamlit as st

from inkstone.components.registry import registry
from inkstone.studio.canvas import canvas
from inkstone.studio.designer import outputs, run_dialog, running
from inkstone.studio.designer.draft import Draft, current_draft
from inkstone.studio.designer.header import header
from inkstone.studio.designer.panel import panel
from inkstone.studio.designer.settings import settings
from inkstone.studio.language import language

HEIGHT = "max(460px, calc(100vh - 138px))"


def workspace() -> None:
    """Show the open pipeline. The panel runs before the canvas, so that the canvas shows what the panel has just changed."""
    draft = current_draft()
    command, draft.command = draft.command, None
    if command:
        _obey(draft, command)
    top = st.container()
    left, right = st.columns([3.1, 1], gap="small")
    with right, st.container(border=True, key="designer_panel"):
        node = _selected(draft)
        if node:
            panel(draft, node)
        else:
            settings(draft)
    with left:
        canvas(
            draft.document,
            [item.spec for item in registry().values()],
            language(),
            key=draft.key,
            height=HEIGHT,
            read_only=not draft.can_write,
            run=draft.run,
            problems=draft.findings().problems,
            revision=draft.revision,
            acknowledged=draft.acknowledged,
            on_change=_on_change,
            on_select=_on_select,
            on_command=_on_command,
        )
    with top:
        header(draft)


def _selected(draft: Draft) -> str | None:
    state = st.session_state.get(draft.key) or {}
    node = state.get("selected")
    return node if node in draft.document["nodes"] else None


def _on_change() -> None:
    draft = current_draft()
    change = st.session_state[draft.key].get("change")
    if change:
        draft.take(change)


def _on_select() -> None:
    draft = current_draft()
    selected = st.session_state[draft.key].get("selected")
    if draft.focus and draft.focus[0] != selected:
        draft.focus = None


def _on_command() -> None:
    draft = current_draft()
    draft.command = st.session_state[draft.key].get("command")


def _obey(draft: Draft, command: dict[str, object]) -> None:
    if running.obey(draft, command):
        return
    name, node = command["name"], command.get("node")
    if name == "run_with":
        run_dialog.show(draft)
    elif name == "focus":
        draft.focus = (str(node) if node else None, str(command.get("at")) if command.get("at") else None)
    elif name == "show_command":
        outputs.command(draft, str(node) if node else None)
    elif node in draft.document["nodes"]:
        opens = {"view_output": outputs.output, "view_log": outputs.log, "show_yaml": outputs.yaml}
        if name in opens:
            opens[str(name)](draft, str(node))
