"""What the service returns: plain, typed, JSON-safe values. Rows of the database never leave it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from inkstone.backend.pipeline.document import Option, Pipeline
from inkstone.backend.states import NodeState, RunState
from inkstone.components.artifacts import ColumnInfo
from inkstone.components.texts import Text


class View(BaseModel):
    """A value that nobody changes."""

    model_config = ConfigDict(frozen=True)


class DatasetVersionView(View):
    """One immutable version of a dataset. ``reference`` is what ``data.read_table`` takes as ``source``.

    ``made`` tells of a version made here: ``how`` (``fixes`` or ``labels``), ``from`` (a version), ``by``, and how much.
    """

    id: str
    dataset_id: str
    name: str
    version: int
    reference: str
    created_at: datetime
    file_name: str
    bytes: int
    sha256: str
    rows: int
    columns: list[ColumnInfo]
    roles: dict[str, str]
    origin: dict[str, str]
    note: str
    made: dict[str, Any] | None = None
    licence: str = ""
    reused: bool = False


class DatasetView(View):
    """A dataset with its newest version."""

    id: str
    name: str
    description: str
    created_at: datetime
    owner_id: str | None
    versions: int
    latest: DatasetVersionView
    can_write: bool


class JobView(View):
    """Long work on a dataset version, done by a process of its own: ``none`` when nobody asked for it yet.

    ``done`` of ``total`` tells how far it is while it runs; ``result`` is there once it is ``done``. ``reference`` names the
    version it works on: ask with it, because a bare name means the newest version, which may be another by then.
    """

    kind: str
    reference: str | None = None
    state: Literal["none", "running", "done", "failed", "stopped"]
    done: float = 0
    total: float = 0
    seconds: float | None = None
    stopping: bool = False
    error: dict[str, Any] | None = None
    result: Any = None


class PredictionView(View):
    """The prediction of a file: ``done`` of ``total`` rows while it runs; ``rows`` are there once it is ``done``.

    One that was accepted ``waits`` until there is room, or until the process that worked on it has been replaced.
    """

    key: str
    model: str
    file_name: str
    format: str
    state: Literal["waiting", "running", "done", "failed", "stopped"]
    done: float = 0
    total: float = 0
    rows: int | None = None
    error: dict[str, Any] | None = None
    user: str
    at: datetime


class LabelView(View):
    """What a person said about a row: its classes or, of the kind ``spans``, the spans in its text.

    No labels, or ``spans`` being None: the row was skipped. No spans: the text holds none.
    """

    row: int
    labels: list[str]
    kind: Literal["class", "spans"] = "class"
    spans: list[dict[str, Any]] | None = None
    by: str
    at: datetime
    undone_at: datetime | None


class QueueRow(View):
    """A row to label: what it holds, and what a model thinks of it where one was asked."""

    row: int
    values: dict[str, Any]
    labels: list[str]
    suggestion: str | None = None
    confidence: float | None = None


class LabelQueue(View):
    """The rows to label next, the classes to choose from, and how far the labelling is."""

    rows: list[QueueRow]
    classes: list[str]
    labelled: int
    skipped: int
    unlabelled: int
    total: int


class LabelRound(View):
    """The texts that a run's model picked to be labelled next, and the labels that people gave to them so far.

    ``job`` tells how far picking is; ``rows`` are there once it is ``done``. ``dataset`` is the version they stand in, ``text``
    its text column. ``given``: row to labels, none for one that was skipped.
    """

    run: str
    job: JobView
    dataset: str | None = None
    model: str | None = None
    text: str | None = None
    rows: list[QueueRow] = []
    given: dict[int, list[str]] = {}
    classes: list[str] = []

    @property
    def labelled(self) -> int:
        """How many have a label."""
        return sum(bool(labels) for labels in self.given.values())


class Preview(View):
    """Some rows of a table. ``positions`` are their ``_row`` numbers; ``total`` counts what the search found."""

    columns: list[str]
    rows: list[list[Any]]
    positions: list[int]
    total: int


class TemplateView(View):
    """A solution template as its card and wizard need it."""

    name: str
    title: Text
    category: str
    icon: str
    summary: Text
    story: Text
    languages: list[str]
    samples: dict[str, str]
    bindings: list[str]
    options: list[Option]
    minutes: float
    own: bool


class ComponentView(View):
    """A component of the palette; ``spec`` is what ``Component.describe`` gives."""

    id: str
    key: str
    category: str
    title: Text
    summary: Text
    spec: dict[str, Any]


class PipelineView(View):
    """A pipeline and its draft."""

    id: str
    name: str
    template: str | None
    revision: int
    created_at: datetime
    updated_at: datetime
    owner_id: str | None
    versions: int
    can_write: bool
    document: Pipeline


class PipelineVersionView(View):
    """An immutable version of a pipeline; those with a name were saved by a user."""

    id: str
    pipeline_id: str
    number: int
    name: str | None
    description: str
    created_at: datetime
    document: Pipeline


class ParameterChange(View):
    """A parameter (or other field of a node) that differs between two versions."""

    node: str
    field: str
    before: Any = None
    after: Any = None


class PipelineDiff(View):
    """What differs between two versions of a pipeline."""

    added: list[str]
    removed: list[str]
    changed: list[ParameterChange]


class RunView(View):
    """A run as the lists show it. ``metrics`` holds the latest value of each final figure (``test/...``, ``dev/...``).

    ``starred`` is the asker's own star; ``held``: it waits in the queue until someone lets it go.
    """

    id: str
    name: str
    state: RunState
    template: str | None
    pipeline_id: str
    pipeline_version: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    launcher: str
    owner_id: str | None
    parent_id: str | None
    stop_requested: bool
    options: dict[str, Any]
    error: dict[str, Any] | None
    metrics: dict[str, float | None]
    can_write: bool
    tags: list[str] = []
    note: str = ""
    starred: bool = False
    held: bool = False


class NodeView(View):
    """A node of a run."""

    node: str
    component: str
    title: str | None
    position: int
    state: NodeState
    reason: Text | None
    error: dict[str, Any] | None
    progress: dict[str, Any] | None
    started_at: datetime | None
    ended_at: datetime | None
    seconds: float | None
    outputs: list[str]


class ModelVersionView(View):
    """An immutable version of a model."""

    id: str
    model_id: str
    name: str
    version: int
    reference: str
    stage: str
    created_at: datetime
    sha256: str
    bytes: int
    task: str
    run_id: str | None
    node: str | None
    metrics: dict[str, float]
    note: Text | None
    labels: list[str]


class ModelView(View):
    """A model with its newest version."""

    id: str
    name: str
    description: str
    created_at: datetime
    owner_id: str | None
    versions: int
    latest: ModelVersionView
    can_write: bool


class RunDetail(View):
    """All that the page of a run shows at once. ``metrics``: node to figure to latest value."""

    run: RunView
    nodes: list[NodeView]
    metrics: dict[str, dict[str, float | None]]
    model: ModelVersionView | None
    document: Pipeline


class NodeResult(View):
    """A node in the summary of a run."""

    id: str
    component: str
    state: NodeState
    seconds: float | None


class RunResult(View):
    """What ``inkstone run --json`` prints."""

    run: str
    state: RunState
    seconds: float | None
    metrics: dict[str, Any]
    model: str | None
    nodes: list[NodeResult]


class Series(View):
    """A curve: ``points`` are (step, value, epoch); ``total`` counts the points before thinning."""

    node: str
    name: str
    points: list[tuple[int, float | None, float | None]]
    total: int


class ArtifactView(View):
    """What a node gave on a port."""

    id: str
    node: str
    port: str
    type: str
    bytes: int
    sha256: str
    created_at: datetime


class Scored(View):
    """A label with its score.

    Attributes:
        label: The label.
        score: Its score.
        decision: On the first label of a text, where the model has a policy: ``pass``, ``review`` (a person must look: there is
            no decision) or ``block``.
        threshold: The threshold that decided.
    """

    label: str
    score: float
    decision: Literal["pass", "review", "block"] | None = None
    threshold: float | None = None
