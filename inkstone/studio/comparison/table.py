"""What is compared, and the table of what differs."""

import pandas as pd
import streamlit as st

from inkstone.backend.service.comparing.subjects import evaluations
from inkstone.backend.service.comparing.views import Comparison
from inkstone.backend.service.comparing.words import cell, name_of
from inkstone.studio.comparison.texts import c
from inkstone.studio.language import language
from inkstone.studio.parts.look import muted
from inkstone.studio.session import actor

_MOST_COLUMNS = 30


def subjects_bar(compared: Comparison) -> list[str]:
    """Show what is compared, to be taken out, put in another order, or joined by other evaluations; return the keys."""
    names = {item.key: item.name for item in compared.subjects}
    others = evaluations(actor(), list(dict.fromkeys(item.run for item in compared.subjects))[:20])
    offered = names | {key: name for key, name in others.items() if key not in names}
    return st.multiselect(
        c("runs"),
        list(offered),
        default=list(names),
        format_func=lambda key: offered.get(key, key),
        key="compare.runs",
        help=c("add_help"),
    )


def difference_table(compared: Comparison) -> None:
    """Show the table: a line a parameter or figure; a run a line where there are many."""
    left, right = st.columns([1, 2], vertical_alignment="center")
    only = left.toggle(c("only_differences"), value=len(compared.subjects) > 1, key="compare.only")
    words = right.text_input(
        c("filter"),
        key="compare.filter",
        placeholder=c("filter"),
        label_visibility="collapsed",
        icon=":material/search:",
    )
    lines = [line for line in compared.lines if line.differs or not only]
    lines = [line for line in lines if words.lower() in line.name.lower()]
    if not lines:
        st.html(muted(c("same")))
        return
    names = [name_of(line.kind, line.name, language()) for line in lines]
    subjects = [item.name for item in compared.subjects]
    if len(subjects) <= _MOST_COLUMNS:
        shown = {c("line"): names} | {
            name: [cell(line.values[index]) for line in lines] for index, name in enumerate(subjects)
        }
        frame = pd.DataFrame(shown)
    else:  # numbers stay numbers here, so that the table can be sorted by them
        frame = pd.DataFrame(
            {c("line"): subjects} | {name: _column(line.values) for name, line in zip(names, lines, strict=True)}
        )
    st.dataframe(frame, hide_index=True, key="compare.table", height=min(460, 3 + 35 * (len(frame) + 1)))


def _column(values: list[object]) -> list[object]:
    numbers = all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values)
    return values if numbers else [cell(value) for value in values]
