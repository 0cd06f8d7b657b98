"""The contract of a component: Component, Port, typed parameters and Context.

A component is one small module that holds ``SPEC``, a frozen :class:`Component`, and one function
``run(ctx, inputs, params) -> outputs``. The form in the panel, the YAML schema, the command line's help, OpenAPI
and the docs page all derive from the spec. Heavy libraries are imported inside ``run``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.texts import Text

if TYPE_CHECKING:
    from inkstone.components.artifacts import Artifact, Table
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.task import Task


class PortType(StrEnum):
    """What travels along an edge of the canvas. Each is a folder on disk, see ``components.artifacts``."""

    TABLE = "table"
    MODEL = "model"
    ENCODER = "encoder"
    CORPUS = "corpus"
    METRICS = "metrics"
    REPORT = "report"
    LEXICON = "lexicon"
    FILE = "file"
    REGISTERED_MODEL = "registered_model"


class Category(StrEnum):
    """A group of the palette; one folder of ``inkstone/components`` each."""

    DATA = "data"
    TEXT = "text"
    TRAIN = "train"
    PRETRAIN = "pretrain"
    FEWSHOT = "fewshot"
    TAG = "tag"
    COMPRESS = "compress"
    EVALUATE = "evaluate"
    COMPARE = "compare"
    PREDICT = "predict"
    DELIVER = "deliver"


class Port(BaseModel):
    """An input or output of a component.

    Attributes:
        name: The name used in YAML, such as ``train``.
        type: What it carries.
        title: Shown beside the port.
        optional: For an input: may stay unconnected. For an output: may stay absent.
        many: For an input: takes any number of edges and arrives as a list.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: PortType
    title: Text
    optional: bool = False
    many: bool = False


class Params(BaseModel):
    """Base of every component's parameters. Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


ParamKind = Literal[
    "plain", "dataset", "column", "columns", "encoder", "model", "metric", "multiline", "seed", "lexicon"
]


class SearchRange(BaseModel):
    """Where a search for better settings looks, narrower than what is allowed.

    Attributes:
        low: Smallest value tried; None where ``values`` are given.
        high: Largest value tried.
        log: Tried evenly over the logarithm, as learning rates are.
        values: The values to choose among.
        chosen: Searched unless the user names parameters; others are searched only when named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float | None = None
    high: float | None = None
    log: bool = False
    values: tuple[bool | int | float | str, ...] = ()
    chosen: bool = False


def between(low: float, high: float, *, log: bool = False, chosen: bool = False) -> SearchRange:
    """Return the range from ``low`` to ``high``, both included."""
    return SearchRange(low=low, high=high, log=log, chosen=chosen)


def among(*values: bool | int | float | str, chosen: bool = False) -> SearchRange:
    """Return the choice among some values."""
    return SearchRange(values=values, chosen=chosen)


def param(
    default: Any = ...,
    *,
    title: Text,
    help: Text,
    impact: Literal[0, 1, 2, 3] = 1,
    common: bool = False,
    unit: Text | None = None,
    kind: ParamKind = "plain",
    suggestion: Any = None,
    reason: Text | None = None,
    choices: Mapping[str, Text] | None = None,
    fingerprint: bool = True,
    search: SearchRange | None = None,
    **bounds: Any,
) -> Any:
    """Declare one typed parameter of a component.

    Args:
        default: Its default; ``...`` for a required one.
        title: Its name on the page.
        help: One or two sentences: what it does and when to change it.
        impact: How much it matters for the result: 0 none, 3 decisive.
        common: Shown at once; otherwise folded under *Advanced*.
        unit: Such as "tokens" or "seconds".
        kind: What picker the page shows. ``column``: a column of the first table input; ``dataset``: a reference
            ``dataset:NAME@VERSION``, ``sample:FILE``; ``encoder``: a shipped or hub name, or a local folder; ``lexicon``: a
            reference ``lexicon:NAME@VERSION``, ``sample:FILE``; ``seed``: filled from the run's seed when None.
        suggestion: A value worth trying beside the default.
        reason: Why that suggestion.
        choices: For a Literal type: the text of each choice.
        fingerprint: False for parameters that cannot change the result (such as the number of workers).
        search: Where a search looks for a better value; None for parameters that are not worth searching.
        **bounds: ``ge``, ``le``, ``gt``, ``lt``, ``min_length``, ``max_length``, ``pattern`` as in Pydantic.
    """
    extra: dict[str, Any] = {
        "title_text": title.model_dump(),
        "help_text": help.model_dump(),
        "impact": impact,
        "common": common,
        "unit": unit.model_dump() if unit else None,
        "kind": kind,
        "suggestion": suggestion,
        "reason": reason.model_dump() if reason else None,
        "choices": {key: value.model_dump() for key, value in choices.items()} if choices else None,
        "fingerprint": fingerprint,
        "search": search.model_dump(mode="json") if search else None,
    }
    return Field(default, json_schema_extra=extra, **bounds)


