"""Labelling: one row at a time, by keys. Address: ``?dataset=NAME&version=2``, or ``?run=ID``: what its model wants labelled."""

import streamlit as st

from inkstone.backend.service import datasets
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import language, t
from inkstone.studio.parts.learning_round import learning_round
from inkstone.studio.parts.look import empty_place, heading
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.parts.row_to_label import bench
from inkstone.studio.parts.text_to_mark import spans_bench
from inkstone.studio.session import actor


def choose() -> None:
    """Let the visitor choose a dataset."""
    known = [item.name for item in datasets.list_(actor())]
    if not known:
        empty_place("new_label", t("data.none"), t("labelling.none_next"))
        return
    picked = st.selectbox(t("data.choose"), known, index=None, placeholder=t("form.choose"), key="labelling_dataset")
    if picked:
        st.query_params["dataset"] = picked
        st.rerun()


def one(name: str) -> None:
    """Show the bench of a dataset."""
    number = st.query_params.get("version", "")
    version = datasets.get(actor(), f"{name}@{number}" if number.isdecimal() else name)
    if st.button(
        t("labelling.back", name=version.name, n=version.version),
        key="labelling_back",
        icon=":material/arrow_back:",
        type="tertiary",
    ):
        place = {"dataset": version.name, "version": str(version.version), "lang": language()}
        st.switch_page("pages/data.py", query_params=place)
    if "text" in version.roles:
        _bench(version)
    else:
        st.warning(t("health.no_text"), icon=":material/warning:")


def _bench(version: DatasetVersionView) -> None:
    """Show the bench for what the visitor labels: classes of rows, or entities in their texts."""
    likely = "spans" if "entities" in version.roles and "label" not in version.roles else "class"
    kind = st.segmented_control(
        t("spans.kind"),
        ["class", "spans"],
        default=likely,
        required=True,
        format_func=lambda item: t(f"spans.kind_{item}"),
        key=f"labelling_kind_{version.id}",
        label_visibility="collapsed",
    )
    if kind == "spans":
        spans_bench(version)
    else:
        bench(version)


round_of = st.query_params.get("run")
if not round_of:
    heading(t("page.labelling"), t("labelling.lead"))
wished = st.query_params.get("dataset")
if round_of:
    try:
        learning_round(round_of)
    except InkstoneError as problem:
        show_problem(problem)
elif wished:
    try:
        one(wished)
    except InkstoneError as problem:
        show_problem(problem)
else:
    choose()
