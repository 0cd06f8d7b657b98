"""What a comparison returns."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from inkstone.backend.states import RunState
from inkstone.components.texts import Text


class Subject(BaseModel):
    """One of the things compared: a run, or one evaluation of it. ``key`` names it: ``RUN`` or ``RUN:NODE``."""

    key: str
    run: str
    node: str | None
    name: str
    state: RunState
    created_at: datetime


class Line(BaseModel):
    """A line of the table: a parameter, a figure or a fact, with the value of each subject."""

    kind: Literal["param", "figure", "fact"]
    name: str
    values: list[Any]
    differs: bool


class Comparison(BaseModel):
    """Subjects side by side. ``curves``: names of figures that have more than one point."""

    subjects: list[Subject]
    lines: list[Line]
    curves: list[str]


class ComparedCurve(BaseModel):
    """A curve of one subject; ``total`` counts the points before thinning, ``missing`` those that were not numbers."""

    key: str
    node: str
    name: str
    x: list[float]
    y: list[float]
    total: int
    missing: int


class ClassFigures(BaseModel):
    """What an evaluation tells of classes: table, confusion matrix and curves; ``problem`` where it cannot be read."""

    key: str
    labels: list[str] = []
    per_class: list[dict[str, Any]] = []
    matrix: list[list[int]] = []
    curves: list[dict[str, Any]] = []
    problem: Text | None = None


class Interval(BaseModel):
    """A difference, subject minus baseline, with its interval and chance."""

    value: float
    low: float
    high: float
    p: float


class Verdict(BaseModel):
    """Whether a subject is better than the baseline.

    Attributes:
        key: The subject.
        verdict: ``better``, ``worse`` or ``noise``.
        words: The same as a sentence.
        p: Of the figure, adjusted for the number of comparisons (Holm).
        differences: Figure to interval; ``f1/CLASS`` for classes.
        only_subject: Rows that only the subject has right.
        only_baseline: Rows that only the baseline has right.
        mcnemar_exact: McNemar's exact p-value.
        mcnemar_mid: Its mid-p version.
    """

    key: str
    verdict: Literal["better", "worse", "noise"]
    words: Text
    p: float
    differences: dict[str, Interval]
    only_subject: int
    only_baseline: int
    mcnemar_exact: float
    mcnemar_mid: float


class Significance(BaseModel):
    """Each subject against the baseline on the same test rows; ``refused`` says why where that cannot be done."""

    baseline: str
    figure: str
    rows: int
    resamples: int
    verdicts: list[Verdict]
    refused: Text | None = None


class DecidingRow(BaseModel):
    """A test row that subjects judge differently. ``sure``: the highest score of each subject."""

    row: int
    text: str
    text_pair: str | None
    label: str
    predicted: list[str]
    sure: list[float]


class DecidingRows(BaseModel):
    """Rows that decide between subjects, the surest disagreements first; ``total`` counts all of them."""

    subjects: list[Subject]
    rows: list[DecidingRow]
    total: int
    refused: Text | None = None
