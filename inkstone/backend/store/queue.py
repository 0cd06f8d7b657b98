"""The order in which queued runs are started, and whether any are."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.states import RunState
from inkstone.backend.store.tables import Run, now
from inkstone.backend.store.tables_organisation import Switch

_PAUSED = "queue.paused"


def queued(session: Session, *, startable: bool = False) -> list[Run]:
    """Return the runs that wait for the supervisor: those that someone put in an order first, then the oldest first.

    Args:
        session: An open session.
        startable: Leave out those that are held back, and all while the queue is paused.
    """
    query = select(Run).where(
        Run.state == RunState.QUEUED.value, Run.launcher == "supervisor", Run.trashed_at.is_(None)
    )
    if startable:
        if is_paused(session):
            return []
        query = query.where(Run.held.is_(False))
    found: Sequence[Run] = session.scalars(query.order_by(Run.queue_rank.nulls_last(), Run.created_at, Run.id)).all()
    return list(found)


def is_paused(session: Session) -> bool:
    """Return whether the queue is paused: nothing new is started."""
    found = session.get(Switch, _PAUSED)
    return found is not None and found.on


def set_paused(session: Session, on: bool, by: str) -> None:
    """Pause the queue, or let it go on."""
    switch = session.get(Switch, _PAUSED) or Switch(name=_PAUSED)
    switch.on, switch.at, switch.by = on, now(), by[:100]
    session.add(switch)
