"""Exports runs for other tools."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.interchange import mlflow_export, tensorboard_export
from inkstone.backend.service.interchange.errors import BAD_FORMAT
from inkstone.backend.service.run_errors import NOTHING_TO_COMPARE, TOO_MANY_RUNS
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session

FORMATS = {"mlflow": mlflow_export.write, "tensorboard": tensorboard_export.write}
_MOST = 200


def export(actor: Actor, references: Sequence[str], format: str, output: Path | None = None) -> Path:
    """Write runs as one zip, and return its path.

    Args:
        actor: Who asks.
        references: Runs, by their ids.
        format: ``mlflow`` or ``tensorboard``.
        output: Where to; by default a file below ``cache/exports``, which its reader removes.

    Raises:
        InkstoneError: ``interchange.bad_format``, ``runs.unknown``, ``compare.nothing`` or ``compare.too_many``.
    """
    require_read(actor, "run.export")
    if format not in FORMATS:
        raise BAD_FORMAT(at="format", format=format[:40], formats=", ".join(FORMATS))
    wanted = list(dict.fromkeys(references))
    if not wanted:
        raise NOTHING_TO_COMPARE()
    if len(wanted) > _MOST:
        raise TOO_MANY_RUNS(runs=len(wanted), limit=_MOST)
    target = output or paths.inside(paths.folder("cache"), "exports", f"runs-{uuid4().hex}.zip")
    target.parent.mkdir(parents=True, exist_ok=True)
    with disk_errors(target.parent):
        try:
            FORMATS[format](wanted, target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    with session() as db:
        audit.record(db, actor, "run.export", format, runs=wanted[:50])
    return target
