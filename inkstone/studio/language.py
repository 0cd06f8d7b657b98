"""The words of the pages: a catalogue of texts in zh and en, and the language of the present visitor."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import streamlit as st

from inkstone.components.texts import Language, Text

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_CHOSEN = "language"


@cache
def catalogue(name: Language) -> dict[str, str]:
    """Return all texts of one language, by key."""
    words: dict[str, str] = json.loads((Path(__file__).parent / "texts" / f"{name}.json").read_text("utf-8"))
    return words


def language() -> Language:
    """Return the visitor's language: the switch of the page, else ``?lang``, else the browser's, Chinese at first."""
    chosen = st.session_state.get(_CHOSEN)
    if chosen not in LANGUAGES:
        chosen = st.query_params.get("lang")
    if chosen not in LANGUAGES:
        locale = st.context.locale or "zh"
        chosen = "zh" if locale.lower().startswith("zh") else "en"
    st.session_state[_CHOSEN] = chosen
    return cast(Language, chosen)


def choose_language(name: Language) -> None:
    """Remember the visitor's choice for this session, and in the address."""
    st.session_state[_CHOSEN] = name
    st.query_params["lang"] = name


def t(key: str, **values: object) -> str:
    """Return the text of ``key`` in the visitor's language, its ``{name}`` slots filled."""
    words = catalogue(language())[key]
    return words.format(**values) if values else words


def language_name(code: str) -> str:
    """Return the name of a language of texts."""
    return catalogue(language()).get(f"language.{code}", code)


def say(words: Text | dict[str, Any] | str | None) -> str:
    """Return a ``Text`` (or its JSON form) in the visitor's language; plain strings pass through."""
    if words is None:
        return ""
    if isinstance(words, dict):
        words = Text.model_validate(words)
    return words.in_language(language()) if isinstance(words, Text) else words
