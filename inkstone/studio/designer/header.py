"""The line above the canvas: which pipeline, whether it is saved, and what can be done with it as a whole."""

from html import escape

import streamlit as st

from inkstone.studio.designer import exchange, versions
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import w
from inkstone.studio.language import language, say


def header(draft: Draft) -> None:
    """Show name, save state and buttons."""
    with st.container(horizontal=True, vertical_alignment="center", key="designer_header"):
        title = draft.document.get("title")
        name = say(title) if title and draft.document["name"] == draft.template else draft.document["name"]
        st.html(f'<div class="designer-title">{escape(name)}</div>', width="content")
        st.html(_saved(draft), width="content")
        st.space("stretch")
        if draft.run and st.button(w("open_run"), icon=":material/timeline:", type="tertiary", key="open_run"):
            st.switch_page("pages/run.py", query_params={"run": draft.run.id})
        if st.button(w("versions"), icon=":material/history:", type="tertiary", key="open_versions"):
            versions.show(draft)
        exchange.menu(draft)
        if st.button(w("all"), icon=":material/list:", type="tertiary", key="all_pipelines"):
            st.switch_page("pages/designer.py", query_params={})
    if draft.conflict:
        _conflict(draft)
    elif draft.problem:
        st.error(draft.problem.message(language()), icon=":material/error:")


def _saved(draft: Draft) -> str:
    if not draft.can_write:
        words, tone = w("read_only"), "calm"
    elif draft.problem:
        words, tone = w("not_saved"), "bad"
    else:
        words, tone = w("saved", time=draft.saved_at.astimezone().strftime("%H:%M:%S")), "good"
    return f'<span class="ink-state tone-{tone}" data-saved="{draft.saved}">{escape(words)}</span>'


def _conflict(draft: Draft) -> None:
    with st.container(border=True, key="designer_conflict"):
        st.markdown(f":material/sync_problem: **{w('conflict')}** {w('conflict_words')}")
        with st.container(horizontal=True):
            if st.button(w("take_theirs"), key="take_theirs"):
                draft.take_theirs()
                st.rerun(scope="fragment")
            if st.button(w("keep_mine"), key="keep_mine"):
                draft.keep_mine()
                st.rerun(scope="fragment")
            if st.button(w("copy_mine"), key="copy_mine", type="primary"):
                made = draft.copy()
                draft.problem = None
                draft.take_theirs()
                st.switch_page("pages/designer.py", query_params={"pipeline": made.id})
