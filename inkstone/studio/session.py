"""Who visits the page."""

import time
from html import escape
from typing import cast

import streamlit as st

from inkstone.backend.api import sessions
from inkstone.backend.service.actor import Actor
from inkstone.studio.language import t

_KEY = "session.actor"
_REMEMBER_SECONDS = 3.0


def actor() -> Actor:
    """Return the person behind this session; where a login has ended, say so and stop the page."""
    known = st.session_state.get(_KEY)
    if known and time.monotonic() - known[0] < _REMEMBER_SECONDS:
        return cast(Actor, known[1])
    found = sessions.actor_of_cookies(st.context.cookies)
    if found is None:
        st.warning(t("login.ended"), icon=":material/lock:")
        st.html(f'<a href="/login">{escape(t("login.again"))}</a>')
        st.stop()
    st.session_state[_KEY] = (time.monotonic(), found)
    return found
