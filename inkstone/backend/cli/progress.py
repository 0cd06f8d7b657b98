"""Shows what happens: bars with the remaining time in a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from inkstone.backend.cli.output import note
from inkstone.backend.cli.words import language, say, tell
from inkstone.backend.events import Event
from inkstone.backend.states import NodeState
from inkstone.components.errors import InkstoneError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_MARKS = {
    NodeState.SUCCEEDED: "✓",
    NodeState.CACHED: "≡",
    NodeState.FAILED: "✗",
    NodeState.CANCELLED: "■",
    NodeState.SKIPPED: "-",
}


@contextmanager
def import_progress(name: str) -> Iterator[Callable[[float, float], None] | None]:
    """Show a bar while a file is read; nothing outside a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with _bars() as bars:
        task = bars.add_task(say("读取 {name}", "Reading {name}", name=name), total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


class RunView(AbstractContextManager["RunView"]):
    """Shows the events of a run on stderr.

    Args:
        quiet: Show nothing: a program reads the output.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.bars: Progress | None = None
        self.tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self.bars = _bars()
            self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bars is not None:
            self.bars.stop()

    def show(self, event: Event) -> None:
        """Show one event."""
        if self.bars is None and self.quiet:
            return
        if event.kind == "node_state":
            if event.state is NodeState.RUNNING:
                self._begin(event.node or "")
            elif event.state.is_final:
                self._end(event.node or "")
                self.line(node_line(event.node or "", event.state, event.seconds, tell(event.reason)))
                if event.error:
                    self.line("    " + InkstoneError.from_dict(event.error).message(language()))
        elif event.kind == "progress" and self.bars is not None and event.node in self.tasks:
            self.bars.update(self.tasks[event.node], completed=event.done, total=event.total)
        elif event.kind == "log" and event.level in ("warning", "error"):
            self.line(f"  {event.node or ''}: {tell(event.message)}")

    def line(self, words: str) -> None:
        """Show a line above the bars."""
        if self.bars is not None:
            self.bars.console.print(words, markup=False, highlight=False)
        else:
            note(words)

    def _begin(self, node: str) -> None:
        if self.bars is not None and node not in self.tasks:
            self.tasks[node] = self.bars.add_task(node, total=None)

    def _end(self, node: str) -> None:
        if self.bars is not None and node in self.tasks:
            self.bars.remove_task(self.tasks.pop(node))


def node_line(node: str, state: NodeState, seconds: float | None, reason: str = "") -> str:
    """Return the line of a node that has ended."""
    took = f"{seconds:6.1f} s" if seconds is not None else " " * 8
    return f"  {_MARKS.get(state, ' ')} {node:<20} {state.value:<10} {took}  {reason}".rstrip()


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn(say("剩余", "left")),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
