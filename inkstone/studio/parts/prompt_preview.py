"""Shows the prompts that few-shot methods will use, as sentences with the visitor's own texts."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import datasets
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.fewshot.preview import sentences
from inkstone.studio.language import t
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.session import actor

_ROWS = 200


def prompt_preview(
    document: Pipeline, version: DatasetVersionView, roles: Mapping[str, str], overrides: Mapping[str, Any]
) -> None:
    """Show the sentences below the settings of a template that compares few-shot methods; nothing for others."""
    node = next((name for name, item in document.nodes.items() if item.component.startswith("compare.few_shot")), None)
    if node is None or not {"text", "label"} <= set(roles):
        return
    rows = _columns(version, roles)
    if not rows["label"]:
        return
    fields = {name: overrides.get(f"{node}.{name}") or "" for name in ("patterns", "label_words")}
    try:
        shown = sentences(rows["text"], rows.get("text_pair"), rows["label"], roles=roles, **fields)
    except InkstoneError as problem:
        show_problem(problem)
        return
    with st.container(border=True):
        st.html(muted(t("start.prompts")))
        st.html("".join(f"<p>{escape(item)}</p>" for item in shown))


def _columns(version: DatasetVersionView, roles: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the first rows that have a text and a label: role to values."""
    preview = datasets.preview(actor(), version.reference, limit=_ROWS)
    places = {role: preview.columns.index(roles[role]) for role in ("text", "text_pair", "label") if roles.get(role)}
    kept = [row for row in preview.rows if row[places["text"]] and row[places["label"]]]
    return {role: [str(row[place] or "") for row in kept] for role, place in places.items()}
