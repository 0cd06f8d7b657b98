"""Predictions of files as jobs: once accepted, a job outlives whatever process took it.

``predictions/KEY/`` holds ``upload``, ``asked.json``, what ``data_jobs`` writes, and at last ``answers.csv``. A folder appears under
its name when all of the question is on disk; from then on the job is accepted. Whoever looks after the jobs (``tend``: every process
that serves, from its start on) starts those that nobody works on, a few at a time: one whose process is gone begins anew.
"""

import fcntl
import json
import os
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from pydantic import BaseModel

from inkstone import paths
from inkstone.backend.runtime.processes import this_host
from inkstone.backend.service import data_jobs, models
from inkstone.backend.service.actor import Actor, Role, may_write, require_create
from inkstone.backend.service.errors import JOB_LOST
from inkstone.backend.service.file_predictions import ENDINGS, Wish, parsed, predict_table
from inkstone.backend.service.prediction_errors import BAD_ENDING, NOT_FINISHED, UNKNOWN_PREDICTION
from inkstone.backend.service.views import JobView, PredictionView
from inkstone.components.artifacts import write_json
from inkstone.components.data.options import Progress

KIND = "predict"
_STARTS = 3
"""How often one process starts a job whose process dies each time."""
_KEPT_SECONDS = 30 * 24 * 3600
_TICK = 2.0
_started: Counter[str] = Counter()


class Asked(BaseModel):
    """What somebody asked for; ``host`` is the machine that does it, ``at`` when it was accepted."""

    model: str
    file_name: str
    ending: str
    column: str | None
    pair_column: str | None
    on_ray: bool | None
    user_id: str | None
    user: str
    role: Role
    host: str
    at: float


