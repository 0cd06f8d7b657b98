"""The loop of the run process: which node runs next, what came back, whether to stop."""

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.fingerprint import FORCED, FRESH_RUN, IGNORE_CACHE, Fingerprint, fingerprint, with_seed
from inkstone.backend.pipeline.parameters import validated
from inkstone.backend.pipeline.plan import Plan
from inkstone.backend.runtime import caching
from inkstone.backend.runtime.errors import (
    ABSENT_INPUT,
    NODE_TIMEOUT,
    RETRYING,
    STOPPED,
    STOPPING,
    UPSTREAM_FAILED,
)
from inkstone.backend.runtime.events_file import Spool, run_folder
from inkstone.backend.runtime.executors.base import Executor
from inkstone.backend.runtime.failures import describe
from inkstone.backend.runtime.job import NodeJob, NodeOutcome
from inkstone.backend.runtime.journal import Journal
from inkstone.backend.runtime.references import digests
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, Run
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import Component, Params, PortType
from inkstone.components.texts import Text

TICK = 0.2
GRACE = 15.0
"""Seconds that a node has to obey a stop before it is ended."""
_ASK_DATABASE = 1.0


@dataclass
class _Stop:
    """What is known of stops: when the run's was seen, and when a node's time was over."""

    since: float | None = None
    late: dict[str, float] = field(default_factory=dict)
    killed: set[str] = field(default_factory=set)
    asked: float = 0.0


