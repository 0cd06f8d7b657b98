"""What the service tells of deployments."""

from datetime import datetime
from typing import Any, Literal

from inkstone.backend.service.views import Scored, View
from inkstone.components.nlp.tagging.answers import TagAnswer


class DeploymentView(View):
    """A name under which a model answers; ``tags``: with category, labels, keywords and entities."""

    id: str
    name: str
    model: str
    previous: str | None
    canary: str | None
    canary_share: float
    running: bool
    revision: int
    labels: list[str]
    pairs: bool
    tags: bool
    created_at: datetime
    changed_at: datetime
    owner_id: str | None
    can_write: bool


class AnswerView(View):
    """The answer to a request: which model version gave it, and for each text its labels, best first."""

    deployment: str
    model: str
    results: list[list[Scored]]


class TagsView(View):
    """The answer to a request for tags: which model version gave it, and one answer a text."""

    deployment: str
    model: str
    results: list[TagAnswer]


class MinuteView(View):
    """What one model version answered within a minute."""

    minute: datetime
    model: str
    requests: int
    refused: int
    failed: int
    texts: int
    mean_characters: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    labels: dict[str, Any]


class Drift(View):
    """Shares of a histogram in training and now, the population stability index between them, and what it means.

    Attributes:
        before: Bar to its share of the training rows.
        after: Bar to its share of what was asked.
        index: The population stability index.
        noise: What it stays below in 95 of 100 cases when nothing has changed.
        verdict: ``steady``, ``some`` or ``much``.
    """

    before: dict[str, float]
    after: dict[str, float]
    index: float
    noise: float
    verdict: Literal["steady", "some", "much"]


class DriftView(View):
    """How far lengths and labels have moved since training; None where it cannot be told.

    Attributes:
        model: The version that answers.
        hours: How far it was looked back.
        texts: Texts asked within that time.
        least_texts: How many are needed.
        known: Whether the model says what it was trained on; models of earlier versions do not.
        lengths: Of the length in characters; a bar is named by its upper bound.
        labels: Of the labels: those of the training rows against those given.
    """

    model: str
    hours: int
    texts: int
    least_texts: int
    known: bool
    lengths: Drift | None
    labels: Drift | None


class SampleView(View):
    """A masked text that was asked."""

    at: datetime
    model: str
    text: str
    label: str
    score: float
    milliseconds: float
