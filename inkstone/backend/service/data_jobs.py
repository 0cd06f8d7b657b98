"""Long work on a dataset version: each job is a process of its own, and a folder that tells how far it is.

``datasets/ID/N/jobs/KEY/`` holds ``job.json`` (what to do), ``process.json`` (who does it), ``progress.json``, ``stop`` and at last
``result.json`` or ``error.json``. The same question has the same key, so a result found once is there for everybody.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from inkstone.backend.runtime.launch import environment
from inkstone.backend.runtime.processes import RUN_VARIABLE, is_alive, start_time
from inkstone.backend.service import dataset_rows
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import JOB_LOST
from inkstone.backend.service.views import JobView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import write_json

STOPPED = "dataset.job_stopped"
_PATIENCE = 5.0  # seconds that a job has to stop by itself
_children: list[subprocess.Popen[bytes]] = []


def folder_of(kind: str, reference: str, params: Mapping[str, Any]) -> Path:
    """Return the folder of a job."""
    question = json.dumps(params, sort_keys=True, ensure_ascii=False)
    key = f"{kind}-{hashlib.sha256(question.encode()).hexdigest()[:12]}"
    with session() as db:
        return dataset_rows.folder_of(dataset_rows.find_version(db, reference)) / "jobs" / key


def begin(actor: Actor, kind: str, reference: str, params: Mapping[str, Any], *, again: bool = False) -> JobView:
    """Start a job, unless it runs already or its result is there.

    Args:
        actor: Who asks; permission was checked by the caller.
        kind: What to do: a name in ``data_job_process.WORK``.
        reference: The version.
        params: What else the work needs to know: JSON.
        again: Do it again where a result is there.
    """
    folder = folder_of(kind, reference, params)
    known = look(kind, folder)
    if known.state == "running" or (known.state == "done" and not again):
        return known
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pinned = _pinned(reference)  # a bare name would mean another version once there is a newer one
    return start(actor, kind, folder, pinned, params)


def start(actor: Actor, kind: str, folder: Path, reference: str, params: Mapping[str, Any]) -> JobView:
    """Start the process of a job in a folder of its own."""
    asked = {"user_id": actor.user_id, "name": actor.name, "role": actor.role}
    publish(folder / "job.json", {"kind": kind, "reference": reference, "params": dict(params), "actor": asked})
    command = [sys.executable, "-P", "-m", "inkstone.backend.service.data_job_process", str(folder)]
    surroundings = environment("")
    surroundings.pop(RUN_VARIABLE)
    _children[:] = [child for child in _children if child.poll() is None]
    with (folder / "process.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _children.append(child)
    publish(folder / "process.json", {"pid": child.pid, "started": start_time(child.pid), "at": time.time()})
    return look(kind, folder)


def look(kind: str, folder: Path) -> JobView:
    """Return how far a job is."""
    for child in _children:
        child.poll()  # an ended child is seen as such
    process = _read(folder / "process.json")
    alive = bool(process) and is_alive(process["pid"], process["started"])
    stopping = (folder / "stop").exists()
    if alive and stopping and time.time() - (folder / "stop").stat().st_mtime > _PATIENCE:
        _signal(process["pid"], signal.SIGKILL)
    result, error, progress = (_read(folder / f"{name}.json") for name in ("result", "error", "progress"))
    reference = _read(folder / "job.json").get("reference")
    facts = {"kind": kind, "reference": reference, "seconds": (result or error).get("seconds"), "stopping": stopping}
    if result:
        return JobView(state="done", result=result["result"], **facts)
    if error:
        return JobView(state="stopped" if error["code"] == STOPPED else "failed", error=error, **facts)
    if alive:
        seconds = time.time() - process["at"]
        done, total = progress.get("done", 0), progress.get("total", 0)
        return JobView(state="running", done=done, total=total, **{**facts, "seconds": seconds})
    if not process:
        return JobView(kind=kind, state="none")
    return JobView(state="stopped" if stopping else "failed", error=JOB_LOST().as_dict(), **facts)


def stop(folder: Path) -> None:
    """Ask a job to stop; one that does not within seconds is killed at the next look."""
    process = _read(folder / "process.json")
    if process and is_alive(process["pid"], process["started"]):
        (folder / "stop").touch()
        _signal(process["pid"], signal.SIGTERM)


def publish(path: Path, data: Any) -> None:
    """Write JSON so that readers see all of it or nothing."""
    unfinished = path.with_name(f".{uuid4().hex}")
    write_json(unfinished, data)
    unfinished.replace(path)


def _pinned(reference: str) -> str:
    with session() as db:
        return dataset_rows.version_view(dataset_rows.find_version(db, reference)).reference


def _read(path: Path) -> dict[str, Any]:
    """Return a JSON document, empty when it is not there."""
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended just now
