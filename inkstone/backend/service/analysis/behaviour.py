"""Behavioural tests of registered models: run on rows of theirs or of a dataset, kept, shown."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from inkstone import paths
from inkstone.backend.service import audit, data_jobs, models
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.analysis.dev_rows import LabelledTable, labelled_table
from inkstone.backend.service.analysis.thresholds import require_classifier
from inkstone.backend.service.views import JobView, ModelVersionView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables_analysis import BehaviourResult
from inkstone.components.artifacts import ROW_ID
from inkstone.components.data.options import Progress
from inkstone.components.nlp.behaviour.checks import Outcome, checks_for, run_check, run_suite, spread
from inkstone.components.nlp.behaviour.phrases import phrases
from inkstone.components.nlp.inference import Scored

MOST_ROWS = 1_000
_JOB = "behaviour"
_KEPT = 20
"""Results shown of a version."""


class BehaviourWish(BaseModel):
    """What to test.

    Attributes:
        data: Texts to change; None takes the dev rows of the model's run.
        suite: A dataset whose labels are the right answers.
        polar: Classes that tell a feeling, for negation; empty takes those named so.
        added: ``CLASS=PHRASE`` each: the phrase speaks for the class.
        rows: At most that many rows.
        seed: The same seed makes the same changes.
        tolerance: How far a score may move the wrong way.
    """

    model_config = ConfigDict(extra="forbid")

    data: str | None = None
    suite: str | None = None
    polar: list[str] = Field([], max_length=100)
    added: list[str] = Field([], max_length=50)
    rows: int = Field(200, ge=1, le=MOST_ROWS)
    seed: int = Field(0, ge=0)
    tolerance: float = Field(0.1, ge=0, le=1)


class Behaviour(BaseModel):
    """The result of behavioural tests."""

    id: str
    model: str
    created_at: datetime
    by: str
    data: str
    tests: list[Outcome]


def begin(actor: Actor, reference: str, wish: BehaviourWish) -> JobView:
    """Start the tests in the background, in a process of their own, unless some of this version run already.

    Raises:
        InkstoneError: ``models.unknown``, ``thresholds.not_a_classifier``.
    """
    require_create(actor, "model.behaviour")
    version = models.get(actor, reference)
    require_classifier(actor, version)
    folder = _job_folder(version)
    known = data_jobs.look(_JOB, folder)
    if known.state == "running":
        return known
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return data_jobs.start(actor, _JOB, folder, version.reference, wish.model_dump(mode="json"))


def look(actor: Actor, reference: str) -> JobView:
    """Return how far the tests of a version are."""
    require_read(actor, "model.behaviour")
    return data_jobs.look(_JOB, _job_folder(models.get(actor, reference)))


def stop(actor: Actor, reference: str) -> None:
    """Stop the tests of a version; nothing of them is kept."""
    require_create(actor, "model.behaviour")
    data_jobs.stop(_job_folder(models.get(actor, reference)))


def work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> str:
    """Do the job ``behaviour``; return the id of its result."""
    return test(actor, reference, BehaviourWish(**params), progress).id


def _job_folder(version: ModelVersionView) -> Path:
    return paths.folder("cache") / _JOB / version.id


def test(actor: Actor, reference: str, wish: BehaviourWish, progress: Progress | None = None) -> Behaviour:
    """Run the tests on a model, wait for them, and keep the result.

    Raises:
        InkstoneError: ``models.unknown``, ``thresholds.not_a_classifier``, ``thresholds.no_dev_rows``, ``behaviour.bad_phrase``.
    """
    require_create(actor, "model.behaviour")
    version = models.get(actor, reference)
    require_classifier(actor, version)
    given = labelled_table(actor, version, wish.data)
    suite = labelled_table(actor, version, wish.suite) if wish.suite else None
    checks = checks_for(version.labels, wish.polar, phrases(wish.added, version.labels))

    def answer(texts: list[str]) -> Sequence[Sequence[Scored]]:
        return [[Scored(item.label, item.score) for item in row] for row in models.predict(actor, reference, texts)]

    rows = [(number, words) for number, words, _ in _sample(given, wish.rows)]
    found = []
    for number, check in enumerate(checks):
        if progress:
            progress(number, len(checks) + 1)
        found.append(run_check(check, rows, answer, wish.seed, wish.tolerance))
    if suite is not None:
        found.append(run_suite(_sample(suite, wish.rows), answer))
    data = given.name if suite is None else f"{given.name} + {suite.name}"
    with session() as db:
        kept = BehaviourResult(
            version_id=version.id,
            made_by=actor.name,
            data=data[:120],
            options=wish.model_dump(mode="json"),
            tests=[item.model_dump(mode="json") for item in found],
        )
        db.add(kept)
        audit.record(db, actor, "model.behaviour", version.reference, data=data)
        db.flush()
        return _view(kept, version)


def results(actor: Actor, reference: str) -> list[Behaviour]:
    """Return the results kept of a version, newest first."""
    require_read(actor, "model.behaviour")
    version = models.get(actor, reference)
    wanted = select(BehaviourResult).where(BehaviourResult.version_id == version.id)
    with session() as db:
        found = db.scalars(wanted.order_by(BehaviourResult.created_at.desc()).limit(_KEPT))
        return [_view(item, version) for item in found]


def _view(item: BehaviourResult, version: ModelVersionView) -> Behaviour:
    tests = [Outcome.model_validate(outcome) for outcome in item.tests]
    return Behaviour(
        id=item.id, model=version.reference, created_at=item.created_at, by=item.made_by, data=item.data, tests=tests
    )


def _sample(given: LabelledTable, most: int) -> list[tuple[int, str, str]]:
    """Return number, text and label of labelled rows at even distances."""
    found = [
        (int(number), str(words), str(label))
        for batch in given.table.batches([ROW_ID, given.text, given.label])
        for number, words, label in zip(*(batch.column(place).to_pylist() for place in range(3)), strict=True)
        if words is not None and label is not None
    ]
    return spread(found, most)
