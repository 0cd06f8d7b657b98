"""What a user may learn about a column before training: its classes and what looks wrong with them."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict

from inkstone import paths
from inkstone.backend.service import dataset_rows
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.errors import UNKNOWN_COLUMN
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table

_SHOWN = 200
_RARE = 3  # fewer rows cannot stand in train, dev and test at once


class LabelCheck(BaseModel):
    """The classes of a label column.

    Attributes:
        counts: Label to rows, the largest first, at most 200.
        distinct: How many labels there are.
        empty: Rows without one.
        rare: Labels with fewer than three rows.
        variants: Groups of labels that differ only by case, spaces or width.
    """

    model_config = ConfigDict(frozen=True)

    counts: dict[str, int]
    distinct: int
    empty: int
    rare: list[str]
    variants: list[list[str]]


def guessed_columns(roles: Mapping[str, str], wanted: Collection[str]) -> dict[str, str]:
    """Return the columns of the roles that a template wants; one that wants label lists alone takes the label column for them."""
    found = {role: roles[role] for role in wanted if role in roles}
    if "labels" in wanted and not {"label", "labels"} & found.keys() and "label" in roles:
        found["labels"] = roles["label"]
    return found


def required_roles(wanted: Collection[str]) -> list[str]:
    """Return which of the roles that a template can map it cannot do without.

    One that takes several kinds of answers works with whichever of them the data has.
    """
    answers = [role for role in ("label", "labels", "entities", "keywords") if role in wanted]
    return [role for role in ("text", *(answers if len(answers) == 1 else ())) if role in wanted]


def label_check(actor: Actor, reference: str, column: str) -> LabelCheck:
    """Count the labels of a column, streaming, and find those that look like one.

    Raises:
        InkstoneError: ``dataset.unknown_column``.
    """
    import pyarrow.compute as pc

    require_read(actor, "dataset.label_check")
    with session() as db:
        folder = paths.inside(paths.home(), dataset_rows.find_version(db, reference).folder)
    table = Table(folder / "table")
    names = [item.name for item in table.info.columns]
    if column not in names:
        raise UNKNOWN_COLUMN(at=column, column=column, columns=", ".join(names))
    counter: Counter[str] = Counter()
    empty = 0
    for batch in table.batches([column]):
        values = batch.column(0)
        values = values.flatten() if hasattr(values, "flatten") and str(values.type).startswith("list") else values
        for entry in pc.value_counts(values).to_pylist():
            label = "" if entry["values"] is None else str(entry["values"])
            if label.strip():
                counter[label] += entry["counts"]
            else:
                empty += entry["counts"]
    groups: dict[str, list[str]] = {}
    for label, _ in counter.most_common():
        groups.setdefault(_folded(label), []).append(label)
    return LabelCheck(
        counts=dict(counter.most_common(_SHOWN)),
        distinct=len(counter),
        empty=empty,
        rare=[label for label, count in counter.items() if count < _RARE][:_SHOWN],
        variants=[group for group in groups.values() if len(group) > 1][:_SHOWN],
    )


def _folded(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())
