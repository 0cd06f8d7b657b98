"""Rows whose label is doubted, in a list where they can be corrected in place."""

import pandas as pd
import streamlit as st

from inkstone.backend.service import labelling
from inkstone.backend.service.views import DatasetVersionView, JobView
from inkstone.components.data.doctor import Finding
from inkstone.studio.language import language, t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor


def correct_labels(finding: Finding, version: DatasetVersionView, can_write: bool) -> None:
    """Show doubted rows; corrected labels are kept with who and when, and make a new version."""
    key, who = f"doubted_{version.id}", actor()
    frame = pd.DataFrame(finding.examples)
    frame["new"] = frame["label"]
    frame = frame[["text", "label", "suggestion", "confidence", "new", "row"]]
    titles = {name: t(f"doubted.{name}") for name in frame.columns}
    classes = labelling.queue(who, version.reference, limit=1).classes
    config = {
        "text": st.column_config.TextColumn(titles["text"], width="large"),
        "label": st.column_config.TextColumn(titles["label"]),
        "suggestion": st.column_config.TextColumn(titles["suggestion"]),
        "confidence": st.column_config.ProgressColumn(
            titles["confidence"], min_value=0, max_value=1, format="percent", width="small"
        ),
        "new": st.column_config.SelectboxColumn(titles["new"], options=classes, help=t("doubted.new_help")),
        "row": st.column_config.NumberColumn(titles["row"], format="%d", width="small"),
    }
    fixed = [name for name in frame.columns if name != "new" or not can_write]
    edited = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=fixed,
        column_config=config,
        height=min(420, 38 + 35 * len(frame)),
        num_rows="fixed",
    )
    changed = edited[edited["new"].notna() & (edited["new"] != edited["label"])]  # an emptied cell changes nothing
    st.html(muted(t("doubted.count", shown=len(frame), n=f"{finding.count:,}")))
    if can_write and st.button(
        t("doubted.apply", n=len(changed)), key=f"{key}_go", disabled=changed.empty, icon=":material/edit:"
    ):
        with problems_shown():
            corrections = zip(changed["row"].tolist(), changed["new"].tolist(), strict=True)
            labelling.begin_edit(who, version.reference, {int(row): str(label) for row, label in corrections})
            st.session_state[f"{key}_made"] = True
    if st.session_state.get(f"{key}_made"):
        look = lambda: labelling.look_version(who, version.reference)  # noqa: E731 - asked again and again
        open_version(watch(f"{key}_made", t("health.applying"), look), f"{key}_made")


def open_version(job: JobView, key: str) -> None:
    """Lead to the version that a job has made, once it is there."""
    if job.state == "running":
        return
    del st.session_state[key]
    if job.state == "done":
        st.toast(t("health.applied", name=job.result["reference"]), icon=":material/check_circle:")
        place = {"dataset": job.result["name"], "version": str(job.result["version"]), "lang": language()}
        st.switch_page("pages/data.py", query_params=place)
