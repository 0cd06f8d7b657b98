"""Label a few more and train again: the button on a run or a model, and the bench of its texts."""

import streamlit as st

from inkstone.backend.service import active_learning, datasets
from inkstone.backend.service.views import LabelQueue, LabelRound
from inkstone.studio.language import language, t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.look import heading, muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.row_to_label import work
from inkstone.studio.session import actor

COUNT = 20


def learning_button(run_id: str | None, key: str) -> None:
    """Offer to label more, where the run has a model and texts without a label."""
    if not run_id or not active_learning.possible(actor(), run_id):
        return
    if st.button(
        t("learning.button", n=COUNT), key=key, icon=":material/label_important:", help=t("learning.button_help")
    ):
        with problems_shown():
            active_learning.choose(actor(), run_id, COUNT)
            st.switch_page("pages/labelling.py", query_params={"run": run_id, "lang": language()})


def learning_round(run_id: str) -> None:
    """Show the round of a run: choosing, labelling, training again."""
    found = active_learning.choose(actor(), run_id, COUNT)  # an address that somebody kept works as well
    heading(t("learning.title"), t("learning.lead", model=found.model, n=len(found.rows)) if found.model else "")
    if st.button(t("learning.back"), key="learning_back", icon=":material/arrow_back:", type="tertiary"):
        st.switch_page("pages/run.py", query_params={"run": found.run, "lang": language()})
    if found.job.state != "done":
        _choosing(found)
        return
    version = datasets.get(actor(), found.dataset or "")
    shown = version.model_copy(update={"roles": {**version.roles, "text": found.text or ""}})
    work(shown, None, lambda: _queue(run_id), lambda: _after(run_id))


def _choosing(found: LabelRound) -> None:
    who = actor()
    key = f"learning_{found.run}"
    job = watch(key, t("learning.choosing", model=found.model or ""), lambda: active_learning.look(who, found.run).job)
    if job.state in {"failed", "stopped"} and st.button(t("learning.again"), key=f"{key}_again"):
        with problems_shown():
            active_learning.choose(who, found.run, COUNT)
            st.rerun()


def _queue(run_id: str) -> LabelQueue:
    """Return the round as a queue: texts nobody has looked at first, then those that were skipped."""
    found = active_learning.look(actor(), run_id)
    fresh = [item for item in found.rows if item.row not in found.given]
    skipped = [item for item in found.rows if found.given.get(item.row) == []]
    return LabelQueue(
        rows=[*fresh, *skipped][:1],
        classes=found.classes,
        labelled=found.labelled,
        skipped=len(skipped),
        unlabelled=len(found.rows),
        total=len(found.rows),
    )


def _after(run_id: str) -> None:
    """Offer to train again as soon as one text has a label."""
    found = active_learning.look(actor(), run_id)
    done = len(found.given) == len(found.rows)
    if st.button(
        t("learning.retrain", n=found.labelled),
        key="learning_retrain",
        type="primary" if done else "secondary",
        icon=":material/model_training:",
        disabled=not found.labelled,
    ):
        with problems_shown():
            again = active_learning.retrain(actor(), run_id)
            st.switch_page("pages/run.py", query_params={"run": again.id, "lang": language()})
    st.html(muted(t("learning.retrain_help")))
