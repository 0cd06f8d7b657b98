"""Finds runs whose process is gone, says so, and ends whatever they left behind."""

import shutil
import signal
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from inkstone.backend.events import NodeStateEvent
from inkstone.backend.runtime.errors import RUN_ENDED, RUN_KILLED, RUN_LOST, STOPPED
from inkstone.backend.runtime.events_file import Spool, run_folder
from inkstone.backend.runtime.executors.sessions import session_folder
from inkstone.backend.runtime.journal import Journal
from inkstone.backend.runtime.processes import end_processes, is_alive, this_host
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Run, now
from inkstone.components.errors import InkstoneError

_NEVER_LAUNCHED = timedelta(seconds=60)
# A run process says every 20 seconds that it lives. Another machine is believed dead only after much longer: clocks differ,
# and a database may be away for a while.
_SILENCE = timedelta(minutes=10)


def active_here() -> ColumnElement[bool]:
    """Return the condition for runs under way whose process ids are those of this machine."""
    active = Run.state.in_([state.value for state in records.ACTIVE])
    return and_(active, or_(Run.host.is_(None), Run.host == this_host()))


def reconcile(watched: Collection[str] = ()) -> list[str]:
    """Declare lost every run whose process is gone, and end its processes.

    Anyone may call it at any time: the change of state is a compare-and-swap, and only who wins it writes events. Where
    several machines share a database, a run of another machine is lost only when nothing was heard of it for ten minutes.

    Args:
        watched: Runs left alone, because the caller waits for their processes and will know how they ended.

    Returns:
        Ids of the runs that were lost (or cancelled, where that was wished).
    """
    with session() as opened:
        rows = opened.execute(select(Run.id, Run.pid, Run.pid_started).where(active_here())).all()
        since = func.coalesce(Run.started_at, Run.created_at)
        forgotten = select(Run.id).where(
            Run.state == RunState.QUEUED.value, Run.launcher == "cli", since < now() - _NEVER_LAUNCHED
        )
        silent = select(Run.id).where(
            Run.state.in_([state.value for state in records.ACTIVE]),
            Run.host != this_host(),
            Run.seen_at < now() - _SILENCE,
        )
        lost = [*opened.scalars(forgotten), *opened.scalars(silent)]
    unwatched = [row for row in rows if row.id not in watched]
    lost += [run_id for run_id, pid, started in unwatched if not is_alive(pid, started, run_id)]
    return [run_id for run_id in lost if declare_lost(run_id)]


def declare_lost(run_id: str, exit_code: int | None = None, gone: Collection[int] = ()) -> bool:
    """End what a run left behind and give it its final state; return whether this call did.

    A run that was asked to stop is cancelled, any other one is lost.

    Args:
        run_id: The run.
        exit_code: The exit code of its process, where the caller knows it.
        gone: The processes that had it, where the caller knows that they do not any more. A run that has gone on to
            another process since is left alone.
    """
    with session() as opened:
        run = opened.get(Run, run_id)
        if run is None or RunState(run.state).is_final:
            return False
        pid, started, wished = run.pid, run.pid_started, run.stop_requested
        if run.host not in {None, this_host()}:
            if run.seen_at is not None and run.seen_at >= now() - _SILENCE:
                return False
            pid = None  # what has this number here is something else
    if (pid not in gone) if gone else is_alive(pid, started, run_id):
        return False
    clean_up(run_id, pid)
    folder = run_folder(run_id)
    state = RunState.CANCELLED if wished or (folder / "stop").exists() else RunState.LOST
    error = None if state is RunState.CANCELLED else cause(run_id, exit_code).as_dict()
    with session() as opened:
        if state is RunState.CANCELLED:
            records.change_run(opened, run_id, RunState.CANCELLING)
        if not records.change_run(opened, run_id, state, error=error):
            return False
        nodes = records.node_runs(opened, run_id)
        waiting = [row.node for row in nodes if not NodeState(row.state).is_final]
        running = {row.node for row in nodes if row.state == NodeState.RUNNING.value}
    # A node may have said that it runs just before the end, with nobody left to read it.
    running |= {event.node or "" for event in Spool(folder).read() if isinstance(event, NodeStateEvent)}
    journal = Journal(run_id, folder)
    for node in waiting:
        if node in running and error is not None:
            journal.node_state(node, NodeState.FAILED, error={**error, "node": node})
        else:
            journal.node_state(node, NodeState.CANCELLED, reason=STOPPED)
    journal.announce(state, error)
    journal.close()
    (folder / "stop").unlink(missing_ok=True)
    return True


def clean_up(run_id: str, pid: int | None = None) -> None:
    """End every process of a run and remove its Ray session."""
    end_processes(run_id, pid)
    shutil.rmtree(session_folder(run_id), ignore_errors=True)


def cause(run_id: str, exit_code: int | None) -> InkstoneError:
    """Return why a run process is gone, as well as it can be told."""
    if exit_code is not None and exit_code < 0:
        return RUN_KILLED(signal=signal.Signals(-exit_code).name)
    line = last_line(run_id)
    if exit_code is not None:
        return RUN_ENDED(code=exit_code, line=line or "-")
    return RUN_LOST(line=line or "-")


def last_line(run_id: str) -> str:
    """Return the last line that a run process wrote to its log."""
    path = run_folder(run_id) / "process.log"
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        lines = file.read().decode("utf-8", "replace").split("\n")
    written = [line.strip() for line in lines if line.strip()]
    return written[-1][:300] if written else ""
