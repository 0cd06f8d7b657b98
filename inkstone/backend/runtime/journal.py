"""Keeps a run's records: numbers events, appends them to the file, indexes them in the database."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from inkstone.backend.events import (
    ArtifactEvent,
    Event,
    LogEvent,
    MetricEvent,
    NodeStateEvent,
    ProgressEvent,
    RunStateEvent,
)
from inkstone.backend.runtime.events_file import EventsFile
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, NodeRun, Run, now
from inkstone.components.texts import Text

_INTERVAL = 0.5
_SIGN_OF_LIFE = 20.0


class Journal:
    """The records of one run, for the one process that writes them.

    States go to the database at once, and first: a state that a reader saw is never taken back. Figures and progress
    are indexed in batches.
    """

    def __init__(self, run_id: str, folder: Path) -> None:
        self.run_id = run_id
        self._file = EventsFile(folder)
        self._metrics: list[MetricEvent] = []
        self._progress: dict[str, ProgressEvent] = {}
        self._flushed = 0.0
        self._running_since: dict[str, float] = {}

    def run_state(self, state: RunState, error: dict[str, Any] | None = None) -> bool:
        """Change the state of the run; return False when another process changed it first."""
        with session() as opened:
            self._index(opened)
            changed = records.change_run(opened, self.run_id, state, error=error)
        if changed:
            self.announce(state, error)
        return changed

    def announce(self, state: RunState, error: dict[str, Any] | None = None) -> None:
        """Write the event of a state that the database has already."""
        self._append(RunStateEvent(state=state, error=error), durable=True)

    def node_state(
        self,
        node: str,
        state: NodeState,
        *,
        error: dict[str, Any] | None = None,
        reason: Text | None = None,
        artifacts: Iterable[Artifact] | None = None,
        fingerprint: str | None = None,
        at: float | None = None,
    ) -> None:
        """Change the state of a node, together with the artifacts it gave; ``at``: when, in seconds since the epoch."""
        values: dict[str, Any] = {"error": error}
        if reason is not None:
            values["reason"] = reason.model_dump()
        if fingerprint is not None:
            values["fingerprint"] = fingerprint
        seconds = self._times(node, state, values, at)
        given = list(artifacts or [])
        with session() as opened:
            self._index(opened)
            if artifacts is not None:
                opened.add_all(given)  # those from the cache are rows already
                opened.flush()
                records.set_node_artifacts(opened, self.run_id, node, given)
            changed = records.change_node(opened, self.run_id, node, state, **values)
        if not changed:
            return
        for artifact in given:
            self._append(ArtifactEvent(node=node, port=artifact.port, artifact=artifact.id, type=artifact.type))
        event = NodeStateEvent(node=node, state=state, error=error, reason=reason, seconds=seconds)
        self._append(event, durable=True)

    def log(self, message: Text, level: Any = "info", node: str | None = None) -> None:
        """Write a line to the log of the run."""
        self._append(LogEvent(level=level, message=message, node=node))

    def take(self, events: Iterable[Event]) -> None:
        """Take in what workers reported."""
        for event in events:
            if isinstance(event, NodeStateEvent):
                if event.node:
                    self.node_state(event.node, event.state, reason=event.reason, at=event.time)
                continue
            numbered = self._append(event)
            if isinstance(numbered, MetricEvent):
                self._metrics.append(numbered)
            elif isinstance(numbered, ProgressEvent) and numbered.node:
                self._progress[numbered.node] = numbered

    def flush(self, force: bool = False) -> None:
        """Index what has gathered, at most twice a second unless ``force``; say now and then that the run is alive."""
        since = time.monotonic() - self._flushed
        gathered = bool(self._metrics or self._progress) and (force or since >= _INTERVAL)
        if not gathered and since < _SIGN_OF_LIFE:
            return
        with session() as opened:
            self._index(opened)

    def close(self) -> None:
        """Index the rest and close the file."""
        with session() as opened:
            self._index(opened)
        self._file.close()

    def running_seconds(self, node: str) -> float:
        """Return for how long a node has been running; 0 when it is not."""
        since = self._running_since.get(node)
        return 0.0 if since is None else max(0.0, time.time() - since)

    def _times(self, node: str, state: NodeState, values: dict[str, Any], at: float | None) -> float | None:
        if state is NodeState.RUNNING:
            self._running_since[node] = at or time.time()
            values |= {"started_at": now(), "ended_at": None, "progress": None}
            return None
        seconds = round(self.running_seconds(node), 3)
        self._running_since.pop(node, None)
        if not state.is_final:
            return None
        values |= {"ended_at": now(), "seconds": seconds}
        return seconds

    def _append(self, event: Event, durable: bool = False) -> Event:
        return self._file.append(event, durable)

    def _index(self, opened: Session) -> None:
        records.add_metrics(opened, self.run_id, self._metrics)
        for node, event in self._progress.items():
            shown = {
                "done": event.done,
                "total": event.total,
                "eta_seconds": event.eta_seconds,
                "message": event.message.model_dump() if event.message else None,
            }
            where = update(NodeRun).where(NodeRun.run_id == self.run_id, NodeRun.node == node)
            opened.execute(where.values(progress=shown))
        opened.execute(update(Run).where(Run.id == self.run_id).values(events=self._file.last, seen_at=now()))
        self._metrics, self._progress, self._flushed = [], {}, time.monotonic()
