"""The page of word lists."""

from html import escape
from typing import Any, cast
from urllib.parse import quote

import streamlit as st

from inkstone.backend.service import lexicons
from inkstone.backend.service.risk_views import LexiconVersionView, LexiconWord
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.lexicon.entries import Severity
from inkstone.studio.parts.look import empty_place, heading, list_row, muted, section, side_by_side, table, title_cell
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import ago
from inkstone.studio.risk.marks import Mark, marked
from inkstone.studio.risk.texts import r
from inkstone.studio.session import actor

SEVERITIES: tuple[Severity, ...] = ("block", "review", "note", "allow")
EDITED = 500


def show() -> None:
    """Show the list, or the word list that the address names."""
    wished = st.query_params.get("lexicon")
    if not wished:
        _listing()
        return
    try:
        _one(wished)
    except InkstoneError as problem:
        show_problem(problem)


def _listing() -> None:
    heading(r("lexicons"), r("lexicons_lead"))
    found = lexicons.list_(actor())
    if not found:
        empty_place("menu_book", r("lexicons_none"), r("lexicons_none_next"))
    for item in found:
        categories = " · ".join(list(item.latest.categories)[:5])
        cells = [
            title_cell(item.name, r("versions", n=item.versions)),
            muted(categories),
            muted(r("words", n=f"{item.latest.words:,}")),
            muted(ago(item.latest.created_at)),
        ]
        if list_row(cells, f"lexicon_{item.id}", r("open")):
            st.query_params["lexicon"] = item.name
            st.rerun()
    left, right = side_by_side("lexicons", [3, 2])
    with left:
        _import()
    with right:
        _top()


def _import(name: str = "") -> None:
    section(r("import"), help_text=r("import_help"))
    with st.form(f"import_{name}", border=True):
        file = st.file_uploader(r("file"), type=["txt", "csv", "tsv"], help=r("import_help"))
        first, second, third = st.columns([2, 2, 2])
        chosen = first.text_input(r("name"), name, help=r("name_help"), max_chars=100, disabled=bool(name))
        category = second.text_input(r("category"), max_chars=100)
        severity = third.selectbox(r("severity"), SEVERITIES, format_func=r)
        add = st.checkbox(r("keep"), value=bool(name))
        pressed = st.form_submit_button(r("do_import"), type="primary", icon=":material/upload:")
    if pressed and file is not None:
        with problems_shown():
            version = lexicons.import_file(
                actor(),
                file.getvalue(),
                file.name,
                name=name or chosen or None,
                category=category,
                severity=severity,
                add=add,
            )
            st.query_params["lexicon"] = version.name
            st.session_state["lexicon_note"] = r("saved", reference=version.reference, n=f"{version.words:,}")
            st.rerun()


def _top() -> None:
    found = lexicons.top_hits(actor(), 12)
    section(r("top"), help_text=r("top_help"))
    if found:
        table([r("word"), r("category"), r("hits")], [[w.word, w.category, w.hits] for w in found], numbers={2})
    else:
        st.html(muted(r("top_help")))


