"""Solution templates. Address: ``?template=NAME`` shows one of them whole."""

from html import escape

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import templates
from inkstone.backend.service.views import TemplateView
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find, registry
from inkstone.studio.canvas import canvas
from inkstone.studio.designer.draft import new_pipeline
from inkstone.studio.designer.texts import TEXTS, w
from inkstone.studio.language import language, say, t
from inkstone.studio.parts.look import card_head, chips, empty_place, heading, language_names, muted, section
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.session import actor

CARD_WIDTH = 336
ROLES = ("text", "text_pair", "label", "labels", "entities", "keywords", "id", "group")


def gallery() -> None:
    """Show all templates, by category and search."""
    heading(w("templates"), w("templates_lead"))
    found = templates.list_(actor())
    categories = ["all", *dict.fromkeys(_category(item) for item in found)]
    search, choice = st.columns([2, 3], vertical_alignment="bottom")
    query = search.text_input(
        w("search"),
        key="templates_search",
        placeholder=w("search"),
        icon=":material/search:",
        label_visibility="collapsed",
    )
    category = choice.segmented_control(
        w("template_category"),
        categories,
        default="all",
        required=True,
        format_func=_category_name,
        key="templates_category",
        label_visibility="collapsed",
    )
    shown = [item for item in found if category in {"all", _category(item)} and _matches(item, query or "")]
    if not shown:
        empty_place("search_off", w("no_match"), w("no_match_next"))
    with st.container(horizontal=True):
        for item in shown:
            _card(item)


def _category(item: TemplateView) -> str:
    return "custom" if item.own else item.category


def _category_name(name: str) -> str:
    return w(f"category_{name}") if f"category_{name}" in TEXTS else name


def _matches(item: TemplateView, query: str) -> bool:
    text = " ".join([item.name, item.title.zh, item.title.en, item.summary.zh, item.summary.en]).lower()
    return all(word in text for word in query.lower().split())


def _card(item: TemplateView) -> None:
    with st.container(border=True, key=f"card_gallery_{item.name}", width=CARD_WIDTH):
        facts = [
            ("schedule", t("home.minutes", n=f"{item.minutes:g}")),
            ("translate", language_names(item.languages)),
            ("bookmark", w("own") if item.own else ""),
        ]
        words = escape(say(item.summary))
        st.html(
            card_head(item.icon, say(item.title)) + f'<div class="ink-small ink-clamp">{words}</div>' + chips(facts)
        )
        with st.container(horizontal=True):
            if st.button(w("preview"), key=f"preview_{item.name}", type="primary"):
                st.query_params["template"] = item.name
                st.rerun()
            if st.button(w("on_canvas"), key=f"canvas_{item.name}", type="tertiary", icon=":material/account_tree:"):
                new_pipeline(templates.get(actor(), item.name), item.name)


def one(item: TemplateView, document: Pipeline) -> None:
    """Show one template: its graph, what it needs and what comes out."""
    if st.button(w("back"), icon=":material/arrow_back:", type="tertiary", key="back"):
        del st.query_params["template"]
        st.rerun()
    heading(say(item.title), say(item.summary))
    with st.container(horizontal=True), problems_shown():
        if st.button(w("wizard"), type="primary", icon=":material/arrow_forward:", key="wizard"):
            st.switch_page("pages/start.py", query_params={"template": item.name})
        if st.button(w("on_canvas"), icon=":material/account_tree:", key="on_canvas"):
            new_pipeline(document, item.name)
    canvas(
        document.model_dump(mode="json"),
        [entry.spec for entry in registry().values()],
        language(),
        key=f"preview_{item.name}",
        height=360,
        read_only=True,
    )
    needs, gives, time = st.columns(3, gap="large")
    with needs:
        section(w("needs"))
        st.html("".join(muted(t(f"role.{role}")) for role in ROLES if role in item.bindings))
    with gives:
        section(w("gives"))
        st.html("".join(muted(words) for words in _results(document)))
    with time:
        section(w("time"))
        st.html(muted(w("minutes", n=f"{item.minutes:g}")))
    st.html(f'<div class="ink-lead">{escape(say(item.story))}</div>')


def _results(document: Pipeline) -> list[str]:
    """Return what the components at the end of the graph give."""
    used = {
        reference.split(".")[0]
        for node in document.nodes.values()
        for value in node.inputs.values()
        for reference in (value if isinstance(value, list) else [value])
    }
    found = []
    for node_id, node in document.nodes.items():
        if node.enabled and node_id not in used:
            try:
                spec = find(node.component).spec
            except InkstoneError:
                continue  # a plug-in that is not installed here
            colon, comma = ("：", "、") if language() == "zh" else (": ", ", ")
            found.append(say(spec.title) + colon + comma.join(say(port.title) for port in spec.outputs))
    return found


wished = st.query_params.get("template")
known = {item.name: item for item in templates.list_(actor())}
if wished in known:
    one(known[wished], templates.get(actor(), wished))
else:
    try:
        if wished:
            templates.get(actor(), wished)
    except InkstoneError as problem:
        show_problem(problem)
    gallery()
