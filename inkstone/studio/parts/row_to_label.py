"""The labelling bench: a row, the classes with their keys, skip, undo, and what has been done so far."""

from collections.abc import Callable
from html import escape

import streamlit as st

from inkstone.backend.service import labelling, models, tag_suggestions
from inkstone.backend.service.views import DatasetVersionView, LabelQueue, QueueRow
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.label_history import label_history
from inkstone.studio.parts.look import chips, empty_place, muted, section, side_by_side
from inkstone.studio.parts.mislabelled import open_version
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.session import actor

KEYS = 9
BUTTON = 136
_PROBLEM = "labelling_problem"


def bench(version: DatasetVersionView) -> None:
    """Show the bench of a version."""
    way = _order(version)
    if way == "similar":
        _bench_of_tags(version)
    else:
        model = _model(version) if way == "uncertain" else None
        if model and not _ask(version, model):
            return
        work(version, model)
    _result(version)


def _order(version: DatasetVersionView) -> str:
    """Let the visitor choose what comes first: rows without a label, a model's least certain ones, those that fit a tag."""
    return st.segmented_control(
        t("labelling.order"),
        ["unlabelled", "uncertain", "similar"],
        default="unlabelled",
        required=True,
        format_func=lambda item: t(f"labelling.order_{item}"),
        key=f"labelling_order_{version.id}",
        help=t("labelling.order_help"),
    )


def _model(version: DatasetVersionView) -> str | None:
    """Let the visitor choose the model whose least certain rows come first."""
    known = [item.latest.reference for item in models.list_(actor())]
    if not known:
        st.info(t("labelling.no_model"), icon=":material/info:")
        return None
    return st.selectbox(t("labelling.model"), known, key=f"labelling_model_{version.id}")


def _bench_of_tags(version: DatasetVersionView) -> None:
    """Let the visitor name tags, and show rows that fit them, the clearest first."""
    who = actor()
    known = labelling.classes(who, version.reference)
    tags = st.multiselect(
        t("labelling.tags"),
        known,
        default=known[:20],
        accept_new_options=True,
        placeholder=t("labelling.tags_hint"),
        key=f"labelling_tags_{version.id}",
        help=t("labelling.tags_help"),
    )
    if not tags:
        st.html(muted(t("labelling.tags_hint")))
        return
    with problems_shown():
        state = tag_suggestions.look(who, version.reference, tags).state
        if (
            st.button(t("labelling.tags_again"), icon=":material/refresh:", key=f"suggest_{version.id}")
            or state == "none"
        ):
            tag_suggestions.begin(who, version.reference, tags)
        job = watch(
            f"similar_{version.id}",
            t("labelling.tags_reading"),
            lambda: tag_suggestions.look(who, version.reference, tags),
            lambda: tag_suggestions.stop(who, version.reference, tags),
        )
        if job.state == "done":
            work(version, None, lambda: tag_suggestions.queue(who, version.reference, tags, limit=1))


def _ask(version: DatasetVersionView, model: str) -> bool:
    """Have the model read rows, in the background; return whether its answer is there."""
    key, who = f"uncertain_{version.id}_{model}", actor()
    with problems_shown():
        if labelling.look_uncertainty(who, version.reference, model).state == "none":
            labelling.begin_uncertainty(who, version.reference, model)
        job = watch(
            key,
            t("labelling.asking", model=model),
            lambda: labelling.look_uncertainty(who, version.reference, model),
            lambda: labelling.stop_uncertainty(who, version.reference, model),
        )
        if job.state in {"failed", "stopped"} and st.button(t("job.again"), key=f"{key}_again"):
            labelling.begin_uncertainty(who, version.reference, model)
            st.rerun()
        return job.state == "done"
    return False


@st.fragment
def work(
    version: DatasetVersionView,
    model: str | None = None,
    fetch: Callable[[], LabelQueue] | None = None,
    after: Callable[[], None] | None = None,
) -> None:
    """Show the row whose turn it is.

    Args:
        version: Where the rows stand.
        model: Whose least certain rows come first.
        fetch: Gives the queue; by default that of the version.
        after: Drawn below the bench.
    """
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        show_problem(problem)
    queue = fetch() if fetch else labelling.queue(actor(), version.reference, model, limit=1)
    todo = queue.unlabelled or queue.total
    words = t("labelling.done", done=f"{queue.labelled:,}", todo=f"{todo:,}", skipped=f"{queue.skipped:,}")
    st.progress(min(1.0, queue.labelled / max(1, todo)), text=words)
    if not queue.rows:
        ended = (
            ("learning.finished", "learning.finished_next")
            if fetch
            else ("labelling.finished", "labelling.finished_next")
        )
        empty_place("done_all", t(ended[0], n=todo), t(ended[1]))
        _undo(version)
        if after:
            after()
        return
    row = queue.rows[0]
    left, right = side_by_side(f"bench_{version.id}", [3, 2])
    with left:
        _row(row, version)
    with right:
        _classes(version, queue, row)
    if after:
        after()
    label_history(version)


