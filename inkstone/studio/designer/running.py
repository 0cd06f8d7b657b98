"""Runs from the canvas: start, watch, stop, resume."""

from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import runs
from inkstone.components.errors import InkstoneError, ProblemList
from inkstone.studio.canvas import RunOnCanvas
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import w
from inkstone.studio.language import language, say
from inkstone.studio.session import actor

OPTIONS = {"run_to": "to", "run_from": "from", "run_only": "only"}


def run_on_canvas(run_id: str, attempt: int = 0) -> RunOnCanvas:
    """Return a run as the canvas shows it. Events are read first: what happens in between is told twice, never lost."""
    events = runs.events(actor(), run_id)
    detail = runs.get(actor(), run_id)
    nodes = {node.node: node.model_dump(include=_SHOWN) for node in detail.nodes}
    return RunOnCanvas(detail.run.id, detail.run.state.value, nodes, events[-1].seq if events else 0, attempt)


_SHOWN = {"state", "seconds", "started_at", "progress", "reason", "error"}


def follow(draft: Draft, run_id: str) -> None:
    """Show a run on the canvas, and name it in the address so that a reload finds it."""
    attempt = draft.run.attempt + 1 if draft.run else 0
    draft.run = run_on_canvas(run_id, attempt)
    st.query_params["run"] = run_id


def follow_address(draft: Draft) -> None:
    """After a reload: show the run that the address names, else the latest of this pipeline that is under way."""
    wished = st.query_params.get("run")
    if draft.run is not None and wished in {None, draft.run.id}:
        return
    try:
        if wished and runs.get(actor(), wished).run.pipeline_id == draft.pipeline_id:
            follow(draft, wished)
            return
    except InkstoneError:
        del st.query_params["run"]  # it was deleted since
    active = [run for run in runs.list_(actor(), state="active", limit=20) if run.pipeline_id == draft.pipeline_id]
    if active:
        follow(draft, active[0].id)


def start(draft: Draft, document: Pipeline | None = None, name: str | None = None, **options: Any) -> None:
    """Queue a run of the draft and show it; what stands in its way is told in one line, the canvas lists the rest."""
    try:
        run = runs.start(
            actor(),
            document or draft.pipeline(),
            name=name,
            template=draft.template,
            pipeline_id=draft.pipeline_id,
            options=options,
        )
    except ProblemList as problems:
        _complain(problems.problems[0])
        return
    except InkstoneError as problem:
        _complain(problem)
        return
    follow(draft, run.id)


def _complain(problem: InkstoneError) -> None:
    st.toast(f"{say(problem.what)} {say(problem.fix)}", icon=":material/error:", duration="long")


def obey(draft: Draft, command: dict[str, Any]) -> bool:
    """Do what a command of the canvas asks of runs; return whether it was one of those."""
    name, node = command["name"], command.get("node")
    if name == "run":
        start(draft)
    elif name == "run_fresh":
        start(draft, fresh=True)
    elif name in OPTIONS:
        start(draft, **{OPTIONS[name]: node})
    elif name in {"stop", "resume"}:
        _control(draft, name)
    elif name == "run_ended" and draft.run and command.get("run") == draft.run.id:
        draft.run = run_on_canvas(draft.run.id, draft.run.attempt)
    else:
        return bool(name == "run_ended")
    return True


def _control(draft: Draft, name: str) -> None:
    if draft.run is None:
        st.toast(w("no_run_to_resume"), icon=":material/info:")
        return
    try:
        if name == "stop":
            runs.stop(actor(), draft.run.id)
        else:
            runs.resume(actor(), draft.run.id)
            follow(draft, draft.run.id)
    except InkstoneError as problem:
        st.toast(problem.message(language()), icon=":material/error:")
