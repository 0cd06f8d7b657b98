"""The process of one job on a dataset or a model: ``python -m inkstone.backend.service.data_job_process FOLDER``."""

import json
import logging
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inkstone.backend.service import (
    active_learning,
    data_health,
    labelling,
    prediction_jobs,
    span_labels,
    tag_suggestions,
    upload_jobs,
)
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.analysis import behaviour
from inkstone.backend.service.data_jobs import publish
from inkstone.backend.service.errors import JOB_STOPPED
from inkstone.components.data.options import Progress
from inkstone.components.errors import INTERNAL, Cancelled, InkstoneError

Work = Callable[[Actor, str, dict[str, Any], Progress], Any]
WORK: dict[str, Work] = {
    "profile": data_health.profile_work,
    "doctor": data_health.doctor_work,
    "fix": data_health.fix_work,
    "labels": labelling.version_work,
    "spans": span_labels.version_work,
    "uncertainty": labelling.uncertainty_work,
    "suggestions": tag_suggestions.work,
    "choose": active_learning.choose_work,
    "upload": upload_jobs.work,
    "predict": prediction_jobs.work,
    "behaviour": behaviour.work,
}
_REPORT_SECONDS = 0.2


def main(folder: Path) -> None:
    """Do the job of a folder, and leave its result or its error there."""
    signal.signal(signal.SIGTERM, _stop)
    job = json.loads((folder / "job.json").read_text("utf-8"))
    started = time.monotonic()
    try:
        result = WORK[job["kind"]](Actor(**job["actor"]), job["reference"], job["params"], _reporter(folder))
        publish(folder / "result.json", {"result": result, "seconds": time.monotonic() - started})
    except Cancelled:
        _fail(folder, JOB_STOPPED(), started)
    except InkstoneError as error:
        _fail(folder, error, started)
    except Exception as error:
        logging.getLogger("inkstone.jobs").exception("job %s failed", job["kind"])
        _fail(folder, INTERNAL(summary=type(error).__name__), started)


def _fail(folder: Path, error: InkstoneError, started: float) -> None:
    publish(folder / "error.json", {**error.as_dict(), "seconds": time.monotonic() - started})


def _stop(_number: int, _frame: Any) -> None:
    raise Cancelled


def _reporter(folder: Path) -> Progress:
    """Return a function that writes how far the work is, a few times a second."""
    last = 0.0

    def report(done: float, total: float) -> None:
        nonlocal last
        if (folder / "stop").exists():
            raise Cancelled
        if time.monotonic() - last > _REPORT_SECONDS:
            last = time.monotonic()
            publish(folder / "progress.json", {"done": done, "total": total})

    return report


if __name__ == "__main__":
    main(Path(sys.argv[1]))
