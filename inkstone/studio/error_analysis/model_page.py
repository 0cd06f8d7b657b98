"""The frame of a page about one model version. Address: ``?model=NAME@2``."""

from collections.abc import Callable

import streamlit as st

from inkstone.backend.service import models
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.session import actor


def model_page(words: Callable[[str], str], symbol: str, view: Callable[[ModelVersionView], None]) -> None:
    """Show the version of the address under a heading, with the way back; say what to do where the address names none.

    Args:
        words: Gives the texts ``title``, ``lead``, ``back``, ``none_chosen`` and ``none_next``.
        symbol: Of the empty page.
        view: Shows the version.
    """
    wished = st.query_params.get("model")
    if not wished:
        heading(words("title"), words("lead"))
        empty_place(symbol, words("none_chosen"), words("none_next"))
        return
    try:
        version = models.get(actor(), wished)
    except InkstoneError as problem:
        show_problem(problem)
        return
    query = {"model": version.name, "version": str(version.version)}
    st.page_link("pages/models.py", label=words("back"), icon=":material/arrow_back:", query_params=query)
    heading(f"{words('title')} · {version.reference}", words("lead"))
    view(version)
