"""Which evaluation of which run measured a version of a model."""

from sqlalchemy.orm import Session

from inkstone.backend.service.models import version_folder
from inkstone.backend.service.run_outputs import artifacts_of, read_json
from inkstone.backend.store import records
from inkstone.backend.store.tables import ModelVersion
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.model_io import read_card
from inkstone.components.spec import PortType


def measured_by(db: Session, version: ModelVersion) -> str | None:
    """Return ``RUN:NODE`` of the evaluation whose figures name this model, or None where there is none."""
    if version.run_id is None:
        return None
    try:
        digest = read_card(version_folder(version)).digest
    except InkstoneError:
        return None  # its files are gone; loading it says so
    outputs = artifacts_of(db, version.run_id)
    for node in records.node_runs(db, version.run_id):
        if not node.component.startswith("evaluate."):
            continue
        for artifact in outputs.get(node.node, {}).values():
            if artifact.type == PortType.METRICS:
                try:
                    if read_json(artifact).get("model") == digest:
                        return f"{version.run_id}:{node.node}"
                except (InkstoneError, OSError):
                    continue  # this artifact was deleted
    return None
