"""Headings, cards, chips, empty places: small pieces of HTML, every value escaped."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from inkstone.studio.language import language_name, t

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

STATIC = Path(__file__).parents[1] / "static"


def dress() -> None:
    """Bring in the style sheet and the logo; once a page."""
    st.html(STATIC / "style.css")
    # The words in a drop zone are Streamlit's own and English; the style sheet puts these in their place.
    st.html(f'<style>:root {{ --ink-choose: "{t("upload.choose")}"; --ink-drop: "{t("upload.drop")}"; }}</style>')
    st.logo(STATIC / "logo.svg", icon_image=STATIC / "seal.svg", size="large")


def heading(title: str, lead: str = "") -> None:
    """Show the title of a page and one sentence below it."""
    st.title(plain(title), anchor=False)
    if lead:
        st.html(f'<div class="ink-lead">{escape(lead)}</div>')


def section(title: str, help_text: str | None = None) -> None:
    """Show the title of a part of a page."""
    st.subheader(plain(title), anchor=False, help=help_text)


def icon(name: str, classes: str = "") -> str:
    """Return a Material symbol as HTML."""
    return f'<span class="ink-icon {classes}" aria-hidden="true">{escape(name)}</span>'


def card_head(symbol: str, title: str) -> str:
    """Return the first line of a card: a tile with a symbol, and its title."""
    return f'<div class="ink-card-head">{icon(symbol, "ink-tile")}<span class="ink-card-title">{escape(title)}</span></div>'


def chips(items: list[tuple[str, str]]) -> str:
    """Return small facts in a row; each is a symbol (may be empty) and a text."""
    inner = "".join(
        f'<span class="ink-chip">{icon(symbol) if symbol else ""}{escape(words)}</span>'
        for symbol, words in items
        if words
    )
    return f'<div class="ink-chips">{inner}</div>'


def muted(words: str) -> str:
    """Return small grey text."""
    return f'<div class="ink-muted ink-small">{escape(words)}</div>'


def title_cell(title: str, below: str) -> str:
    """Return the first cell of a row of a list."""
    return f'<div class="ink-row-title">{escape(title)}</div>{muted(below)}'


def figure_cell(value: str, below: str, *, plain: bool = False) -> str:
    """Return a cell with a figure and what it is; ``plain`` for times and sizes."""
    shown = escape(value) if plain else f"<b>{escape(value)}</b>"
    return f'<div class="ink-figure">{shown}<span>{escape(below)}</span></div>'


def list_row(cells: list[str], key: str, label: str) -> bool:
    """Show a row of a list; return whether its button was pressed.

    Args:
        cells: HTML of the cells; the first takes the room that the others leave.
        key: Key of the row and its button.
        label: What the button says.
    """
    inner = "".join(f"<div>{cell}</div>" for cell in cells)
    with st.container(border=True, key=f"row_{key}", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="ink-row">{inner}</div>')
        return st.button(label, key=f"open_{key}")


def side_by_side(key: str, widths: list[float]) -> list["DeltaGenerator"]:
    """Return columns that stand one below the other where the window is narrow."""
    return list(st.container(key=f"split_{key}").columns(widths, gap="large"))


def empty_place(symbol: str, title: str, what_next: str) -> None:
    """Say that there is nothing here yet, and what to do."""
    with st.container(border=True):
        st.html(f'<div class="ink-empty">{icon(symbol)}<b>{escape(title)}</b>{muted(what_next)}</div>')


def steps(items: list[tuple[str, str, str]]) -> None:
    """Show numbered steps; each is a title, a sentence and ``done``, ``now`` or an empty string."""
    inner = "".join(
        f'<div class="ink-step {escape(state)}"><div><b>{escape(title)}</b>{muted(words)}</div></div>'
        for title, words, state in items
    )
    st.html(f'<div class="ink-steps">{inner}</div>')


def table(
    columns: list[str], rows: list[list[object]], *, numbers: set[int] | None = None, best: int | None = None
) -> None:
    """Show a small table that needs no scrolling, sorting or download.

    Args:
        columns: Titles.
        rows: Cells; all are escaped.
        numbers: Indexes of the columns set flush right.
        best: Index of a row to mark.
    """
    numbers = numbers or set()

    def cell(tag: str, index: int, value: object) -> str:
        return f'<{tag} class="{"number" if index in numbers else ""}">{escape(str(value))}</{tag}>'

    head = "".join(cell("th", index, title) for index, title in enumerate(columns))
    body = "".join(
        f'<tr class="{"best" if number == best else ""}">'
        + "".join(cell("td", index, value) for index, value in enumerate(row))
        + "</tr>"
        for number, row in enumerate(rows)
    )
    st.html(
        f'<div class="ink-scroll"><table class="ink-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def language_names(codes: list[str]) -> str:
    """Return such as ``中文 · English``."""
    return " · ".join(map(language_name, codes))


def plain(words: str) -> str:
    """Return text that Markdown shows as it stands."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-!:$~|<>" else sign for sign in words)
