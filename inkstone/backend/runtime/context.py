"""What a running component may ask of its surroundings."""

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from inkstone import paths
from inkstone.backend.runtime.job import NodeJob
from inkstone.backend.runtime.reporter import Reporter
from inkstone.components.spec import Source
from inkstone.components.texts import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.task import Task

_PROGRESS_INTERVAL = 0.2


class NodeContext:
    """The ``Context`` of one execution of a node.

    Attributes:
        node: Id of the node.
        seed: The seed of the run.
        resources: What the node gets.
    """

    def __init__(self, job: NodeJob, reporter: Reporter) -> None:
        self.node = job.node
        self.seed = job.seed
        self.resources = job.resources
        self._job = job
        self._reporter = reporter
        self._scratch = job.folder / "scratch"
        self._started = time.monotonic()
        self._started_at = 0.0
        self._reported = 0.0

    def output(self, port: str) -> Path:
        """Return the new, empty folder that becomes the artifact of an output port."""
        folder = paths.inside(self._scratch, "outputs", port)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def scratch(self) -> Path:
        """Return a folder that is thrown away when the node has ended."""
        folder = self._scratch / "work"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def kept(self) -> Path:
        """Return a folder that stays when the node is stopped or killed."""
        folder = self._job.folder / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def source(self, reference: str) -> Source:
        """Resolve a parameter of kind ``dataset``.

        Raises:
            InkstoneError: ``data.unknown_dataset`` or ``data.unknown_sample``.
        """
        from inkstone.backend.runtime.references import source

        return source(reference)

    def encoder(self, reference: str) -> Path:
        """Resolve a parameter of kind ``encoder`` to a local folder in Hugging Face format."""
        from inkstone.components.nlp.encoders import resolve_encoder

        return resolve_encoder(reference)

    def log(self, message: str | Text, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        """Write a line to the log of the run."""
        self._reporter.log(message, level)

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        """Report a value of a live curve or a final figure."""
        self._reporter.metric(name, value, step, epoch)

    def progress(self, done: float, total: float, message: Text | None = None) -> None:
        """Report how far the node is, at most five times a second. Also checks for a stop."""
        self.check_cancelled()
        now = time.monotonic()
        if done < self._started_at or done == 0:
            self._started, self._started_at = now, done  # a new stretch of work begins: measure its speed anew
        if now - self._reported < _PROGRESS_INTERVAL and done < total:
            return
        self._reported = now
        covered, passed = done - self._started_at, now - self._started
        eta = passed / covered * (total - done) if covered > 0 else None
        self._reporter.progress(done, total, eta, message)

    def check_cancelled(self) -> None:
        """Raise ``Cancelled`` when the user asked for a stop."""
        self._reporter.check_cancelled()

    def fit(self, task: "Task", train: "Table", dev: "Table | None", settings: "FitSettings") -> "FitResult":
        """Train ``task``, with several workers where the node asks for them."""
        from inkstone.backend.runtime.training.fit import fit

        return fit(
            task,
            train,
            dev,
            settings,
            resources=self.resources,
            folder=self._job.folder / "checkpoints",
            reporter=self._reporter,
            distributed=self.resources.workers > 1,
            continue_from=self._job.continue_from,
        )

    def register_model(self, name: str, folder: Path, metrics: Mapping[str, float], note: Text | None = None) -> str:
        """Copy a model folder into the registry and return its ``NAME@VERSION``."""
        from inkstone.backend.store.database import session
        from inkstone.backend.store.registry import register_model

        with session() as opened:
            owner_id = self._owner(opened)
        return register_model(
            name, folder, metrics=metrics, note=note, run_id=self._job.run_id, node=self.node, owner_id=owner_id
        )

    def deploy_model(self, reference: str, name: str) -> str:
        """Let a registered model answer requests under a name, for the owner of the run; return the name as it is kept."""
        from inkstone.backend.store.database import session
        from inkstone.backend.store.deploying import put_behind
        from inkstone.backend.store.lookup import model_version

        with session() as opened:
            return put_behind(opened, model_version(opened, reference), name, self._owner(opened)).name

    def _owner(self, opened: "Session") -> str | None:
        from inkstone.backend.store.tables import Run

        run = opened.get(Run, self._job.run_id)
        return run.owner_id if run else None