class Execution:
    """Carries one plan out."""

    def __init__(
        self,
        run_id: str,
        document: Pipeline,
        plan: Plan,
        *,
        options: dict[str, Any],
        journal: Journal,
        executor: Executor,
    ) -> None:
        self.run_id = run_id
        self.folder = run_folder(run_id)
        self.document = document
        self.plan = plan
        self.options = options
        self.seed = int(options["seed"]) if options.get("seed") is not None else document.seed
        self.journal = journal
        self.executor = executor
        self.spool = Spool(self.folder)
        self.store = ArtifactStore()
        self.pending = list(plan.order)
        self.running: dict[str, NodeJob] = {}
        self.ended: dict[str, NodeState] = {}
        self.outputs: dict[str, dict[str, Artifact]] = {}
        self.prints: dict[str, Fingerprint] = {}
        self.attempts: dict[str, int] = {}
        self.errors: list[dict[str, Any]] = []
        self.stop = _Stop()

    def run(self) -> RunState:
        """Run until every node has ended; return how the run ended."""
        self.spool.clear()
        while self.pending or self.running:
            self._heed_stop()
            self._start_ready()
            for outcome in self.executor.finished(TICK) if self.running else []:
                self._take(outcome)
            self.journal.take(self.spool.read())
            self.journal.flush()
            self._heed_time_limits()
        if self.stop.since is not None and NodeState.CANCELLED in self.ended.values():
            return RunState.CANCELLED
        return RunState.FAILED if self.errors else RunState.SUCCEEDED

    # Starting nodes

    def _start_ready(self) -> None:
        """Start, skip or take from the cache every node whose predecessors have ended."""
        moved = True
        while moved:
            moved = False
            for node in list(self.pending):
                needs = self.plan.needs(node)
                if needs <= self.ended.keys():
                    self.pending.remove(node)
                    self._begin(node, needs)
                    moved = True

    def _begin(self, node: str, needs: set[str]) -> None:
        bad = [need for need in self.plan.order if need in needs and self.ended[need] not in _GOOD]
        if self.stop.since is not None:
            self._end(node, NodeState.CANCELLED, reason=STOPPED)
        elif bad:
            self._end(node, NodeState.SKIPPED, reason=UPSTREAM_FAILED.format(node=bad[0]))
        else:
            try:
                self._cache_or_submit(node)
            except InkstoneError as error:
                self._fail(node, describe(error, node).as_dict())

    def _cache_or_submit(self, node: str) -> None:
        component = find(self.document.nodes[node].component).spec
        params = with_seed(component, validated(component, self.document.nodes[node].params, node), self.seed)
        inputs = self._inputs(node, component)
        continued = self._continued(node)
        new = fingerprint(
            component,
            params,
            inputs={port: [artifact.sha256 for artifact in artifacts] for port, artifacts in inputs.items()},
            references=digests(component, params),
            seed=self.seed,
            continued=continued["fingerprint"] if continued else None,
        )
        self.prints[node] = new
        with session() as opened:
            decision = caching.decide(opened, self.run_id, node, component, new, must_run=self._must_run(node))
        caching.remember(self.run_id, node, new)
        if decision.artifacts is not None:
            self.outputs[node] = {artifact.port: artifact for artifact in decision.artifacts}
            self.journal.take(event.model_copy(update={"node": node}) for event in caching.figures(decision.artifacts))
            self._end(node, NodeState.CACHED, reason=decision.reason, artifacts=decision.artifacts)
            return
        job = self._job(node, component, params, inputs, continued)
        self.journal.node_state(node, NodeState.WAITING, reason=decision.reason, artifacts=[], fingerprint=new.digest)
        (job.folder / "stop").unlink(missing_ok=True)
        self.executor.submit(job)
        self.running[node] = job

    def _inputs(self, node: str, component: Component) -> dict[str, list[Artifact]]:
        """Return the artifacts of each input; an optional output that was not given leaves its edge unconnected."""
        found = {}
        for port, edges in self.plan.edges[node].items():
            artifacts = [self.outputs[edge.node].get(edge.port) for edge in edges]
            given = [artifact for artifact in artifacts if artifact is not None]
            if given:
                found[port] = given
        absent = [port.name for port in component.inputs if not port.optional and port.name not in found]
        if absent:
            raise ABSENT_INPUT(node=node, at=absent[0])
        return found

    def _job(
        self,
        node: str,
        component: Component,
        params: Params,
        inputs: dict[str, list[Artifact]],
        continued: dict[str, str] | None,
    ) -> NodeJob:
        return NodeJob(
            run_id=self.run_id,
            run_folder=self.folder,
            node=node,
            component=component.key,
            params=params.model_dump(mode="json"),
            inputs={port: [self.store.path(item.sha256) for item in items] for port, items in inputs.items()},
            seed=self.seed,
            resources=self.document.nodes[node].resources,
            continue_from=_checkpoints(continued) if continued else None,
            local=not component.trains and _reaches_out(component),
            trains=component.trains,
        )

    def _continued(self, node: str) -> dict[str, str] | None:
        found: dict[str, str] | None = self.options.get("continued", {}).get(node)
        return found

    def _must_run(self, node: str) -> Text | None:
        if self.options.get("fresh"):
            return FRESH_RUN
        if self.document.nodes[node].ignore_cache:
            return IGNORE_CACHE
        return FORCED if node in self.plan.forced else None

    # Ending nodes

    def _take(self, outcome: NodeOutcome) -> None:
        job = self.running.pop(outcome.node)
        node = job.node
        self.journal.take(self.spool.read())  # what it said comes before how it ended
        if outcome.traceback:
            print(outcome.traceback, file=sys.stderr, flush=True)
        if outcome.state == "succeeded":
            digest = self.prints[node].digest
            made = [
                Artifact(fingerprint=digest, port=item.port, type=item.type, sha256=item.sha256, bytes=item.bytes)
                for item in outcome.outputs
            ]
            self.outputs[node] = {artifact.port: artifact for artifact in made}
            self._end(node, NodeState.SUCCEEDED, artifacts=made)
        elif node in self.stop.late and self.stop.since is None:
            minutes = job.resources.timeout_minutes or 0
            self._fail(node, NODE_TIMEOUT(node=node, minutes=f"{minutes:g}").as_dict())
        elif outcome.state == "cancelled":
            self._heed_stop()  # a quick node obeys before this loop has seen the stop
            self._end(node, NodeState.CANCELLED, reason=STOPPED)
        elif outcome.lost and self.attempts.get(node, 0) < job.resources.retries:
            self._retry(job)
        else:
            self._fail(node, outcome.error or {})

    def _retry(self, job: NodeJob) -> None:
        self.attempts[job.node] = self.attempts.get(job.node, 0) + 1
        reason = RETRYING.format(attempt=self.attempts[job.node])
        self.journal.log(reason, "warning", job.node)
        self.journal.node_state(job.node, NodeState.WAITING, reason=reason)
        self.executor.submit(job)
        self.running[job.node] = job

    def _fail(self, node: str, error: dict[str, Any]) -> None:
        self.errors.append(error)
        self._end(node, NodeState.FAILED, error=error)

    def _end(self, node: str, state: NodeState, **details: Any) -> None:
        new = self.prints.get(node)
        self.journal.node_state(node, state, fingerprint=new.digest if new else None, **details)
        self.ended[node] = state

    # Stopping

    def _heed_stop(self) -> None:
        now = time.monotonic()
        if self.stop.since is None and self._stop_asked(now):
            self.stop.since = now
            (self.folder / "stop").touch()
            self.journal.run_state(RunState.CANCELLING)
            self.journal.log(STOPPING)
        if self.stop.since is not None and now - self.stop.since > GRACE:
            for node in self.running.keys() - self.stop.killed:
                self._kill(node)

    def _stop_asked(self, now: float) -> bool:
        if (self.folder / "stop").exists():
            return True
        if now - self.stop.asked < _ASK_DATABASE:
            return False
        self.stop.asked = now
        with session() as opened:
            run = opened.get(Run, self.run_id)
            return run is not None and run.stop_requested

    def _heed_time_limits(self) -> None:
        for node, job in self.running.items():
            minutes = job.resources.timeout_minutes
            if minutes is None or self.journal.running_seconds(node) <= minutes * 60:
                continue
            since = self.stop.late.setdefault(node, time.monotonic())
            (job.folder / "stop").touch()
            if time.monotonic() - since > GRACE and node not in self.stop.killed:
                self._kill(node)

    def _kill(self, node: str) -> None:
        self.stop.killed.add(node)
        self.executor.kill(node)


_GOOD = (NodeState.SUCCEEDED, NodeState.CACHED)


def _reaches_out(component: Component) -> bool:
    """Return whether a component writes to the database, which only the run process can reach for certain."""
    return not component.cacheable or any(port.type is PortType.REGISTERED_MODEL for port in component.outputs)


def _checkpoints(continued: dict[str, str]) -> Path:
    return run_folder(continued["run"]) / "nodes" / continued["node"] / "checkpoints"


def leave(code: int) -> None:
    """End the process at once, threads that ignored a stop included."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
