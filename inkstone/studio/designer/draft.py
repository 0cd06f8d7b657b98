"""The pipeline under edit: what the canvas and the panel change, saved at once, never over someone else's work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import streamlit as st

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.yaml_io import document_from
from inkstone.backend.service import pipelines, upstream
from inkstone.backend.service.views import PipelineView
from inkstone.components.artifacts import TableInfo
from inkstone.components.errors import InkstoneError
from inkstone.studio.canvas import RunOnCanvas, apply_change
from inkstone.studio.designer.texts import w
from inkstone.studio.session import actor

_STATE = "designer"


@dataclass
class Findings:
    """What is known about a document before it runs.

    Attributes:
        problems: What stands in the way of a run.
        tables: ``node.port`` to the table expected there.
    """

    problems: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, TableInfo] = field(default_factory=dict)


@dataclass
class Draft:
    """A pipeline open in this tab.

    Attributes:
        pipeline_id: Its id.
        template: The template it was made from.
        can_write: The visitor may change it.
        document: The document as it stands on the canvas.
        saved: Revision in the database that this draft builds on.
        saved_at: When it was saved last.
        problem: Why it could not be saved.
        revision: Rises when Python changed the document.
        acknowledged: Number of the last change of the canvas taken in.
        form: Rises when parameters changed elsewhere than in the panel, whose widgets then start anew.
        run: The run whose states the canvas shows.
        command: What the canvas asked for and the page has not done yet.
        focus: The field that a problem led to.
    """

    pipeline_id: str
    template: str | None
    can_write: bool
    document: dict[str, Any]
    saved: int
    saved_at: datetime
    problem: InkstoneError | None = None
    revision: int = 0
    acknowledged: int = 0
    form: int = 0
    run: RunOnCanvas | None = None
    command: dict[str, Any] | None = None
    focus: tuple[str | None, str | None] | None = None
    _findings: Findings | None = None

    @classmethod
    def of(cls, view: PipelineView) -> "Draft":
        """Return a pipeline opened for editing."""
        return cls(
            pipeline_id=view.id,
            template=view.template,
            can_write=view.can_write,
            document=view.document.model_dump(mode="json"),
            saved=view.revision,
            saved_at=view.updated_at,
        )

    @property
    def key(self) -> str:
        """Key of the canvas."""
        return f"canvas_{self.pipeline_id}"

    @property
    def conflict(self) -> bool:
        """Whether someone else has saved meanwhile."""
        return self.problem is not None and self.problem.code == "pipeline.conflict"

    def pipeline(self) -> Pipeline:
        """Return the document, checked for its shape."""
        return document_from(self.document)

    def take(self, change: Mapping[str, Any]) -> None:
        """Take in a change of the canvas, once."""
        if change["sequence"] <= self.acknowledged:
            return
        self.acknowledged = change["sequence"]
        known = self.document["nodes"]
        touched = [fields for name, fields in change["patch"]["nodes"].items() if fields and name in known]
        if any("params" in fields or "resources" in fields for fields in touched):
            self.form += 1
        self._put(apply_change(self.document, change))

    def edit(self, document: Mapping[str, Any]) -> None:
        """Replace the document; the canvas shows it, and undo leads back."""
        self.revision += 1
        self._put(dict(document))

    def edit_node(self, node: str, **fields: Any) -> None:
        """Change fields of one node."""
        nodes = self.document["nodes"]
        self.edit({**self.document, "nodes": {**nodes, node: {**nodes[node], **fields}}})

    def _put(self, document: dict[str, Any]) -> None:
        self.document = document
        self._findings = None
        if not self.conflict:
            self.save(self.saved)

    def save(self, revision: int) -> None:
        """Save over ``revision``; a conflict or another error is kept to be shown."""
        if not self.can_write:
            return
        try:
            view = pipelines.save_draft(actor(), self.pipeline_id, self.pipeline(), revision)
        except InkstoneError as problem:
            self.problem = problem
            return
        self.problem = None
        self.saved, self.saved_at = view.revision, view.updated_at

    def take_theirs(self) -> None:
        """Give up what is not saved and show what the other one saved."""
        view = pipelines.get(actor(), self.pipeline_id)
        self.problem = None
        self.saved, self.saved_at = view.revision, view.updated_at
        self.document = view.document.model_dump(mode="json")
        self.revision += 1
        self.form += 1
        self._findings = None

    def keep_mine(self) -> None:
        """Save over what the other one saved."""
        self.problem = None
        self.save(pipelines.get(actor(), self.pipeline_id).revision)

    def copy(self) -> PipelineView:
        """Make a new pipeline of this document."""
        document = self.pipeline()
        named = document.model_copy(update={"name": w("copy_name", name=document.name)[:100]})
        return pipelines.create(actor(), named, self.template)

    def findings(self) -> Findings:
        """Return problems and expected tables, worked out once for each state of the document."""
        if self._findings is None:
            self._findings = _find(self.document)
        return self._findings


def _find(document: Mapping[str, Any]) -> Findings:
    try:
        pipeline = document_from(document)
        return Findings(pipelines.validate(actor(), pipeline), upstream.expected(actor(), pipeline))
    except InkstoneError as problem:
        return Findings([problem.as_dict()])


def open_draft(pipeline_id: str) -> Draft:
    """Return the pipeline as it stands in this tab; opened anew when it is another one, or newer in the database."""
    draft: Draft | None = st.session_state.get(_STATE)
    view = pipelines.get(actor(), pipeline_id)
    if draft is None or draft.pipeline_id != pipeline_id:
        draft = Draft.of(view)
        st.session_state[_STATE] = draft
    elif view.revision > draft.saved and draft.problem is None:
        draft.take_theirs()
    return draft


def current_draft() -> Draft:
    """Return the pipeline open in this tab."""
    draft: Draft = st.session_state[_STATE]
    return draft


def new_pipeline(document: Pipeline, template: str | None = None) -> None:
    """Make a pipeline and open it in the Designer."""
    view = pipelines.create(actor(), document, template)
    st.switch_page("pages/designer.py", query_params={"pipeline": view.id})
