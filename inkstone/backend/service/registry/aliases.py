"""Aliases: a name for one version of a model, moved at will; ``MODEL@alias`` stands wherever a reference does."""

import re

from sqlalchemy import select

from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_read, require_write
from inkstone.backend.service.registry.errors import BAD_ALIAS, NO_SUCH_ALIAS
from inkstone.backend.service.registry.views import AliasView
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.lookup import RESERVED_ALIASES
from inkstone.backend.store.tables import Model, ModelVersion, now
from inkstone.backend.store.tables_registry import ModelAlias

_ALIAS = re.compile(r"^[^\W\d_][\w-]{0,59}$")


def list_(actor: Actor, model: str) -> list[AliasView]:
    """Return the aliases of a model by name."""
    require_read(actor, "model.aliases")
    with session() as db:
        found = lookup.model_version(db, model).model
        query = select(ModelAlias, ModelVersion.number).join(ModelVersion, ModelVersion.id == ModelAlias.version_id)
        rows = db.execute(query.where(ModelAlias.model_id == found.id).order_by(ModelAlias.alias)).tuples()
        return [_view(found, alias, number) for alias, number in rows]


def set_(actor: Actor, reference: str, alias: str) -> AliasView:
    """Let an alias mean this version from now on; it moves there if another version had it.

    Raises:
        InkstoneError: ``models.bad_alias``, ``models.unknown`` or ``auth.forbidden``.
    """
    if not _ALIAS.match(alias) or alias in RESERVED_ALIASES:
        raise BAD_ALIAS(alias=alias[:60], reserved=", ".join(sorted(RESERVED_ALIASES)), at="alias")
    with session() as db:
        version = lookup.model_version(db, reference)
        require_write(actor, version.model.owner_id, "model.set_alias")
        row = db.scalars(select(ModelAlias).filter_by(model_id=version.model_id, alias=alias)).first()
        if row is None:
            row = ModelAlias(model_id=version.model_id, alias=alias)
            db.add(row)
        row.version_id, row.at, row.by = version.id, now(), actor.name
        audit.record(db, actor, "model.set_alias", f"{version.model.name}@{version.number}", alias=alias)
        db.flush()
        return _view(version.model, row, version.number)


def remove(actor: Actor, model: str, alias: str) -> None:
    """Take an alias away.

    Raises:
        InkstoneError: ``models.no_such_alias``, ``models.unknown`` or ``auth.forbidden``.
    """
    with session() as db:
        found = lookup.model_version(db, model).model
        require_write(actor, found.owner_id, "model.remove_alias")
        row = db.scalars(select(ModelAlias).filter_by(model_id=found.id, alias=alias)).first()
        if row is None:
            raise NO_SUCH_ALIAS(model=found.name, alias=alias[:60])
        db.delete(row)
        audit.record(db, actor, "model.remove_alias", found.name, alias=alias)


def _view(model: Model, row: ModelAlias, number: int) -> AliasView:
    return AliasView(alias=row.alias, reference=f"{model.name}@{row.alias}", version=number, at=row.at, by=row.by)
