"""Runs nodes as Ray tasks: on this machine, or on the cluster that ``INKSTONE_RAY_ADDRESS`` names."""

import logging
import math
import os
import shutil
from dataclasses import replace
from typing import Any

from inkstone.backend.runtime.errors import RAY_UNREACHABLE
from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.runtime.executors.local import LocalExecutor
from inkstone.backend.runtime.executors.sessions import session_folder
from inkstone.backend.runtime.failures import describe, is_lost
from inkstone.backend.runtime.job import NodeJob, NodeOutcome
from inkstone.backend.runtime.node import run_node
from inkstone.components.spec import Resources

_OBJECT_STORE_BYTES = 80 << 20  # everything big travels as files
_TRAINING_CPUS = 8  # more threads than that slow small encoders down


class RayExecutor:
    """Runs ready nodes side by side, each with its processors and GPUs.

    Without an address each run process has a Ray of its own, so that ending the process ends all of it. Nodes whose effect
    lies outside their outputs (``NodeJob.local``) run in the run process: registering a model needs no worker.
    """

    def __init__(self, run_id: str, demand: float = 0) -> None:
        """Prepare; Ray itself starts with the first node that needs it.

        Args:
            run_id: The run.
            demand: The most processors that one node of the run asks for; asking for more than there are slows a node
                down, it does not make it wait for ever.
        """
        self._run_id = run_id
        self._demand = demand
        self._local = LocalExecutor()
        self._jobs: dict[Any, NodeJob] = {}
        self._task: Any = None

    def submit(self, job: NodeJob) -> None:
        """Run a node when its processors and GPUs are free."""
        if job.local:
            self._local.submit(job)
            return
        task = self._task or self._start()
        resources = self._within_reach(allotted(job))
        # Ray Train's workers take the processors of a training with several workers; its node only waits for them.
        several = job.trains and resources.workers > 1
        options: dict[str, Any] = {
            "num_cpus": 0 if several else resources.cpus,
            "num_gpus": 0 if several else resources.gpus,
            "max_retries": 0,
            "name": job.node,
        }
        if resources.memory_gib:
            options["memory"] = int(resources.memory_gib * (1 << 30))
        self._jobs[task.options(**options).remote(replace(job, resources=resources))] = job

    def finished(self, timeout: float) -> list[NodeOutcome]:
        """Return the outcomes that came in."""
        if not self._jobs:
            return self._local.finished(timeout)
        import ray

        done, _ = ray.wait(list(self._jobs), num_returns=len(self._jobs), timeout=0)
        if not done:
            done, _ = ray.wait(list(self._jobs), num_returns=1, timeout=timeout)
        return [*(self._outcome(reference) for reference in done), *self._local.finished(0.001)]

    def kill(self, node: str) -> None:
        """End the worker that runs a node."""
        self._local.kill(node)
        import ray

        for reference, job in self._jobs.items():
            if job.node == node:
                ray.cancel(reference, force=True)

    def close(self) -> bool:
        """Shut this run's Ray down."""
        if self._task is not None:
            import ray

            ray.shutdown()
            self._task = None
            shutil.rmtree(session_folder(self._run_id), ignore_errors=True)
        return self._local.close()

    def _within_reach(self, resources: Resources) -> Resources:
        """Cut down what this machine does not have: on a cluster it may come, here the node would wait for ever."""
        import ray

        if os.environ.get("INKSTONE_RAY_ADDRESS"):
            return resources
        there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        memory = there.get("memory", 0.0) / (1 << 30)
        return resources.model_copy(
            update={
                "gpus": min(resources.gpus, there.get("GPU", 0.0)),
                "memory_gib": min(resources.memory_gib, memory) if resources.memory_gib and memory else None,
            }
        )

    def _outcome(self, reference: Any) -> NodeOutcome:
        import ray

        job = self._jobs.pop(reference)
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

    def _start(self) -> Any:
        import ray

        address = os.environ.get("INKSTONE_RAY_ADDRESS")
        try:
            if address:
                ray.init(address=address, namespace="inkstone", **_QUIET, runtime_env=_worker_environment())
            else:
                folder = session_folder(self._run_id)
                folder.mkdir(mode=0o700, exist_ok=True)
                ray.init(
                    address="local",
                    num_cpus=max(processors(), math.ceil(self._demand)),
                    include_dashboard=False,
                    object_store_memory=_OBJECT_STORE_BYTES,
                    _node_ip_address="127.0.0.1",
                    _temp_dir=str(folder),
                    **_QUIET,
                )
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise RAY_UNREACHABLE(problem=str(error).splitlines()[0][:300]) from error
        self._task = ray.remote(run_node)
        return self._task


_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": True}


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


def _worker_environment() -> dict[str, Any]:
    names = ("INKSTONE_HOME", "INKSTONE_DATABASE_URL", "INKSTONE_RUN", "HF_ENDPOINT", "HF_HOME")
    return {"env_vars": {name: os.environ[name] for name in names if name in os.environ}}
