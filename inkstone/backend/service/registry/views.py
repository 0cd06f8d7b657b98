"""What the registry returns."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from inkstone.components.texts import Text


class AliasView(BaseModel):
    """A name for one version: ``reference`` is ``MODEL@ALIAS``, ``version`` what it means."""

    alias: str
    reference: str
    version: int
    at: datetime
    by: str


class RuleView(BaseModel):
    """What a version must show before it becomes production; ``test_set`` empty: on the test rows of their runs."""

    figure: str
    test_set: str
    at: datetime
    by: str


class Check(BaseModel):
    """What a rule of promotion found.

    Attributes:
        passed: Whether the version may become production.
        words: The same as a sentence, with the figures.
        candidate: The version asked about.
        production: The version it was held against; None where there is none yet.
        figure: The figure that decides; empty where no rule is set.
        test_set: Where it was measured.
        rows: Test rows.
        candidate_value: The figure of the candidate.
        production_value: The figure of the production version.
        difference: Candidate minus production.
        low: Lower end of the 95% interval of the difference.
        high: Its upper end.
        p: Of the paired bootstrap.
        mcnemar: McNemar's mid-p value.
        only_candidate: Rows that only the candidate has right.
        only_production: Rows that only the production version has right.
    """

    passed: bool
    words: Text
    candidate: str
    production: str | None = None
    figure: str = ""
    test_set: str = ""
    rows: int = 0
    candidate_value: float | None = None
    production_value: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    mcnemar: float | None = None
    only_candidate: int = 0
    only_production: int = 0


class StageEvent(BaseModel):
    """A version changed its stage; the first event of a version has ``before`` None: it was registered."""

    version: int
    reference: str
    before: str | None
    after: str
    at: datetime
    by: str
    reason: str = ""
    overridden: bool = False
    check: Check | None = None


class CardLine(BaseModel):
    """A fact of a model card."""

    name: Text
    value: str


class CardPart(BaseModel):
    """A part of a model card: facts, then a table, then remarks."""

    key: str
    title: Text
    lines: list[CardLine] = []
    columns: list[Text] = []
    rows: list[list[str]] = []
    remarks: list[Text] = []


class ModelCardView(BaseModel):
    """A model card, written from facts alone; ``description`` is what people wrote."""

    reference: str
    description: str
    parts: list[CardPart]


class VersionLine(BaseModel):
    """A line of the comparison of versions."""

    kind: Literal["fact", "param", "figure"]
    name: str
    values: list[Any]
    differs: bool


class VersionComparison(BaseModel):
    """Versions side by side. ``evaluations``: what can be compared row by row, ``RUN:NODE`` or None."""

    versions: list[str]
    lines: list[VersionLine]
    evaluations: list[str | None]
    checks: list[Check] = []
