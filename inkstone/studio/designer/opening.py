"""Which pipeline to open: one of those that are there, a blank one, a template, a file."""

from html import escape

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import pipelines, templates
from inkstone.backend.service.views import PipelineView
from inkstone.studio.designer.draft import new_pipeline
from inkstone.studio.designer.texts import w
from inkstone.studio.language import say
from inkstone.studio.parts.look import empty_place, heading, muted, section
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor


def opening() -> None:
    """Show the pipelines and the ways to a new one."""
    heading(w("title"), w("lead"))
    section(w("new"))
    with problems_shown():
        blank, template, file = st.columns(3)
        with blank:
            _blank()
        with template:
            _template()
        with file:
            _file()
    section(w("mine"))
    query = st.text_input(w("search"), key="pipelines_search", placeholder=w("search"), label_visibility="collapsed")
    found = pipelines.list_(actor(), query=query or "")
    if not found:
        empty_place("account_tree", w("none"), w("none_next"))
    for item in found:
        _row(item)


def _blank() -> None:
    with st.container(border=True, height="stretch", key="card_blank"):
        st.markdown(f":material/add_box: **{w('blank')}**")
        name = st.text_input(w("name"), w("blank_name"), max_chars=100, key="blank_name", label_visibility="collapsed")
        if st.button(w("create"), type="primary", key="blank_create", width="stretch") and name.strip():
            new_pipeline(Pipeline(name=name.strip()))


def _template() -> None:
    with st.container(border=True, height="stretch", key="card_from_template"):
        st.markdown(f":material/dashboard_customize: **{w('from_template')}**")
        known = {item.name: item for item in templates.list_(actor())}
        name = st.selectbox(
            w("from_template"),
            list(known),
            format_func=lambda item: say(known[item].title),
            key="template_choice",
            label_visibility="collapsed",
        )
        if st.button(w("create"), key="template_create", width="stretch") and name:
            new_pipeline(templates.get(actor(), name), name)


def _file() -> None:
    with st.container(border=True, height="stretch", key="card_import"):
        st.markdown(f":material/upload_file: **{w('import')}**")
        file = st.file_uploader(
            w("import_words"), type=["yaml", "yml"], key="import_file", label_visibility="collapsed"
        )
        if file is not None:
            view = pipelines.import_yaml(actor(), file.getvalue())
            st.switch_page("pages/designer.py", query_params={"pipeline": view.id})


def _row(item: PipelineView) -> None:
    with st.container(border=True, key=f"row_pipeline_{item.id}"):
        name, facts, button = st.columns([5, 3, 1.2], vertical_alignment="center")
        title = item.document.title
        shown = say(title) if title and item.name == item.template else item.name
        name.html(f'<div class="ink-row-title">{escape(shown)}</div>{muted(item.document.description or item.id[:8])}')
        count = w("nodes_count", n=len(item.document.nodes))
        facts.html(muted(f"{count} · {w('versions_count', n=item.versions)} · {ago(item.updated_at)}"))
        if button.button(w("open"), key=f"open_{item.id}", width="stretch"):
            st.switch_page("pages/designer.py", query_params={"pipeline": item.id})
