"""The check-up of a dataset: lengths, languages, repeated texts, and what the data doctor finds, with one-click fixes."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from inkstone.backend.service import data_health
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.data.doctor import Finding
from inkstone.components.data.profile import ColumnProfile, TableProfile
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import language_name, say, t
from inkstone.studio.parts import figures
from inkstone.studio.parts.look import chips, muted, section
from inkstone.studio.parts.problem import problem_html, problems_shown, show_problem
from inkstone.studio.session import actor

REFRESH = 1.0
TONES = {"error": "bad", "warning": "warn", "info": "busy"}
_WORKERS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="check-up")


@dataclass
class CheckUp:
    """A check-up on its way: the page asks it how far it is."""

    share: float = 0.0
    result: "Future[tuple[TableProfile, list[Finding]]] | None" = None

    def begin(self, who: Actor, reference: str) -> "CheckUp":
        """Start in the background: the page answers at once."""
        self.result = _WORKERS.submit(self._run, who, reference)
        return self

    def _run(self, who: Actor, reference: str) -> tuple[TableProfile, list[Finding]]:
        found = data_health.profile(who, reference)
        return found, data_health.doctor(who, reference, progress=self._progress)

    def _progress(self, done: float, total: float) -> None:
        self.share = done / max(1.0, total)


def check_up(version: DatasetVersionView) -> None:
    """Show the check-up of a version, or offer to begin it."""
    key = f"health_{version.id}"
    running: CheckUp | None = st.session_state.get(key)
    if running is None:
        st.html(muted(t("health.what")))
        if st.button(t("health.begin"), key=f"{key}_begin", icon=":material/health_metrics:", type="primary"):
            st.session_state[key] = CheckUp().begin(actor(), version.reference)
            st.rerun()
        return
    done = running.result is not None and running.result.done()
    st.fragment(_watch, run_every=None if done else REFRESH)(version, running, done)


def _watch(version: DatasetVersionView, running: CheckUp, was_done: bool) -> None:
    assert running.result is not None
    if not running.result.done():
        st.progress(running.share, text=t("health.running"))
        return
    if not was_done:
        st.rerun()
    try:
        profile, findings = running.result.result()
    except InkstoneError as problem:
        show_problem(problem)
        return
    _findings(version, findings)
    for column in profile.columns:
        if column.name in {version.roles.get("text"), version.roles.get("text_pair")}:
            _text_column(profile.rows, column, version.id)


def _findings(version: DatasetVersionView, findings: list[Finding]) -> None:
    section(t("health.findings", n=len(findings)))
    if not findings:
        st.success(t("health.healthy"), icon=":material/check_circle:")
    wanted = []
    for finding in findings:
        problem = {"code": finding.code, "what": finding.what.model_dump(), "fix": finding.advice.model_dump()}
        st.html(problem_html(problem, TONES[finding.severity]))
        key = f"fix_{version.id}_{finding.code}"
        if finding.examples:
            with st.expander(t("health.examples", n=finding.count), key=f"{key}_examples"):
                frame = pd.DataFrame([{name: str(value) for name, value in row.items()} for row in finding.examples])
                st.dataframe(frame, hide_index=True, key=f"{key}_rows")
        if finding.fix and st.checkbox(say(finding.fix.title), value=finding.severity == "error", key=key):
            wanted.append(finding.fix)
    if any(finding.fix for finding in findings) and st.button(
        t("health.apply"), key=f"apply_{version.id}", type="primary", disabled=not wanted, icon=":material/build:"
    ):
        with problems_shown():
            made = data_health.apply_fixes(actor(), version.reference, wanted)
            st.query_params["version"] = str(made.version)
            st.toast(t("health.applied", name=made.reference), icon=":material/check_circle:")
            st.rerun()


def _text_column(rows: int, column: ColumnProfile, key: str) -> None:
    section(t("health.lengths", column=column.name))
    facts = [
        (
            "straighten",
            t("health.length_facts", median=f"{column.median:.0f}", p95=f"{column.p95:.0f}", longest=column.longest),
        ),
        ("content_copy", t("health.duplicates", n=f"{column.duplicates:,}") if column.duplicates is not None else ""),
        ("block", t("health.empty", n=f"{column.empty:,}") if column.empty else ""),
    ]
    for code, share in (column.languages or {}).items():
        facts.append(("translate", f"{language_name(code)} {share:.0%}"))
    st.html(chips(facts))
    figures.histogram(
        column.lengths.edges, column.lengths.counts, t("health.characters"), f"lengths_{key}_{column.name}"
    )
