"""Starting a search: choose what, for how long, over which ranges."""

from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import automatic_search, pipelines, runs, searches, templates
from inkstone.backend.service.automatic_search import AutoWish
from inkstone.backend.service.searching import space
from inkstone.backend.service.searching.settings import SearchWish
from inkstone.components.errors import InkstoneError
from inkstone.studio.parts import look
from inkstone.studio.parts.data_choice import choose_data
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.roles_form import roles_form
from inkstone.studio.searching.texts import s
from inkstone.studio.session import actor

WISHED = "search.wished"
"""Session state: (document, template, name) that another page wants searched."""
_METRICS = ["dev/macro_f1", "dev/accuracy", "dev/micro_f1", "dev/loss"]
_MOST_TRIALS = 1000


def auto_form() -> None:
    """Let the visitor give data and minutes."""
    st.html(look.muted(s("auto_help")))
    samples = next((item.samples for item in templates.list_(actor()) if item.name == "text-classification"), {})
    version = choose_data(samples, "search.auto")
    if version is None:
        return
    roles = roles_form(version, ["text", "label"], "search.auto")
    left, right = st.columns(2)
    minutes = left.number_input(s("minutes"), 1.0, 10_000.0, 20.0, 1.0, format="%g", key="search.auto.minutes")
    name = right.text_input(s("model_name"), f"auto-{version.name}"[:100], max_chars=100, key="search.auto.name")
    if st.button(s("start"), type="primary", icon=":material/rocket_launch:", key="search.auto.start"):
        with problems_shown():
            wish = AutoWish(
                data=version.reference,
                text=roles.get("text"),
                label=roles.get("label"),
                minutes=minutes,
                name=name or None,
            )
            _open(automatic_search.start(actor(), wish).id)


def tune_form() -> None:
    """Let the visitor choose pipeline, ranges and budget."""
    found = _sources()
    if not found:
        look.empty_place("tune", s("no_source"), s("no_source_next"))
        return
    title = st.selectbox(s("source"), list(found), key="search.tune.source")
    document, template = found[title]
    key = f"search.tune.{title}"
    try:
        own = space.searchable(document)
        node, _ = space.target(document, "dev/macro_f1", {})
        proposed = list(space.own_ranges(document, node, chosen=True))
    except InkstoneError as problem:
        show_problem(problem)
        return
    names = st.multiselect(s("params"), list(own), default=proposed, key=f"{key}.names", help=s("params_help"))
    ranges: dict[str, str] = {}
    places = st.columns(3)
    for index, name in enumerate(names):
        words = space.range_words(own[name])
        ranges[name] = places[index % 3].text_input(name, words, key=f"{key}.{name}", max_chars=200)
    st.html(look.muted(s("params_help")))
    values = _budget(key)
    if st.button(s("start"), type="primary", icon=":material/rocket_launch:", key="search.tune.start"):
        with problems_shown():
            view = searches.start(
                actor(), document, SearchWish(params=ranges, **values), name=title[:100], template=template
            )
            _open(view.id)


def _budget(key: str) -> dict[str, Any]:
    places = st.columns(4)
    trials = places[0].number_input(s("trials"), 1, _MOST_TRIALS, 12, key=f"{key}.trials")
    minutes = places[1].number_input(s("minutes_most"), 0.0, 10_000.0, 20.0, 5.0, format="%g", key=f"{key}.minutes")
    parallel = places[2].number_input(s("parallel"), 1, 64, searches.side_by_side(1), key=f"{key}.parallel")
    metric = places[3].selectbox(s("metric"), _METRICS, key=f"{key}.metric", accept_new_options=True)
    left, right = st.columns(2)
    early = left.toggle(s("early_stopping"), value=True, key=f"{key}.early")
    promote = right.toggle(s("promote_at_end"), value=True, key=f"{key}.promote")
    return {
        "trials": int(trials),
        "minutes": float(minutes) or None,
        "parallel": int(parallel),
        "metric": metric or _METRICS[0],
        "early_stopping": early,
        "promote": promote,
    }


def _sources() -> dict[str, tuple[Pipeline, str | None]]:
    """Return what can be searched by its title: what another page asked for, the run of the address, pipelines."""
    found: dict[str, tuple[Pipeline, str | None]] = {}
    wished = st.session_state.get(WISHED)
    if wished:
        found[s("from_settings", name=wished[2])] = (wished[0], wished[1])
    run_id = st.query_params.get("run")
    if run_id:
        with problems_shown():
            detail = runs.get(actor(), run_id)
            found[s("from_run", name=f"{detail.run.name} ({detail.run.id[:6]})")] = (
                detail.document,
                detail.run.template,
            )
    for item in pipelines.list_(actor(), limit=50):
        found.setdefault(item.name, (item.document, item.template))
    return found


def _open(search_id: str) -> None:
    st.session_state.pop(WISHED, None)
    st.query_params.from_dict({"search": search_id})
    st.rerun()
