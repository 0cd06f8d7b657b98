"""Named versions of a pipeline: keep, compare, restore."""

import streamlit as st

from inkstone.backend.service import pipelines
from inkstone.backend.service.views import PipelineVersionView
from inkstone.studio.designer.differences import show_difference
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import plain, w
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

SHOWN = 40


def show(draft: Draft) -> None:
    """Open the list of versions."""
    st.dialog(w("versions"), width="large")(_body)(draft)


def _body(draft: Draft) -> None:
    with problems_shown():
        if draft.can_write:
            _keep(draft)
        found = pipelines.versions(actor(), draft.pipeline_id)[:SHOWN]
        if not found:
            st.caption(w("no_versions"))
        for version in found:
            _row(draft, version, found)


def _keep(draft: Draft) -> None:
    with st.form("keep_version", border=True, clear_on_submit=True):
        name, description, button = st.columns([3, 4, 2], vertical_alignment="bottom")
        given = name.text_input(w("version_name"), max_chars=100, key="version_name")
        words = description.text_input(w("version_description"), max_chars=500, key="version_description")
        if button.form_submit_button(w("save_version"), type="primary", width="stretch") and given.strip():
            pipelines.save_version(actor(), draft.pipeline_id, given.strip(), words.strip())


def _row(draft: Draft, version: PipelineVersionView, found: list[PipelineVersionView]) -> None:
    key = f"version_{version.id}"
    with st.container(border=True, key=f"row_{key}"):
        words, compare, restore = st.columns([5, 2.6, 1.4], vertical_alignment="center")
        name = version.name or w("run_version")
        words.markdown(f"**{w('version_n', n=version.number)}** · {plain(name)}")
        words.html(muted(" · ".join(part for part in [ago(version.created_at), version.description] if part)))
        wanted = compare.selectbox(
            w("compare_with"),
            [0, *(item.number for item in found if item.number != version.number)],
            index=None,
            placeholder=w("compare_with"),
            format_func=lambda number: w("version_n", n=number) if number else w("draft"),
            key=f"{key}.compare",
            label_visibility="collapsed",
        )
        if draft.can_write and restore.button(w("restore"), key=f"{key}.restore", width="stretch"):
            draft.edit(version.document.model_dump(mode="json"))
            draft.form += 1
            st.toast(w("restored", n=version.number), icon=":material/history:")
            st.rerun()
        if wanted is not None:
            documents = [item.document for item in found] + [draft.pipeline()]
            show_difference(pipelines.diff(actor(), draft.pipeline_id, version.number, wanted or None), documents)
