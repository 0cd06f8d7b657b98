"""The frame around every page: look, navigation, language switch. Streamlit runs this file at each visit and interaction."""

from html import escape

import streamlit as st

from inkstone.studio.comparison.texts import c
from inkstone.studio.deploying.texts import d
from inkstone.studio.designer.texts import w
from inkstone.studio.error_analysis.behaviour_texts import b
from inkstone.studio.error_analysis.threshold_texts import h
from inkstone.studio.language import LANGUAGES, choose_language, language, t
from inkstone.studio.notifying.bell import bell
from inkstone.studio.parts import look
from inkstone.studio.risk.texts import r
from inkstone.studio.searching.texts import s as f
from inkstone.studio.session import actor


def _switch_language() -> None:
    choose_language(st.session_state["language_switch"] or language())


def _pages() -> dict[str, list[st.Page]]:
    """Return the navigation. Pages with an address but no entry of their own open from others."""
    work = [
        st.Page("pages/home.py", title=t("page.home"), icon=":material/home:", url_path="home", default=True),
        st.Page(
            "pages/templates.py", title=w("templates"), icon=":material/dashboard_customize:", url_path="templates"
        ),
        st.Page("pages/designer.py", title=w("title"), icon=":material/account_tree:", url_path="designer"),
        st.Page("pages/data.py", title=t("page.data"), icon=":material/table_view:", url_path="data"),
        st.Page("pages/labelling.py", title=t("page.labelling"), icon=":material/new_label:", url_path="labelling"),
        st.Page("pages/lexicons.py", title=r("lexicons"), icon=":material/menu_book:", url_path="lexicons"),
        st.Page("pages/reviews.py", title=r("reviews"), icon=":material/rate_review:", url_path="reviews"),
        st.Page("pages/runs.py", title=t("page.runs"), icon=":material/timeline:", url_path="runs"),
        st.Page("pages/search.py", title=f("title"), icon=":material/travel_explore:", url_path="search"),
        st.Page("pages/models.py", title=t("page.models"), icon=":material/deployed_code:", url_path="models"),
        st.Page("pages/deployments.py", title=d("title"), icon=":material/cloud_upload:", url_path="deployments"),
    ]
    more = [
        st.Page("pages/encoders.py", title=t("page.encoders"), icon=":material/neurology:", url_path="encoders"),
        st.Page("pages/settings.py", title=t("page.settings"), icon=":material/tune:", url_path="settings"),
    ]
    unlisted = [
        st.Page("pages/start.py", title=t("page.start"), url_path="start", visibility="hidden"),
        st.Page("pages/compare.py", title=c("title"), url_path="compare", visibility="hidden"),
        st.Page("pages/thresholds.py", title=h("title"), url_path="thresholds", visibility="hidden"),
        st.Page("pages/behaviour.py", title=b("title"), url_path="behaviour", visibility="hidden"),
        st.Page("pages/run.py", title=t("page.run"), url_path="run", visibility="hidden"),
    ]
    return {t("nav.work"): work, t("nav.more"): more + unlisted}


st.set_page_config(page_title="Inkstone 砚", page_icon=look.STATIC / "seal.svg", layout="wide")
look.dress()
page = st.navigation(_pages(), position="sidebar", expanded=True)
with st.sidebar:
    st.segmented_control(
        t("language.switch"),
        LANGUAGES,
        default=language(),
        format_func=lambda code: {"zh": "中文", "en": "English"}[code],
        key="language_switch",
        label_visibility="collapsed",
        required=True,
        on_change=_switch_language,
    )
    visitor = actor()
    if visitor.user_id:
        st.html(f'<div class="ink-small">{escape(visitor.name)} · <a href="/logout">{escape(t("login.out"))}</a></div>')
    bell()
page.run()
