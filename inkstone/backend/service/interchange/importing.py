"""Takes MLflow runs into the list of runs, where they can be searched, sorted and compared like any other."""

import hashlib
import itertools
import math
import re
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from uuid import uuid4

from pydantic import BaseModel
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.events import MetricEvent
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.incoming_file import IncomingFile
from inkstone.backend.service.interchange.errors import NOT_MLFLOW, TOO_MUCH
from inkstone.backend.service.interchange.mlflow_reading import MlflowRun, read
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import NodeRun, Pipeline, PipelineVersion, Run, now
from inkstone.backend.store.tables_organisation import RunTag
from inkstone.components.archives import reading_zip, unpack_member

NODE = "mlflow"
COMPONENT = "imported.mlflow@1"
"""Stands for whatever made the run; no such component exists, so an imported run cannot be run again."""
_MOST_RUNS = 5000
_BATCH = 5000
_MOST_FILES = 500_000
_LARGEST = 4 * 1024**3
_LARGEST_STEP = 2**31 - 1
_STATES = {"FINISHED": RunState.SUCCEEDED, "FAILED": RunState.FAILED, "KILLED": RunState.CANCELLED}
_TAG = re.compile(r"[,\n\r\t]+")
_WANTED = re.compile(r"(^|/)(meta\.yaml|(params|metrics|tags)/.+)$")


class Imported(BaseModel):
    """What an import brought: runs that are new, and how many were there already."""

    runs: list[str]
    known: int


def import_mlflow(actor: Actor, source: Path, shown: str = "") -> Imported:
    """Import the runs of an MLflow store; a run that was imported before is left as it is.

    Args:
        actor: Whose runs they become.
        source: A folder ``mlruns``, a zip of it, or a SQLite database.
        shown: The file's own name, for messages.

    Raises:
        InkstoneError: ``interchange.not_mlflow``, ``interchange.too_much``, ``upload.missing`` or ``auth.forbidden``.
    """
    require_create(actor, "run.import")
    shown = shown or source.name
    if not source.exists():
        raise UPLOAD_MISSING(at="file", name=shown)
    if source.is_dir() or not zipfile.is_zipfile(source):
        return _import(actor, source, shown)
    working = paths.inside(paths.folder("cache"), f"mlflow-{uuid4().hex}")
    working.mkdir(parents=True)
    try:
        with disk_errors(working):
            databases = _unpack(source, working, shown)
        return _import(actor, databases[0] if databases else working, shown)
    finally:
        shutil.rmtree(working, ignore_errors=True)


class IncomingRuns(IncomingFile):
    """A store of MLflow runs on its way.

    Args:
        actor: Who uploads.
        file_name: The name the file had; only shown.
    """

    def __init__(self, actor: Actor, file_name: str) -> None:
        super().__init__(actor, file_name, "run.import")

    def register(self) -> Imported:
        """Import what has come, see ``import_mlflow``."""
        return import_mlflow(self.actor, self.finished(), self.file_name)


def _import(actor: Actor, source: Path, shown: str) -> Imported:
    found = list(itertools.islice(read(source, shown), _MOST_RUNS + 1))
    if not found:
        raise NOT_MLFLOW(file=shown, zh="没有 meta.yaml 或其中没有运行", en="there is no meta.yaml of a run")
    if len(found) > _MOST_RUNS:
        raise TOO_MUCH(file=shown, zh=f"超过 {_MOST_RUNS} 个运行", en=f"it holds more than {_MOST_RUNS} runs")
    made = [run_id for item in found if (run_id := _one(actor, item)) is not None]
    with session() as db:
        audit.record(db, actor, "run.import", shown, runs=len(made))
    return Imported(runs=made, known=len(found) - len(made))


