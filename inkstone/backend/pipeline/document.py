"""The pipeline document: what a YAML file, the canvas and REST exchange. Pure data, no code.

Example::

    inkstone: 1
    name: my-classifier
    variables: {lr: 3.0e-4}
    nodes:
      read:
        component: data.read_table@1
        params: {source: "dataset:messages@1"}
      train:
        component: train.text_classification@1
        params: {learning_rate: "${lr}"}
        inputs: {train: split.train, dev: split.dev}
        position: [420, 80]
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.spec import Resources
from inkstone.components.texts import Text

NODE_ID = r"^[a-z][a-z0-9_]{0,39}$"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Node(_Part):
    """A node of the graph.

    Attributes:
        component: ``id@version``; without a version the newest.
        params: Parameters that differ from the defaults; a string ``${name}`` takes a variable.
        inputs: Input port to ``node.port`` (a list of them where the port takes many).
        title: The user's own name for the node.
        position: Canvas coordinates in pixels.
        enabled: A disabled node does not run; what hangs on its outputs counts as unconnected.
        ignore_cache: Always run it.
        resources: What it asks of the machine.
        note: A remark of the user.
    """

    component: str
    params: dict[str, Any] = {}
    inputs: dict[str, str | list[str]] = {}
    title: str | None = None
    position: tuple[float, float] | None = None
    enabled: bool = True
    ignore_cache: bool = False
    resources: Resources = Resources()
    note: str | None = None


class Binding(_Part):
    """Where a template takes a choice of the wizard (or of ``inkstone run``): ``node.param``, and what it switches on.

    Attributes:
        targets: Parameters that take the value, as ``node.param``.
        enables: Nodes that are enabled when the value is given.
    """

    targets: list[str]
    enables: list[str] = []


class Option(_Part):
    """A parameter that the wizard shows at once."""

    target: str = Field(description="node.param")
    title: Text | None = None


class TemplateInfo(_Part):
    """The story of a solution template.

    Attributes:
        category: Card group.
        summary: One or two sentences on the card.
        story: What problem it solves, what comes out; Markdown.
        icon: A Material symbol name, such as ``shield``.
        languages: Languages of the texts it is meant for.
        samples: Sample data files under ``assets/samples`` by language.
        bindings: ``data``, ``dev``, ``test``, ``text``, ``text_pair``, ``label``, ``encoder``, ``name``: where they go.
        options: What the wizard shows beside them.
        metrics_node: The node whose figures are the run's figures (those of the test rows).
        model_node: The node that registers the model.
        minutes: Expected minutes for the sample data on two cores.
    """

    category: str
    summary: Text
    story: Text
    icon: str = "category"
    languages: list[str] = ["zh", "en"]
    samples: dict[str, str] = {}
    bindings: dict[str, Binding]
    options: list[Option] = []
    metrics_node: str
    model_node: str
    minutes: float = 5


class Group(_Part):
    """A coloured frame on the canvas."""

    title: str
    nodes: list[str] = []
    color: str | None = None


class Note(_Part):
    """A sticky note on the canvas; it has no effect on runs.

    Attributes:
        text: What it says.
        position: Canvas coordinates in pixels.
        size: Width and height in pixels.
    """

    text: str = Field("", max_length=2000)
    position: tuple[float, float]
    size: tuple[float, float] = (200, 110)


class Pipeline(_Part):
    """A pipeline document.

    Attributes:
        inkstone: Version of this document's schema.
        name: Machine name.
        title: Name on the page.
        description: Free text.
        variables: Values that ``${name}`` takes.
        seed: Seed of the run unless the run names another.
        nodes: Node id to node.
        groups: Frames on the canvas.
        notes: Sticky notes on the canvas.
        template: Present in solution templates.
    """

    inkstone: Literal[1] = 1
    name: str = Field(min_length=1, max_length=100)
    title: Text | None = None
    description: str | None = None
    variables: dict[str, str | int | float | bool] = {}
    seed: int = 0
    nodes: dict[str, Node] = {}
    groups: list[Group] = []
    notes: list[Note] = []
    template: TemplateInfo | None = None
