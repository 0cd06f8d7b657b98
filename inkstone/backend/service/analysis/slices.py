"""Slices of a test on which a model is weak, each with the filter that finds its rows."""

from pydantic import BaseModel

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.evaluated_rows import RowFilter, judged_rows
from inkstone.components.artifacts import ROW_ID
from inkstone.components.data.languages import language_of
from inkstone.components.nlp.slices import Property, weak_slices

FEWEST = 5


class SliceView(BaseModel):
    """A slice.

    Attributes:
        properties: What its rows share: kind, name of a column, value, bounds of a length.
        filter: Finds its rows.
        rows: Rows in it.
        errors: Wrong ones.
        share: Share of wrong ones.
        rest_share: Share of wrong ones among all other rows.
        p: Of Fisher's exact test.
        adjusted: After Benjamini and Hochberg.
    """

    properties: list[dict[str, str | int | None]]
    filter: RowFilter
    rows: int
    errors: int
    share: float
    rest_share: float
    p: float
    adjusted: float


class Slices(BaseModel):
    """Weak slices of an evaluation; ``rows`` and ``errors`` are those of the whole test."""

    rows: int
    errors: int
    support: int
    slices: list[SliceView]


def slices(actor: Actor, run_id: str, node: str, support: int | None = None) -> Slices:
    """Return slices with significantly more errors than the rest.

    Args:
        actor: Who asks.
        run_id: The run.
        node: The evaluation.
        support: Fewest rows of a slice; by default one in fifty of the test, and ten at least.

    Raises:
        InkstoneError: ``runs.output_not_found``.
    """
    import numpy as np

    judged = judged_rows(actor, run_id, node)
    rows = judged.rows
    fewest = max(FEWEST, support) if support is not None else max(10, len(rows) // 50)
    wrong = np.array([row["label"] != row["predicted"] for row in rows], bool)
    texts = [row["text"] for row in rows]
    found = weak_slices(
        texts,
        [row["label"] for row in rows],
        wrong,
        [language_of(text) for text in texts],
        {name: [values.get(row[ROW_ID], "") for row in rows] for name, values in judged.domains.items()},
        support=fewest,
    )
    views = [
        SliceView(
            properties=[dict(item._asdict()) for item in one.properties],
            filter=_filter(one.properties),
            rows=one.rows,
            errors=one.errors,
            share=one.errors / one.rows,
            rest_share=one.rest_errors / one.rest_rows,
            p=one.p,
            adjusted=one.adjusted,
        )
        for one in found
    ]
    return Slices(rows=len(rows), errors=int(wrong.sum()), support=fewest, slices=views)


def _filter(properties: tuple[Property, ...]) -> RowFilter:
    wanted: dict[str, object] = {"kind": "all"}
    for item in properties:
        if item.kind == "length":
            wanted |= {"shortest": item.shortest, "longest": item.longest}
        elif item.kind == "column":
            wanted |= {"column": item.name, "value": item.value}
        else:
            wanted[{"language": "language", "label": "label", "word": "contains"}[item.kind]] = item.value
    return RowFilter.model_validate(wanted)
