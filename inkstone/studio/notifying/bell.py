"""The bell beside every page: what happened while one was elsewhere, with a mark on what is unread."""

from html import escape

import streamlit as st

from inkstone.backend.service import notifications
from inkstone.backend.service.notifications import NoticeView
from inkstone.studio.language import say
from inkstone.studio.notifying.texts import n
from inkstone.studio.parts.look import muted, plain
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

_EVERY = 10.0
_SHOWN = 12
_TOLD = "notices_told"
_ICONS = {
    "run.succeeded": ":material/check_circle:",
    "run.failed": ":material/error:",
    "run.stopped": ":material/stop_circle:",
    "model.promoted": ":material/rocket_launch:",
    "deployment.unhealthy": ":material/heart_broken:",
}
_PAGES = {
    "run": ("pages/run.py", "run"),
    "model": ("pages/models.py", "model"),
    "deployment": ("pages/deployments.py", "deployment"),
}


def bell() -> None:
    """Show the bell; it looks for news by itself."""
    st.fragment(_bell, run_every=_EVERY)()


def _bell() -> None:
    visitor = actor()
    unread = notifications.unread(visitor)
    label = f"{n('notices')} ({unread})" if unread else n("notices")
    icon = ":material/notifications_unread:" if unread else ":material/notifications:"
    found = notifications.list_(visitor, limit=_SHOWN)
    _toast([item for item in found if not item.read])
    with st.popover(label, icon=icon, key="notices", width="stretch"), st.container(key="notices_list"):
        if not found:
            st.html(muted(n("none")))
            return
        if unread:
            st.button(
                n("all_read"),
                key="notices_read",
                icon=":material/done_all:",
                type="tertiary",
                on_click=notifications.mark_read,
                args=(visitor,),
            )
        for item in found:
            _notice(item)


def _notice(item: NoticeView) -> None:
    mark = "" if item.read else '<span style="color:var(--ink-accent,#b4372b)" aria-label="unread">● </span>'
    with st.container(key=f"notice_{item.id}", gap="xxsmall"):
        st.html(f'<div class="ink-small">{mark}{escape(say(item.words))}</div>{muted(ago(item.at))}')
        if st.button(n("open"), key=f"notice_open_{item.id}", type="tertiary", icon=":material/arrow_forward:"):
            notifications.mark_read(actor(), item.id)
            _open(item)


def _open(item: NoticeView) -> None:
    kind = str(item.subject.get("kind"))
    page, key = _PAGES.get(kind, _PAGES["run"])
    value = str(item.subject["id"] if kind == "run" else item.subject["name"])
    st.switch_page(page, query_params={key: value.rpartition("@")[0] or value})


def _toast(unread: list[NoticeView]) -> None:
    """Say what came in since this visitor's page was opened; what was there before waits under the bell."""
    told = st.session_state.get(_TOLD)
    st.session_state[_TOLD] = {item.id for item in unread} | (told or set())
    if told is None:
        return
    for item in unread:
        if item.id not in told:
            st.toast(plain(say(item.words)), icon=_ICONS.get(item.event, ":material/notifications:"))
