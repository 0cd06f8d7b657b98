"""Start a template: data, columns, settings, Run. Address: ``?template=NAME``, and ``&dataset=REFERENCE`` to begin with data."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Binding, Pipeline
from inkstone.backend.service import components, lexicons, runs, templates
from inkstone.backend.service.columns import required_roles
from inkstone.backend.service.views import DatasetVersionView, TemplateView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import say, t
from inkstone.studio.parts.data_choice import choose_data, upload_file
from inkstone.studio.parts.encoder_choice import encoder_choice
from inkstone.studio.parts.look import heading, muted, section
from inkstone.studio.parts.param_form import Choices, param_form
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.prompt_preview import prompt_preview
from inkstone.studio.parts.roles_form import label_check, roles_form
from inkstone.studio.searching.new_search import WISHED
from inkstone.studio.searching.texts import s as f
from inkstone.studio.session import actor

ROLES = ("text", "text_pair", "label", "labels", "entities", "keywords", "group")
MERGE = "merge_labels"


def further_data(template: TemplateView, key: str) -> dict[str, str]:
    """Let the visitor add unlabelled texts, and dev and test rows of their own; return binding to reference."""
    found: dict[str, str] = {}
    if "unlabelled" in template.bindings:
        version = upload_file(f"{key}.unlabelled", t("start.unlabelled_file"))
        st.html(muted(t("start.unlabelled_help")))
        if version:
            found["unlabelled"] = version.reference
    wanted = [name for name in ("dev", "test") if name in template.bindings]
    if not wanted:
        return found
    with st.expander(t("start.own_splits"), key=f"{key}.splits"):
        st.html(muted(t("start.own_splits_help")))
        for place, name in zip(st.columns(len(wanted)), wanted, strict=True):
            with place:
                version = upload_file(f"{key}.{name}", t(f"start.{name}_file"))
                if version:
                    found[name] = version.reference
    return found


@dataclass(frozen=True)
class Wish:
    """What the visitor wants to run."""

    template: str
    title: str
    bindings: dict[str, Any]
    overrides: dict[str, Any]
    missing: list[str]


def settings(
    template: TemplateView, document: Pipeline, version: DatasetVersionView, text: str | None, key: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Show encoder, model name and the template's options; return bindings and overrides."""
    places = binding_places(document)
    bindings: dict[str, Any] = {}
    overrides: dict[str, Any] = {}
    left, right = st.columns(2)
    if "name" in places:
        bindings["name"] = left.text_input(
            t("start.model_name"), template.name, key=f"{key}.name", max_chars=100, help=t("start.model_name_help")
        )
    if "encoder" in places:
        node, _, name = places["encoder"].targets[0].partition(".")
        fitting = templates.with_encoder(actor(), document, {"data": version.reference, "text": text})
        usual = fitting.get("encoder") or document.nodes[node].params.get(name, "scratch")
        with right:
            bindings["encoder"] = encoder_choice(usual, f"{key}.encoder.{usual}")
    bound = {target for binding in places.values() for target in binding.targets}
    by_node: dict[str, list[str]] = {}
    for option in template.options:
        node, _, name = option.target.partition(".")
        by_node.setdefault(node, []).append(name)
    choices = Choices(columns=[column.name for column in version.columns], lexicons=lexicons.references(actor()))
    for node, names in by_node.items():
        spec = components.get(actor(), document.nodes[node].component).spec
        values = document.nodes[node].params
        changed = param_form(spec, values, key=f"{key}.{node}", choices=choices, names=names, columns=4)
        others = [name for name in spec["params"] if name not in names and f"{node}.{name}" not in bound]
        with st.expander(t("form.advanced", n=len(others)), key=f"{key}.{node}.more"):
            changed |= param_form(spec, values, key=f"{key}.{node}", choices=choices, names=others, columns=3)
        overrides |= {f"{node}.{name}": value for name, value in changed.items() if value != values.get(name)}
    return bindings, overrides


def binding_places(document: Pipeline) -> Mapping[str, Binding]:
    """Return where the choices of the wizard go."""
    return document.template.bindings if document.template else {}


def run_button(wish: Wish, key: str) -> None:
    """Show Run; pressing it starts the run and opens its page."""
    if wish.missing:
        st.info(t("start.missing", roles="、".join(t(f"role.{role}") for role in wish.missing)), icon=":material/info:")
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="center")
    icon, stopped = ":material/play_arrow:", bool(wish.missing)
    pressed = left.button(
        t("start.run"), key=f"{key}.run", type="primary", icon=icon, width="stretch", disabled=stopped
    )
    better = middle.button(
        f("search_better"), key=f"{key}.search", icon=":material/travel_explore:", width="stretch", disabled=stopped
    )
    fresh = right.toggle(t("start.fresh"), key=f"{key}.fresh", help=t("start.fresh_help"))
    if not (pressed or better):
        return
    with problems_shown():
        document = templates.build(actor(), wish.template, wish.bindings, wish.overrides)
        if better:
            st.session_state[WISHED] = (document, wish.template, wish.title)
            st.switch_page("pages/search.py")
        options = {"fresh": True} if fresh else {}
        run = runs.start(actor(), document, name=wish.title, template=wish.template, options=options)
        st.switch_page("pages/run.py", query_params={"run": run.id})


def wizard(template: TemplateView) -> None:
    """Show the steps; each appears when the one before is settled."""
    key = f"start.{template.name}"
    document = templates.get(actor(), template.name)
    heading(say(template.title), say(template.summary))
    with st.expander(t("start.story"), key=f"{key}.story"):
        st.html(f'<div class="ink-small">{muted(say(template.story))}</div>')
    section(t("start.step_data"))
    version = choose_data(template.samples, key)
    if version is None:
        ahead = [("start.step_columns", "start.ahead_columns"), ("start.step_settings", "start.ahead_settings")]
        for title, words in ahead:
            st.html(f'<div class="ink-ahead">{escape(t(title))}{muted(t(words))}</div>')
        return
    bindings: dict[str, Any] = {"data": version.reference} | further_data(template, key)
    overrides: dict[str, Any] = {}
    section(t("start.step_columns"), t("start.step_columns_help"))
    wanted = [role for role in ROLES if role in template.bindings]
    roles = roles_form(version, wanted, key)
    bindings |= roles
    for role in ("label", "labels"):
        merge = label_check(version, roles[role], key) if role in roles else None
        if merge is not None:
            node = binding_places(document)[role].targets[0].partition(".")[0]
            overrides[f"{node}.{MERGE}"] = merge
    section(t("start.step_settings"))
    more, changed = settings(template, document, version, roles.get("text"), key)
    prompt_preview(document, version, roles, changed)
    required = [role for role in required_roles(wanted) if role not in roles]
    title = f"{bindings.get('name') or more.get('name') or template.name} · {version.name}"
    run_button(Wish(template.name, title, bindings | more, overrides | changed, required), key)


def chooser() -> None:
    """Let the visitor choose a template where the address names none."""
    heading(t("page.start"), t("start.choose"))
    for template in templates.list_(actor()):
        st.page_link(
            "pages/start.py",
            label=say(template.title),
            icon=f":material/{template.icon}:",
            query_params={"template": template.name},
        )


wished = st.query_params.get("template")
try:
    chosen = next((item for item in templates.list_(actor()) if item.name == wished), None)
    if wished and chosen is None:
        templates.get(actor(), wished)
except InkstoneError as problem:
    show_problem(problem)
    chosen = None
if chosen:
    wizard(chosen)
else:
    chooser()
