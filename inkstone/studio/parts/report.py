"""A report that a component wrote: its sections as text, table, facts or chart."""

import json
import re
from typing import Any

import plotly.io
import streamlit as st

from inkstone.studio.deploying.picking import pick_and_deploy
from inkstone.studio.language import say
from inkstone.studio.parts.look import muted, section, table

_NUMBER = re.compile(r"^(–|[-+]?[\d,]+(\.\d+)?%?)$")


def report(document: dict[str, Any], key: str, run_id: str | None = None) -> None:
    """Show a report.

    Args:
        document: What ``Report.read`` gives.
        key: Prefix of the charts' keys.
        run_id: The run that made it; with it, a plot of models lets one of them be deployed by a click.
    """
    for number, part in enumerate(document.get("sections", [])):
        section(say(part["title"]))
        if part["kind"] == "text":
            st.text(say(part["text"]))
        elif part["kind"] == "table":
            _table(part)
        elif part["kind"] == "facts":
            table(["", ""], [[say(name), _cell(value)] for name, value in part["facts"]])
        elif part["kind"] == "figure":
            figure = part["figure"]
            shown = plotly.io.from_json(figure if isinstance(figure, str) else json.dumps(_worded(figure)))
            if run_id is not None and part.get("points") == "models":
                pick_and_deploy(run_id, shown, f"{key}_{number}")
            else:
                st.plotly_chart(shown, key=f"{key}_{number}")
        else:
            st.html(muted(part["kind"]))


def _worded(value: Any) -> Any:
    """Return a figure with its texts in the visitor's language."""
    if isinstance(value, dict) and set(value) != {"zh", "en"}:
        return {name: _worded(inner) for name, inner in value.items()}
    return [_worded(inner) for inner in value] if isinstance(value, list) else _cell(value)


def _table(part: dict[str, Any]) -> None:
    rows = [[_cell(cell) for cell in row] for row in part["rows"]]
    numbers = {
        index
        for index in range(len(part["columns"]))
        if rows and all(isinstance(row[index], int | float) or _NUMBER.match(str(row[index])) for row in rows)
    }
    table([say(name) for name in part["columns"]], rows, numbers=numbers)


def _cell(value: Any) -> Any:
    return say(value) if isinstance(value, dict) and set(value) == {"zh", "en"} else value
