"""Runs nodes as Ray tasks: on this machine, or on the cluster that ``INKSTONE_RAY_ADDRESS`` names."""

import os
from dataclasses import replace
from typing import Any

from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.runtime.executors.cluster import Cluster
from inkstone.backend.runtime.executors.local import LocalExecutor
from inkstone.backend.runtime.executors.sessions import ADDRESS
from inkstone.backend.runtime.failures import describe, is_lost
from inkstone.backend.runtime.job import NodeJob, NodeOutcome
from inkstone.backend.runtime.node import run_node
from inkstone.components.spec import Resources

_TRAINING_CPUS = 8  # more threads than that slow small encoders down


class RayExecutor:
    """Runs ready nodes side by side, each with its processors and GPUs.

    Some nodes run in the run process all the same: those whose effect lies outside their outputs (``NodeJob.local``), for
    registering a model needs no worker; and light ones as long as Ray is still starting, which takes seconds.
    """

    def __init__(self, run_id: str, demand: float = 0) -> None:
        """Prepare; Ray itself starts with the first node that needs it.

        Args:
            run_id: The run.
            demand: The most processors that one node of the run asks for.
        """
        self._cluster = Cluster(run_id, demand)
        self._local = LocalExecutor()
        self._waiting: list[NodeJob] = []
        self._running: dict[Any, NodeJob] = {}

    def submit(self, job: NodeJob) -> None:
        """Run a node when its processors and GPUs are free."""
        if not job.local:
            self._cluster.start()
        if job.local or (not self._cluster.ready and _is_light(job)):
            self._local.submit(job)
        else:
            self._waiting.append(job)

    def finished(self, timeout: float) -> list[NodeOutcome]:
        """Return the outcomes that came in."""
        failed = self._send()
        if failed or not self._running:
            return [*failed, *self._local.finished(0.001 if failed else timeout)]
        import ray

        done, _ = ray.wait(list(self._running), num_returns=len(self._running), timeout=0)
        if not done:
            done, _ = ray.wait(list(self._running), num_returns=1, timeout=timeout)
        return [*(self._outcome(reference) for reference in done), *self._local.finished(0.001)]

    def kill(self, node: str) -> None:
        """End the worker that runs a node."""
        self._local.kill(node)
        for reference, job in self._running.items():
            if job.node == node:
                import ray

                ray.cancel(reference, force=True)

    def close(self) -> bool:
        """Shut this run's Ray down."""
        ended = self._cluster.stop()
        return self._local.close() and ended

    def _send(self) -> list[NodeOutcome]:
        """Hand the waiting nodes to Ray once it is there; if it cannot start, they fail."""
        stopped = [job for job in self._waiting if (job.run_folder / "stop").exists()]
        if stopped:
            self._waiting.clear()
            return [NodeOutcome(job.node, "cancelled") for job in stopped]
        if not self._cluster.ready:
            return []
        jobs, self._waiting = self._waiting, []
        error = self._cluster.error
        if error is not None:
            return [NodeOutcome(job.node, "failed", error=replace(error, node=job.node).as_dict()) for job in jobs]
        for job in jobs:
            self._running[_remote(job)] = job
        return []

    def _outcome(self, reference: Any) -> NodeOutcome:
        import ray

        job = self._running.pop(reference)
        try:
            outcome: NodeOutcome = ray.get(reference)
        except ray.exceptions.TaskCancelledError:
            return NodeOutcome(job.node, "cancelled")
        except ray.exceptions.RayError as error:
            if (job.run_folder / "stop").exists():
                return NodeOutcome(job.node, "cancelled", traceback=str(error))
            told = describe(error, job.node)
            return NodeOutcome(job.node, "failed", error=told.as_dict(), traceback=str(error), lost=is_lost(error))
        return outcome


def allotted(job: NodeJob) -> Resources:
    """Return the resources of a job with its processors decided.

    Training takes all of them (eight at most), or its share of them for each of several workers; other nodes take one.
    """
    resources = job.resources
    if resources.cpus:
        return resources
    share = processors() // (resources.workers if job.trains else 1)
    cpus = min(max(1, share), _TRAINING_CPUS) if job.trains else 1
    return resources.model_copy(update={"cpus": float(cpus)})


def _is_light(job: NodeJob) -> bool:
    resources = job.resources
    return not (job.trains or resources.gpus or resources.memory_gib or resources.retries)


def _remote(job: NodeJob) -> Any:
    """Start the Ray task of a node; return its reference."""
    import ray

    resources = _within_reach(allotted(job))
    # Ray Train's workers take the processors of a training with several workers; its node only waits for them.
    several = job.trains and resources.workers > 1
    options: dict[str, Any] = {
        "num_cpus": 0 if several else resources.cpus,
        "num_gpus": 0 if several else resources.gpus,
        "max_retries": 0,  # Execution counts attempts
        "name": job.node,
    }
    if resources.memory_gib:
        options["memory"] = int(resources.memory_gib * (1 << 30))
    return ray.remote(run_node).options(**options).remote(replace(job, resources=resources))


def _within_reach(resources: Resources) -> Resources:
    """Cut down what this machine does not have: on a cluster it may come, here the node would wait for ever."""
    import ray

    if os.environ.get(ADDRESS):
        return resources
    there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    memory = there.get("memory", 0.0) / (1 << 30)
    return resources.model_copy(
        update={
            "gpus": min(resources.gpus, there.get("GPU", 0.0)),
            "memory_gib": min(resources.memory_gib, memory) if resources.memory_gib and memory else None,
        }
    )
