"""The supervisor: ``python -m inkstone.backend.runtime.supervisor``.

Starts a run process for each queued run, watches them, insists on stops, and puts the records right where a process is
gone. It holds nothing in memory that matters: after its death the run processes go on, and the next supervisor adopts
them.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
import traceback
from io import TextIOWrapper
from types import FrameType
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from inkstone import paths
from inkstone.backend.runtime.errors import SUPERVISOR_RUNS
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.execution import GRACE
from inkstone.backend.runtime.launch import launch
from inkstone.backend.runtime.processes import is_alive, start_time, this_host
from inkstone.backend.runtime.reconcile import active_here, clean_up, declare_lost, reconcile
from inkstone.backend.runtime.webhooks.sending import Sender
from inkstone.backend.states import RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import migrate, session
from inkstone.backend.store.queue import queued
from inkstone.backend.store.tables import Run, now
from inkstone.components.errors import InkstoneError

_TICK = 0.25
_RECONCILE = 1.0
# A run process ends stubborn nodes itself after GRACE; only one that does not even manage that is ended here.
_PATIENCE = GRACE + 10.0


class Supervisor:
    """Runs what is queued, ``INKSTONE_MAX_RUNS`` at a time."""

    def __init__(self, max_runs: int | None = None) -> None:
        self.max_runs = max_runs or int(os.environ.get("INKSTONE_MAX_RUNS", "1"))
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping: dict[str, float] = {}
        self._ended = False
        self._lock: TextIOWrapper | None = None

    def run_forever(self) -> None:
        """Supervise until a signal asks to end; run processes are asked to stop then.

        Raises:
            InkstoneError: ``system.supervisor_runs`` when this home has a supervisor already.
        """
        migrate()
        self._take_lock()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        sender = Sender()
        sender.start()
        reconciled = 0.0
        while not self._ended:
            try:
                if time.monotonic() - reconciled >= _RECONCILE:
                    reconciled = time.monotonic()
                    self.look_after()
                self.start_queued()
            except (SQLAlchemyError, OSError):
                traceback.print_exc()  # a database or disk that is away for a moment: try again
                time.sleep(1)
            time.sleep(_TICK)
        self._stop_runs()
        sender.stop()

    def start_queued(self) -> list[str]:
        """Claim and start the oldest queued runs while there is room; return their ids."""
        started = []
        while (run_id := self._claim()) is not None:
            self._children[run_id] = launch(run_id, claimed_by=os.getpid())
            started.append(run_id)
        return started

    def look_after(self) -> None:
        """Insist on stops, take note of processes that ended, put lost runs right."""
        for run_id, child in list(self._children.items()):
            if child.poll() is not None:
                self._bury(run_id, child)
        reconcile(watched=self._children.keys())
        self._insist()

    def _bury(self, run_id: str, child: subprocess.Popen[bytes]) -> None:
        """Take note that a run process has ended, and see that nothing of it stays."""
        self._children.pop(run_id, None)
        if declare_lost(run_id, child.returncode, gone={child.pid, os.getpid()}):
            return
        with session() as opened:
            run = opened.get(Run, run_id)
            resumed = run is not None and not RunState(run.state).is_final
        if not resumed:
            clean_up(run_id)

    def _claim(self) -> str | None:
        with session() as opened:
            mine = select(Run.id).where(Run.launcher == "supervisor")
            if len(opened.scalars(mine.where(active_here())).all()) >= self.max_runs:
                return None
            waiting = [run.id for run in queued(opened, startable=True)]
            for run_id in waiting:
                if run_id in self._children:
                    continue  # resumed before its last process has quite ended
                # The supervisor stands in for the run process until that has started.
                owner: dict[str, Any] = {
                    "pid": os.getpid(),
                    "pid_started": start_time(os.getpid()),
                    "started_at": now(),
                }
                owner |= {"host": this_host(), "seen_at": now()}
                if records.change_run(opened, run_id, RunState.STARTING, only_from=[RunState.QUEUED], **owner):
                    return str(run_id)
        return None

    def _insist(self) -> None:
        """Pass stops on, and end a run process that does not obey within its grace period."""
        with session() as opened:
            query = select(Run.id, Run.pid, Run.pid_started, Run.stop_requested).where(active_here())
            rows = opened.execute(query).all()
        for run_id, pid, started, wished in rows:
            stop = run_folder(run_id) / "stop"
            if wished and not stop.exists():
                stop.parent.mkdir(parents=True, exist_ok=True)
                stop.touch()
            if not stop.exists():
                self._stopping.pop(run_id, None)
                continue
            since = self._stopping.setdefault(run_id, time.monotonic())
            if time.monotonic() - since > _PATIENCE and pid != os.getpid() and is_alive(pid, started, run_id):
                clean_up(run_id, pid)
        for run_id in self._stopping.keys() - {row.id for row in rows}:
            del self._stopping[run_id]

    def _take_lock(self) -> None:
        """Hold a lock that the system frees when this process ends, however it ends."""
        path = paths.home() / "supervisor.lock"
        lock = path.open("a+", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise SUPERVISOR_RUNS(pid=lock.read().split(" ")[0] or "?") from error
        lock.truncate(0)
        lock.write(f"{os.getpid()} {start_time(os.getpid())}\n")
        lock.flush()
        self._lock = lock

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ended = True

    def _stop_runs(self) -> None:
        """Ask the runs of this machine to stop, so that Ctrl-C ends all that was started; they can be resumed."""
        with session() as opened:
            query = select(Run.id, Run.pid, Run.pid_started).where(active_here())
            rows = opened.execute(query.where(Run.launcher == "supervisor")).all()
        for run_id, _, _ in rows:
            (run_folder(run_id) / "stop").touch()
        deadline = time.monotonic() + _PATIENCE
        for run_id, pid, started in rows:
            child = self._children.get(run_id)
            while time.monotonic() < deadline and (child.poll() is None if child else is_alive(pid, started, run_id)):
                time.sleep(_TICK)
            clean_up(run_id, pid)
            declare_lost(run_id, child.wait() if child else None, gone={os.getpid(), *([child.pid] if child else [])})


def main() -> int:
    """Run a supervisor; return 1 when this home has one already."""
    try:
        Supervisor().run_forever()
    except InkstoneError as error:
        print(error.message("zh"), error.message("en"), sep="\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
