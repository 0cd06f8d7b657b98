"""Thresholds of a model, moved by hand: curve, counts and cost follow at once."""

from html import escape

import plotly.graph_objects as go
import streamlit as st

from inkstone.backend.service import datasets, deployments
from inkstone.backend.service.analysis import thresholds as service
from inkstone.backend.service.analysis.dev_rows import MOST_ROWS
from inkstone.backend.service.analysis.thresholds import NO_CLASS, Thresholds, Wish
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.nlp.risk.policy import ClassPolicy, Goal
from inkstone.components.nlp.risk.thresholds import NEVER, Costs
from inkstone.studio.error_analysis.threshold_texts import h
from inkstone.studio.parts import look
from inkstone.studio.parts.figures import COLORS
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import percent
from inkstone.studio.session import actor

_STEP = 0.005


@st.fragment
def threshold_view(version: ModelVersionView) -> None:
    """Show the thresholds of a model version, to be changed and saved."""
    key = f"thresholds_{version.id}"
    with problems_shown():
        wish = _wish(version, key)
        found = service.look(actor(), version.reference, wish)
        kept = f"{key}_{wish.data}_{found.policy.safe}"
        chosen: dict[str, ClassPolicy] = st.session_state.setdefault(kept, dict(found.policy.classes))
        _proposal(version, wish, kept)
        label = st.selectbox(h("class"), [item.label for item in found.trial.classes], key=f"{kept}_class")
        _sliders(label, chosen, found, kept)
        found = service.look(actor(), version.reference, wish.model_copy(update={"classes": chosen}))
        _chosen_class(found, label, kept)
        _totals(found)
        _all_classes(found)
        _saving(version, wish.model_copy(update={"classes": chosen}), key)


def _wish(version: ModelVersionView, key: str) -> Wish:
    known = {None: h("dev")} | {item.latest.reference: item.latest.reference for item in datasets.list_(actor())}
    places = st.columns([3, 3, 1.4, 1.4, 1.4], vertical_alignment="bottom")
    data = places[0].selectbox(h("rows"), list(known), format_func=lambda item: known[item], key=f"{key}_data")
    with st.spinner(h("scoring")):  # the first time; then the scores are kept
        seen = service.look(actor(), version.reference, Wish(data=data))
    first = seen.policy.safe
    offered = [str(first)] if seen.several else [NO_CLASS, *version.labels]
    safe = places[1].selectbox(
        h("safe"),
        offered,
        index=offered.index(first) if first in offered else 0,
        format_func=lambda item: h("safe_none") if item == NO_CLASS else item,
        key=f"{key}_safe",
        help=h("safe_help_several" if seen.several else "safe_help"),
    )
    costs = [
        place.number_input(
            h(name), 0.0, 1e6, price, 0.5, key=f"{key}_{name}", disabled=name == "missed" and safe == NO_CLASS
        )
        for place, name, price in zip(places[2:], Costs._fields, Costs(), strict=True)
    ]
    return Wish(data=data, safe=safe, costs=(costs[0], costs[1], costs[2]))


def _proposal(version: ModelVersionView, wish: Wish, kept: str) -> None:
    with st.popover(h("propose"), icon=":material/auto_fix:"):
        goals: list[Goal] = ["precision", "recall", "cost"]
        goal = st.segmented_control(
            h("goal"),
            goals,
            default="precision",
            required=True,
            format_func=lambda item: h(f"goal_{item}"),
            key=f"{kept}_goal",
        )
        wished = st.slider(h("wished"), 0.5, 0.99, 0.95, 0.01, key=f"{kept}_wished", disabled=goal == "cost")
        if st.button(h("propose_go"), key=f"{kept}_propose", type="primary"):
            better = service.look(actor(), version.reference, wish.model_copy(update={"goal": goal, "wished": wished}))
            st.session_state[kept] = dict(better.policy.classes)
            st.session_state[f"{kept}_round"] = st.session_state.get(f"{kept}_round", 0) + 1
            st.rerun(scope="fragment")


def _sliders(label: str, chosen: dict[str, ClassPolicy], found: Thresholds, kept: str) -> None:
    """Show the sliders of a class; a proposal gives them new keys, so that they show its values."""
    own = chosen.get(label, ClassPolicy())
    key = f"{kept}_{label}_{st.session_state.get(f'{kept}_round', 0)}"
    if found.policy.safe is None:
        accept = st.slider(h("accept"), 0.0, NEVER, min(own.accept, NEVER), _STEP, key=f"{key}_accept", help=h("never"))
        chosen[label] = ClassPolicy(accept=accept)
        return
    limits = (min(own.review, NEVER), min(own.block, NEVER))
    review, block = st.slider(h("review_block"), 0.0, NEVER, limits, _STEP, key=f"{key}_limits", help=h("never"))
    chosen[label] = ClassPolicy(review=review, block=block)


