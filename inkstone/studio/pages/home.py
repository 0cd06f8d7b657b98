"""Home: solution templates, the latest runs and models, and what to do first."""

from html import escape

import streamlit as st

from inkstone.backend.service import models, runs, templates
from inkstone.backend.service.views import ModelView, TemplateView
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import (
    card_head,
    chips,
    empty_place,
    figure_cell,
    heading,
    language_names,
    list_row,
    section,
    side_by_side,
    steps,
    title_cell,
)
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.run_row import figure_name, run_row
from inkstone.studio.parts.states import ago, percent
from inkstone.studio.session import actor


def template_card(template: TemplateView) -> None:
    """Show one solution template and the way to start it."""
    with st.container(border=True, key=f"card_template_{template.name}", height="stretch"):
        facts = [
            ("schedule", t("home.minutes", n=f"{template.minutes:g}")),
            ("translate", language_names(template.languages)),
            ("dataset", t("home.with_sample") if template.samples else ""),
        ]
        st.html(
            card_head(template.icon, say(template.title))
            + f'<div class="ink-small ink-clamp">{escape(say(template.summary))}</div>'
            + chips(facts)
        )
        label = t("home.start")
        if st.button(
            label, key=f"start_{template.name}", type="primary", icon=":material/arrow_forward:", icon_position="right"
        ):
            st.switch_page("pages/start.py", query_params={"template": template.name})


def model_card(model: ModelView) -> None:
    """Show the newest version of a model."""
    newest = model.latest
    figure = next(((name, newest.metrics[name]) for name in ("macro_f1", "accuracy") if name in newest.metrics), None)
    cells = [title_cell(newest.reference, ago(newest.created_at))]
    if figure:
        cells.append(figure_cell(percent(figure[1]), figure_name(figure[0])))
    if list_row(cells, f"model_{model.id}", t("home.open_model")):
        st.switch_page("pages/models.py", query_params={"model": model.name})


def first_steps(has_runs: bool, has_models: bool) -> None:
    """Show the way from a file to a model, and where the visitor is on it."""
    states = ("done" if has_runs else "now", "done" if has_models else "", "now" if has_models else "")
    with st.container(border=True):
        steps(
            [
                (t("home.step1"), t("home.step1_words"), states[0]),
                (t("home.step2"), t("home.step2_words"), states[1] or ("now" if has_runs else "")),
                (t("home.step3"), t("home.step3_words"), states[2]),
            ]
        )


found_templates = templates.list_(actor())
found_runs = runs.list_(actor(), limit=5)
found_models = models.list_(actor(), limit=5)
titles = {template.name: say(template.title) for template in found_templates}

heading(t("home.title"), t("home.lead"))
first_steps(bool(found_runs), bool(found_models))

section(t("home.templates"))
with problems_shown(), st.grid(min_column_width=290, gap="small"):
    for template in found_templates:
        template_card(template)

left, right = side_by_side("home", [3, 2])
with left:
    section(t("home.runs"))
    if not found_runs:
        empty_place("timeline", t("home.no_runs"), t("home.no_runs_next"))
    for run in found_runs:
        run_row(run, titles, "home")
with right:
    section(t("home.models"))
    if not found_models:
        empty_place("deployed_code", t("home.no_models"), t("home.no_models_next"))
    for model in found_models:
        model_card(model)
