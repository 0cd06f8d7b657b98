"""``runs/RUN/events.jsonl``: one writer, any number of readers; and the spool that the writer reads."""

import os
import re
import sys
import time
from io import BufferedRandom
from pathlib import Path

from pydantic import ValidationError

from inkstone import paths
from inkstone.backend.events import Event, event_adapter

_SEQ = re.compile(rb'^\{"seq":(\d+)')


def run_folder(run_id: str) -> Path:
    """Return ``runs/RUN``."""
    return paths.inside(paths.folder("runs"), run_id)


class EventsFile:
    """The writer. Only one process has it open at a time: the run process, or whoever declared the run lost.

    Attributes:
        last: The number of the newest event.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "events.jsonl"
        path.touch()
        self._file: BufferedRandom = path.open("r+b")
        self.last = self._recover()

    def append(self, event: Event, durable: bool = False) -> Event:
        """Number an event and write it.

        Args:
            event: The event; a time of zero becomes now.
            durable: Wait until it is on the disk.
        """
        self.last += 1
        numbered = event.model_copy(update={"seq": self.last, "time": event.time or time.time()})
        self._file.write(numbered.model_dump_json().encode() + b"\n")
        self._file.flush()
        if durable:
            os.fsync(self._file.fileno())
        return numbered

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _recover(self) -> int:
        """Cut off a line that a killed writer left half-written; return the number of the last whole one."""
        last, end = 0, 0
        for line in self._file:
            match = _SEQ.match(line)
            if not line.endswith(b"\n") or not match:
                break
            last, end = int(match.group(1)), end + len(line)
        self._file.seek(end)
        self._file.truncate()
        return last


class EventTail:
    """Reads the events of a run as they come, each once."""

    def __init__(self, run_id: str, after: int = 0) -> None:
        self._path = run_folder(run_id) / "events.jsonl"
        self._after = after
        self._offset = 0

    def new(self) -> list[Event]:
        """Return the events written since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        found = []
        for line in whole.splitlines():
            match = _SEQ.match(line)
            if match and int(match.group(1)) > self._after:
                found.append(event_adapter.validate_json(line))
                self._after = int(match.group(1))
        return found


def read_events(run_id: str, after: int = 0) -> list[Event]:
    """Return the events of a run with numbers above ``after``."""
    return EventTail(run_id, after).new()


class Spool:
    """Collects what workers reported through ``reporter.Reporter``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "spool"
        self._offsets: dict[Path, int] = {}

    def clear(self) -> None:
        """Forget what an earlier attempt left: whatever matters of it is told again."""
        for path in self._folder.glob("*.jsonl"):
            path.unlink(missing_ok=True)
        self._offsets.clear()

    def read(self) -> list[Event]:
        """Return the events reported since the last call, by time."""
        found: list[Event] = []
        for path in self._folder.glob("*.jsonl"):
            with path.open("rb") as file:
                file.seek(self._offsets.get(path, 0))
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._offsets[path] = self._offsets.get(path, 0) + len(whole)
            for line in whole.splitlines():
                try:
                    found.append(event_adapter.validate_json(line))
                except ValidationError:
                    # Two threads of one worker wrote at once, or a component wrote nonsense: the run goes on.
                    print(f"unreadable event in {path.name}: {line[:200]!r}", file=sys.stderr)
        return sorted(found, key=lambda event: event.time)
