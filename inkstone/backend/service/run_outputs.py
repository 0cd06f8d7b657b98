"""What the nodes of a run gave: artifacts, figures, the registered model."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.tables import Artifact, NodeArtifact, NodeRun
from inkstone.components.artifacts import JsonArtifact, Metrics, RegisteredModel, Report
from inkstone.components.spec import PortType

JSON_TYPES: dict[str, type[JsonArtifact]] = {
    PortType.METRICS: Metrics,
    PortType.REPORT: Report,
    PortType.REGISTERED_MODEL: RegisteredModel,
}


def artifacts_of(db: Session, run_id: str) -> dict[str, dict[str, Artifact]]:
    """Return node to port to artifact."""
    query = select(NodeArtifact, Artifact).join(Artifact, Artifact.id == NodeArtifact.artifact_id)
    found: dict[str, dict[str, Artifact]] = {}
    for link, artifact in db.execute(query.where(NodeArtifact.run_id == run_id)).tuples():
        found.setdefault(link.node, {})[link.port] = artifact
    return found


def folder_of(artifact: Artifact) -> Path:
    """Return where an artifact lies."""
    return ArtifactStore().path(artifact.sha256)


def read_json(artifact: Artifact) -> dict[str, Any]:
    """Return the document of a metrics, report or registered-model artifact."""
    return JSON_TYPES[artifact.type](folder_of(artifact)).read()


def file_of(artifact: Artifact) -> tuple[Path, str, str]:
    """Return path, name and media type of a file artifact."""
    folder = folder_of(artifact)
    facts = json.loads((folder / "file.json").read_text("utf-8"))
    return paths.inside(folder, facts["name"]), facts["name"], facts["media_type"]


def final_figures(
    document: Pipeline, nodes: list[NodeRun], artifacts: Mapping[str, Mapping[str, Artifact]]
) -> dict[str, Any]:
    """Return the figures of the run: those of the template's metrics node, else of the last evaluation."""
    wanted = document.template.metrics_node if document.template else None
    if wanted is None or wanted not in artifacts:
        with_figures = [item for item in nodes if _metrics_port(artifacts.get(item.node, {}))]
        evaluations = [item for item in with_figures if item.component.startswith("evaluate.")]
        last = (evaluations or with_figures)[-1:]
        wanted = last[0].node if last else None
    artifact = _metrics_port(artifacts.get(wanted, {})) if wanted else None
    return dict(read_json(artifact).get("values", {})) if artifact else {}


def registered_model(nodes: list[NodeRun], artifacts: Mapping[str, Mapping[str, Artifact]]) -> str | None:
    """Return ``NAME@VERSION`` of the model that the run registered last."""
    for item in reversed(nodes):
        for artifact in artifacts.get(item.node, {}).values():
            if artifact.type == PortType.REGISTERED_MODEL:
                data = read_json(artifact)
                return f"{data['name']}@{data['version']}"
    return None


def _metrics_port(ports: Mapping[str, Artifact]) -> Artifact | None:
    return next((artifact for artifact in ports.values() if artifact.type == PortType.METRICS), None)
