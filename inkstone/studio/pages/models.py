"""Models: versions, figures, stage, download, trial. Address: ``?model=NAME``."""

from html import escape

import streamlit as st

from inkstone.backend.service import models
from inkstone.backend.service.actor import may_write
from inkstone.backend.service.views import ModelVersionView, ModelView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import t
from inkstone.studio.parts import model_use
from inkstone.studio.parts.file_predictions import file_predictions
from inkstone.studio.parts.learning_round import learning_button
from inkstone.studio.parts.look import (
    empty_place,
    figure_cell,
    heading,
    list_row,
    muted,
    section,
    side_by_side,
    table,
    title_cell,
)
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.parts.results import SHOWN, figure_text, headline
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import ago, percent
from inkstone.studio.registry.card import model_card
from inkstone.studio.registry.stage import governance
from inkstone.studio.registry.texts import g
from inkstone.studio.registry.versions import compare_versions, import_button
from inkstone.studio.session import actor

VIEWS = ("use", "files", "card", "compare", "govern")


def figure(metrics: dict[str, float]) -> str:
    """Return the main figure of a version as HTML."""
    for name in ("macro_f1", "accuracy"):
        if name in metrics:
            return figure_cell(percent(metrics[name]), figure_name(name))
    return ""


def row(item: ModelView) -> None:
    """Show a model as a row."""
    newest = item.latest
    title = title_cell(item.name, t("models.versions", n=item.versions))
    cells = [title, stage_chip(newest.stage), figure(newest.metrics), muted(ago(newest.created_at))]
    if list_row(cells, f"models_{item.id}", t("runs.open")):
        st.query_params["model"] = item.name
        st.rerun()


def stage_chip(stage: str) -> str:
    """Return a version's stage as a chip."""
    tone = {"production": "good", "staging": "busy", "archived": "calm"}.get(stage, "warn")
    return f'<span class="ink-state tone-{tone}">{escape(t(f"stage.{stage}"))}</span>'


def listing() -> None:
    """Show all models."""
    heading(t("page.models"), t("models.lead"))
    if actor().role != "viewer":
        import_button()
    found = models.list_(actor())
    if not found:
        empty_place("deployed_code", t("home.no_models"), t("home.no_models_next"))
        st.page_link("pages/home.py", label=t("models.to_templates"), icon=":material/arrow_forward:")
    for item in found:
        row(item)


def one(name: str) -> None:
    """Show one model: a version at a time."""
    found = models.versions(actor(), name)
    wished_version = st.query_params.get("version", "")
    version = next((item for item in found if str(item.version) == wished_version), found[0])
    if st.button(t("models.back"), key="models_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    heading(version.name)
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    # A moment, not "5 minutes ago": Streamlit knows an option by its words, and these must not change while the page is open.
    made = {item.version: item.created_at.astimezone().strftime("%Y-%m-%d %H:%M") for item in found}
    chosen = left.selectbox(
        t("models.version"),
        [item.version for item in found],
        index=found.index(version),
        format_func=lambda number: t("models.version_option", n=number, when=made[number]),
        key=f"model_version_{version.model_id}",
    )
    if chosen != version.version:
        st.query_params["version"] = str(chosen)
        st.rerun()
    with right:
        model_use.actions(version)
        learning_button(version.run_id, "model_label_more")
    headline({"values": version.metrics})
    shown = st.segmented_control(
        g("view"),
        VIEWS,
        default="use",
        required=True,
        format_func=g,
        key=f"model_view_{version.model_id}",
        label_visibility="collapsed",
    )
    if shown == "files":
        file_predictions(version)
    elif shown == "card":
        model_card(version, may_write(actor(), models.owner(actor(), version.name)))
    elif shown == "compare":
        compare_versions(version, found)
    elif shown == "govern":
        governance(version)
    else:
        details(version)
        if len(found) > 1:
            all_versions(found)


def details(version: ModelVersionView) -> None:
    """Show why a version was registered, how to use it, and what it is."""
    if version.note:
        model_use.decision(version)
    use, facts = side_by_side(f"model_{version.id}", [3, 2])
    with use:
        model_use.call_examples(version)
    with facts:
        model_use.facts(version)


def all_versions(found: list[ModelVersionView]) -> None:
    """Show the figures of all versions side by side."""
    section(t("models.all_versions"))
    names = [name for name in SHOWN if any(name in item.metrics for item in found)]
    columns = [t("models.version"), t("models.stage"), *map(figure_name, names), t("models.registered_at")]
    rows: list[list[object]] = []
    for item in found:
        figures = [figure_text(name, item.metrics.get(name)) for name in names]
        rows.append([item.version, t(f"stage.{item.stage}"), *figures, ago(item.created_at)])
    table(columns, rows, numbers=set(range(2, 2 + len(names))))


wished = st.query_params.get("model")
if wished:
    try:
        one(wished)
    except InkstoneError as problem:
        show_problem(problem)
else:
    listing()
