"""The record of a run: with what it was done, when its nodes ran, what it used, where its data came from and its model went."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from sqlalchemy import select

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.record import ENVIRONMENT, RESOURCES
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.run_details import thinned
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.states import NodeState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import ModelVersion, Run

_SAMPLES = 500


class Bar(BaseModel):
    """A node in time, in seconds since the run began; a node from the cache took none."""

    node: str
    component: str
    state: NodeState
    start: float
    end: float
    cached: bool


class Sample(BaseModel):
    """What the processes of the run used at a moment: processors, bytes of memory."""

    at: float
    cpus: float
    memory_bytes: int


class Place(BaseModel):
    """A place in the lineage."""

    id: str
    kind: Literal["dataset", "run", "model"]
    name: str
    detail: str = ""


class Lineage(BaseModel):
    """From the versions of the data over the run to its models; ``links`` are pairs of ids with a word."""

    places: list[Place]
    links: list[tuple[str, str, str]]


class RunRecord(BaseModel):
    """Everything one has to know to trust a run, or to do it again. ``environment`` is empty for runs of older versions."""

    timeline: list[Bar]
    samples: list[Sample]
    environment: dict[str, Any]
    lineage: Lineage


def record(actor: Actor, run_id: str) -> RunRecord:
    """Return the record of a run."""
    require_read(actor, "run.record")
    with session() as db:
        run = find_run(db, run_id)
        started = run.started_at or run.created_at
        environment = environment_of(run.id)
        bars = [
            _bar(item.node, item.component, NodeState(item.state), (item.started_at, item.ended_at), started)
            for item in records.node_runs(db, run.id)
            if (item.started_at or item.ended_at) and item.state != NodeState.SKIPPED.value
        ]
        models = list(db.scalars(select(ModelVersion).where(ModelVersion.run_id == run.id)))
        parent = db.get(Run, run.parent_id) if run.parent_id else None
        children = list(db.scalars(select(Run).where(Run.parent_id == run.id, Run.trashed_at.is_(None)).limit(20)))
        lineage = _lineage(run, environment, parent, children)
        for version in models:
            name = f"{version.model.name}@{version.number}"
            lineage.places.append(Place(id=f"model:{name}", kind="model", name=name, detail=version.stage))
            lineage.links.append((run.id, f"model:{name}", "registered"))
        return RunRecord(
            timeline=bars,
            samples=_samples(run.id, started),
            environment=environment,
            lineage=lineage,
        )


def environment_of(run_id: str) -> dict[str, Any]:
    """Return ``environment.json`` of a run; empty where there is none."""
    try:
        found: dict[str, Any] = json.loads((run_folder(run_id) / ENVIRONMENT).read_text("utf-8"))
    except (OSError, json.JSONDecodeError):
        return {}  # queued still, or made by an older version
    return found


def _bar(
    node: str, component: str, state: NodeState, times: tuple[datetime | None, datetime | None], origin: datetime
) -> Bar:
    start, end = times
    from_, to = (max(0.0, (moment - origin).total_seconds()) if moment else None for moment in (start, end))
    cached = state is NodeState.CACHED
    begin = (to if cached else from_) or 0.0
    return Bar(node=node, component=component, state=state, start=begin, end=max(begin, to or begin), cached=cached)


def _samples(run_id: str, origin: datetime) -> list[Sample]:
    try:
        lines = (run_folder(run_id) / RESOURCES).read_text("utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in thinned(lines, _SAMPLES):
        try:
            sample = json.loads(line)
            at = sample["time"] - origin.timestamp()
            found.append(Sample(at=round(at, 2), cpus=sample["cpus"], memory_bytes=sample["memory_bytes"]))
        except (json.JSONDecodeError, KeyError):
            continue  # the last line of a run process that was killed while it wrote
    return found


def _lineage(run: Run, environment: dict[str, Any], parent: Run | None, children: list[Run]) -> Lineage:
    places = {run.id: Place(id=run.id, kind="run", name=run.name or run.id[:8], detail=run.id[:8])}
    links: list[tuple[str, str, str]] = []
    noted = {item["target"]: item for item in environment.get("data", [])}
    for target, given in _sources(run.document).items():
        means = noted.get(target, {}).get("means", given)
        kind: Literal["dataset", "model"] = "dataset" if means.startswith(("dataset:", "sample:")) else "model"
        name = means.removeprefix("dataset:")
        places[means] = Place(id=means, kind=kind, name=name, detail=noted.get(target, {}).get("sha256", "")[:12])
        links.append((means, run.id, target.partition(".")[0]))
    if parent is not None:
        word = "reproduced" if run.options.get("reproduces") else "continued"
        places[parent.id] = Place(id=parent.id, kind="run", name=parent.name or parent.id[:8], detail=parent.id[:8])
        links.append((parent.id, run.id, word))
    for child in children:
        word = "reproduced" if child.options.get("reproduces") else "continued"
        places[child.id] = Place(id=child.id, kind="run", name=child.name or child.id[:8], detail=child.id[:8])
        links.append((run.id, child.id, word))
    return Lineage(places=list(places.values()), links=links)


def _sources(raw: dict[str, Any]) -> dict[str, str]:
    """Return ``node.parameter`` to the reference, for every enabled node that reads data."""
    document = Document.model_validate(raw)
    return {
        f"{node}.source": str(item.params["source"])
        for node, item in document.nodes.items()
        if item.enabled and item.params.get("source")
    }
