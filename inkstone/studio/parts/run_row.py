"""One run as a row of a list."""

import re

import streamlit as st

from inkstone.backend.service.views import RunView
from inkstone.studio.language import t
from inkstone.studio.parts.look import figure_cell, list_row, title_cell
from inkstone.studio.parts.states import ago, duration, percent, state_chip

FIGURES = (
    "macro_f1", "micro_f1", "accuracy", "f1", "category/macro_f1", "labels/micro_f1", "entities/micro_f1", "keywords/f1_at_5",
)  # fmt: skip
"""A model of several parts is known by the first that it has."""


def main_figure(metrics: dict[str, float | None]) -> tuple[str, float] | None:
    """Return the name and value of the figure that a list shows: macro F1 of the test rows if there is one."""
    for split in ("test", "dev"):
        for name in FIGURES:
            value = metrics.get(f"{split}/{name}")
            if value is not None:
                return t(f"figure.{split}", name=figure_name(name)), value
    return None


_KNOWN = {
    "macro_f1", "micro_f1", "weighted_f1", "accuracy", "macro_precision", "macro_recall", "f1", "precision", "recall",
    "support", "loss", "roc_auc", "macro_roc_auc", "ece",
}  # fmt: skip
_PARTS = {"category", "labels", "keywords", "entities"}
_AT = re.compile(r"^(p|r|f1|ndcg)_at_(\d+)$")
_AT_NAMES = {"p": "P", "r": "R", "f1": "F1", "ndcg": "nDCG"}


def figure_name(name: str) -> str:
    """Return the name of a figure as a person writes it."""
    part, _, figure = name.rpartition("/")
    if part in _PARTS:
        return f"{t(f'metric.part_{part}')} · {figure_name(figure)}"
    if found := _AT.match(name):
        return f"{_AT_NAMES[found[1]]}@{found[2]}"
    return t(f"metric.{name}") if name in _KNOWN else name


def run_row(run: RunView, titles: dict[str, str], place: str) -> None:
    """Show a run: name, template, state, figure, time, and the way to its page.

    Args:
        run: The run.
        titles: Template name to its title.
        place: Where the row stands, for the keys of its widgets.
    """
    story = titles.get(run.template or "", run.template or t("runs.own_pipeline"))
    best = main_figure(run.metrics)
    cells = [
        title_cell(run.name or run.id, f"{story} · {run.id[:8]}"),
        state_chip(run.state.value),
        figure_cell(percent(best[1]), best[0]) if best else "",
        figure_cell(ago(run.created_at), duration(run.seconds), plain=True),
    ]
    if list_row(cells, f"{place}_{run.id}", t("runs.open")):
        st.switch_page("pages/run.py", query_params={"run": run.id})
