"""Runs with figures, curves and evaluations, written as a run process writes them, without the minutes of training."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from inkstone.backend.events import MetricEvent
from inkstone.backend.store import records
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, NodeArtifact, NodeRun, Pipeline, PipelineVersion, Run, now
from inkstone.components.artifacts import ROW_ID, ColumnInfo, Metrics
from inkstone.components.data.writing import TableWriter
from inkstone.components.nlp import metrics

LABELS = ["广告", "正常", "诈骗"]
COLUMNS = {"text": "string", "label": "string", "predicted": "string", "scores": "list<float>"}


def write_evaluation(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Write what evaluate.classification writes of scored rows."""
    folder.mkdir(parents=True)
    true, said = [row["label"] for row in rows], [row["predicted"] for row in rows]
    document = {
        "model": "m",
        "split": "test",
        "values": {"accuracy": sum(a == b for a, b in zip(true, said, strict=True)) / len(rows)},
        "labels": LABELS,
        "per_class": metrics.per_class(true, said, LABELS),
        "confusion": metrics.confusion(true, said, LABELS),
        "curves": [],
    }
    with TableWriter(folder / "rows", [ColumnInfo(name=name, dtype=kind) for name, kind in COLUMNS.items()]) as writer:
        writer.write({name: [row[name] for row in rows] for name in (ROW_ID, *COLUMNS)})
    writer.finish(labels=LABELS, origin={"file": "a.csv"})
    Metrics.write(folder, document)


def scored_row(true: str, said: str, row: int, text: str | None = None, sure: float = 0.8) -> dict[str, Any]:
    """Return a scored row."""
    rest = (1 - sure) / (len(LABELS) - 1)
    scores = [sure if label == said else rest for label in LABELS]
    return {ROW_ID: row, "text": text or f"第{row}条", "label": true, "predicted": said, "scores": scores}


@pytest.fixture(name="scored")
def scored_rows() -> Callable[..., dict[str, Any]]:
    """Give the function that makes scored rows."""
    return scored_row


MakeRun = Callable[..., str]


@pytest.fixture
def make_run(home: Path, tmp_path: Path) -> MakeRun:
    """Give a function that writes a run and returns its id."""
    with session() as db:
        db.add(Pipeline(id="p", name="流程"))
        db.flush()
        db.add(PipelineVersion(id="v", pipeline_id="p", number=1, document={}))
    count = iter(range(10_000))

    def make(
        name: str = "run",
        *,
        figures: dict[str, float | None] | None = None,
        params: dict[str, Any] | None = None,
        rows: list[dict[str, Any]] | None = None,
        curve: list[float | None] | None = None,
        **fields: Any,
    ) -> str:
        number = next(count)
        nodes = {
            "read": {"component": "data.read_table@1", "params": {"source": fields.pop("source", "dataset:消息@1")}},
            "train": {"component": "train.ngram_baseline@1", "params": params or {}},
            "evaluate": {"component": "evaluate.classification@1", "inputs": {"model": "train.model"}},
        }
        document = {"inkstone": 1, "name": "n", "seed": 0, "nodes": nodes, "template": fields.pop("story", None)}
        made = now() - timedelta(hours=fields.pop("hours_ago", 100 - number))
        fields = {"state": "SUCCEEDED", "started_at": made, "ended_at": made + timedelta(seconds=10 + number), **fields}
        with session() as db:
            run = Run(name=name, pipeline_version_id="v", document=document, created_at=made, **fields)
            db.add(run)
            db.flush()
            for position, (node, content) in enumerate(nodes.items()):
                db.add(
                    NodeRun(
                        run_id=run.id, node=node, component=content["component"], position=position, state="SUCCEEDED"
                    )
                )
            events = [MetricEvent(node="evaluate", name=key, value=value) for key, value in (figures or {}).items()]
            events += [
                MetricEvent(node="train", name="train/loss", value=value, step=step, epoch=step / 10, time=float(step))
                for step, value in enumerate(curve or [])
            ]
            records.add_metrics(db, run.id, events)
            if rows is not None:
                folder = tmp_path / f"evaluation-{number}"
                write_evaluation(folder, rows)
                stored = ArtifactStore().put(folder)
                artifact = Artifact(
                    fingerprint=f"f{number}", port="metrics", type="metrics", sha256=stored.sha256, bytes=stored.bytes
                )
                db.add(artifact)
                db.flush()
                db.add(NodeArtifact(run_id=run.id, node="evaluate", port="metrics", artifact_id=artifact.id))
            return run.id

    return make
