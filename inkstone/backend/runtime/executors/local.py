"""Runs nodes in the run process, one at a time."""

import queue
import sys
from collections import deque
from dataclasses import replace
from threading import Thread

from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.runtime.job import NodeJob, NodeOutcome
from inkstone.backend.runtime.node import run_node


class LocalExecutor:
    """Runs each node in a thread, so that the loop of the run process goes on reading what it reports.

    A thread cannot be killed: a node that ignores a stop is abandoned, and ends with the process.
    """

    def __init__(self) -> None:
        self._waiting: deque[NodeJob] = deque()
        self._running: NodeJob | None = None
        self._abandoned: list[NodeJob] = []
        self._outcomes: queue.Queue[tuple[NodeJob, NodeOutcome]] = queue.Queue()

    def submit(self, job: NodeJob) -> None:
        """Run a node when those before it have ended."""
        cpus = job.resources.cpus or processors()
        self._waiting.append(replace(job, resources=job.resources.model_copy(update={"cpus": cpus})))
        self._start_next()

    def finished(self, timeout: float) -> list[NodeOutcome]:
        """Return the outcomes that came in."""
        found: list[NodeOutcome] = []
        try:
            while True:
                job, outcome = self._outcomes.get(timeout=timeout) if not found else self._outcomes.get_nowait()
                found.append(outcome)
                if job is self._running:
                    self._running = None
                    self._start_next()
        except queue.Empty:
            return found

    def kill(self, node: str) -> None:
        """Abandon a node, or take it out of the queue."""
        for job in [job for job in self._waiting if job.node == node]:
            self._waiting.remove(job)
            self._outcomes.put((job, NodeOutcome(node, "cancelled")))
        if self._running is not None and self._running.node == node:
            self._abandoned.append(self._running)
            self._outcomes.put((self._running, NodeOutcome(node, "cancelled")))

    def close(self) -> bool:
        """End the Ray that a training with several workers started; return whether no abandoned node runs on."""
        ray = sys.modules.get("ray")
        if ray is not None and not self._abandoned and ray.is_initialized():
            ray.shutdown()
        return not self._abandoned

    def _start_next(self) -> None:
        if self._running is None and self._waiting:
            self._running = self._waiting.popleft()
            Thread(target=self._run, args=(self._running,), daemon=True, name=f"node-{self._running.node}").start()

    def _run(self, job: NodeJob) -> None:
        outcome = run_node(job)
        if not any(job is abandoned for abandoned in self._abandoned):  # else it comes too late
            self._outcomes.put((job, outcome))
