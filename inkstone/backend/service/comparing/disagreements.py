"""Rows on which two models disagree."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.comparing.rows import DifferentRows, SameRows, same_rows
from inkstone.backend.service.comparing.subjects import find_subjects
from inkstone.backend.service.comparing.views import Subject
from inkstone.backend.store.database import session
from inkstone.components.data.languages import language_of
from inkstone.components.texts import Text

Kind = Literal["any", "only_first", "only_second", "both_wrong"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class DisagreementFilter(BaseModel):
    """Which disagreements to show; what is not given does not narrow.

    Attributes:
        kind: ``only_first``: the first is right; ``only_second``: the second is; ``both_wrong``: each is wrong in its own way.
        label: True class.
        first: What the first says.
        second: What the second says.
        contains: The text holds this.
        language: The script tells this language.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "any"
    label: str | None = None
    first: str | None = None
    second: str | None = None
    contains: str = Field("", max_length=200)
    language: str | None = None


class Disagreement(BaseModel):
    """A row on which two models disagree; the surer both are, the more it tells."""

    row: int
    text: str
    text_pair: str | None
    label: str
    first: str
    second: str
    first_sure: float
    second_sure: float


class Disagreements(BaseModel):
    """Disagreements of two evaluations.

    Attributes:
        subjects: The two.
        rows: A page of them, those first where both are surest.
        total: How many fit the filter.
        numbers: Their row numbers, all of them.
        counts: Kind to number of rows, without the filter.
        compared: Rows that both were tested on.
        labels: Classes that occur.
        refused: Why they cannot be compared.
    """

    subjects: list[Subject]
    rows: list[Disagreement] = []
    total: int = 0
    numbers: list[int] = []
    counts: dict[str, int] = {}
    compared: int = 0
    labels: list[str] = []
    refused: Text | None = None


def disagreements(
    actor: Actor, first: str, second: str, wanted: DisagreementFilter | None = None, *, limit: int = 50, offset: int = 0
) -> Disagreements:
    """Return the rows of the test to which two evaluations give different classes.

    Raises:
        InkstoneError: ``runs.unknown``, ``compare.no_evaluation``.
    """
    wanted = wanted or DisagreementFilter()
    try:
        same = same_rows(actor, [first, second])
    except DifferentRows as different:
        with session() as db:
            subjects = [item.view for item in find_subjects(db, [first, second])]
        return Disagreements(subjects=subjects, refused=different.reason)
    every = _all(same)
    found = sorted(
        (item for item in every if _passes(item, wanted)), key=lambda item: -(item.first_sure + item.second_sure)
    )
    kinds = [_kind(item) for item in every]
    labels = {label for rows in same.judged for label in (*rows.labels, *rows.predicted)}
    return Disagreements(
        subjects=[item.view for item in same.compared],
        rows=found[offset : offset + limit],
        total=len(found),
        numbers=[item.row for item in found],
        counts={"any": len(every)} | {kind: kinds.count(kind) for kind in KINDS[1:]},
        compared=len(same.judged[0].keys),
        labels=sorted(labels),
    )


def _all(same: SameRows) -> list[Disagreement]:
    if len(same.judged) < 2:
        return []  # the same evaluation twice agrees with itself
    one, other = same.judged
    return [
        Disagreement(
            row=one.keys[place][0],
            text=one.texts[place],
            text_pair=one.pairs[place],
            label=one.labels[place],
            first=one.predicted[place],
            second=other.predicted[place],
            first_sure=round(one.sure[place], 4),
            second_sure=round(other.sure[place], 4),
        )
        for place in range(len(one.keys))
        if one.predicted[place] != other.predicted[place]
    ]


def _kind(item: Disagreement) -> Kind:
    if item.first == item.label:
        return "only_first"
    return "only_second" if item.second == item.label else "both_wrong"


def _passes(item: Disagreement, wanted: DisagreementFilter) -> bool:
    return (
        wanted.kind in ("any", _kind(item))
        and wanted.label in (None, item.label)
        and wanted.first in (None, item.first)
        and wanted.second in (None, item.second)
        and wanted.contains.lower() in item.text.lower()
        and (wanted.language is None or language_of(item.text) == wanted.language)
    )
