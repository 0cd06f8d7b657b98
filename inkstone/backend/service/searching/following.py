"""One trial: an ordinary run that is started (or taken up again), followed, and stopped."""

import contextlib
import math
import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.runtime.events_file import EventTail
from inkstone.backend.runtime.executors.sessions import ADDRESS, ray_variables
from inkstone.backend.runtime.launch import launch
from inkstone.backend.runtime.reconcile import declare_lost, reconcile
from inkstone.backend.service import run_control, runs
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.run_outputs import artifacts_of, read_json
from inkstone.backend.service.searching.errors import NO_FIGURE, RUN_STOPPED
from inkstone.backend.service.searching.settings import SearchSettings
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.records import ACTIVE
from inkstone.backend.store.tables import Run
from inkstone.backend.store.tables_organisation import RunTag
from inkstone.backend.store.tables_search import Search, Trial
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import PortType

_LOOK_SECONDS = 5.0
_PATIENCE_SECONDS = 60.0
_TICK = 0.2


@dataclass(frozen=True)
class Wanted:
    """What a trial runs, and what is read of it.

    Attributes:
        actor: Whose run it is.
        document: The document, parameters of the trial included.
        name: Name of the run.
        node: The run goes up to this node.
        figure: The figure of that node.
        minimise: Less is better.
        template: The solution template it came from.
        tag: Tag of the run, by which lists find the runs of a search.
    """

    actor: Actor
    document: Pipeline
    name: str
    node: str | None
    figure: str
    minimise: bool
    template: str | None
    tag: str


def with_processors(document: Pipeline, cpus: int) -> Pipeline:
    """Return the document with so many processors for each training node that asks for no number of its own."""
    asked = {
        f"{node_id}.resources.cpus": float(cpus)
        for node_id, node in document.nodes.items()
        if node.enabled and not node.resources.cpus and find(node.component).spec.trains
    }
    return apply_overrides(document, asked)


class FollowedRun:
    """The run of a trial. Its process is not ours to end with us: a search that dies loses nothing of it.

    Attributes:
        run_id: The run, once it has begun.
        best: The best figure so far.
        at_end: The node has no more steps to do, only its last look at the dev rows and its files.
    """

    def __init__(self, wanted: Wanted, run_id: str | None = None) -> None:
        self.wanted = wanted
        self.run_id = run_id or ""
        self.best: float | None = None
        self.at_end = False
        self._child: subprocess.Popen[bytes] | None = None
        self._tail: EventTail | None = None
        self._step = -1
        self._looked = 0.0

    def begin(self) -> str:
        """Start the run, or take it up again where an earlier attempt left it; return its id."""
        if not self.run_id:
            executor = {"executor": "ray"} if os.environ.get(ADDRESS) else {}
            options = {**executor, **({"to": self.wanted.node} if self.wanted.node else {})}
            made = runs.start(
                self.wanted.actor,
                self.wanted.document,
                name=self.wanted.name,
                template=self.wanted.template,
                options=options,
                launcher="cli",
            )
            self.run_id = made.id
            with session() as db:
                db.add(RunTag(run_id=made.id, tag=self.wanted.tag))
            self._child = launch(self.run_id, base=_plain_environment())
        else:
            self._take_up()
        self._tail = EventTail(self.run_id)
        return self.run_id

    def _take_up(self) -> None:
        reconcile()
        state = self.state()
        if state in ACTIVE or state is RunState.SUCCEEDED:
            return
        if state is not RunState.QUEUED:
            run_control.resume(self.run_id, "cli")
        self._child = launch(self.run_id, base=_plain_environment())

    def state(self) -> RunState:
        """Return the state of the run."""
        with session() as db:
            return RunState(db.get_one(Run, self.run_id).state)

    def scores(self) -> list[float]:
        """Return the best figure so far at each dev pass since the last call."""
        assert self._tail is not None
        found = []
        for event in self._tail.new():
            if event.kind == "progress" and event.node == self.wanted.node:
                self.at_end = event.done >= event.total
            if event.kind != "metric" or event.node != self.wanted.node or event.name != self.wanted.figure:
                continue
            if event.value is None or not math.isfinite(event.value) or event.step <= self._step:
                continue
            self._step = event.step
            self.best = event.value if self.best is None else self._better(self.best, event.value)
            found.append(self.best)
        return found

    def has_ended(self) -> bool:
        """Return whether the run has its final state."""
        if self._child is not None:
            if self._child.poll() is None:
                return False
            declare_lost(self.run_id, self._child.returncode, gone={self._child.pid})
            return True
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            self._looked = time.monotonic()
            declare_lost(self.run_id)
        return self.state().is_final

    def stop(self) -> None:
        """Ask the run to stop."""
        if self.run_id:
            ask_to_stop(self.run_id)

    def wait(self) -> None:
        """Wait until the run has ended, which a stop takes some seconds for."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.has_ended() and time.monotonic() < deadline:
            time.sleep(_TICK)

    def final(self) -> float:
        """Return the figure of the model that the run gave.

        Raises:
            InkstoneError: Why the run failed, or ``search.no_figure``.
        """
        if self.state() is not RunState.SUCCEEDED:
            raise self.failure()
        values: dict[str, Any] = self.figures().get("values", {})
        found = values.get(self.wanted.figure.partition("/")[2], self.best)
        if not isinstance(found, int | float) or not math.isfinite(found):
            known = ", ".join(f"dev/{name}" for name in values) or "-"
            raise NO_FIGURE(node=self.wanted.node, metric=self.wanted.figure, known=known)
        return float(found)

    def figures(self) -> dict[str, Any]:
        """Return the document of figures that the node gave; empty when it gave none."""
        with session() as db:
            ports = artifacts_of(db, self.run_id).get(self.wanted.node or "", {})
        artifact = next((item for item in ports.values() if item.type == PortType.METRICS), None)
        return read_json(artifact) if artifact else {}

    def failure(self) -> InkstoneError:
        """Return why the run did not end well."""
        with session() as db:
            run = db.get_one(Run, self.run_id)
        return InkstoneError.from_dict(run.error) if run.error else RUN_STOPPED(run=run.id[:8], state=run.state)

    def _better(self, one: float, other: float) -> float:
        return min(one, other) if self.wanted.minimise else max(one, other)


def wanted_of(search: Search, trial: Trial) -> Wanted:
    """Return what a trial of a tuning runs."""
    settings = SearchSettings.model_validate(search.settings)
    document = apply_overrides(Pipeline.model_validate(search.document), trial.params)
    return Wanted(
        actor=Actor(**settings.actor),
        document=with_processors(document, settings.cpus),
        name=f"{search.name} #{trial.number}",
        node=settings.node,
        figure=settings.figure,
        minimise=settings.minimise,
        template=search.template,
        tag=tag_of(search.id),
    )


def ask_to_stop(run_id: str) -> None:
    """Ask a run to stop, unless it has ended."""
    with contextlib.suppress(InkstoneError):
        run_control.stop(run_id)


def tag_of(search_id: str) -> str:
    """Return the tag that every run of a search has."""
    return f"search-{search_id[:8]}"


def _plain_environment() -> dict[str, str]:
    """Return our environment without what Ray set for its own worker: the run process is none."""
    own = ray_variables()
    return {
        key: value for key, value in os.environ.items() if not key.startswith("RAY_") or key in own or key == ADDRESS
    }
