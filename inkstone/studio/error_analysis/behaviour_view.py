"""Behavioural tests of a model: run, pass rates, and where it fails."""

import pandas as pd
import streamlit as st

from inkstone.backend.service import datasets
from inkstone.backend.service.analysis import behaviour as service
from inkstone.backend.service.analysis.behaviour import Behaviour, BehaviourWish
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.nlp.behaviour.checks import POLAR_NAMES, Outcome
from inkstone.studio.error_analysis.behaviour_texts import b
from inkstone.studio.language import say
from inkstone.studio.parts import look
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import ago, percent
from inkstone.studio.session import actor


def behaviour_view(version: ModelVersionView) -> None:
    """Show the form, and the results kept of the version."""
    key = f"behaviour_{version.id}"
    with problems_shown():
        wish = _wish(version, key)
        if st.button(b("go"), key=f"{key}_go", type="primary", icon=":material/play_arrow:"):
            service.begin(actor(), version.reference, wish)
        job = watch(
            key,
            b("running"),
            lambda: service.look(actor(), version.reference),
            lambda: service.stop(actor(), version.reference),
        )
        if job.state == "running":
            return
        found = service.results(actor(), version.reference)
        if not found:
            look.empty_place("rule", b("nothing"), b("nothing_next"))
            return
        names = {item.id: f"{ago(item.created_at)} · {item.data} · {item.by}" for item in found}
        chosen = st.selectbox(
            b("result"), list(names), format_func=lambda item: names[item], key=f"{key}_{found[0].id}"
        )
        _result(next(item for item in found if item.id == chosen), key)


def _wish(version: ModelVersionView, key: str) -> BehaviourWish:
    references = [item.latest.reference for item in datasets.list_(actor())]
    places = st.columns([3, 3, 1.5], vertical_alignment="bottom")
    data = places[0].selectbox(
        b("data"), references, index=None, placeholder=b("dev"), key=f"{key}_data", help=b("data_help")
    )
    suite = places[1].selectbox(
        b("suite"), references, index=None, placeholder=b("none"), key=f"{key}_suite", help=b("suite_help")
    )
    rows = places[2].number_input(b("rows"), 10, service.MOST_ROWS, 200, 50, key=f"{key}_rows")
    places = st.columns([3, 4.5], vertical_alignment="top")
    feelings = [label for label in version.labels if label.strip().lower() in POLAR_NAMES]
    polar = places[0].multiselect(
        b("polar"), version.labels, default=feelings, key=f"{key}_polar", placeholder=b("none"), help=b("polar_help")
    )
    added = places[1].text_area(b("added"), key=f"{key}_added", height=80, placeholder=b("added_hint"))
    lines = [line.strip() for line in added.splitlines() if line.strip()]
    return BehaviourWish(data=data, suite=suite, rows=int(rows), polar=polar, added=lines)


def _result(found: Behaviour, key: str) -> None:
    columns = [b("test"), b("kind"), b("tested"), b("rate"), b("interval"), b("assumes")]
    rows: list[list[object]] = [
        [
            say(item.title),
            b(f"kind_{item.kind}"),
            item.rows,
            "–" if item.rate is None else percent(item.rate),
            "–" if item.low is None or item.high is None else f"{percent(item.low)} – {percent(item.high)}",
            say(item.assumes),
        ]
        for item in found.tests
    ]
    look.table(columns, rows, numbers={2, 3, 4})
    failed = [item for item in found.tests if item.failures]
    if failed:
        look.section(b("failures"), b("failures_help"))
        chosen = st.segmented_control(
            b("test"),
            [item.name for item in failed],
            default=failed[0].name,
            required=True,
            format_func=lambda name: say(next(item.title for item in failed if item.name == name)),
            key=f"{key}_failed_{found.id}",
            label_visibility="collapsed",
        )
        _failures(next(item for item in failed if item.name == chosen), f"{key}_{found.id}_{chosen}")


def _failures(item: Outcome, key: str) -> None:
    frame = pd.DataFrame(
        [
            {
                b("row"): failure.row,
                b("before"): failure.before,
                b("after"): failure.after,
                b("said"): f"{failure.said_before} → {failure.said_after}",
                b("score"): f"{failure.score_before:.2f} → {failure.score_after:.2f}",
            }
            for failure in item.failures
        ]
    )
    wide = {
        b("before"): st.column_config.TextColumn(width="large"),
        b("after"): st.column_config.TextColumn(width="large"),
    }
    st.dataframe(frame, key=key, hide_index=True, column_config=wide)
