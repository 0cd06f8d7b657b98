"""Counts what deployments answer, by the minute, and keeps a masked sample of the texts.

Counting costs a request some microseconds: figures gather in memory and are written by a thread every few seconds.
"""

import logging
import random
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from inkstone.backend.store.database import session
from inkstone.backend.store.notices import deployment_health
from inkstone.backend.store.tables_serving import Deployment, DeploymentMinute, DeploymentSample
from inkstone.components.nlp.profile import length_counts

LOG = logging.getLogger(__name__)
BOUNDS_MS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10_000, 60_000)
"""Upper bounds of the latency histogram."""
_SAMPLE_SHARE = 0.01
_SAMPLES_KEPT = 500
_LONGEST_SAMPLE = 200
_LABELS_SHOWN = 5
_FLUSH_SECONDS = 5.0
_FAILURES_TOLD = 3
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+", re.IGNORECASE)


def masked(text: str) -> str:
    """Return a text fit for a log: cut, digits as ``0``, e-mail and web addresses as ``<address>``."""
    return re.sub(r"\d", "0", _ADDRESS.sub("<address>", text[:_LONGEST_SAMPLE]))


def bound(seconds: float) -> int:
    """Return the upper bound of the histogram's bar, in milliseconds, that a latency belongs to."""
    return next((limit for limit in BOUNDS_MS if seconds * 1000 <= limit), BOUNDS_MS[-1])


def percentile(histogram: dict[str, int], share: float) -> float | None:
    """Return the latency in milliseconds that ``share`` of the requests stayed within, to the histogram's accuracy."""
    total = sum(histogram.values())
    reached = 0
    for limit in sorted(histogram, key=int):
        reached += histogram[limit]
        if reached >= share * total:
            return float(limit)
    return None


@dataclass
class Minute:
    """Figures of one version within one minute."""

    requests: int = 0
    refused: int = 0
    failed: int = 0
    texts: int = 0
    characters: int = 0
    latencies: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)


class Usage:
    """Gathers figures of all deployments of this process."""

    def __init__(self) -> None:
        self._server = uuid4().hex
        self._lock = threading.Lock()
        self._minutes: dict[tuple[str, str, datetime], Minute] = {}
        self._samples: list[DeploymentSample] = []
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()

    def answered(
        self,
        deployment: str,
        version: str,
        texts: Sequence[str],
        said: Sequence[Sequence[tuple[str, float]]],
        seconds: float,
    ) -> None:
        """Count an answer: ``said`` holds what each text was given, labels with scores, best first."""
        with self._lock:
            minute = self._minute(deployment, version)
            minute.requests += 1
            minute.texts += len(texts)
            minute.characters += sum(map(len, texts))
            minute.latencies[str(bound(seconds))] += 1
            minute.labels.update(label for row in said for label, _ in row)
            minute.lengths.update(length_counts(texts))
            if random.random() < _SAMPLE_SHARE * len(texts):  # noqa: S311 - which texts are kept need not be unguessable
                place = random.randrange(len(texts))  # noqa: S311
                self._samples.append(
                    DeploymentSample(
                        deployment_id=deployment,
                        version_id=version,
                        text=masked(texts[place]),
                        label=", ".join(label for label, _ in said[place][:_LABELS_SHOWN]),
                        score=said[place][0][1] if said[place] else 0.0,
                        seconds=seconds,
                    )
                )

    def refused(self, deployment: str, version: str) -> None:
        """Count a request that was turned away because the line was full."""
        with self._lock:
            self._minute(deployment, version).refused += 1

    def failed(self, deployment: str, version: str) -> None:
        """Count a request that ended with an error of the model."""
        with self._lock:
            self._minute(deployment, version).failed += 1

    def _minute(self, deployment: str, version: str) -> Minute:
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_writing, name="usage of deployments", daemon=True)
            self._thread.start()
        key = (deployment, version, datetime.now(UTC).replace(second=0, microsecond=0))
        return self._minutes.setdefault(key, Minute())

    def _keep_writing(self) -> None:
        while not self._ended.wait(_FLUSH_SECONDS):
            try:
                self.write()
            except SQLAlchemyError:
                LOG.exception("the figures of deployments could not be written; the next minute tries again")

    def close(self) -> None:
        """Write what has gathered and end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ended.set()
            thread.join()
            self._ended.clear()
        self.write()

    def write(self) -> None:
        """Write what has gathered; minutes that are over leave the memory."""
        with self._lock:
            minutes, samples = dict(self._minutes), self._samples
            self._samples = []
            current = datetime.now(UTC).replace(second=0, microsecond=0)
            self._minutes = {key: value for key, value in minutes.items() if key[2] == current}
        if not minutes and not samples:
            return
        with session() as db:
            alive = set(db.scalars(select(Deployment.id)))
            for (deployment, version, at), figures in minutes.items():
                if deployment not in alive:
                    continue
                key = {"deployment_id": deployment, "version_id": version, "minute": at, "server": self._server}
                row = db.scalars(select(DeploymentMinute).filter_by(**key)).first()
                if row is None:
                    row = DeploymentMinute(**key)
                    db.add(row)
                row.requests, row.refused, row.failed = figures.requests, figures.refused, figures.failed
                row.texts, row.characters = figures.texts, figures.characters
                row.latencies, row.labels = dict(figures.latencies), dict(figures.labels)
                row.lengths = dict(figures.lengths)
            _tell_health(db, minutes)
            kept = [sample for sample in samples if sample.deployment_id in alive]
            db.add_all(kept)
            for deployment in {sample.deployment_id for sample in kept}:
                newest = (
                    select(DeploymentSample.id)
                    .where(DeploymentSample.deployment_id == deployment)
                    .order_by(DeploymentSample.at.desc())
                    .limit(_SAMPLES_KEPT)
                )
                db.flush()
                db.execute(
                    delete(DeploymentSample).where(
                        DeploymentSample.deployment_id == deployment, DeploymentSample.id.not_in(newest)
                    )
                )


def _tell_health(db: Session, minutes: Mapping[tuple[str, str, datetime], Minute]) -> None:
    """Tell the owner when a deployment answers half of its requests of a minute or fewer, and note when it is well again."""
    for (deployment, _, _), figures in minutes.items():
        row = db.get(Deployment, deployment)
        if row is None:
            continue
        if figures.failed >= _FAILURES_TOLD and figures.failed >= figures.requests:
            said = f"{figures.failed} of {figures.failed + figures.requests} requests failed within a minute"
            deployment_health(db, row.id, row.name, row.owner_id, said)
        elif figures.requests and not figures.failed:
            deployment_health(db, row.id, row.name, row.owner_id, None)


USAGE = Usage()
