"""The panel when no component is chosen: the pipeline itself, and its variables."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.pipeline.yaml_io import load_value
from inkstone.components.errors import InkstoneError
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import w
from inkstone.studio.parts.problem import show_problem


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
    frame = pd.DataFrame({"name": list(given), "value": [_written(item) for item in given.values()]}, dtype=object)
    edited = st.data_editor(
        frame,
        key=f"{key}.{len(given)}",
        num_rows="dynamic",
        hide_index=True,
        disabled=off,
        height=150,
        column_config={
            "name": st.column_config.TextColumn(w("variable"), validate=r"^[A-Za-z_][A-Za-z0-9_]{0,39}$"),
            "value": st.column_config.TextColumn(w("value")),
        },
    )
    return {
        str(row.name_): read_value(row.value)
        for row in edited.rename(columns={"name": "name_"}).itertuples()
        if isinstance(row.name_, str) and row.name_ and isinstance(row.value, str)
    }


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_value(text: str) -> str | int | float | bool:
    """Read a value as YAML does: ``3e-4`` is a number, ``true`` a truth value, anything else a text."""
    try:
        value = load_value(text)
    except InkstoneError:
        return text
    return value if isinstance(value, str | int | float | bool) else text
