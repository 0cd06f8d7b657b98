"""Runs as an MLflow file store: a zip with the folder ``mlruns``.

MLflow 3 opens it with ``MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ./mlruns``, or takes it into a database with
``mlflow migrate-filestore --source mlruns --target sqlite:///mlflow.db``.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from inkstone.backend.service.interchange.gathering import Gathered, gather, milliseconds, points
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session

_EARLY = (1980, 1, 1, 0, 0, 0)
_UNUSUAL = re.compile(r"[^\w.\-/ ]")
_LONGEST_PARAM = 6000
_LONGEST_NAME = 240
_STATUS = {
    RunState.SUCCEEDED: 3,
    RunState.FAILED: 4,
    RunState.LOST: 4,
    RunState.CANCELLED: 5,
    RunState.QUEUED: 2,
}
_RUNNING = 1


def write(references: Sequence[str], output: Path) -> None:
    """Write runs as a zip; an experiment for each template or pipeline."""
    with session() as db:
        gathered = [gather(db, reference) for reference in references]
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys(map(_experiment, gathered)):
            meta: dict[str, Any] = {
                "artifact_location": f"mlruns/{_experiment_id(name)}",
                "creation_time": min(milliseconds(item.row.created_at) or 0 for item in gathered),
                "experiment_id": _experiment_id(name),
                "last_update_time": max(milliseconds(item.row.created_at) or 0 for item in gathered),
                "lifecycle_stage": "active",
                "name": name,
            }
            _put(archive, f"mlruns/{_experiment_id(name)}/meta.yaml", yaml.safe_dump(meta, allow_unicode=True))
        for item in gathered:
            _run(archive, item)


def run_id(inkstone_id: str) -> str:
    """Return the MLflow id of a run: 32 hexadecimal digits that always come out the same."""
    return hashlib.sha256(f"inkstone:{inkstone_id}".encode()).hexdigest()[:32]


def _run(archive: zipfile.ZipFile, item: Gathered) -> None:
    experiment, identity = _experiment_id(_experiment(item)), run_id(item.row.id)
    folder = f"mlruns/{experiment}/{identity}"
    meta: dict[str, Any] = {
        "artifact_uri": f"{folder}/artifacts",
        "end_time": milliseconds(item.row.ended_at),
        "entry_point_name": "",
        "experiment_id": experiment,
        "lifecycle_stage": "active",
        "run_id": identity,
        "run_name": item.row.name or item.row.id[:8],
        "source_name": "inkstone",
        "source_type": 4,
        "source_version": "",
        "start_time": milliseconds(item.row.started_at or item.row.created_at),
        "status": _STATUS.get(RunState(item.row.state), _RUNNING),
        "tags": [],
        "user_id": item.owner,
    }
    _put(archive, f"{folder}/meta.yaml", yaml.safe_dump(meta, allow_unicode=True))
    for name, value in _unclashing(item.params).items():
        _put(archive, f"{folder}/params/{name}", value[:_LONGEST_PARAM])
    for name, value in _unclashing(_tags(item)).items():
        _put(archive, f"{folder}/tags/{name}", value)
    _put(archive, f"{folder}/artifacts/pipeline.json", json.dumps(item.row.document, ensure_ascii=False, indent=2))
    environment = environment_of(item.row.id)
    if environment:
        _put(archive, f"{folder}/artifacts/environment.json", json.dumps(environment, ensure_ascii=False, indent=2))
    _metrics(archive, folder, item)


def _metrics(archive: zipfile.ZipFile, folder: str, item: Gathered) -> None:
    """Write the history of each figure as lines ``milliseconds value step``, one figure in memory at a time."""
    safe = {shown: name for name, shown in _unclashing({shown: shown for shown in item.names.values()}).items()}
    current, lines = "", [""]
    for point in points(item):
        if point.name != current:
            _close(archive, folder, safe.get(current), lines)
            current, lines = point.name, []
        value = "nan" if point.value is None else repr(point.value)
        lines.append(f"{int(point.time * 1000)} {value} {point.step}\n")
    _close(archive, folder, safe.get(current), lines)


def _close(archive: zipfile.ZipFile, folder: str, name: str | None, lines: list[str]) -> None:
    if name is not None:
        _put(archive, f"{folder}/metrics/{name}", "".join(lines))


def _tags(item: Gathered) -> dict[str, str]:
    found = {
        "mlflow.runName": item.row.name or item.row.id[:8],
        "mlflow.user": item.owner,
        "mlflow.source.name": "inkstone",
        "mlflow.source.type": "LOCAL",
        "inkstone.run": item.row.id,
        "inkstone.state": item.row.state,
    }
    if item.row.template:
        found["inkstone.template"] = item.row.template
    if item.row.note:
        found["mlflow.note.content"] = item.row.note
    return found | {f"tag.{tag}": tag for tag in item.tags}


def _unclashing(values: dict[str, str]) -> dict[str, str]:
    """Return names that can be files, each once; no name is also a folder of another."""
    found: dict[str, str] = {}
    folders: set[str] = set()
    for raw, value in values.items():
        parts = [part.strip(" .") for part in _UNUSUAL.sub("_", raw)[:_LONGEST_NAME].split("/")]
        name = "/".join(part for part in parts if part) or "_"
        above = {name[:place] for place, sign in enumerate(name) if sign == "/"}
        while name in found or name in folders or above & found.keys():
            name = name.replace("/", "_") + "_"
            above = set()
        found[name] = value
        folders |= above
    return found


def _experiment(item: Gathered) -> str:
    return item.row.template or str(item.row.document.get("name") or "inkstone")


def _experiment_id(name: str) -> str:
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:14], 16))


def _put(archive: zipfile.ZipFile, name: str, content: str) -> None:
    entry = zipfile.ZipInfo(name, _EARLY)
    entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
