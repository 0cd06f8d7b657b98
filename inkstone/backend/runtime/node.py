"""The one function that runs a node, in the run process and in Ray workers alike."""

import shutil
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.backend.events import NodeStateEvent
from inkstone.backend.runtime.context import NodeContext
from inkstone.backend.runtime.errors import BAD_OUTPUT
from inkstone.backend.runtime.failures import describe, is_lost
from inkstone.backend.runtime.job import NodeJob, NodeOutcome, StoredOutput
from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.states import NodeState
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.components.artifacts import (
    Artifact,
    Corpus,
    Encoder,
    File,
    Lexicon,
    Metrics,
    Model,
    RegisteredModel,
    Report,
    Table,
)
from inkstone.components.errors import Cancelled
from inkstone.components.registry import find
from inkstone.components.spec import Component, PortType

ARTIFACT_CLASSES: dict[PortType, type[Artifact]] = {
    PortType.TABLE: Table,
    PortType.MODEL: Model,
    PortType.ENCODER: Encoder,
    PortType.CORPUS: Corpus,
    PortType.METRICS: Metrics,
    PortType.REPORT: Report,
    PortType.LEXICON: Lexicon,
    PortType.FILE: File,
    PortType.REGISTERED_MODEL: RegisteredModel,
}


def run_node(job: NodeJob) -> NodeOutcome:
    """Run a node and store its outputs. Never raises: whatever happens is in the outcome."""
    reporter = Reporter(job.run_folder, job.node)
    reporter.send(NodeStateEvent(state=NodeState.RUNNING))
    scratch = job.folder / "scratch"
    try:
        reporter.check_cancelled()
        registered = find(job.component)
        context = NodeContext(job, reporter)
        params = registered.spec.params.model_validate(job.params)
        given = registered.run(context, _inputs(registered.spec, job), params)
        reporter.check_cancelled()
        return NodeOutcome(job.node, "succeeded", _store(registered.spec, given))
    except (Exception, SystemExit) as error:
        log = traceback.format_exc()
        if isinstance(error, Cancelled) or reporter.cancelled():
            return NodeOutcome(job.node, "cancelled", traceback=None if isinstance(error, Cancelled) else log)
        told = describe(error, job.node)
        expected = told.status < 500
        return NodeOutcome(
            job.node, "failed", error=told.as_dict(), traceback=None if expected else log, lost=is_lost(error)
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _inputs(spec: Component, job: NodeJob) -> dict[str, Any]:
    """Wrap the folders of each connected input in the class of its port."""
    found: dict[str, Any] = {}
    for port in spec.inputs:
        folders: list[Path] = job.inputs.get(port.name, [])
        artifacts = [ARTIFACT_CLASSES[port.type](folder) for folder in folders]
        if port.many:
            found[port.name] = artifacts
        elif artifacts:
            found[port.name] = artifacts[0]
    return found


def _store(spec: Component, given: Mapping[str, Artifact]) -> list[StoredOutput]:
    for name in given:
        if spec.output(name) is None:
            raise BAD_OUTPUT(at=name, component=spec.key)
    store = ArtifactStore()
    outputs = []
    for port in spec.outputs:
        artifact = given.get(port.name)
        if artifact is None and port.optional:
            continue
        if artifact is None or not artifact.path.is_dir() or not any(artifact.path.iterdir()):
            raise BAD_OUTPUT(at=port.name, component=spec.key)
        stored = store.put(artifact.path)
        outputs.append(StoredOutput(port.name, port.type.value, stored.sha256, stored.bytes))
    return outputs
