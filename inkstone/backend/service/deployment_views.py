"""What the service tells of deployments."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from inkstone.backend.service.views import Scored


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class DeploymentView(_View):
    """A name under which a model answers."""

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
    created_at: datetime
    changed_at: datetime
    owner_id: str | None
    can_write: bool


class AnswerView(_View):
    """The answer to a request: which model version gave it, and for each text its labels, best first."""

    deployment: str
    model: str
    results: list[list[Scored]]


class MinuteView(_View):
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


class SampleView(_View):
    """A masked text that was asked."""

    at: datetime
    model: str
    text: str
    label: str
    score: float
    milliseconds: float
