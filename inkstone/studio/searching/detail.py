"""A search under way or done: state, charts, trials."""

from html import escape

import pandas as pd
import streamlit as st

from inkstone.backend.service import pipelines, searches
from inkstone.backend.service.comparing import importance
from inkstone.backend.service.comparing.charts import importance_chart
from inkstone.backend.service.searching.views import SearchDetail
from inkstone.studio.language import language, say
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import duration, state_chip
from inkstone.studio.searching import charts
from inkstone.studio.searching.texts import s
from inkstone.studio.session import actor

_CONFIG = {"displaylogo": False, "responsive": True}
_MOST_COMPARED = 30


def search_part(search_id: str, was_final: bool) -> None:
    """Show a search; refreshed while it is under way."""
    detail = searches.get(actor(), search_id)
    view = detail.search
    if view.state.is_final and not was_final:
        st.rerun()
    left, right = look.side_by_side("search_head", [3, 2])
    with left:
        st.html(_status(detail))
    with right, st.container(horizontal=True, horizontal_alignment="right"), problems_shown():
        _buttons(detail)
    if view.error:
        show_problem(view.error)
    for words in detail.report.get("words", []):
        st.html(f"<div>{escape(say(words))}</div>")
    if not any(trial.value is not None for trial in detail.trials):
        st.html(look.muted(s("nothing_yet")))
    else:
        _charts(detail)
    _table(detail)


def _status(detail: SearchDetail) -> str:
    view = detail.search
    count = s("of_trials", n=view.trials, wanted=view.wanted) if view.wanted else s("n_trials", n=view.trials)
    facts = [count, f"{s('time')} {duration(view.seconds)}"]
    if view.best is not None:
        facts.append(f"{s('best')} {view.figure} {view.best:.4f}")
    if view.eta_seconds is not None:
        facts.append(f"{s('left')} {duration(view.eta_seconds)}")
    words = " · ".join(facts)
    return f'{state_chip(view.state.value)}<span class="ink-muted ink-small">&ensp;{escape(words)}</span>'


def _buttons(detail: SearchDetail) -> None:
    view = detail.search
    runs = [trial.run for trial in detail.trials if trial.run and trial.state in ("DONE", "PRUNED")]
    if not view.state.is_final:
        words = s("stopping") if view.stopping else s("stop")
        if st.button(
            words, key="search_stop", icon=":material/stop_circle:", disabled=view.stopping or not view.can_write
        ):
            searches.stop(actor(), view.id)
            st.rerun()
        return
    if view.can_write:
        _resume(detail)
        if st.button(s("trash"), key="search_trash", icon=":material/delete:", help=s("trash_help")):
            searches.trash(actor(), view.id)
            st.query_params.clear()
            st.rerun(scope="app")
    promotable = view.can_write and view.promoted is None and view.best is not None
    if promotable and st.button(s("promote"), key="search_promote", type="primary", icon=":material/deployed_code:"):
        with problems_shown():
            made = searches.promote(actor(), view.id)
            st.switch_page("pages/run.py", query_params={"run": made.id})
    if view.promoted and st.button(s("winner_run"), key="search_winner", icon=":material/timeline:"):
        st.switch_page("pages/run.py", query_params={"run": view.promoted})
    if detail.model:
        name = detail.model.partition("@")[0]
        if st.button(s("model", model=detail.model), key="search_model", icon=":material/deployed_code:"):
            st.switch_page("pages/models.py", query_params={"model": name})
    if view.best is not None and st.button(s("designer"), key="search_designer", icon=":material/account_tree:"):
        with problems_shown():
            copy = pipelines.create(actor(), searches.document_of(actor(), view.id), view.template)
            st.switch_page("pages/designer.py", query_params={"pipeline": copy.id})
    if len(runs) > 1 and st.button(s("compare"), key="search_compare", icon=":material/compare_arrows:"):
        st.switch_page("pages/compare.py", query_params={"runs": ",".join(runs[:_MOST_COMPARED]), "view": "plots"})


def _resume(detail: SearchDetail) -> None:
    view = detail.search
    with st.popover(s("resume"), icon=":material/resume:", help=s("resume_help")):
        trials = minutes = None
        if view.wanted is not None:
            trials = st.number_input(s("more_trials"), 1, 1000, view.wanted, key="search_more_trials")
        if view.minutes is not None:
            minutes = st.number_input(s("more_minutes"), 0.1, 10_000.0, float(view.minutes), key="search_more_minutes")
        if st.button(s("resume"), key="search_resume", type="primary"):
            with problems_shown():
                searches.resume(
                    actor(),
                    view.id,
                    trials=int(trials) if trials and trials != view.wanted else None,
                    minutes=float(minutes) if minutes and minutes != view.minutes else None,
                )
                st.rerun()


def _charts(detail: SearchDetail) -> None:
    first, second = look.side_by_side("search_charts", [1, 1])
    with first:
        look.section(s("progress"))
        auto = detail.search.kind == "auto"
        chart = charts.methods_chart(detail, language()) if auto else charts.progress_chart(detail)
        st.plotly_chart(chart, key="search_progress", config=_CONFIG)
    with second:
        look.section(s("courses"))
        st.plotly_chart(charts.course_chart(detail, language()), key="search_courses", config=_CONFIG)
    if auto:
        return
    if (axes := charts.coordinates_chart(detail, language())) is not None:
        look.section(s("parallel_axes"))
        st.plotly_chart(axes, key="search_coordinates", config=_CONFIG)
    if detail.search.state.is_final:
        look.section(s("importance"))
        found = importance.of_search(actor(), detail.search.id)
        st.html(look.muted(say(found.words)))
        if found.parameters:
            st.plotly_chart(importance_chart(found), key="search_importance", config=_CONFIG)


def _table(detail: SearchDetail) -> None:
    look.section(s("table"))
    auto = detail.search.kind == "auto"
    rows = []
    for trial in detail.trials:
        row: dict[str, object] = {
            s("number"): ("★ " if trial.best else "") + f"#{trial.number}",
            s("state"): s(trial.state),
            s("value"): trial.value,
            s("seconds"): trial.seconds,
            s("run"): f"run?run={trial.run}&lang={language()}" if trial.run else None,
        }
        if auto:
            row |= {s("method"): say(trial.title), s("reason"): say(trial.reason)}
        else:
            row |= {name: str(value) for name, value in trial.params.items()}
        rows.append(row)
    st.dataframe(
        pd.DataFrame(rows),
        key="search_trials",
        hide_index=True,
        placeholder="",
        column_config={
            s("value"): st.column_config.NumberColumn(format="%.4f"),
            s("seconds"): st.column_config.NumberColumn(format="%.0f"),
            s("run"): st.column_config.LinkColumn(display_text=s("open")),
        },
    )
