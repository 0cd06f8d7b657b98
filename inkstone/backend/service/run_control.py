"""Stops, resumes and continues runs. Permissions are checked by ``runs``."""

from typing import Literal

from inkstone.backend.runtime.errors import NOT_STOPPABLE
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.records import change_run
from inkstone.backend.store.tables import Run, now

Launcher = Literal["supervisor", "cli"]


def stop(run_id: str) -> None:
    """Ask a run to stop: a mark in its row for the supervisor, and a file that workers look at."""
    with session() as db:
        if change_run(db, run_id, RunState.CANCELLED, only_from=[RunState.QUEUED], stop_requested=True, ended_at=now()):
            return
        run = db.get_one(Run, run_id)
        if RunState(run.state).is_final:
            raise NOT_STOPPABLE(run=run_id, state=run.state)
        run.stop_requested = True
    folder = run_folder(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "stop").touch()


def resume(run_id: str, launcher: Launcher) -> None:
    """Queue a run again."""
    from inkstone.backend.runtime.continuation import resume as resume_run

    resume_run(run_id, launcher)


def continue_(run_id: str, epochs: float, launcher: Launcher) -> str:
    """Queue a run that trains further, and return its id."""
    from inkstone.backend.runtime.continuation import continue_ as continue_run

    return continue_run(run_id, epochs, launcher)
