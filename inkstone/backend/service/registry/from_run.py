"""Registers any model that a run gave: the student of a comparison, the teacher of a distillation."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_create, require_read, require_write
from inkstone.backend.service.errors import OUTPUT_NOT_FOUND
from inkstone.backend.service.models import get
from inkstone.backend.service.run_outputs import artifacts_of, folder_of, read_json, registered_model
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.registry import register_model
from inkstone.backend.store.tables import Artifact, Model, Run
from inkstone.components.nlp import model_io
from inkstone.components.spec import PortType
from inkstone.components.texts import text


def model_nodes(actor: Actor, run_id: str) -> dict[str, str]:
    """Return digest of a model to the first node of a run that gave it as its output ``model``."""
    require_read(actor, "run.outputs")
    with session() as db:
        found = artifacts_of(db, find_run(db, run_id).id)
    nodes: dict[str, str] = {}
    for node, ports in found.items():
        artifact = ports.get("model")
        if artifact is not None and artifact.type == PortType.MODEL and folder_of(artifact).is_dir():
            nodes.setdefault(model_io.read_card(folder_of(artifact)).digest, node)
    return nodes


def usual_name(actor: Actor, run_id: str) -> str:
    """Return the name that a model of a run gets: that of the model which the run registered itself, else of its pipeline."""
    require_read(actor, "run.outputs")
    with session() as db:
        run = find_run(db, run_id)
        return _usual_name(db, run, artifacts_of(db, run.id))


def _usual_name(db: Session, run: Run, found: Mapping[str, Mapping[str, Artifact]]) -> str:
    reference = registered_model(records.node_runs(db, run.id), found)
    return reference.partition("@")[0] if reference else str(run.document["name"])


def register(actor: Actor, run_id: str, node: str, name: str = "") -> ModelVersionView:
    """Register the model that a node gave as the next version of a model.

    Args:
        actor: Who asks; adding to an existing model needs the right to change it.
        run_id: The run.
        node: The node; its output ``model`` is taken.
        name: Name of the model; by default the usual one, see ``usual_name``.

    Raises:
        InkstoneError: ``runs.output_not_found``, ``path.bad_name`` or ``auth.forbidden``.
    """
    require_create(actor, "model.register")
    with session() as db:
        run = find_run(db, run_id)
        found = artifacts_of(db, run.id)
        artifact = found.get(node, {}).get("model")
        if artifact is None or artifact.type != PortType.MODEL or not folder_of(artifact).is_dir():
            raise OUTPUT_NOT_FOUND(node=node, port="model", at="node")
        wanted, run_name = name.strip() or _usual_name(db, run, found), run.name
        known = db.query(Model).filter_by(name=wanted).first()
        if known is not None:
            require_write(actor, known.owner_id, "model.register")
        folder = folder_of(artifact)
        figures = _figures(model_io.read_card(folder).digest, found)
    note = text(f"由 {actor.name} 从运行“{run_name}”的 {node} 登记。", f"Registered by {actor.name} from {node} of the run '{run_name}'.")  # fmt: skip
    reference = register_model(
        wanted, folder, metrics=figures, note=note, run_id=run_id, node=node, owner_id=actor.user_id
    )
    return get(actor, reference)


def _figures(digest: str, found: Mapping[str, Mapping[str, Artifact]]) -> dict[str, float]:
    """Return the figures of a model: of the test rows where they were measured, else of the dev rows."""
    dev: dict[str, float] = {}
    for ports in found.values():
        for artifact in ports.values():
            if artifact.type != PortType.METRICS or not folder_of(artifact).is_dir():
                continue
            document: dict[str, Any] = read_json(artifact)
            lines = [item for item in document.get("models", []) if item.get("model") == digest]
            if lines:
                return dict(lines[0].get("test") or lines[0].get("dev") or {})
            if document.get("model") == digest:
                if document.get("split") == "test":
                    return dict(document["values"])
                dev = dict(document.get("values", {}))
    return dev
