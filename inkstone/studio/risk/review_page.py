"""The page of the review queue."""

from html import escape
from typing import Literal

import streamlit as st

from inkstone.backend.service import datasets, reviews
from inkstone.backend.service.risk_views import ReviewCounts, ReviewView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import language
from inkstone.studio.parts.look import empty_place, heading, muted, section, side_by_side, table
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import ago
from inkstone.studio.risk.marks import marked, marks_of, reason_lines
from inkstone.studio.risk.texts import r
from inkstone.studio.session import actor

_LAST = "review_last"


def show() -> None:
    """Show the queue of a model."""
    heading(r("reviews"), r("reviews_lead"))
    try:
        found = reviews.counts(actor())
        if not found:
            empty_place("rate_review", r("reviews_none"), r("reviews_none_next"))
            return
        queue = _choose(found)
        left, right = side_by_side("reviews", [3, 2])
        with left:
            _next(queue)
        with right:
            _make(queue)
            _history(queue)
    except InkstoneError as problem:
        show_problem(problem)


def _choose(found: list[ReviewCounts]) -> ReviewCounts:
    names = [item.model for item in found]
    wished = st.query_params.get("model", names[0])
    name = st.selectbox(
        r("model"),
        names,
        index=names.index(wished) if wished in names else 0,
        key="review_model",
        format_func=lambda item: _count_line(next(q for q in found if q.model == item)),
    )
    st.query_params["model"] = name
    return next(item for item in found if item.model == name)


def _count_line(queue: ReviewCounts) -> str:
    return f"{queue.model} · {r('waiting', waiting=queue.waiting, judged=queue.judged)}"


def _next(queue: ReviewCounts) -> None:
    waiting = reviews.list_(actor(), queue.model, limit=1)
    if not waiting:
        empty_place("task_alt", r("finished"), r("finished_next"))
    else:
        _bench(queue, waiting[0])
    last = st.session_state.get(_LAST)
    if last and st.button(r("undo"), key="review_undo", icon=":material/undo:", type="tertiary"):
        with problems_shown():
            reviews.undo(actor(), last)
            st.session_state.pop(_LAST, None)
            st.rerun()


def _bench(queue: ReviewCounts, item: ReviewView) -> None:
    decision = item.decision
    with st.container(border=True, key="review_text"):
        st.html(marked(item.text, marks_of(decision["reasons"])))
        st.html(
            muted(
                r(
                    "decided",
                    label=" + ".join(item.classes),
                    score=f"{decision['score']:.1%}",
                )
            )
        )
        lines = "".join(f"<li>{escape(line)}</li>" for line in reason_lines(decision, language()))
        st.html(f'<ul class="ink-muted ink-small">{lines}</ul>')
    st.html(muted(r("which_several" if queue.several else "which")))
    ranked = [score["label"] for score in decision["scores"] if score["label"] in queue.labels]
    ordered = [*ranked, *(label for label in queue.labels if label not in ranked)]
    if queue.several:
        _several(queue, item, ordered)
        return
    with st.container(horizontal=True, key="review_labels"):
        for number, label in enumerate(ordered):
            shortcut = str(number + 1) if number < 9 else None
            likeliest: Literal["primary", "secondary"] = "primary" if number == 0 else "secondary"
            if st.button(label, key=f"judge_{item.id}_{number}", shortcut=shortcut, type=likeliest):
                _judge(item, [label])
        _aside(item)


def _several(queue: ReviewCounts, item: ReviewView, labels: list[str]) -> None:
    """Let a person choose any number of classes; none is harmless."""
    harmful = [label for label in labels if label != queue.safe]
    chosen = st.pills(
        r("which_several"),
        harmful,
        selection_mode="multi",
        default=_likely(item, harmful, queue.safe),
        key=f"several_{item.id}",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, key="review_labels"):
        said = " + ".join(chosen) if chosen else str(queue.safe)
        if st.button(r("say", labels=said), key=f"judge_{item.id}", shortcut="Enter", type="primary"):
            _judge(item, chosen)
        _aside(item)


def _likely(item: ReviewView, harmful: list[str], safe: str | None) -> list[str]:
    """Return the classes that are likelier than not; where none is, the likeliest if it is likelier than harmless.

    Not all whose threshold was reached: that of a review lies low, so that little is missed.
    """
    scores = {score["label"]: score["score"] for score in item.decision["scores"]}
    likely = [label for label in harmful if scores.get(label, 0.0) >= 0.5]
    best = harmful[:1] if harmful and scores.get(harmful[0], 0.0) > scores.get(safe, 0.0) else []
    return likely or best


def _aside(item: ReviewView) -> None:
    if st.button(r("aside"), key=f"aside_{item.id}", shortcut="0", type="tertiary"):
        _judge(item, None)


def _judge(item: ReviewView, labels: list[str] | None) -> None:
    with problems_shown():
        reviews.judge(actor(), item.id, labels)
        st.session_state[_LAST] = item.id
        st.rerun()


def _make(queue: ReviewCounts) -> None:
    section(r("make"), help_text=r("make_help"))
    own = ""
    known = [own, *(item.name for item in datasets.list_(actor()))]
    base = st.selectbox(
        r("into"), known, key="review_base", format_func=lambda item: item or r("own", name=f"{queue.model}-reviews")
    )
    if st.button(r("make"), key="review_make", type="primary", disabled=not queue.judged, icon=":material/table_view:"):
        with problems_shown():
            made = reviews.make_version(actor(), queue.model, base or None)
            st.success(r("made", reference=f"{made.name}@{made.version}", rows=made.rows))
            place = {"dataset": made.name, "lang": language()}
            st.page_link("pages/data.py", label=r("to_data"), icon=":material/arrow_forward:", query_params=place)


def _history(queue: ReviewCounts) -> None:
    done = reviews.list_(actor(), queue.model, judged=True, limit=10)
    if done:
        section(r("history"))
        rows: list[list[object]] = [
            [
                item.text[:40],
                " + ".join(item.said) or "–",
                f"{item.judged_by} · {ago(item.judged_at) if item.judged_at else ''}",
            ]
            for item in done
        ]
        table([r("text"), r("label"), r("by")], rows)
