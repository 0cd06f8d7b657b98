"""Curves and outputs of a run."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.errors import NOT_READABLE, OUTPUT_NOT_FOUND
from inkstone.backend.service.run_outputs import JSON_TYPES, artifacts_of, file_of, folder_of, read_json
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.service.tables import preview_table
from inkstone.backend.service.views import ArtifactView, Preview, Series
from inkstone.backend.store.database import session
from inkstone.backend.store.series import curves
from inkstone.backend.store.tables import Artifact
from inkstone.components.spec import PortType

T = TypeVar("T")


def metrics(actor: Actor, run_id: str, names: Sequence[str] | None = None, points: int = 500) -> list[Series]:
    """Return the curves of a run, each with at most ``points`` points.

    Args:
        actor: Who asks.
        run_id: The run.
        names: Only these figures, such as ``train/loss``.
        points: Longer curves are thinned to points at even distances; the first and the last stay.
    """
    require_read(actor, "run.metrics")
    with session() as db:
        found = curves(db, [find_run(db, run_id).id], names)
    return [
        Series(
            node=node,
            name=name,
            points=thinned(list(zip(curve.steps, curve.values, curve.epochs, strict=True)), points),
            total=curve.total,
        )
        for (_, node, name), curve in found.items()
    ]


def outputs(actor: Actor, run_id: str, node: str | None = None) -> list[ArtifactView]:
    """Return what the nodes of a run (or one of them) gave."""
    require_read(actor, "run.outputs")
    with session() as db:
        found = artifacts_of(db, find_run(db, run_id).id)
    chosen = found if node is None else {node: found.get(node, {})}
    return [_view(name, port, item) for name, ports in chosen.items() for port, item in sorted(ports.items())]


def read_output(
    actor: Actor, run_id: str, node: str, port: str, *, offset: int = 0, limit: int = 50, search: str | None = None
) -> dict[str, Any]:
    """Return an output as data: the document of metrics and reports, rows of a table.

    Raises:
        InkstoneError: ``runs.output_not_found`` or ``runs.output_not_readable``.
    """
    artifact = _artifact(actor, run_id, node, port)
    if artifact.type in JSON_TYPES:
        return read_json(artifact)
    if artifact.type == PortType.TABLE:
        return preview_table(folder_of(artifact), offset, limit, search).model_dump(mode="json")
    raise NOT_READABLE(node=node, at=port, type=artifact.type)


def metrics_rows(
    actor: Actor,
    run_id: str,
    node: str,
    port: str = "metrics",
    *,
    offset: int = 0,
    limit: int = 50,
    search: str | None = None,
) -> Preview:
    """Return the scored rows that lie beside the figures of an evaluation."""
    artifact = _artifact(actor, run_id, node, port)
    rows = folder_of(artifact) / "rows"
    if not rows.is_dir():
        raise NOT_READABLE(node=node, at=port, type=artifact.type)
    return preview_table(rows, offset, limit, search)


def output_folder(actor: Actor, run_id: str, node: str, port: str) -> Path:
    """Return the folder of an output, for pages that stream it."""
    return folder_of(_artifact(actor, run_id, node, port))


def output_file(actor: Actor, run_id: str, node: str, port: str) -> tuple[Path, str, str]:
    """Return path, name and media type of a file output."""
    artifact = _artifact(actor, run_id, node, port)
    if artifact.type != PortType.FILE:
        raise NOT_READABLE(node=node, at=port, type=artifact.type)
    return file_of(artifact)


def thinned(items: Sequence[T], count: int) -> list[T]:
    """Return at most ``count`` items at even distances, the first and the last among them."""
    if len(items) <= max(count, 2):
        return list(items)
    step = (len(items) - 1) / (max(count, 2) - 1)
    return [items[round(number * step)] for number in range(max(count, 2))]


def _artifact(actor: Actor, run_id: str, node: str, port: str) -> Artifact:
    require_read(actor, "run.outputs")
    with session() as db:
        found = artifacts_of(db, find_run(db, run_id).id).get(node, {}).get(port)
    if found is None:
        raise OUTPUT_NOT_FOUND(node=node, at=port, port=port)
    return found


def _view(node: str, port: str, item: Artifact) -> ArtifactView:
    return ArtifactView(
        id=item.id,
        node=node,
        port=port,
        type=item.type,
        bytes=item.bytes,
        sha256=item.sha256,
        created_at=item.created_at,
    )
