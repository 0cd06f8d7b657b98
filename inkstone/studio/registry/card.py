"""A model card as a page shows it."""

import streamlit as st

from inkstone.backend.service.registry import card
from inkstone.backend.service.registry.views import CardPart
from inkstone.backend.service.views import ModelVersionView
from inkstone.studio.language import language, say
from inkstone.studio.parts.look import muted, section, side_by_side, table
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.registry.texts import g
from inkstone.studio.session import actor

_WIDE = {"identity", "learned", "licences", "limits"}


def model_card(version: ModelVersionView, can_write: bool) -> None:
    """Show the card of a version, its description to be changed, and a download."""
    view = card.card(actor(), version.reference)
    if can_write:
        with st.form(f"describe_{version.model_id}", border=False):
            words = st.text_area(
                g("description"),
                view.description,
                help=g("description_help"),
                max_chars=4000,
                key=f"description_{version.model_id}",
            )
            if st.form_submit_button(g("save"), icon=":material/save:"):
                with problems_shown():
                    card.describe(actor(), version.name, words)
                    st.toast(g("saved"))
    elif view.description:
        st.text(view.description)
    left, right = side_by_side(f"card_{version.id}", [3, 2])
    for part in view.parts:
        with left if part.key in _WIDE else right:
            _part(part)
    st.download_button(
        g("download_card"),
        card.as_markdown(view, language()),
        file_name=f"{version.name}-{version.version}.md",
        mime="text/markdown",
        icon=":material/download:",
        key=f"card_download_{version.id}",
    )


def _part(part: CardPart) -> None:
    section(say(part.title))
    if part.lines:
        table(["", ""], [[say(line.name), line.value] for line in part.lines])
    if part.rows:
        numbers = set(range(1, len(part.columns))) if part.key not in _WIDE else set()
        table([say(item) for item in part.columns], [list(row) for row in part.rows], numbers=numbers)
    for remark in part.remarks:
        st.html(muted(say(remark)))
