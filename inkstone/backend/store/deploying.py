"""Puts model versions behind the names that answer requests."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.store.errors import DEPLOYMENT_OF_ANOTHER
from inkstone.backend.store.tables import ModelVersion, now
from inkstone.backend.store.tables_serving import Deployment


def find_deployment(db: Session, name: str) -> Deployment | None:
    """Return the row of a deployment; None where there is none, or only one in the trash."""
    return db.scalars(select(Deployment).where(Deployment.name == name, Deployment.trashed_at.is_(None))).first()


def put_behind(db: Session, version: ModelVersion, name: str, owner_id: str | None) -> Deployment:
    """Let a version answer under a name: a new deployment, or an old one that changes to it and whose canary ends.

    Args:
        db: The transaction.
        version: The version.
        name: Name of the deployment.
        owner_id: Who owns a new one; an old one must be theirs or nobody's. None stands for the local user.

    Raises:
        InkstoneError: ``deployment.of_another`` or ``path.bad_name``.
    """
    wanted = paths.safe_name(name)
    row = find_deployment(db, wanted)
    if row is None:
        return _new(db, version, wanted, owner_id)
    if owner_id is not None and row.owner_id not in (None, owner_id):
        raise DEPLOYMENT_OF_ANOTHER(name=wanted, at="name")
    if version.id != row.version_id:
        row.previous_id, row.version_id = row.version_id, version.id
    row.canary_id, row.canary_share = None, 0.0
    row.revision += 1
    row.changed_at = now()
    return row


def _new(db: Session, version: ModelVersion, name: str, owner_id: str | None) -> Deployment:
    trashed = db.scalars(select(Deployment).where(Deployment.name == name)).first()
    if trashed is not None:
        db.delete(trashed)
        db.flush()
    row = Deployment(name=name, version_id=version.id, owner_id=owner_id)
    db.add(row)
    db.flush()
    return row
