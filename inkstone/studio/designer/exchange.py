"""Pipelines as files: YAML out and in, copies, and templates for the team."""

import streamlit as st

from inkstone.backend.pipeline.yaml_io import dump_document, load_document
from inkstone.backend.service import pipelines, sharing
from inkstone.components.errors import InkstoneError
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import w
from inkstone.studio.language import say
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.session import actor

CATEGORIES = ("custom", "classification", "tagging", "safety", "fewshot", "pretraining")


def menu(draft: Draft) -> None:
    """Show what stands under *More*, and do what is chosen."""
    choices = {"export": _export, "share": _share, "duplicate": _duplicate}
    if draft.can_write:
        choices |= {"import": _import, "delete": _trash}
    chosen = st.menu_button(
        w("more"), list(choices), format_func=w, type="tertiary", icon=":material/more_horiz:", key="designer_more"
    )
    if chosen == "duplicate":
        _duplicate(draft)
    elif chosen:
        st.dialog(w(chosen), width="medium")(choices[chosen])(draft)


def _duplicate(draft: Draft) -> None:
    with problems_shown():
        made = draft.copy()
        st.switch_page("pages/designer.py", query_params={"pipeline": made.id})


def _export(draft: Draft) -> None:
    with problems_shown():
        text = dump_document(draft.pipeline())
        name = f"{draft.document['name']}.yaml"
        st.download_button(
            name,
            text,
            file_name=name,
            mime="application/yaml",
            icon=":material/download:",
            on_click="ignore",
            key="export_yaml",
        )
        st.code(text, language="yaml", height=420)


def _import(draft: Draft) -> None:
    file = st.file_uploader(w("import_words"), type=["yaml", "yml"], key="import_here_file")
    if file is None:
        return
    try:
        document = load_document(file.getvalue())
    except InkstoneError as problem:
        show_problem(problem)
        return
    if st.button(w("replace"), type="primary", key="import_replace"):
        draft.edit(document.model_dump(mode="json"))
        draft.form += 1
        st.rerun()


def _share(draft: Draft) -> None:
    st.caption(w("share_words"))
    document = draft.document
    name = st.text_input(w("template_name"), document["name"], max_chars=100, key="share_name")
    title = st.text_input(w("template_title"), say(document.get("title")) or document["name"], key="share_title")
    summary = st.text_input(w("template_summary"), document.get("description") or "", key="share_summary")
    category = st.selectbox(
        w("template_category"), CATEGORIES, format_func=lambda item: w(f"category_{item}"), key="share_category"
    )
    if st.button(w("share"), type="primary", key="share_go"):
        with problems_shown():
            sharing.share(actor(), draft.pipeline(), name, title=title, summary=summary, category=category)
            st.success(w("shared", name=name), icon=":material/check_circle:")


def _trash(draft: Draft) -> None:
    st.write(w("delete_sure"))
    if st.button(w("delete"), type="primary", key="trash_go"):
        with problems_shown():
            pipelines.trash(actor(), draft.pipeline_id)
            del st.session_state["designer"]
            st.switch_page("pages/designer.py", query_params={})
