"""One run as a row of a list."""

from html import escape

import streamlit as st

from inkstone.backend.service.views import RunView
from inkstone.studio.language import t
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.states import ago, duration, percent, state_chip

FIGURES = ("macro_f1", "micro_f1", "accuracy", "f1")


def main_figure(metrics: dict[str, float | None]) -> tuple[str, float] | None:
    """Return the name and value of the figure that a list shows: macro F1 of the test rows if there is one."""
    for split in ("test", "dev"):
        for name in FIGURES:
            value = metrics.get(f"{split}/{name}")
            if value is not None:
                return t(f"figure.{split}", name=figure_name(name)), value
    return None


def figure_name(name: str) -> str:
    """Return the name of a figure as a person writes it."""
    known = {"macro_f1", "micro_f1", "weighted_f1", "accuracy", "macro_precision", "macro_recall", "f1", "precision"}
    return (
        t(f"metric.{name}")
        if name in known | {"recall", "support", "loss", "roc_auc", "macro_roc_auc", "ece"}
        else name
    )


def run_row(run: RunView, titles: dict[str, str], place: str) -> None:
    """Show a run: name, template, state, figure, time, and the way to its page.

    Args:
        run: The run.
        titles: Template name to its title.
        place: Where the row stands, for the keys of its widgets.
    """
    with st.container(border=True, key=f"row_{place}_{run.id}"):
        name, state, figure, time, button = st.columns([4.2, 1.5, 1.7, 1.8, 1.1], vertical_alignment="center")
        story = titles.get(run.template or "", run.template or t("runs.own_pipeline"))
        name.html(f'<div class="ink-row-title">{escape(run.name or run.id)}</div>{muted(f"{story} · {run.id[:8]}")}')
        state.html(state_chip(run.state.value))
        best = main_figure(run.metrics)
        if best:
            figure.html(f'<div class="ink-figure"><b>{percent(best[1])}</b><span>{escape(best[0])}</span></div>')
        time.html(
            f'<div class="ink-figure">{escape(ago(run.created_at))}<span>{escape(duration(run.seconds))}</span></div>'
        )
        if button.button(t("runs.open"), key=f"open_{place}_{run.id}", width="stretch"):
            st.switch_page("pages/run.py", query_params={"run": run.id})
