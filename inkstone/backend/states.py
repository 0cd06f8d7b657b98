"""States of runs and nodes: one enum each, one function that allows a change."""

from enum import StrEnum


class RunState(StrEnum):
    """State of a run."""

    QUEUED = "QUEUED"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    CANCELLING = "CANCELLING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    LOST = "LOST"

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self in {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED, RunState.LOST}


class NodeState(StrEnum):
    """State of a node of a run."""

    PENDING = "PENDING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    CACHED = "CACHED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"

    @property
    def is_final(self) -> bool:
        """Whether the node has ended."""
        return self not in {NodeState.PENDING, NodeState.WAITING, NodeState.RUNNING}


_R, _N = RunState, NodeState
# A final run goes back to QUEUED by resume alone.
_RUN_CHANGES: dict[RunState, set[RunState]] = {
    _R.QUEUED: {_R.STARTING, _R.CANCELLED, _R.FAILED, _R.LOST},
    _R.STARTING: {_R.RUNNING, _R.CANCELLING, _R.FAILED, _R.LOST},
    _R.RUNNING: {_R.CANCELLING, _R.SUCCEEDED, _R.FAILED, _R.LOST},
    _R.CANCELLING: {_R.CANCELLED, _R.SUCCEEDED, _R.FAILED, _R.LOST},
    _R.SUCCEEDED: set(),
    _R.FAILED: {_R.QUEUED},
    _R.CANCELLED: {_R.QUEUED},
    _R.LOST: {_R.QUEUED},
}
_NODE_CHANGES: dict[NodeState, set[NodeState]] = {
    _N.PENDING: {_N.WAITING, _N.RUNNING, _N.CACHED, _N.SKIPPED, _N.CANCELLED, _N.FAILED},
    _N.WAITING: {_N.RUNNING, _N.CACHED, _N.SKIPPED, _N.CANCELLED, _N.FAILED},
    _N.RUNNING: {_N.SUCCEEDED, _N.FAILED, _N.CANCELLED, _N.WAITING},
    _N.SUCCEEDED: {_N.PENDING},
    _N.CACHED: {_N.PENDING},
    _N.FAILED: {_N.PENDING},
    _N.CANCELLED: {_N.PENDING},
    _N.SKIPPED: {_N.PENDING},
}


def may_change(old: RunState | NodeState, new: RunState | NodeState) -> bool:
    """Return whether a run or a node may go from ``old`` to ``new``."""
    if isinstance(old, RunState):
        return new in _RUN_CHANGES[old]
    return new in _NODE_CHANGES[old]
