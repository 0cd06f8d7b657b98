"""Settings and help: where things are kept, versions, users, first aid."""

from importlib.metadata import version

import streamlit as st

from inkstone import paths
from inkstone.backend.service import users
from inkstone.studio.language import t
from inkstone.studio.notifying.settings import webhook_settings
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

ROLES = ("member", "viewer", "admin")


def place_and_versions() -> None:
    """Show where data is kept, and which versions run."""
    look.section(t("settings.place"))
    database = paths.database_url().split("@")[-1].split("://")[0]
    rows: list[list[object]] = [
        [t("settings.version"), version("inkstone")],
        [t("settings.home"), str(paths.home())],
        [t("settings.database"), database],
    ]
    rows += [[name, version(name)] for name in ("torch", "transformers", "ray", "streamlit", "gradio")]
    look.table([t("settings.what"), t("settings.value")], rows)
    st.html(look.muted(t("settings.home_help")))


def people() -> None:
    """Let an administrator see and add users."""
    look.section(t("settings.users"), t("settings.users_help"))
    found = users.list_(actor())
    if found:
        rows: list[list[object]] = [
            [user.name, t(f"settings.role_{user.role}"), ago(user.created_at)] for user in found
        ]
        look.table([t("settings.user"), t("settings.role"), t("settings.since")], rows)
    else:
        st.html(look.muted(t("settings.no_users")))
    with st.form("add_user", clear_on_submit=True):
        name, password, role = st.columns(3)
        wished_name = name.text_input(t("settings.user"), key="user_name")
        wished_password = password.text_input(t("settings.password"), type="password", key="user_password")
        wished_role = role.selectbox(
            t("settings.role"), ROLES, format_func=lambda item: t(f"settings.role_{item}"), key="user_role"
        )
        if st.form_submit_button(t("settings.add_user"), icon=":material/person_add:", key="user_add"):
            with problems_shown():
                users.add(actor(), wished_name, wished_password, wished_role)
                st.rerun()


def first_aid() -> None:
    """Answer the questions that come first."""
    look.section(t("settings.help"))
    for number in range(1, 6):
        with st.expander(t(f"help.q{number}"), key=f"help_{number}"):
            st.markdown(t(f"help.a{number}"))
    with st.container(horizontal=True):
        st.link_button(t("settings.api_docs"), "/api/docs", icon=":material/api:", key="api_docs")


look.heading(t("page.settings"))
left, right = look.side_by_side("settings", [3, 2])
with left:
    first_aid()
    if actor().role == "admin":
        people()
with right:
    if actor().role != "viewer":
        webhook_settings()
    place_and_versions()
