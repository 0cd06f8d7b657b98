"""What the data doctor finds in a dataset: examples, fixes to choose, and a new version with them."""

import pandas as pd
import streamlit as st

from inkstone.backend.service import data_health, datasets
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.data.doctor import Finding
from inkstone.studio.language import say, t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.look import muted, section
from inkstone.studio.parts.mislabelled import correct_labels, open_version
from inkstone.studio.parts.problem import problem_html, problems_shown
from inkstone.studio.session import actor

TONES = {"error": "bad", "warning": "warn", "info": "busy"}


def doctor_tab(version: DatasetVersionView, can_write: bool) -> None:
    """Show what the doctor finds in a version, or offer to begin."""
    key = f"doctor_{version.id}"
    if "text" not in version.roles:
        st.warning(t("health.no_text"), icon=":material/warning:")
        return
    st.html(muted(t("health.what")))
    others = _others(version, key)
    who = actor()
    job = watch(
        key,
        t("health.running"),
        lambda: data_health.look(who, "doctor", version.reference, others),
        lambda: data_health.stop(who, "doctor", version.reference, others),
    )
    if job.state == "running":
        return
    if job.state != "done":
        if st.button(t("health.begin"), key=f"{key}_begin", icon=":material/health_metrics:", type="primary"):
            data_health.begin_doctor(who, version.reference, others)
            st.rerun()
        return
    findings = [Finding.model_validate(item) for item in job.result]
    section(t("health.findings", n=len(findings)))
    if not findings:
        st.success(t("health.healthy"), icon=":material/check_circle:")
    chosen = [finding for finding in findings if _finding(finding, version, can_write)]
    if any(finding.fix for finding in findings) and can_write:
        _apply(version, [finding.code for finding in chosen], others)


def _others(version: DatasetVersionView, key: str) -> dict[str, str]:
    """Let the visitor name the test and dev rows, to look for overlap."""
    known = [item.latest.reference for item in datasets.list_(actor()) if item.latest.dataset_id != version.dataset_id]
    if not known:
        return {}
    chosen: dict[str, str] = {}
    for place, name in zip(st.columns(2), ("test", "dev"), strict=True):
        picked = place.selectbox(
            t(f"health.{name}"),
            known,
            index=None,
            format_func=lambda item: item.removeprefix("dataset:"),
            placeholder=t("form.none"),
            key=f"{key}_{name}",
            help=t("health.others_help"),
        )
        if picked:
            chosen[name] = picked
    return chosen


def _finding(finding: Finding, version: DatasetVersionView, can_write: bool) -> bool:
    """Show a finding; return whether its fix is chosen."""
    name = f"{t(f'severity.{finding.severity}')} · {finding.code}"
    problem = {"code": name, "what": finding.what.model_dump(), "fix": finding.advice.model_dump()}
    st.html(problem_html(problem, TONES[finding.severity]))
    key = f"fix_{version.id}_{finding.code}"
    if finding.code == "doctor.mislabelled":
        correct_labels(finding, version, can_write)
        return False
    with st.container(horizontal=True, vertical_alignment="top", key=f"{key}_row"):
        if finding.examples:
            with st.expander(t("health.examples", n=f"{finding.count:,}"), key=f"{key}_examples"):
                frame = pd.DataFrame(
                    [{_column(name): _shown(value) for name, value in row.items()} for row in finding.examples]
                )
                st.dataframe(frame, hide_index=True, key=f"{key}_rows", height=min(320, 38 + 35 * len(frame)))
    if finding.fix is None or not can_write:
        return False
    return st.checkbox(say(finding.fix.title), value=finding.severity == "error", key=key)


def _column(name: str) -> str:
    return t(f"health.example_{name}") if name in {"row", "rows", "text", "texts", "label", "labels"} else name


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{name} ({count})" for name, count in value.items())
    return " ⏐ ".join(map(str, value)) if isinstance(value, list) else str(value)


def _apply(version: DatasetVersionView, codes: list[str], others: dict[str, str]) -> None:
    """Make a new version with the chosen fixes, in the background, and lead there."""
    key, who = f"fixing_{version.id}", actor()
    if st.button(t("health.apply"), key=f"{key}_go", type="primary", disabled=not codes, icon=":material/build:"):
        with problems_shown():
            data_health.begin_fix(who, version.reference, codes, others)
            st.session_state[key] = codes
    wanted = st.session_state.get(key)
    if wanted:
        job = watch(
            key,
            t("health.applying"),
            lambda: data_health.look_fix(who, version.reference, wanted, others),
            lambda: data_health.stop_fix(who, version.reference, wanted, others),
        )
        open_version(job, key)