def _one(actor: Actor, item: MlflowRun) -> str | None:
    """Import one run in one transaction; return None where it is there already."""
    identity = hashlib.sha256(f"mlflow:{item.id}".encode()).hexdigest()[:16]
    with session() as db:
        if db.get(Run, identity) is not None:
            return None
        node = {"component": COMPONENT, "params": {name: _typed(value) for name, value in item.params.items()}}
        document = {"inkstone": 1, "name": item.experiment[:100], "nodes": {NODE: node}}
        state = _STATES.get(item.status, RunState.LOST)
        started = item.started or now()
        run = Run(
            id=identity,
            name=item.name[:120],
            pipeline_version_id=_version(db, actor, item.experiment, document),
            state=state.value,
            document=document,
            options={"imported": {"from": "mlflow", "run": item.id[:100], "experiment": item.experiment[:100]}},
            created_at=started,
            started_at=started,
            ended_at=item.ended or started,
            launcher="import",
            owner_id=actor.user_id,
            note=item.tags.get("mlflow.note.content", "")[:5000],
        )
        db.add(run)
        db.flush()
        ended = NodeState.SUCCEEDED if state is RunState.SUCCEEDED else NodeState.FAILED
        seconds = (run.ended_at - started).total_seconds() if run.ended_at else None
        db.add(
            NodeRun(
                run_id=run.id, node=NODE, component=COMPONENT, state=ended.value, started_at=started,
                ended_at=run.ended_at, seconds=seconds,
            )
        )  # fmt: skip
        db.add_all(RunTag(run_id=run.id, tag=tag) for tag in _tags(item))
        db.flush()
        metrics = iter(item.metrics())
        while batch := list(itertools.islice(metrics, _BATCH)):
            events = [
                MetricEvent(node=NODE, name=name[:100], value=value, step=_step(step), time=at)
                for name, value, step, at in batch
            ]
            records.add_metrics(db, run.id, events)
    return identity


def _version(db: Session, actor: Actor, experiment: str, document: dict[str, object]) -> str:
    """Return the pipeline version that stands for an experiment, made once."""
    key = hashlib.sha256(f"mlflow-experiment:{actor.user_id}:{experiment}".encode()).hexdigest()[:16]
    if db.get(PipelineVersion, key) is None:
        if db.get(Pipeline, key) is None:
            db.add(Pipeline(id=key, name=experiment[:100], draft=document, owner_id=actor.user_id, trashed_at=now()))
            db.flush()
        db.add(PipelineVersion(id=key, pipeline_id=key, number=1, document=document))
        db.flush()
    return key


def _tags(item: MlflowRun) -> list[str]:
    given = [f"{name}={value}" for name, value in item.tags.items() if not name.startswith(("mlflow.", "inkstone."))]
    cleaned = (_TAG.sub(" ", tag).strip() for tag in given)
    return list(dict.fromkeys(["mlflow", *(tag for tag in cleaned if 0 < len(tag) <= 60)]))[:50]


def _typed(value: str) -> str | int | float:
    """Return a parameter as the number that it is written as: MLflow keeps words alone, and words sort otherwise."""
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        return number if math.isfinite(number) and len(value) < 25 else value
    return value


def _step(step: int) -> int:
    return max(-_LARGEST_STEP, min(_LARGEST_STEP, step))


def _unpack(source: Path, target: Path, shown: str) -> list[Path]:
    """Unpack what describes runs, and return the databases among it; artifacts stay where they are."""
    databases = []
    with reading_zip(source, lambda reason: NOT_MLFLOW(file=shown, zh=reason, en=reason)) as archive:
        members = [item for item in archive.infolist() if not item.is_dir() and _is_wanted(item.filename)]
        if len(members) > _MOST_FILES or sum(item.file_size for item in members) > _LARGEST:
            raise TOO_MUCH(file=shown, zh="解压后太大", en="it unpacks to too much")
        for item in members:
            place = paths.inside(target, *PurePosixPath(item.filename).parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            if unpack_member(archive, item, place, item.file_size) is None:
                raise TOO_MUCH(file=shown, zh="文件比声明的大", en="a file is larger than declared")
            if place.suffix == ".db":
                databases.append(place)
    return databases


def _is_wanted(name: str) -> bool:
    return bool(_WANTED.search(name)) or name.endswith(".db")