def begin(actor: Actor, model: str, file: Path, file_name: str, wish: Wish) -> PredictionView:
    """Accept a job. When this returns, the job will be done, whatever becomes of this process.

    Args:
        actor: Who asks.
        model: ``NAME`` or ``NAME@2``; a bare name means the version that is the newest now.
        file: The file, which is moved away.
        file_name: The name it had.
        wish: Columns, format of the answers, and where the model runs.

    Raises:
        InkstoneError: ``models.unknown``, ``model.other_answer``, ``predict.bad_format``.
    """
    require_create(actor, "model.predict")
    models.classifier_folder(actor, model)
    ending = f".{wish.format}"
    if ending not in ENDINGS:
        raise BAD_ENDING(at="format", format=wish.format[:20], formats=", ".join(item[1:] for item in ENDINGS))
    asked = Asked(
        model=models.get(actor, model).reference,
        file_name=file_name,
        ending=ending,
        column=wish.column,
        pair_column=wish.pair_column,
        on_ray=wish.on_ray,
        user_id=actor.user_id,
        user=actor.name,
        role=actor.role,
        host=this_host(),
        at=time.time(),
    )
    key = uuid4().hex
    root = paths.folder("predictions")
    draft = paths.inside(root, f"{key}.draft")
    draft.mkdir()
    try:
        shutil.move(file, draft / "upload")
        write_json(draft / "asked.json", asked.model_dump())
        for item in (draft / "upload", draft / "asked.json", draft):
            _on_disk(item)
        draft.rename(root / key)
        _on_disk(root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    tend()
    return look(actor, key)


def list_(actor: Actor) -> list[PredictionView]:
    """Return the jobs that one may see, newest first: one's own; administrators see all."""
    every = [(folder, asked) for folder, asked in _jobs() if _may_see(actor, asked)]
    return [_view(folder, asked) for folder, asked in reversed(every)]


def look(actor: Actor, key: str) -> PredictionView:
    """Return how far a job is.

    Raises:
        InkstoneError: ``predict.unknown``.
    """
    return _view(*_find(actor, key))


def answers(actor: Actor, key: str) -> tuple[Path, str]:
    """Return the result of a job and a name for it.

    Raises:
        InkstoneError: ``predict.unknown``, ``predict.not_finished``.
    """
    folder, asked = _find(actor, key)
    view = _view(folder, asked)
    if view.state != "done":
        raise NOT_FINISHED(state=view.state)
    return folder / f"answers{asked.ending}", f"{Path(asked.file_name).stem}-{asked.model}{asked.ending}"


def remove(actor: Actor, key: str) -> None:
    """Stop a job that is under way; delete one that is not."""
    folder, _ = _find(actor, key)
    with _alone():
        if data_jobs.look(KIND, folder).state == "running":
            data_jobs.stop(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def tend() -> None:
    """Start what waits, as long as there is room; forget what is old."""
    with _alone():
        states = [(folder, asked, _state(folder)) for folder, asked in _jobs() if asked.host == this_host()]
        room = most_at_once() - sum(state == "running" for _, _, state in states)
        for folder, asked, state in states:
            if state == "waiting" and room > 0:
                room -= 1
                _start(folder, asked)
            elif state not in {"waiting", "running"} and time.time() - asked.at > _KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``predict``."""
    folder = Path(params["folder"])
    asked = _asked(folder)
    # Should somebody have started it twice, the second one finds it done.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "result.json").exists():
            return json.loads((folder / "result.json").read_text("utf-8"))["result"]
        wish = Wish(asked.column, asked.pair_column, asked.on_ray)
        with parsed(folder / "upload", asked.file_name) as table:
            output = folder / f"answers{asked.ending}"
            return {"rows": predict_table(actor, reference, table, output, wish, progress=progress)}


def most_at_once() -> int:
    """Return how many jobs run at the same time: ``INKSTONE_MAX_PREDICTIONS``, by default 1."""
    return max(1, int(os.environ.get("INKSTONE_MAX_PREDICTIONS", "1")))


class Keeper:
    """Tends the jobs as long as a process serves: those that an earlier one has accepted, too."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True, name="predictions")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; jobs under way go on."""
        self._end.set()
        self._thread.join()

    def _keep(self) -> None:
        import logging

        while True:
            try:
                tend()
            except OSError:
                logging.getLogger("inkstone.jobs").exception("predictions could not be looked after; trying again")
            if self._end.wait(_TICK):
                return


def _start(folder: Path, asked: Asked) -> None:
    if _started[folder.name] >= _STARTS:
        data_jobs.publish(folder / "error.json", JOB_LOST().as_dict())
        return
    _started[folder.name] += 1
    actor = Actor(asked.user_id, asked.user, asked.role)
    data_jobs.start(actor, KIND, folder, asked.model, {"folder": str(folder)})


State = Literal["waiting", "running", "done", "failed", "stopped"]


def _state(folder: Path) -> State:
    return _state_of(folder, data_jobs.look(KIND, folder))


def _state_of(folder: Path, job: JobView) -> State:
    lost = job.state == "failed" and not (folder / "error.json").exists()
    return "waiting" if lost or job.state == "none" else job.state


def _view(folder: Path, asked: Asked) -> PredictionView:
    job = data_jobs.look(KIND, folder)
    state = _state_of(folder, job)
    return PredictionView(
        key=folder.name,
        model=asked.model,
        file_name=asked.file_name,
        format=asked.ending[1:],
        state=state,
        done=job.done,
        total=job.total,
        rows=(job.result or {}).get("rows"),
        error=job.error if state in {"failed", "stopped"} else None,
        user=asked.user,
        at=datetime.fromtimestamp(asked.at, UTC),
    )


def _jobs() -> list[tuple[Path, Asked]]:
    """Return all accepted jobs, oldest first."""
    found = []
    for folder in paths.folder("predictions").iterdir():
        if folder.suffix or not folder.is_dir():
            continue
        try:
            found.append((folder, _asked(folder)))
        except FileNotFoundError:  # deleted just now
            continue
    return sorted(found, key=lambda job: job[1].at)


def _find(actor: Actor, key: str) -> tuple[Path, Asked]:
    if len(key) == 32 and key.isalnum():
        folder = paths.inside(paths.folder("predictions"), key)
        if (folder / "asked.json").exists() and _may_see(actor, _asked(folder)):
            return folder, _asked(folder)
    raise UNKNOWN_PREDICTION(key=key[:40])


def _may_see(actor: Actor, asked: Asked) -> bool:
    return may_write(actor, asked.user_id)


def _asked(folder: Path) -> Asked:
    return Asked.model_validate_json((folder / "asked.json").read_text("utf-8"))


@contextmanager
def _alone() -> Iterator[None]:
    """Keep all other processes and threads that tend away while the block runs."""
    with (paths.folder("predictions") / "tending.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _on_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
