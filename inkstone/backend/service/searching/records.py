"""Small functions over the rows of searches and trials."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.runtime.processes import is_alive, this_host
from inkstone.backend.runtime.reconcile import clean_up
from inkstone.backend.service.searching.errors import LOST, UNKNOWN_SEARCH
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search, Trial

TrialState = Literal["RUNNING", "DONE", "PRUNED", "STOPPED", "FAILED"]
ACTIVE = (RunState.QUEUED, RunState.STARTING, RunState.RUNNING, RunState.CANCELLING)
_NEVER_STARTED = timedelta(seconds=120)
_SHORTEST = 4


def folder_of(search_id: str) -> Path:
    """Return ``searches/SEARCH``: the log of its process, and the mark that asks it to stop."""
    return paths.inside(paths.folder("searches"), search_id)


def find_search(db: Session, reference: str) -> Search:
    """Return a search by its id or the beginning of it.

    Raises:
        InkstoneError: ``search.unknown``.
    """
    found = db.get(Search, reference)
    if found is None and len(reference) >= _SHORTEST:
        several = db.scalars(select(Search).where(Search.id.startswith(reference, autoescape=True)).limit(2)).all()
        found = several[0] if len(several) == 1 else None
    if found is None or found.trashed_at is not None:
        raise UNKNOWN_SEARCH(search=reference)
    return found


def change(db: Session, search_id: str, new: RunState, only_from: Iterable[RunState], **values: Any) -> bool:
    """Change the state of a search in one statement; return whether it was in one of the states named."""
    old = [state.value for state in only_from]
    statement = update(Search).where(Search.id == search_id, Search.state.in_(old)).values(state=new.value, **values)
    result = db.execute(statement.execution_options(synchronize_session=False))
    return getattr(result, "rowcount", 0) == 1


def reconcile() -> None:
    """Declare lost every search of this machine whose process is gone. Its trials go on as runs until they end."""
    lost = []
    with session() as db:
        active = select(Search).where(Search.state.in_([state.value for state in ACTIVE]))
        for item in db.scalars(active).all():
            if item.pid is None:
                gone = now() - (item.started_at or item.created_at) > _NEVER_STARTED
            else:
                gone = item.host == this_host() and not is_alive(item.pid, item.pid_started, item.id)
            if gone:
                db.refresh(item)
                stopped = (folder_of(item.id) / "stop").exists()
                state = RunState.CANCELLED if stopped else RunState.LOST
                error = None if stopped else LOST().as_dict()
                if change(db, item.id, state, ACTIVE, error=error, ended_at=now()):
                    lost.append(item.id)
    for search_id in lost:
        clean_up(search_id)  # its Ray, should that have outlived it


def trials_of(db: Session, search_id: str) -> list[Trial]:
    """Return what a search tried, in order."""
    return list(db.scalars(select(Trial).where(Trial.search_id == search_id).order_by(Trial.number)))


def add_trial(search_id: str, params: dict[str, Any], **values: Any) -> Trial:
    """Add a trial with the next number; only the process of the search does."""
    with session() as db:
        last = db.scalar(select(func.max(Trial.number)).where(Trial.search_id == search_id)) or 0
        made = Trial(search_id=search_id, number=last + 1, params=params, started_at=now(), **values)
        db.add(made)
        db.flush()
        return made


def set_trial(trial_id: str, **values: Any) -> None:
    """Set columns of a trial."""
    with session() as db:
        db.execute(update(Trial).where(Trial.id == trial_id).values(**values))


def end_trial(trial_id: str, state: TrialState, value: float | None = None, **values: Any) -> None:
    """Note how a trial ended."""
    set_trial(trial_id, state=state, value=value, ended_at=now(), **values)
