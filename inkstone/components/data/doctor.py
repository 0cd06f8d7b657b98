"""The data doctor: looks for what makes a model worse or its figures dishonest, and offers fixes as a new version.

``examine`` gives findings; ``apply_fixes`` gives a new table. The checks are in ``checks.py`` and ``deeper_checks.py``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import ROW_ID, Role, Table
from inkstone.components.data.errors import NOTHING_LEFT
from inkstone.components.data.options import Progress
from inkstone.components.texts import Text

SHOWN_ROWS = 1000
"""Most rows that a finding names; its fix and its count cover all."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Fix(_Part):
    """A change that makes a new table. Pure data, so that it can travel through a page and back.

    Attributes:
        id: The code of the finding it belongs to.
        title: What it does.
        drop: Rows to drop, by ``_row``.
        spelling: Label to the label it becomes.
        labels: Row, by ``_row``, to its corrected label.
    """

    id: str
    title: Text
    drop: list[int] = []
    spelling: dict[str, str] = {}
    labels: dict[int, str] = {}


class Finding(_Part):
    """Something the doctor found.

    Attributes:
        code: Stable code such as ``doctor.duplicates``.
        severity: ``error`` makes training fail or figures wrong, ``warning`` makes a model worse, ``info`` is good to know.
        what: What was found.
        advice: What it means and what to do.
        count: Rows (or labels) concerned.
        rows: The rows concerned, by ``_row``; at most ``SHOWN_ROWS``.
        examples: A few rows or groups to look at: column to value, ``row`` to ``_row``.
        fix: The fix offered, if there is one.
    """

    code: str
    severity: Literal["error", "warning", "info"]
    what: Text
    advice: Text
    count: int
    rows: list[int] = []
    examples: list[dict[str, Any]] = []
    fix: Fix | None = None


class Options(_Part):
    """What the doctor looks at.

    Attributes:
        max_tokens: Tokens that the encoder reads; longer texts are cut.
        fewest_rows: Classes with fewer rows are called thin.
        near_rows: Near-duplicates are looked for among this many rows at most.
        near_similarity: Jaccard similarity from which two texts are nearly the same.
        mislabelled_rows: Likely wrong labels are looked for among this many rows at most.
        seed: Seed of samples and folds.
    """

    max_tokens: int = 512
    fewest_rows: int = 10
    near_rows: int = 20_000
    near_similarity: float = 0.85
    mislabelled_rows: int = 10_000
    seed: int = 0


def examine(
    table: Table,
    roles: Mapping[Role, str] | None = None,
    others: Mapping[str, Table] | None = None,
    options: Options | None = None,
    progress: Progress | None = None,
    *,
    other_texts: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Examine a table.

    Args:
        table: The rows, such as the training rows.
        roles: The columns of text and label; by default what the table itself says.
        others: Further parts (``dev``, ``test``), to look for overlap.
        options: Limits of the checks.
        progress: Called after each check with checks done and checks to do; may raise to stop.
        other_texts: Part to the column of its text, where that has another name there.

    Returns:
        The findings, the gravest first.
    """
    from inkstone.components.data.checks import CHECKS
    from inkstone.components.data.patient import Patient

    patient = Patient.read(table, roles or table.info.roles, others or {}, options or Options(), other_texts or {})
    findings: list[Finding] = []
    for done, check in enumerate(CHECKS, start=1):
        findings += check(patient)
        if progress:
            progress(done, len(CHECKS))
    gravity = {"error": 0, "warning": 1, "info": 2}
    return sorted(findings, key=lambda finding: gravity[finding.severity])


def apply_fixes(
    table: Table,
    fixes: list[Fix],
    out: Path,
    roles: Mapping[Role, str] | None = None,
    check: Callable[[], None] | None = None,
) -> Table:
    """Write a new table with the fixes applied: corrected labels first, then spellings, then dropped rows.

    Args:
        table: The table as it is; it stays so.
        fixes: The chosen fixes, of ``examine`` on this table or made by a person (``labels``).
        out: The folder to make.
        roles: Which column is the label; by default what the table itself says.
        check: Called for each batch; may raise to stop.
    """
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter

    info = table.info
    label = (roles or info.roles).get("label")
    dropped = {row for fix in fixes for row in fix.drop}
    spelling = {old: new for fix in fixes for old, new in fix.spelling.items()}
    corrected = {row: name for fix in fixes for row, name in fix.labels.items()}
    with TableWriter(out, info.columns) as writer:
        for batch in table.batches():
            if check:
                check()
            data = dict(zip(batch.schema.names, batch.columns, strict=True))
            ids = batch.column(ROW_ID).to_pylist()
            if label and (spelling or corrected):
                old = data[label].to_pylist()
                chosen = (corrected.get(row, value) for row, value in zip(ids, old, strict=True))
                data[label] = pa.array([spelling.get(value, value) for value in chosen], data[label].type)
            keep = pa.array([row not in dropped for row in ids])
            writer.write({name: values.filter(keep) for name, values in data.items()})
        if writer.rows == 0:
            raise NOTHING_LEFT()
        applied = ", ".join(sorted({fix.id for fix in fixes}))
        labels = None if spelling or corrected else info.labels
        return writer.finish_like(info, labels=labels, origin=info.origin | {"fixes": applied})
