"""The trash of runs: moved there, brought back, purged with every file that nobody else needs."""

import shutil
from collections.abc import Sequence

from pydantic import BaseModel
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from inkstone.backend.runtime.errors import UNKNOWN_RUN
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_write
from inkstone.backend.service.errors import RUN_IS_ACTIVE
from inkstone.backend.service.run_errors import NOT_TRASHED, PURGE_WAITS
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.states import RunState
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, NodeArtifact, Run, now


class Purged(BaseModel):
    """What a purge removed."""

    runs: int
    artifacts: int
    bytes: int


def trash(actor: Actor, run_ids: Sequence[str]) -> None:
    """Move runs that have ended to the trash, all of them or none.

    Raises:
        InkstoneError: ``runs.is_active``, ``runs.unknown`` or ``auth.forbidden``.
    """
    with session() as db:
        for run in [find_run(db, run_id) for run_id in run_ids]:
            require_write(actor, run.owner_id, "run.trash")
            if not RunState(run.state).is_final:
                raise RUN_IS_ACTIVE(state=run.state)
            run.trashed_at = now()
            audit.record(db, actor, "run.trash", run.id)


def restore(actor: Actor, run_ids: Sequence[str]) -> None:
    """Bring runs back from the trash.

    Raises:
        InkstoneError: ``runs.not_trashed``, ``runs.unknown`` or ``auth.forbidden``.
    """
    with session() as db:
        for run in _trashed(db, run_ids):
            require_write(actor, run.owner_id, "run.restore")
            run.trashed_at = None
            audit.record(db, actor, "run.restore", run.id)


def purge(actor: Actor, run_ids: Sequence[str] | None = None) -> Purged:
    """Delete runs in the trash for good: their rows, folders, checkpoints, and every artifact that no other run gave.

    Models in the registry have files of their own and stay. Rows go first, in one transaction: after a crash in between,
    files without rows are left over, never rows without files.

    Args:
        actor: Who asks.
        run_ids: These runs; by default all of the asker's in the trash.

    Raises:
        InkstoneError: ``runs.purge_waits`` while any run is under way or queued, because that may be about to take a cached
            artifact; ``runs.not_trashed``.
    """
    with session() as db:
        runs = _purgeable(db, actor) if run_ids is None else _trashed(db, run_ids)
        for run in runs:
            require_write(actor, run.owner_id, "run.purge")
        if runs:
            _require_calm(db)
        ids = [run.id for run in runs]
        given = select(NodeArtifact.artifact_id).where(NodeArtifact.run_id.in_(ids)).distinct()
        candidates = list(db.scalars(given))
        for run in runs:
            audit.record(db, actor, "run.purge", run.id)
        db.execute(delete(Run).where(Run.id.in_(ids)))
        doomed = _orphans(db, candidates)
    store = ArtifactStore()
    for sha256 in doomed:
        store.remove(sha256)
    for run_id in ids:
        shutil.rmtree(run_folder(run_id), ignore_errors=True)
    return Purged(runs=len(ids), artifacts=len(doomed), bytes=sum(doomed.values()))


def _require_calm(db: Session) -> None:
    busy = [state.value for state in RunState if not state.is_final]
    found = db.scalar(select(Run.id).where(Run.state.in_(busy)).limit(1))
    if found is not None:
        raise PURGE_WAITS(run=found[:8])


def _orphans(db: Session, candidates: list[str]) -> dict[str, int]:
    """Delete the rows of artifacts that no run gives any more; return content hashes without a row, with their sizes."""
    free = select(Artifact).where(Artifact.id.in_(candidates), ~exists().where(NodeArtifact.artifact_id == Artifact.id))
    sizes = {row.sha256: row.bytes for row in db.scalars(free)}
    db.execute(delete(Artifact).where(Artifact.id.in_(select(free.subquery().c.id))))
    still = set(db.scalars(select(Artifact.sha256).where(Artifact.sha256.in_(sizes))))
    return {sha256: size for sha256, size in sizes.items() if sha256 not in still}


def _purgeable(db: Session, actor: Actor) -> list[Run]:
    query = select(Run).where(Run.trashed_at.is_not(None))
    return list(db.scalars(query if actor.role == "admin" else query.where(Run.owner_id == actor.user_id)))


def _trashed(db: Session, run_ids: Sequence[str]) -> list[Run]:
    found = []
    for run_id in run_ids:
        run = db.get(Run, run_id)
        if run is None:
            raise UNKNOWN_RUN(run=run_id)
        if run.trashed_at is None:
            raise NOT_TRASHED(run=run.id[:8])
        found.append(run)
    return found
