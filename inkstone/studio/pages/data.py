"""Data: datasets, their versions, rows and roles. Address: ``?dataset=NAME``."""

import streamlit as st

from inkstone.backend.service import datasets
from inkstone.backend.service.views import DatasetView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import t
from inkstone.studio.parts.data_choice import upload_file
from inkstone.studio.parts.data_health import check_up
from inkstone.studio.parts.look import empty_place, heading, list_row, muted, section, title_cell
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.roles_form import label_check, rows_table
from inkstone.studio.parts.states import ago, file_size
from inkstone.studio.session import actor

PAGE = 50
ROLES = ("text", "text_pair", "label", "labels", "id", "group")


def listing() -> None:
    """Show all datasets and a place to drop a new one."""
    heading(t("page.data"), t("data.lead"))
    with st.container(border=True):
        version = upload_file("data", t("data.drop"))
        if version:
            st.success(
                t("data.kept" if version.reused else "data.taken", name=version.reference),
                icon=":material/check_circle:",
            )
    query = st.text_input(
        t("data.search"),
        key="data.query",
        placeholder=t("data.search"),
        label_visibility="collapsed",
        icon=":material/search:",
    )
    found = datasets.list_(actor(), query=query or "")
    if not found:
        empty_place("table_view", t("data.none"), t("data.none_next"))
    for item in found:
        row(item)


def row(item: DatasetView) -> None:
    """Show a dataset as a row."""
    newest = item.latest
    facts = t("data.size", rows=f"{newest.rows:,}", columns=len(newest.columns), size=file_size(newest.bytes))
    version = t("data.version_at", n=newest.version, when=ago(newest.created_at))
    if list_row(
        [title_cell(item.name, newest.file_name), muted(facts), muted(version)], f"dataset_{item.id}", t("runs.open")
    ):
        st.query_params["dataset"] = item.name
        st.rerun()


def one(name: str) -> None:
    """Show one dataset."""
    found = datasets.versions(actor(), name)
    number = st.query_params.get("version", "")
    version = next((item for item in found if str(item.version) == number), found[0])
    if st.button(t("data.back"), key="data_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    heading(
        version.name,
        t("data.size", rows=f"{version.rows:,}", columns=len(version.columns), size=file_size(version.bytes)),
    )
    chosen = st.selectbox(
        t("data.version"),
        [item.version for item in found],
        index=found.index(version),
        format_func=lambda item: t(
            "data.version_option", n=item, file=next(v.file_name for v in found if v.version == item)
        ),
        key=f"data_version_{version.dataset_id}",
    )
    if chosen != version.version:
        st.query_params["version"] = str(chosen)
        st.rerun()
    origin = " · ".join(f"{key}: {value}" for key, value in version.origin.items())
    st.html(muted(origin))
    names = [t("data.rows"), t("data.roles"), t("data.health"), t("data.manage")]
    rows_tab, roles_tab, health_tab, manage_tab = st.tabs(names, key=f"data_tabs_{version.id}")
    with rows_tab:
        rows(version.reference, version.id, version.roles)
    with roles_tab:
        roles(version.reference)
    with health_tab:
        check_up(version)
    with manage_tab:
        manage(version.name)


@st.fragment
def rows(reference: str, key: str, marks: dict[str, str]) -> None:
    """Show rows page by page, those that hold a searched text alone."""
    search = st.text_input(
        t("data.search_rows"),
        key=f"rows_query_{key}",
        placeholder=t("data.search_rows"),
        label_visibility="collapsed",
        icon=":material/search:",
    )
    page = st.session_state.get(f"rows_page_{key}") or 1
    preview = datasets.preview(actor(), reference, offset=(page - 1) * PAGE, limit=PAGE, search=search or None)
    rows_table(preview, f"rows_{key}", height=460, roles=marks)
    left, right = st.columns([3, 1], vertical_alignment="center")
    pages = max(1, -(-preview.total // PAGE))
    with left:
        if pages > 1:
            st.pagination(pages, key=f"rows_page_{key}")
    right.html(muted(t("data.found", n=f"{preview.total:,}")))


@st.fragment
def roles(reference: str) -> None:
    """Let the visitor correct which column is what, and show the classes."""
    version = datasets.get(actor(), reference)
    names = [column.name for column in version.columns]
    places = st.columns(3)
    chosen: dict[str, str] = {}
    for number, role in enumerate(ROLES):
        current = version.roles.get(role)
        picked = places[number % 3].selectbox(
            t(f"role.{role}"),
            names,
            index=names.index(current) if current in names else None,
            placeholder=t("form.none"),
            key=f"roles_{version.id}_{role}",
            help=t(f"role.{role}_help"),
        )
        if picked:
            chosen[role] = picked
    if st.button(
        t("data.save_roles"), key=f"roles_save_{version.id}", type="primary", disabled=chosen == version.roles
    ):
        with problems_shown():
            datasets.set_roles(actor(), reference, chosen)
            st.toast(t("data.roles_saved"), icon=":material/check_circle:")
    if "label" in chosen:
        section(t("data.classes"))
        label_check(version, chosen["label"], "data")


def manage(name: str) -> None:
    """Let the visitor start a template with the dataset, or remove it."""
    st.html(muted(t("data.trash_help")))
    sure = st.checkbox(t("data.trash_sure", name=name), key=f"trash_sure_{name}")
    if st.button(t("data.trash"), key=f"trash_{name}", icon=":material/delete:", disabled=not sure):
        with problems_shown():
            datasets.trash(actor(), name)
            st.query_params.clear()
            st.rerun()


wished = st.query_params.get("dataset")
if wished:
    try:
        one(wished)
    except InkstoneError as problem:
        show_problem(problem)
else:
    listing()
