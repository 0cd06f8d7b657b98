"""What happens in a run: typed, numbered events. Workers report them, the run process alone writes them.

``runs/RUN/events.jsonl`` holds one event a line and is the source of logs, curves and states; the database indexes it.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from inkstone.backend.states import NodeState, RunState
from inkstone.components.texts import Text


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)

    seq: int = Field(0, description="Set by the run process: 1, 2, 3, ... within the run; resume goes on counting")
    time: float = Field(0.0, description="Seconds since the epoch, set by the run process")
    node: str | None = None


class RunStateEvent(_Event):
    """The run changed its state."""

    kind: Literal["run_state"] = "run_state"
    state: RunState
    error: dict[str, Any] | None = None


class NodeStateEvent(_Event):
    """A node changed its state."""

    kind: Literal["node_state"] = "node_state"
    state: NodeState
    error: dict[str, Any] | None = None
    reason: Text | None = Field(None, description="Why the cache was hit or missed, why the node was skipped")
    seconds: float | None = None


class LogEvent(_Event):
    """A line of the log."""

    kind: Literal["log"] = "log"
    level: Literal["debug", "info", "warning", "error"] = "info"
    message: Text


class MetricEvent(_Event):
    """A value of a curve or a final figure."""

    kind: Literal["metric"] = "metric"
    name: str
    value: float | None = Field(description="None stands for NaN and infinities")
    step: int = 0
    epoch: float | None = None


class ProgressEvent(_Event):
    """How far a node is."""

    kind: Literal["progress"] = "progress"
    done: float
    total: float
    eta_seconds: float | None = None
    message: Text | None = None


class ArtifactEvent(_Event):
    """A node stored an output."""

    kind: Literal["artifact"] = "artifact"
    port: str
    artifact: str = Field(description="Opaque id in the artifact store")
    type: str


Event = Annotated[
    RunStateEvent | NodeStateEvent | LogEvent | MetricEvent | ProgressEvent | ArtifactEvent, Field(discriminator="kind")
]
event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