def _chosen_class(found: Thresholds, label: str, kept: str) -> None:
    counts = next(item for item in found.trial.classes if item.label == label)
    left, right = look.side_by_side(f"{kept}_counts", [3, 2])
    with left:
        st.plotly_chart(_curve(found, label), key=f"{kept}_curve", config={"displaylogo": False})
        st.html(look.muted(h("curve_help_accept" if found.policy.safe is None else "curve_help")))
    with right:
        shares = ["–" if value is None else percent(value) for value in (counts.precision, counts.recall)]
        rows: list[list[object]] = [
            [h("tp"), counts.hits],
            [h("fp"), counts.false_alarms],
            [h("fn"), counts.missed],
            [h("tn"), counts.rest],
            [h("precision"), shares[0]],
            [h("recall"), shares[1]],
        ]
        look.table([label, h("rows_counted")], rows, numbers={1})


def _curve(found: Thresholds, label: str) -> go.Figure:
    curve, own = found.curves[label], found.policy.classes.get(label, ClassPolicy())
    figure = go.Figure(
        go.Scatter(
            x=curve["recall"],
            y=curve["precision"],
            customdata=curve["threshold"],
            mode="lines",
            line={"color": COLORS[0], "width": 2},
            hovertemplate=f"{h('threshold')} %{{customdata:.3f}}<br>{h('recall')} %{{x:.1%}}<br>{h('precision')} %{{y:.1%}}<extra></extra>",
        )
    )
    points = (
        [("circle", own.accept)] if found.policy.safe is None else [("circle-open", own.review), ("circle", own.block)]
    )
    for symbol, threshold in points:
        place = next((n for n, value in enumerate(curve["threshold"]) if value >= threshold), None)
        if place is not None:
            marker = {"symbol": symbol, "size": 13, "color": COLORS[1], "line": {"width": 2}}
            figure.add_trace(
                go.Scatter(
                    x=[curve["recall"][place]],
                    y=[curve["precision"][place]],
                    mode="markers",
                    marker=marker,
                    hoverinfo="skip",
                )
            )
    figure.update_xaxes(title=h("recall"), range=[0, 1.02])
    figure.update_yaxes(title=h("precision"), range=[0, 1.04])
    return figure.update_layout(
        title=f"{h('curve')} · {escape(label)}", title_font_size=14, height=340, showlegend=False,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
    )  # fmt: skip


def _totals(found: Thresholds) -> None:
    done, safe = found.trial, found.policy.safe
    shown = [
        (h("accepted" if safe is None else "passed"), f"{done.passed:,}"),
        (h("to_review"), f"{done.reviewed:,}"),
        *([] if safe is None else [(h("blocked"), f"{done.blocked:,}")]),
        (h("right"), "–" if done.right is None else percent(done.right)),
        (h("cost"), f"{done.cost:.3f}"),
    ]
    with st.container(key="threshold_totals"):
        for place, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
            place.metric(name, value)
    words = [h("counted" if found.from_run else "counted_data", rows=f"{found.rows:,}", data=found.data)]
    words += [h("counted_several" if found.several else "counted_best")]
    words += [h("left_out", n=f"{found.left_out:,}", most=f"{MOST_ROWS:,}")] if found.left_out else []
    words += [h("words")] if found.words else []
    st.html(look.muted(" ".join(words)))


def _all_classes(found: Thresholds) -> None:
    look.section(h("all"))
    rows: list[list[object]] = []
    for item in found.trial.classes:
        own = found.policy.classes.get(item.label, ClassPolicy())
        shown = f"{own.accept:.3f}" if found.policy.safe is None else f"{_limit(own.review)} / {_limit(own.block)}"
        shares = ["–" if value is None else percent(value) for value in (item.precision, item.recall)]
        rows.append([item.label, shown, item.hits, item.false_alarms, item.missed, item.rest, item.reviewed, *shares])
    columns = [h("class"), h("threshold"), "TP", "FP", "FN", "TN", h("to_review"), h("precision"), h("recall")]
    look.table(columns, rows, numbers=set(range(1, len(columns))))


def _limit(value: float) -> str:
    return "–" if value >= NEVER else f"{value:.3f}"


def _saving(version: ModelVersionView, wish: Wish, key: str) -> None:
    if st.button(h("save"), key=f"{key}_save", type="primary", icon=":material/save:", help=h("save_help")):
        st.session_state[f"{key}_saved"] = service.save(actor(), version.reference, wish)
    made: ModelVersionView | None = st.session_state.get(f"{key}_saved")
    if made is None:
        return
    st.success(h("saved", model=made.reference), icon=":material/verified:")
    with st.container(horizontal=True):
        query = {"model": made.name, "version": str(made.version)}
        st.page_link(
            "pages/models.py", label=h("see", model=made.reference), icon=":material/deployed_code:", query_params=query
        )
        for item in deployments.list_(actor()):
            if not item.model.startswith(f"{made.name}@") or item.model == made.reference or not item.can_write:
                continue
            words = h("deploy", name=item.name, model=made.reference)
            if st.button(words, key=f"{key}_deploy_{item.id}", icon=":material/cloud_upload:"):
                deployments.change(actor(), item.name, made.reference)
                st.toast(h("deployed", name=item.name, model=made.reference))
                st.rerun(scope="fragment")