def _one(name: str) -> None:
    number = st.query_params.get("version", "")
    found = lexicons.versions(actor(), name)
    version = next((item for item in found if str(item.version) == number), found[0])
    if st.button(r("back"), key="lexicon_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    heading(version.name, r("reference", reference=version.reference))
    note = st.session_state.pop("lexicon_note", None)
    if note:
        st.success(note, icon=":material/check_circle:")
    _facts(version, found)
    left, right = side_by_side(f"lexicon_{version.id}", [3, 2])
    with left:
        _editor(version)
    with right:
        _trial(version)
        _import(version.name)


def _facts(version: LexiconVersionView, found: list[LexiconVersionView]) -> None:
    chips = [r("words", n=f"{version.words:,}")]
    chips += [f"{r(name)} {count:,}" for name, count in version.severities.items()]
    st.html(f'<div class="ink-chips">{"".join(f"<span class=ink-chip>{escape(item)}</span>" for item in chips)}</div>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            r("lexicons"),
            [item.version for item in found],
            index=found.index(version),
            format_func=lambda n: f"{version.name}@{n}",
            label_visibility="collapsed",
            width=220,
        )
        address = f"/api/v1/lexicons/{quote(f'{version.name}@{version.version}', safe='@')}/export"
        for kind in ("csv", "txt"):
            st.link_button(f"{r('download')} {kind.upper()}", f"{address}?format={kind}", icon=":material/download:")
        if st.button(r("trash"), icon=":material/delete:", key=f"trash_{version.id}"):
            with problems_shown():
                lexicons.trash(actor(), version.name)
                st.query_params.clear()
                st.rerun()
    if chosen != version.version:
        st.query_params["version"] = str(chosen)
        st.rerun()


def _editor(version: LexiconVersionView) -> None:
    section(r("word"), help_text=r("edit_help"))
    first, second = st.columns([2, 1])
    search = first.text_input(
        r("search"), key=f"search_{version.id}", placeholder=r("search"), label_visibility="collapsed"
    )
    categories = ["", *version.categories]
    category = second.selectbox(
        r("category"),
        categories,
        format_func=lambda item: item or r("all"),
        key=f"category_{version.id}",
        label_visibility="collapsed",
    )
    page = lexicons.words(actor(), _plain(version), search, category=category, limit=EDITED)
    before = [item.model_dump() for item in page.words]
    st.html(muted(r("shown", shown=len(before), total=f"{page.total:,}")))
    after = st.data_editor(
        before,
        key=f"words_{version.id}_{search}_{category}",
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "word": st.column_config.TextColumn(r("word"), required=True, max_chars=200),
            "category": st.column_config.TextColumn(r("category"), default=category or "default", max_chars=100),
            "severity": st.column_config.SelectboxColumn(r("severity"), options=list(SEVERITIES), default="block"),
            "hits": st.column_config.NumberColumn(r("hits"), disabled=True, default=0),
        },
    )
    st.html(muted(r("edit_help")))
    if st.button(r("save"), type="primary", icon=":material/save:", key=f"save_{version.id}"):
        _save(version, before, cast(list[dict[str, Any]], after))


def _save(version: LexiconVersionView, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    old = {row["word"]: row for row in before}
    new = {
        word: {"word": word, "category": row.get("category") or "default", "severity": row.get("severity") or "block"}
        for row in after
        if (word := str(row.get("word") or "").strip())
    }
    changed = [
        LexiconWord(**row)
        for word, row in new.items()
        if word not in old or any(old[word][key] != row[key] for key in ("category", "severity"))
    ]
    removed = [word for word in old if word not in new]
    if not changed and not removed:
        st.info(r("same"))
        return
    with problems_shown():
        made = lexicons.edit(actor(), _plain(version), changed, removed)
        st.query_params.pop("version", None)
        st.session_state["lexicon_note"] = r("saved", reference=made.reference, n=f"{made.words:,}")
        st.rerun()


def _trial(version: LexiconVersionView) -> None:
    section(r("trial"), help_text=r("trial_help"))
    given = st.text_area(r("text"), key=f"trial_{version.id}", max_chars=5000, label_visibility="collapsed")
    if not given:
        st.html(muted(r("trial_help")))
        return
    with problems_shown():
        found = lexicons.find(actor(), _plain(version), given)
        marks = [Mark(item.start or 0, item.end or 0, item.kind, _title(item.model_dump())) for item in found]
        st.html(marked(given, marks))
        lines = [_title(item.model_dump()) for item in found] or [r("nothing_found")]
        st.html("".join(muted(line) for line in lines))


def _title(item: dict[str, Any]) -> str:
    if item["kind"] == "contact":
        return r("by_contact", contact=r(f"contact_{item['contact']}"), value=item["value"])
    names = {"severity": r(item["severity"]), "how": r(f"how_{item['how']}")}
    return r("by_word", word=item["word"], category=item["category"], **names)


def _plain(version: LexiconVersionView) -> str:
    return f"{version.name}@{version.version}"
