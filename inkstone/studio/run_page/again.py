"""Running a run again: the same, to see whether it comes out the same; or with changes."""

import json

import pandas as pd
import streamlit as st

from inkstone.backend.pipeline.edit import parse_overrides
from inkstone.backend.service import pipelines, run_repeating
from inkstone.backend.service.comparing.words import cell
from inkstone.backend.service.views import RunDetail
from inkstone.backend.store.run_values import SEED, values_of
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.run_page.texts import p
from inkstone.studio.searching.texts import s as f
from inkstone.studio.session import actor


def again_buttons(detail: RunDetail) -> None:
    """Show the buttons of a run that has ended."""
    run = detail.run
    if run.state.value == "SUCCEEDED" and st.button(
        p("reproduce"), key="run_reproduce", icon=":material/verified:", help=p("reproduce_help")
    ):
        made = run_repeating.reproduce(actor(), run.id)
        st.switch_page("pages/run.py", query_params={"run": made.id})
    if st.button(f("search_better"), key="run_search", icon=":material/travel_explore:"):
        st.switch_page("pages/search.py", query_params={"run": run.id})
    with st.popover(p("clone"), icon=":material/content_copy:", help=p("clone_help")), problems_shown():
        _clone(detail)


def reproduction_note(detail: RunDetail) -> None:
    """Say whether a repeated run gave the same figures."""
    if not detail.run.state.is_final or not detail.run.options.get("reproduces"):
        return
    found = run_repeating.reproduction(actor(), detail.run.id)
    if found is None or not (found.same or found.different):
        return
    original = found.original[:8]
    if found.different:
        names = "、".join(list(found.different)[:6])
        st.warning(
            p("reproduced_different", run=original, n=len(found.different), names=names), icon=":material/difference:"
        )
    else:
        st.success(p("reproduced_same", run=original, n=len(found.same)), icon=":material/verified:")
    if found.changed:
        words = "、".join(f"{name} {cell(old)} → {cell(new)}" for name, (old, new) in found.changed.items())
        st.html(muted(p("environment_changed", names=words)))


def _clone(detail: RunDetail) -> None:
    st.html(muted(p("clone_help")))
    document = detail.document.model_dump(mode="json")
    before = {name: json.dumps(value, ensure_ascii=False) for name, value in values_of(document) if name != SEED}
    frame = pd.DataFrame({p("parameter"): list(before), p("value"): list(before.values())})
    changed = st.data_editor(
        frame,
        key=f"clone_{detail.run.id}",
        hide_index=True,
        disabled=[p("parameter")],
        height=min(420, 38 + 35 * len(frame)),
    )
    now = dict(zip(changed[p("parameter")], changed[p("value")], strict=True))
    overrides = parse_overrides(f"{name}={value}" for name, value in now.items() if value != before[name])
    old_seed = detail.run.options.get("seed")
    seed = st.number_input(
        p("seed"),
        0,
        2**31 - 1,
        detail.document.seed if old_seed is None else old_seed,
        key=f"clone_seed_{detail.run.id}",
    )
    if st.button(p("clone_go"), key="run_clone", type="primary"):
        made = run_repeating.clone(actor(), detail.run.id, overrides, seed=int(seed))
        st.switch_page("pages/run.py", query_params={"run": made.id})
    if st.button(p("open_designer"), key="run_designer", icon=":material/account_tree:"):
        copy = pipelines.create(actor(), detail.document, detail.run.template)
        st.switch_page("pages/designer.py", query_params={"pipeline": copy.id})
