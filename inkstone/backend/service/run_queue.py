"""The queue: its order, runs held back, the whole queue paused; and what runs use beside what the machine has."""

import os
import shutil
from typing import Literal, get_args

import psutil
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.runtime.processes import is_alive, processes_of
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_read, require_write
from inkstone.backend.service.run_errors import BAD_PLACE, NOT_QUEUED
from inkstone.backend.service.run_rows import find_run, run_views
from inkstone.backend.service.views import RunView
from inkstone.backend.states import RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.queue import is_paused, queued, set_paused
from inkstone.backend.store.tables import Run

Place = Literal["first", "earlier", "later", "last"]


class Usage(BaseModel):
    """What the processes of a run use. ``cpu_seconds``: together, so far."""

    run: RunView
    processes: int
    cpu_seconds: float
    memory_bytes: int
    disk_bytes: int


class Machine(BaseModel):
    """What the machine has. ``load``: runnable processes on average over a minute."""

    cpus: int
    load: float
    memory_bytes: int
    memory_free_bytes: int
    disk_bytes: int
    disk_free_bytes: int


class Queue(BaseModel):
    """The queue in its order, and what is under way."""

    paused: bool
    waiting: list[RunView]
    running: list[Usage]
    machine: Machine


def get(actor: Actor) -> Queue:
    """Return the queue, what runs use and what the machine has."""
    require_read(actor, "queue.get")
    active = [state.value for state in records.ACTIVE]
    with session() as db:
        waiting = run_views(db, queued(db), actor)
        rows = list(
            db.scalars(select(Run).where(Run.state.in_(active), Run.trashed_at.is_(None)).order_by(Run.created_at))
        )
        owners = {run.id: (run.pid, run.pid_started) for run in rows}
        running = run_views(db, rows, actor)
        paused = is_paused(db)
    used = [_usage(view, *owners[view.id]) for view in running]
    return Queue(paused=paused, waiting=waiting, running=used, machine=machine())


def pause(actor: Actor, on: bool = True) -> None:
    """Pause the whole queue, or let it go on; what is under way ends as usual."""
    require_write(actor, actor.user_id, "queue.pause")
    with session() as db:
        set_paused(db, on, actor.name)
        audit.record(db, actor, "queue.pause", "queue", on=on)


def hold(actor: Actor, run_id: str, on: bool = True) -> RunView:
    """Hold a queued run back, or let it go.

    Raises:
        InkstoneError: ``runs.not_queued``.
    """
    with session() as db:
        run = _queued_run(db, actor, run_id, "run.hold")
        run.held = on
        audit.record(db, actor, "run.hold", run.id, on=on)
        return run_views(db, [run], actor)[0]


def move(actor: Actor, run_id: str, to: str) -> list[RunView]:
    """Move a queued run within the queue, and return the queue.

    Raises:
        InkstoneError: ``runs.not_queued`` or ``runs.bad_place``.
    """
    if to not in get_args(Place):
        raise BAD_PLACE(at="to", place=to)
    with session() as db:
        run = _queued_run(db, actor, run_id, "run.move")
        order = queued(db)
        old = order.index(run)
        new = {"first": 0, "earlier": max(0, old - 1), "later": min(len(order) - 1, old + 1), "last": len(order) - 1}[
            to
        ]
        order.insert(new, order.pop(old))
        for rank, item in enumerate(order):
            item.queue_rank = float(rank)
        audit.record(db, actor, "run.move", run.id, to=to)
        return run_views(db, order, actor)


def machine() -> Machine:
    """Return what the machine has, and what of it is free."""
    memory, disk = psutil.virtual_memory(), shutil.disk_usage(paths.home())
    return Machine(
        cpus=os.cpu_count() or 1,
        load=os.getloadavg()[0],
        memory_bytes=memory.total,
        memory_free_bytes=memory.available,
        disk_bytes=disk.total,
        disk_free_bytes=disk.free,
    )


def _usage(view: RunView, pid: int | None, started: float | None) -> Usage:
    members = processes_of(view.id) if is_alive(pid, started, view.id) else []
    cpu, memory = 0.0, 0
    for process in members:
        try:
            times = process.cpu_times()
            cpu, memory = cpu + times.user + times.system, memory + process.memory_info().rss
        except psutil.Error:
            continue  # it ended while we looked
    folder = paths.inside(paths.folder("runs"), view.id)
    disk = sum(item.stat().st_size for item in folder.rglob("*") if item.is_file()) if folder.is_dir() else 0
    return Usage(run=view, processes=len(members), cpu_seconds=cpu, memory_bytes=memory, disk_bytes=disk)


def _queued_run(db: Session, actor: Actor, run_id: str, action: str) -> Run:
    run = find_run(db, run_id)
    require_write(actor, run.owner_id, action)
    if run.state != RunState.QUEUED.value:
        raise NOT_QUEUED(run=run.id[:8], state=run.state)
    return run
