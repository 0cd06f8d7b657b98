"""Filters, columns, order and saved views, kept in the session of the visitor."""

from datetime import UTC, datetime, time
from typing import Any

import streamlit as st

from inkstone.backend.service import run_organising, run_search
from inkstone.backend.service.run_organising import ListView
from inkstone.backend.service.run_search import FIGURE, PARAMETER, FigureRange, RunChoices, RunFilter
from inkstone.backend.states import RunState
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import state_name
from inkstone.studio.run_list.texts import r
from inkstone.studio.session import actor

DEFAULT_COLUMNS = ["figure:test/macro_f1", "figure:test/accuracy"]
SIMPLE_ORDERS = ("created", "name", "state", "seconds")
_BOUNDS = 3


@st.cache_data(ttl=15, show_spinner=False)
def _choices(role: str) -> RunChoices:
    from inkstone.backend.service.actor import LOCAL

    return run_search.choices(LOCAL)  # every role may read all runs


def choices() -> RunChoices:
    """Return what runs can be filtered by, at most fifteen seconds old."""
    return _choices(actor().role)


def bar(known: RunChoices) -> ListView:
    """Show search, filters, columns, order and views; return what was chosen."""
    _take_waiting_view()
    left, middle, right = st.columns([3, 2, 3], vertical_alignment="bottom")
    words = left.text_input(
        r("search"), key="runs.text", placeholder=r("search"), label_visibility="collapsed", icon=":material/search:"
    )
    shown = list(dict.fromkeys([*_all_columns(known), *st.session_state.get("runs.columns", [])]))
    with middle.container(horizontal=True, vertical_alignment="bottom"):
        order = _order(known)
    with right.container(horizontal=True, horizontal_alignment="right"):
        narrowed = _filters(known, words)
        with st.popover(r("columns"), icon=":material/view_column:"):
            columns = st.multiselect(
                r("columns"), shown, default=None if "runs.columns" in st.session_state else _first_columns(known),
                key="runs.columns", format_func=column_name,
            )  # fmt: skip
        view = ListView(filter=narrowed, order=order, columns=columns)
        _views(view)
    return view


def column_name(column: str) -> str:
    """Return the name of a column for people."""
    return column.partition(":")[2]


def _all_columns(known: RunChoices) -> list[str]:
    return [FIGURE + name for name in known.figures] + [PARAMETER + name for name in known.params]


def _first_columns(known: RunChoices) -> list[str]:
    offered = _all_columns(known)
    return [item for item in DEFAULT_COLUMNS if item in offered] or [item for item in offered if "/accuracy" in item][
        :1
    ]


def _order(known: RunChoices) -> str:
    offered = [*SIMPLE_ORDERS, *_all_columns(known)]
    chosen = st.selectbox(
        r("order"),
        offered,
        key="runs.order",
        format_func=lambda item: r(item) if item in SIMPLE_ORDERS else column_name(item),
        label_visibility="collapsed",
    )
    down = st.toggle(r("down"), value=True, key="runs.down")
    return ("-" if down else "") + (chosen or "created")


def _filters(known: RunChoices, words: str) -> RunFilter:
    count = _narrowing()
    label = r("active_filters", n=count) if count else r("filters")
    with st.popover(label, icon=":material/filter_alt:"):
        states = st.multiselect(
            r("state"), [item.value for item in RunState], key="runs.states", format_func=state_name
        )
        template = _pick("template", known.templates)
        dataset = _pick("dataset", known.datasets)
        tags = st.multiselect(r("tags"), list(known.tags), key="runs.tags")
        owner = _pick("owner", known.owners) if known.owners else None
        starred = st.toggle(r("starred"), key="runs.starred")
        days = st.columns(2)
        after = days[0].date_input(r("after"), value=None, key="runs.after")
        before = days[1].date_input(r("before"), value=None, key="runs.before")
        figures = [bounds for place in range(_BOUNDS) if (bounds := _bounds(place, known)) is not None]
        st.button(r("clear"), key="runs.clear", on_click=_clear, disabled=not count)
    return RunFilter(
        text=words or "",
        states=[RunState(item) for item in states],
        template=template,
        dataset=dataset,
        tags=tags,
        owner=owner,
        starred=starred,
        after=datetime.combine(after, time.min, UTC) if after else None,
        before=datetime.combine(before, time.max, UTC) if before else None,
        figures=figures,
    )


def _pick(name: str, known: dict[str, int]) -> str | None:
    return st.selectbox(
        r(name), list(known), index=None, placeholder=r("any"), key=f"runs.{name}",
        format_func=lambda item: f"{item.removeprefix('dataset:')} ({known.get(item, 0)})",
    )  # fmt: skip


def _bounds(place: int, known: RunChoices) -> FigureRange | None:
    """Show the bounds of one figure; the next appear once the one before is used."""
    if place and not st.session_state.get(f"runs.figure{place - 1}"):
        return None
    name, low, high = st.columns([2, 1, 1])
    figure = name.selectbox(
        r("figure"), list(known.figures), index=None, placeholder=r("any"), key=f"runs.figure{place}"
    )
    least = low.number_input(r("low"), value=None, key=f"runs.low{place}", format="%.4f")
    most = high.number_input(r("high"), value=None, key=f"runs.high{place}", format="%.4f")
    return FigureRange(name=figure, low=least, high=most) if figure else None


_NARROWS = (
    "states",
    "template",
    "dataset",
    "tags",
    "owner",
    "starred",
    "after",
    "before",
    *(f"figure{n}" for n in range(_BOUNDS)),
)


def _narrowing() -> int:
    return sum(bool(st.session_state.get(f"runs.{name}")) for name in _NARROWS)


def _clear() -> None:
    for name in _NARROWS:
        st.session_state.pop(f"runs.{name}", None)


def _views(present: ListView) -> None:
    saved = run_organising.saved_views(actor())
    with st.popover(r("views"), icon=":material/bookmark:"), problems_shown():
        for name, view in saved.items():
            with st.container(horizontal=True):
                if st.button(name, key=f"view_{name}", width="stretch"):
                    st.session_state["runs.waiting_view"] = view
                    st.rerun()
                if st.button(r("delete"), key=f"view_delete_{name}", icon=":material/delete:"):
                    run_organising.delete_view(actor(), name)
                    st.rerun()
        if not saved:
            st.caption(r("no_views"))
        name = st.text_input(r("view_name"), key="runs.view_name", max_chars=100)
        if st.button(r("save_view"), key="runs.save_view", disabled=not name):
            run_organising.save_view(actor(), name, present)
            st.rerun()


def _take_waiting_view() -> None:
    """Put the values of a saved view into the widgets, before they are made."""
    view: ListView | None = st.session_state.pop("runs.waiting_view", None)
    if view is None:
        return
    kept = view.filter
    values: dict[str, Any] = {
        "text": kept.text,
        "states": [state.value for state in kept.states],
        "template": kept.template,
        "dataset": kept.dataset,
        "tags": kept.tags,
        "owner": kept.owner,
        "starred": kept.starred,
        "after": kept.after.date() if kept.after else None,
        "before": kept.before.date() if kept.before else None,
        "order": view.order.removeprefix("-"),
        "down": view.order.startswith("-"),
        "columns": view.columns,
    }
    for place in range(_BOUNDS):
        bounds = kept.figures[place] if place < len(kept.figures) else None
        values |= {
            f"figure{place}": bounds.name if bounds else None,
            f"low{place}": bounds.low if bounds else None,
            f"high{place}": bounds.high if bounds else None,
        }
    for name, value in values.items():
        st.session_state[f"runs.{name}"] = value
