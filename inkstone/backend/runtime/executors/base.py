"""The contract of an executor."""

import os
from typing import Protocol

from inkstone.backend.runtime.job import NodeJob, NodeOutcome


class Executor(Protocol):
    """Runs nodes somewhere. One thread, that of the run process's loop, calls all of it."""

    def submit(self, job: NodeJob) -> None:
        """Run a node as soon as there is room; the node itself reports when it starts."""

    def finished(self, timeout: float) -> list[NodeOutcome]:
        """Return the outcomes that came in, waiting up to ``timeout`` seconds for the first."""

    def kill(self, node: str) -> None:
        """End a node that does not end by itself; its outcome follows."""

    def close(self) -> bool:
        """Free everything; return False when something still runs that only the end of the process can stop."""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
