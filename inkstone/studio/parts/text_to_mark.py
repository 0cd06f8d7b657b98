"""The bench on which entities are marked: a text, the types with their keys, and what has been done so far."""

from typing import Any

import streamlit as st

from inkstone.backend.service import span_labels
from inkstone.backend.service.span_labels import Span, SpanQueue, SpanRow
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.errors import InkstoneError
from inkstone.studio.canvas import STATIC
from inkstone.studio.language import t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.label_history import label_history
from inkstone.studio.parts.look import chips, empty_place, muted, section
from inkstone.studio.parts.mislabelled import open_version
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.session import actor

_WORDS = (
    "text", "types", "new_type", "keys", "first_type", "marked", "remove", "select_first", "save", "skip", "undo",
)  # fmt: skip
_PROBLEM = "marking_problem"


def spans_bench(version: DatasetVersionView) -> None:
    """Show the bench of a version."""
    _work(version)
    _result(version)


@st.fragment
def _work(version: DatasetVersionView) -> None:
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        show_problem(problem)
    queue = span_labels.queue(actor(), version.reference, limit=1)
    todo = queue.unlabelled or queue.total
    words = t("labelling.done", done=f"{queue.labelled:,}", todo=f"{todo:,}", skipped=f"{queue.skipped:,}")
    st.progress(min(1.0, queue.labelled / max(1, todo)), text=words)
    if queue.rows:
        _text(version, queue, queue.rows[0])
    else:
        empty_place("done_all", t("labelling.finished"), t("labelling.finished_next"))
        st.button(
            t("labelling.undo"), key=f"spans_undo_{version.id}", icon=":material/undo:", on_click=_undo, args=(version,)
        )
    label_history(version)


def _text(version: DatasetVersionView, queue: SpanQueue, row: SpanRow) -> None:
    others = [f"{name}: {value}" for name, value in row.values.items() if name not in version.roles.values() and value]
    st.html(chips([("tag", t("labelling.row", n=row.row))]) + muted(" · ".join(map(str, others))[:400]))
    if not any(STATIC.glob("spans-*.js")):
        st.warning(t("spans.no_bundle"), icon=":material/build:")
        return
    key = f"spans_{version.id}"
    again = st.session_state.get(f"{key}_again")
    bench = st.components.v2.component("inkstone.spans", js="spans-*.js", css="spans-*.css", isolate_styles=False)
    bench(
        key=key,
        data={
            "row": row.row,
            "turn": f"{row.row}.{st.session_state.get(f'{key}_turn', 0)}",
            "text": row.text,
            "spans": again[1] if again and again[0] == row.row else [span.model_dump() for span in row.spans],
            "types": queue.types,
            "dark": st.context.theme.type == "dark",
            "texts": {name: t(f"spans.{name}") for name in _WORDS},
        },
        on_act_change=lambda: _obey(version, key),
    )


def _obey(version: DatasetVersionView, key: str) -> None:
    """Do what the bench asks for, before it is drawn again."""
    act: dict[str, Any] | None = st.session_state[key].get("act")
    st.session_state[f"{key}_turn"] = st.session_state.get(f"{key}_turn", 0) + 1
    if not act:
        return
    try:
        if act["name"] == "save":
            spans = [Span.model_validate(item) for item in act["spans"]]
            span_labels.mark(actor(), version.reference, act["row"], spans)
            st.session_state[f"{key}_last"] = (act["row"], act["spans"])
            st.session_state.pop(f"{key}_again", None)
        elif act["name"] == "skip":
            span_labels.skip(actor(), version.reference, act["row"])
        else:
            _take_back(version, key)
    except InkstoneError as problem:
        st.session_state[_PROBLEM] = problem


def _take_back(version: DatasetVersionView, key: str) -> None:
    """Undo; a text that was marked a moment ago comes back with its spans, to be corrected."""
    row = span_labels.undo(actor(), version.reference)
    last = st.session_state.get(f"{key}_last")
    if last and last[0] == row:
        st.session_state[f"{key}_again"] = last


def _undo(version: DatasetVersionView) -> None:
    with problems_shown():
        span_labels.undo(actor(), version.reference)


def _result(version: DatasetVersionView) -> None:
    """Make a new version of the spans, in the background, and show it."""
    section(t("labelling.result"))
    st.html(muted(t("labelling.result_help")))
    key, who = f"spans_made_{version.id}", actor()
    only = st.checkbox(t("spans.only_marked"), value=True, key=f"{key}_only", help=t("spans.only_marked_help"))
    if st.button(t("labelling.make"), key=f"{key}_go", type="primary", icon=":material/library_add:"):
        with problems_shown():
            span_labels.begin_version(who, version.reference, only_marked=only)
            st.session_state[key] = only
    if key in st.session_state:
        asked = bool(st.session_state[key])
        job = watch(
            key, t("health.applying"), lambda: span_labels.look_version(who, version.reference, only_marked=asked)
        )
        open_version(job, key)
