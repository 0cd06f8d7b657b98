"""The panel when no component is chosen: the pipeline itself, and its variables."""

import re
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.yaml_io import load_value
from inkstone.components.errors import InkstoneError
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import w
from inkstone.studio.parts.problem import show_problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def settings(draft: Draft) -> None:
    """Show and edit name, description, seed and variables."""
    key = f"settings_{draft.pipeline_id}_{draft.form}"
    document = draft.document
    off = not draft.can_write
    st.markdown(f"**{w('pipeline')}**  \n:small[:gray[{w('pick')}]]")
    for problem in draft.findings().problems:
        if problem.get("node") is None:
            show_problem(problem)
    name = st.text_input(w("name"), document["name"], max_chars=100, key=f"{key}.name", disabled=off).strip()
    description = st.text_area(
        w("description"), document.get("description") or "", height=80, key=f"{key}.description", disabled=off
    )
    seed = st.number_input(
        w("seed"), 0, 2**31 - 1, document.get("seed", 0), key=f"{key}.seed", help=w("seed_help"), disabled=off
    )
    st.markdown(f":small[{w('variables')}]", help=w("variables_help"))
    variables = _variables(document.get("variables") or {}, f"{key}.variables", off)
    made = {
        **document,
        "name": name or document["name"],
        "description": description or None,
        "seed": seed,
        "variables": variables,
    }
    if not off and made != {**document, "description": document.get("description") or None}:
        draft.edit(made)


def _variables(given: dict[str, Any], key: str, off: bool) -> dict[str, Any]:
    """Show each variable with its value, and a line for a new one; return all."""
    made: dict[str, Any] = {}
    for name, value in given.items():
        field, button = st.columns([3, 1.3], vertical_alignment="bottom")
        text = field.text_input(f"`{name}`", _written(value), key=f"{key}.{name}", max_chars=500, disabled=off)
        gone = button.button(
            w("remove_variable"), key=f"{key}.{name}.remove", type="tertiary", width="stretch", disabled=off
        )
        if not gone:
            made[name] = value if text == _written(value) else read_value(text)
    return made | ({} if off else _new_variable(given, key))


def _new_variable(given: dict[str, Any], key: str) -> dict[str, Any]:
    with st.form(f"{key}.new", border=False, clear_on_submit=True):
        left, right, button = st.columns([1.6, 1.6, 1.3], vertical_alignment="bottom")
        name = left.text_input(w("variable"), key=f"{key}.new_name", max_chars=40, placeholder="lr").strip()
        text = right.text_input(w("value"), key=f"{key}.new_value", max_chars=500, placeholder="3e-4").strip()
        added = button.form_submit_button(w("add_variable"), width="stretch")
    if not added:
        return {}
    if not _NAME.fullmatch(name) or name in given or not text:
        st.error(w("bad_variable"), icon=":material/error:")
        return {}
    return {name: read_value(text)}


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_value(text: str) -> str | int | float | bool:
    """Read a value as YAML does: ``3e-4`` is a number, ``true`` a truth value, anything else a text."""
    try:
        value = load_value(text)
    except InkstoneError:
        return text
    return value if isinstance(value, str | int | float | bool) else text
