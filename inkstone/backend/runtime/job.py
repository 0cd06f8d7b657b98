"""What travels between the run process and the place where a node runs."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from inkstone.components.spec import Resources


@dataclass(frozen=True)
class NodeJob:
    """One execution of one node: plain values, so that it reaches any process or machine.

    Attributes:
        run_id: The run.
        run_folder: ``runs/RUN``.
        node: Id of the node.
        component: Versioned id of its component.
        params: Validated parameters, as JSON.
        inputs: Input port to the folders of its artifacts.
        seed: The seed of the run.
        resources: What the node gets; ``cpus`` is what the executor really gives it.
        continue_from: Checkpoints of the training that is continued.
        local: It runs in the run process whatever the executor, because its effect lies outside its outputs.
        trains: Its component calls ``ctx.fit``.
    """

    run_id: str
    run_folder: Path
    node: str
    component: str
    params: dict[str, Any]
    inputs: dict[str, list[Path]]
    seed: int
    resources: Resources
    continue_from: Path | None = None
    local: bool = False
    trains: bool = False

    @property
    def folder(self) -> Path:
        """``runs/RUN/nodes/NODE``."""
        return self.run_folder / "nodes" / self.node


@dataclass(frozen=True)
class StoredOutput:
    """An output that lies in the artifact store."""

    port: str
    type: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class NodeOutcome:
    """How a node ended.

    Attributes:
        node: Id of the node.
        state: How.
        outputs: What it stored.
        error: An ``InkstoneError`` as data.
        traceback: For the log of the run process; never shown to a user.
        lost: The process that ran it disappeared; the same job may succeed elsewhere.
    """

    node: str
    state: Literal["succeeded", "failed", "cancelled"]
    outputs: list[StoredOutput] = field(default_factory=list)
    error: dict[str, Any] | None = None
    traceback: str | None = None
    lost: bool = False
