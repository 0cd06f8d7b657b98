"""How a worker, in whatever process or machine, tells the run process what happens, and hears of a stop.

A reporter appends events to a spool file of its own below ``runs/RUN/spool``; the run process reads all of them, numbers
the events and writes ``events.jsonl``. Files need no connection, survive a kill, and travel to Ray workers as a path.
A stop is the file ``runs/RUN/stop``, or ``runs/RUN/nodes/NODE/stop`` for one node.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from inkstone.backend.events import Event, LogEvent, MetricEvent, ProgressEvent
from inkstone.components.errors import Cancelled
from inkstone.components.texts import Text


@dataclass(frozen=True)
class Reporter:
    """Reports for one node of a run. Picklable; each process that uses it writes a file of its own.

    Attributes:
        run_folder: ``runs/RUN``.
        node: Id of the node.
    """

    run_folder: Path
    node: str

    def send(self, event: Event) -> None:
        """Append an event to the spool."""
        spool = self.run_folder / "spool"
        spool.mkdir(parents=True, exist_ok=True)
        line = event.model_copy(update={"node": self.node, "time": time.time()}).model_dump_json() + "\n"
        with (spool / f"{self.node}-{os.getpid()}-{_PROCESS}.jsonl").open("a", encoding="utf-8") as file:
            file.write(line)

    def log(self, message: str | Text, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        """Report a line of the log."""
        words = message if isinstance(message, Text) else Text(zh=message, en=message)
        self.send(LogEvent(level=level, message=words))

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        """Report a figure; NaN and infinities travel as None."""
        finite = value == value and abs(value) != float("inf")  # noqa: PLR0124 - NaN differs from itself
        self.send(MetricEvent(name=name, value=float(value) if finite else None, step=step, epoch=epoch))

    def progress(self, done: float, total: float, eta_seconds: float | None = None, message: Any = None) -> None:
        """Report how far the node is."""
        self.send(ProgressEvent(done=done, total=total, eta_seconds=eta_seconds, message=message))

    def cancelled(self) -> bool:
        """Return whether the run, or this node alone (when its time is over), is asked to stop."""
        return (self.run_folder / "stop").exists() or (self.run_folder / "nodes" / self.node / "stop").exists()

    def check_cancelled(self) -> None:
        """Raise ``Cancelled`` when the user asked for a stop."""
        if self.cancelled():
            raise Cancelled


_PROCESS = uuid4().hex[:8]