class Resources(BaseModel):
    """What one node asks of the machine or the cluster. Belongs to the node, not to the component's parameters.

    Attributes:
        workers: Data-parallel training processes; only training components use more than one.
        cpus: Processors of each worker (or of the node).
        gpus: GPUs of each worker; 0 runs on processors.
        memory_gib: Memory limit in GiB; None sets none.
        timeout_minutes: Minutes after which the node fails; None sets none.
        retries: How often a node is tried again after a lost worker or an unexpected end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workers: int = Field(1, ge=1, le=64)
    cpus: float = Field(0, ge=0, le=256, description="0: whatever the executor has free")
    gpus: float = Field(0, ge=0, le=64)
    memory_gib: float | None = Field(None, gt=0)
    timeout_minutes: float | None = Field(None, gt=0)
    retries: int = Field(0, ge=0, le=10)


class Component(BaseModel):
    """The frozen spec of a component.

    Attributes:
        id: Dotted name such as ``train.text_classification``; the first part is the category.
        version: Rises when the meaning of parameters or outputs changes. Part of every fingerprint.
        title: Name on the palette.
        summary: One line on the palette.
        inputs: Input ports, in the order shown.
        outputs: Output ports, in the order shown.
        params: The Pydantic model of the parameters.
        trains: It calls ``ctx.fit``; workers, GPUs, stop, resume and *continue* apply.
        cacheable: False for components whose effect lies outside their outputs (such as registering a model).
        keywords: Further search words of the palette, any language.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    version: int = Field(1, ge=1)
    title: Text
    summary: Text
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    params: type[Params] = Params
    trains: bool = False
    cacheable: bool = True
    keywords: tuple[str, ...] = ()

    @property
    def category(self) -> Category:
        """The palette group."""
        return Category(self.id.split(".", 1)[0])

    @property
    def key(self) -> str:
        """The versioned id, such as ``train.text_classification@1``."""
        return f"{self.id}@{self.version}"

    def input(self, name: str) -> Port | None:
        """Return the input port called ``name``, or None."""
        return next((port for port in self.inputs if port.name == name), None)

    def output(self, name: str) -> Port | None:
        """Return the output port called ``name``, or None."""
        return next((port for port in self.outputs if port.name == name), None)

    def describe(self) -> dict[str, Any]:
        """Return the spec as JSON-safe data: what REST, the canvas, the docs and the registry snapshot show."""
        schema = self.params.model_json_schema()
        return {
            "id": self.id,
            "version": self.version,
            "key": self.key,
            "category": self.category.value,
            "title": self.title.model_dump(),
            "summary": self.summary.model_dump(),
            "inputs": [port.model_dump(mode="json") for port in self.inputs],
            "outputs": [port.model_dump(mode="json") for port in self.outputs],
            "params": schema.get("properties", {}),
            "definitions": schema.get("$defs", {}),
            "trains": self.trains,
            "cacheable": self.cacheable,
            "keywords": list(self.keywords),
        }


@dataclass(frozen=True)
class Source:
    """Where a dataset reference leads.

    Attributes:
        path: The uploaded file (or folder of files), as it came.
        name: The name it was uploaded under; its ending is not to be trusted.
        table: The folder of the table parsed at upload with default options, if there is one.
    """

    path: Path
    name: str
    table: Path | None = None


class Context(Protocol):
    """What a running component may ask of its surroundings. The runtime implements it."""

    node: str
    seed: int
    resources: Resources

    def output(self, port: str) -> Path:
        """Return the new, empty folder that becomes the artifact of an output port."""

    def scratch(self) -> Path:
        """Return a folder that is thrown away when the node has ended."""

    def kept(self) -> Path:
        """Return a folder that stays when the node is stopped or killed, for work that a resumed run need not do again."""

    def source(self, reference: str) -> Source:
        """Resolve a parameter of kind ``dataset``."""

    def encoder(self, reference: str) -> Path:
        """Resolve a parameter of kind ``encoder`` to a local folder in Hugging Face format (never ``scratch``)."""

    def log(self, message: str | Text, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        """Write a line to the log of the run."""

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        """Report a value of a live curve or a final figure, such as ``test/macro_f1``."""

    def progress(self, done: float, total: float, message: Text | None = None) -> None:
        """Report how far the node is; the runtime derives the remaining time. Also checks for a stop."""

    def check_cancelled(self) -> None:
        """Raise ``Cancelled`` when the user asked for a stop. Call it at least once a second."""

    def fit(self, task: "Task", train: "Table", dev: "Table | None", settings: "FitSettings") -> "FitResult":
        """Train ``task``: the runtime decides where, and with how many workers."""

    def register_model(self, name: str, folder: Path, metrics: Mapping[str, float], note: Text | None = None) -> str:
        """Copy a model folder into the registry and return its ``NAME@VERSION``."""

    def deploy_model(self, reference: str, name: str) -> str:
        """Let a registered ``NAME@VERSION`` answer requests under a name; return the name as it is kept."""


class Run(Protocol):
    """The function that a component module calls ``run``."""

    def __call__(self, ctx: Context, inputs: Mapping[str, Any], params: Any) -> Mapping[str, "Artifact"]:
        """Run the component.

        Args:
            ctx: Its surroundings.
            inputs: Port name to artifact (a list where the port takes many; absent where optional and unconnected).
            params: The validated parameters.

        Returns:
            Port name to artifact, each made in ``ctx.output(port)``.
        """
