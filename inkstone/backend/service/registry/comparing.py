"""Versions of models side by side: facts, parameters, figures, and whether they differ beyond chance."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.models import version_folder
from inkstone.backend.service.registry import promotion
from inkstone.backend.service.registry.evaluations import measured_by
from inkstone.backend.service.registry.views import Check, VersionComparison, VersionLine
from inkstone.backend.service.run_errors import NOTHING_TO_COMPARE, TOO_MANY_RUNS
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.run_values import values_of
from inkstone.backend.store.tables import ModelVersion, Run
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.model_io import read_card
from inkstone.components.texts import text

_MOST = 20
_KINDS = ("fact", "figure", "param")


def compare(
    actor: Actor, references: Sequence[str], *, figure: str = "macro_f1", test_set: str = ""
) -> VersionComparison:
    """Return versions side by side; the first is what the others are held against.

    Args:
        actor: Who asks.
        references: ``NAME@2``, ``NAME@alias``, also of different models.
        figure: What decides: ``macro_f1``, ``accuracy``, ``weighted_f1`` or ``f1/CLASS``.
        test_set: A dataset on which all are asked anew; empty: the test rows of their runs.

    Raises:
        InkstoneError: ``compare.nothing``, ``compare.too_many`` or ``models.unknown``.
    """
    require_read(actor, "model.compare")
    if not references:
        raise NOTHING_TO_COMPARE()
    if len(references) > _MOST:
        raise TOO_MANY_RUNS(runs=len(references), limit=_MOST)
    with session() as db:
        found = list({item.id: item for item in (lookup.model_version(db, name) for name in references)}.values())
        evaluations = [measured_by(db, item) for item in found]
        cells = [_cells(db, item) for item in found]
        names = [f"{item.model.name}@{item.number}" for item in found]
    keys = sorted({key: None for column in cells for key in column}, key=lambda key: _KINDS.index(key[0]))
    lines = []
    for kind, name in keys:
        values = [column.get((kind, name)) for column in cells]
        differs = any(value != values[0] for value in values[1:])
        lines.append(VersionLine.model_validate({"kind": kind, "name": name, "values": values, "differs": differs}))
    checks = []
    for number in range(1, len(found)):
        asked = Check(
            passed=False,
            words=_NO_ROWS,
            candidate=names[number],
            production=names[0],
            figure=figure,
            test_set=test_set,
        )
        pair = [item for item in (evaluations[0], evaluations[number]) if item]
        if test_set or len(pair) == 2:
            asked = promotion.compared(actor, asked, pair, (found[number], found[0]))
        checks.append(asked)
    return VersionComparison(versions=names, lines=lines, evaluations=evaluations, checks=checks)


def _cells(db: Session, version: ModelVersion) -> dict[tuple[str, str], Any]:
    facts: dict[str, Any] = {
        "stage": version.stage,
        "created_at": version.created_at.strftime("%Y-%m-%d %H:%M"),
        "task": version.task,
        "bytes": version.bytes,
    }
    try:
        card = read_card(version_folder(version))
        facts |= {"component": card.component, "encoder": card.encoder, "labels": len(card.labels)}
    except InkstoneError:
        facts["component"] = None  # its files are gone
    run = db.get(Run, version.run_id) if version.run_id else None
    found = {("fact", name): value for name, value in facts.items()}
    for item in environment_of(run.id).get("data", []) if run else []:
        found["fact", item["target"]] = item.get("means")
    found |= {("figure", name): value for name, value in version.metrics.items()}
    if run is not None:
        found |= {("param", name): value for name, value in values_of(run.document, run.options)}
    return found


_NO_ROWS = text(
    "至少一个版本没有保存逐行的测试结果，无法检验差别；可以指定一个测试集，让两者重新作答。",
    "At least one version has no kept test rows, so the difference cannot be tested; name a test set on which both are asked.",
)
