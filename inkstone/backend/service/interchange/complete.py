"""Everything that lists know of runs, for programs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.service.run_rows import latest_metrics
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_organisation import RunValue


def facts(actor: Actor, run_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each run ``params``, ``figures`` (node to name to latest value) and ``data`` (the versions it read)."""
    require_read(actor, "run.get")
    ids = list(run_ids)
    with session() as db:
        figures = latest_metrics(db, ids)
        params: dict[str, dict[str, Any]] = {}
        for row in db.scalars(select(RunValue).where(RunValue.run_id.in_(ids)).order_by(RunValue.name)):
            params.setdefault(row.run_id, {})[row.name] = row.text if row.number is None else row.number
    return {
        item: {
            "params": params.get(item, {}),
            "figures": figures.get(item, {}),
            "data": environment_of(item).get("data", []),
        }
        for item in ids
    }