def _row(row: QueueRow, version: DatasetVersionView) -> None:
    """Show the text large, and the other cells small."""
    texts = [str(row.values.get(version.roles[role]) or "") for role in ("text", "text_pair") if role in version.roles]
    shown = '<div class="ink-rule"></div>'.join(f"<div>{escape(words)}</div>" for words in texts)
    with st.container(border=True, key=f"row_to_label_{version.id}"):
        st.html(f'<div class="ink-reading">{shown}</div>')
        facts = [("tag", t("labelling.row", n=row.row))]
        if row.labels:
            facts.append(("sell", t("labelling.has", labels=" | ".join(row.labels))))
        if row.suggestion is not None:
            facts.append(("smart_toy", t("labelling.thinks", label=row.suggestion, share=f"{row.confidence or 0:.0%}")))
        st.html(chips(facts))
        used = {version.roles.get(role) for role in ("text", "text_pair", "label", "labels")}
        others = [f"{name}: {value}" for name, value in row.values.items() if name not in used and value is not None]
        if others:
            st.html(muted(" · ".join(others)[:600]))


def _classes(version: DatasetVersionView, queue: LabelQueue, row: QueueRow) -> None:
    """Show a button for each class, keys 1 to 9 for the first nine."""
    added: list[str] = st.session_state.setdefault(f"labelling_added_{version.id}", [])
    names = [*queue.classes, *(name for name in added if name not in queue.classes)]
    # Not a switch: that is an input, and while an input has the focus, keys label nothing.
    wanted = st.segmented_control(
        t("labelling.two"),
        ["one", "two"],
        default="one",
        required=True,
        format_func=lambda item: t(f"labelling.{item}_label"),
        key=f"labelling_two_{version.id}",
        help=t("labelling.two_help"),
        label_visibility="collapsed",
    )
    first: str | None = st.session_state.get(f"labelling_first_{version.id}_{row.row}") if wanted == "two" else None
    # The place is kept when there is nothing to say: what moves is built anew, and hears no key meanwhile.
    hint = st.empty()
    if first:
        hint.html(chips([("looks_one", first)]) + muted(t("labelling.second")))
    with st.container(horizontal=True, key=f"labelling_classes_{version.id}"):
        for number, name in enumerate(names[:KEYS], start=1):
            suggested = name == row.suggestion
            st.button(
                name,
                key=f"label_{version.id}_{number}",
                shortcut=str(number),
                width=BUTTON,
                type="primary" if suggested or name == first else "secondary",
                on_click=_give,
                args=(version, row.row, name),
            )
    _other_class(version, row, names)
    with st.container(horizontal=True, key=f"labelling_moves_{version.id}"):
        st.button(
            t("labelling.skip"),
            key=f"skip_{version.id}",
            shortcut="S",
            icon=":material/skip_next:",
            on_click=_try,
            args=(lambda: labelling.skip(actor(), version.reference, row.row),),
        )
        _undo(version)
        if first:
            st.button(
                t("labelling.only_one"),
                key=f"one_{version.id}",
                shortcut="Enter",
                on_click=_keep,
                args=(version, row.row, [first]),
            )


def _other_class(version: DatasetVersionView, row: QueueRow, names: list[str]) -> None:
    """Offer the classes beyond the ninth, and a new one."""
    key = f"label_other_{version.id}_{row.row}"

    def picked() -> None:
        name = (st.session_state[key] or "").strip()
        st.session_state[key] = None
        if name and name not in names:
            st.session_state[f"labelling_added_{version.id}"].append(name)
        if name:
            _give(version, row.row, name)

    st.selectbox(
        t("labelling.other"),
        names[KEYS:],
        index=None,
        accept_new_options=True,
        placeholder=t("labelling.other"),
        key=key,
        label_visibility="collapsed",
        on_change=picked,
    )


def _give(version: DatasetVersionView, row: int, name: str) -> None:
    """Give a class: the first of two waits for the second.

    Whether two are wanted is asked now: a key may follow the click on *two labels* before the page was drawn again.
    """
    two = st.session_state.get(f"labelling_two_{version.id}") == "two"
    waiting = f"labelling_first_{version.id}_{row}"
    first = st.session_state.get(waiting)
    if two and not first:
        st.session_state[waiting] = name
    else:
        _keep(version, row, [first, name] if two and first else [name])


def _keep(version: DatasetVersionView, row: int, labels: list[str]) -> None:
    _try(lambda: labelling.label(actor(), version.reference, row, labels))
    st.session_state.pop(f"labelling_first_{version.id}_{row}", None)


def _undo(version: DatasetVersionView) -> None:
    st.button(
        t("labelling.undo"),
        key=f"undo_{version.id}",
        shortcut="U",
        icon=":material/undo:",
        on_click=_try,
        args=(lambda: labelling.undo(actor(), version.reference),),
    )


def _try(action: Callable[[], object]) -> None:
    """Act before the bench is drawn again; what went wrong is shown on it."""
    try:
        action()
    except InkstoneError as problem:
        st.session_state[_PROBLEM] = problem


def _result(version: DatasetVersionView) -> None:
    """Make a new version of the labels, in the background, and show it."""
    section(t("labelling.result"))
    st.html(muted(t("labelling.result_help")))
    key, who = f"labelling_made_{version.id}", actor()
    if st.button(t("labelling.make"), key=f"{key}_go", type="primary", icon=":material/library_add:"):
        with problems_shown():
            labelling.begin_version(who, version.reference)
            st.session_state[key] = True
    if st.session_state.get(key):
        job = watch(key, t("health.applying"), lambda: labelling.look_version(who, version.reference))
        open_version(job, key)
