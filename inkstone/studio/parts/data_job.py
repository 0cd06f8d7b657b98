"""Long work on a dataset as a page shows it: how far it is, and a button to stop it."""

from collections.abc import Callable

import streamlit as st

from inkstone.backend.service.views import JobView
from inkstone.studio.language import t
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown, show_problem

REFRESH = 0.7
Look = Callable[[], JobView]


def watch(key: str, words: str, look: Look, stop: Callable[[], None] | None = None) -> JobView:
    """Show how far a job is, or why it ended without a result; the page runs again when it ends.

    Args:
        key: Prefix of the widgets' keys.
        words: What is being done.
        look: Asks how far it is.
        stop: Stops it; None where it cannot be stopped.
    """
    found = look()
    if found.state == "running":
        st.fragment(_under_way, run_every=REFRESH)(key, words, look, stop)
    elif found.state == "failed" and found.error:
        show_problem(found.error)
    elif found.state == "stopped":
        st.html(muted(t("job.stopped")))
    return found


def _under_way(key: str, words: str, look: Look, stop: Callable[[], None] | None) -> None:
    job = look()
    if job.state != "running":
        st.rerun()
    share = min(1.0, job.done / job.total) if job.total else 0.0
    seconds = t("time.seconds", n=f"{job.seconds or 0:.0f}")
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_under_way"):
        st.progress(share, text=f"{words} · {seconds}")
        if stop and st.button(t("job.stop"), key=f"{key}_stop", icon=":material/stop:", disabled=job.stopping):
            with problems_shown():
                stop()
