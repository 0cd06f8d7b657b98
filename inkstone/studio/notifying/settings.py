"""Webhooks on the page of settings."""

import streamlit as st

from inkstone.backend.service import webhooks
from inkstone.backend.service.webhooks import DeliveryView, WebhookView
from inkstone.backend.store.notices import EVENTS
from inkstone.studio.language import say
from inkstone.studio.notifying.texts import event_name, n
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

_SECRET = "webhook_secret"  # noqa: S105 - the name of a place, no secret


def webhook_settings() -> None:
    """Show one's webhooks, their logs, and the form to add one."""
    look.section(n("webhooks"), n("webhooks_help"))
    shown = st.session_state.pop(_SECRET, None)
    if shown:
        st.warning(n("secret"), icon=":material/key:")
        st.code(shown, language=None)
    found = webhooks.list_(actor())
    if not found:
        st.html(look.muted(n("no_webhooks")))
    for item in found:
        _webhook(item)
    with st.form("add_webhook", clear_on_submit=True):
        url = st.text_input(n("url"), key="webhook_url", placeholder="https://example.org/inkstone")
        name = st.text_input(n("name"), key="webhook_name", max_chars=100)
        events = st.multiselect(n("events"), EVENTS, default=EVENTS, format_func=event_name, key="webhook_events")
        team = st.checkbox(n("team"), key="webhook_team") if actor().role == "admin" else False
        if st.form_submit_button(n("add"), icon=":material/add_link:", key="webhook_add"):
            with problems_shown():
                st.session_state[_SECRET] = webhooks.create(actor(), url, events, name=name, team=team).secret
                st.rerun()


def _webhook(item: WebhookView) -> None:
    marks = [n("team_mark")] * item.team + [n("off_mark")] * (not item.active)
    with st.expander(look.plain(" · ".join([item.name, *marks])), key=f"webhook_{item.id}", icon=":material/webhook:"):
        st.html(look.muted(item.url))
        st.html(look.chips([("", event_name(event)) for event in item.events]))
        _buttons(item)
        with problems_shown():
            _log(item, webhooks.deliveries(actor(), item.id, 10))


def _buttons(item: WebhookView) -> None:
    with st.container(horizontal=True), problems_shown():
        if st.button(n("test"), key=f"webhook_test_{item.id}", icon=":material/send:"):
            view = webhooks.test(actor(), item.id)
            if view.problem:
                show_problem(view.problem)
            else:
                st.toast(n("test_ok", status=view.status))
        if st.button(n("renew"), key=f"webhook_renew_{item.id}", icon=":material/key:"):
            st.session_state[_SECRET] = webhooks.renew_secret(actor(), item.id).secret
            st.rerun()
        if st.button(n("switch_off" if item.active else "switch_on"), key=f"webhook_switch_{item.id}"):
            webhooks.change(actor(), item.id, active=not item.active)
            st.rerun()
        if st.button(n("remove"), key=f"webhook_remove_{item.id}", icon=":material/delete:"):
            webhooks.remove(actor(), item.id)
            st.rerun()


def _log(item: WebhookView, found: list[DeliveryView]) -> None:
    if not found:
        st.html(look.muted(n("no_log")))
        return
    rows: list[list[object]] = [
        [
            event_name(one.event),
            n(one.state),
            one.attempts,
            one.status or "–",
            ago(one.tried_at or one.created_at),
            say(one.problem["what"]) if one.problem else "",
        ]
        for one in found
    ]
    look.table([n("event"), n("state"), n("tries"), "HTTP", n("when"), n("problem")], rows)
    failed = next((one for one in found if one.state != "delivered"), None)
    if failed and st.button(n("again"), key=f"webhook_again_{item.id}", icon=":material/replay:"):
        webhooks.send_again(actor(), item.id, failed.id)
        st.rerun()
