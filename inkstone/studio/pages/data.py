"""Data: datasets, their versions, rows and roles. Address: ``?dataset=NAME``."""

from urllib.parse import quote

import streamlit as st

from inkstone.backend.service import datasets, labelling
from inkstone.backend.service.actor import may_write
from inkstone.backend.service.views import DatasetVersionView, DatasetView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import language, t
from inkstone.studio.parts.data_choice import upload_file
from inkstone.studio.parts.data_doctor import doctor_tab
from inkstone.studio.parts.data_profile import profile_tab
from inkstone.studio.parts.data_versions import how_made, versions_tab
from inkstone.studio.parts.look import empty_place, heading, list_row, muted, section, table, title_cell
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.roles_form import label_check, rows_table
from inkstone.studio.parts.states import ago, file_size
from inkstone.studio.session import actor

PAGE = 50
ROLES = ("text", "text_pair", "label", "labels", "entities", "keywords", "id", "group")


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
    can_write = may_write(actor(), datasets.owner(actor(), name))
    number = st.query_params.get("version", "")
    version = next((item for item in found if str(item.version) == number), found[0])
    if st.button(t("data.back"), key="data_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    heading(
        version.name,
        t("data.size", rows=f"{version.rows:,}", columns=len(version.columns), size=file_size(version.bytes)),
    )
    with st.container(horizontal=True, vertical_alignment="bottom", key="data_bar"):
        chosen = st.selectbox(
            t("data.version"),
            [item.version for item in found],
            index=found.index(version),
            format_func=lambda item: t(
                "data.version_option", n=item, file=next(v.file_name for v in found if v.version == item)
            ),
            key=f"data_version_{version.id}",
            width=380,
        )
        actions(version)
    if chosen != version.version:
        st.query_params["version"] = str(chosen)
        st.rerun()
    st.html(muted(how_made(version)))
    names = {name: t(f"data.{name}") for name in ("rows", "profile", "health", "roles", "versions", "manage")}
    tabs = dict(
        zip(names, st.tabs(list(names.values()), key=f"data_tabs_{version.id}", on_change="rerun"), strict=True)
    )
    show = {
        "rows": lambda: rows(version),
        "profile": lambda: profile_tab(version),
        "health": lambda: doctor_tab(version, can_write),
        "roles": lambda: roles(version.reference),
        "versions": lambda: versions_tab(found, version),
        "manage": lambda: manage(version),
    }
    for part, tab in tabs.items():
        if tab.open:  # what nobody looks at is not computed
            with tab, problems_shown():
                show[part]()


def actions(version: DatasetVersionView) -> None:
    """Offer what can be done with a version."""
    if st.button(t("data.label"), key="data_label", icon=":material/new_label:"):
        place = {"dataset": version.name, "version": str(version.version), "lang": language()}
        st.switch_page("pages/labelling.py", query_params=place)
    address = f"/api/v1/datasets/{quote(f'{version.name}@{version.version}')}/export"
    st.link_button(t("data.export"), address, icon=":material/download:", help=t("data.export_help"))


@st.fragment
def rows(version: DatasetVersionView) -> None:
    """Show rows page by page: all, those that hold a searched text, or those of one class."""
    classes = labelling.classes(actor(), version.reference)
    label = version.roles.get("label") or version.roles.get("labels")
    left, right = st.columns([3, 1])
    search = left.text_input(
        t("data.search_rows"),
        key=f"rows_query_{version.id}",
        placeholder=t("data.search_rows"),
        label_visibility="collapsed",
        icon=":material/search:",
    )
    chosen = right.selectbox(
        t("data.filter"),
        ["", *classes],
        index=None,
        placeholder=t("data.filter"),
        format_func=lambda item: item or t("data.no_label"),
        key=f"rows_label_{version.id}",
        label_visibility="collapsed",
        disabled=label is None,
    )
    filters = {label: chosen} if label and chosen is not None else None
    pages_key = f"rows_page_{version.id}_{search}_{chosen}"  # another question begins at its first page
    page = st.session_state.get(pages_key) or 1
    preview = datasets.preview(
        actor(), version.reference, offset=(page - 1) * PAGE, limit=PAGE, search=search or None, filters=filters
    )
    rows_table(preview, f"rows_{version.id}", height=460, roles=version.roles)
    left, right = st.columns([3, 1], vertical_alignment="center")
    pages = max(1, -(-preview.total // PAGE))
    with left:
        if pages > 1:
            st.pagination(pages, key=pages_key)
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


def manage(version: DatasetVersionView) -> None:
    """Show where the version came from, and let the visitor remove the dataset."""
    name = version.name
    facts = {t("data.reference"): version.reference, "SHA-256": version.sha256, **version.origin}
    table([t("settings.what"), t("settings.value")], [[key, value] for key, value in facts.items()])
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
