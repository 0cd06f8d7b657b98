"""Model cards (Mitchell et al. 2019), written from facts alone: the model's own files, its run, its evaluation."""

import json
import math
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_read, require_write
from inkstone.backend.service.comparing.rows import DifferentRows, same_rows
from inkstone.backend.service.comparing.subjects import find_subjects
from inkstone.backend.service.models import version_folder
from inkstone.backend.service.registry.card_words import (
    COLUMNS,
    FACTS,
    LIMITS,
    NOT_STATED,
    PARTS,
    SLICES,
)
from inkstone.backend.service.registry.evaluations import measured_by
from inkstone.backend.service.registry.views import CardLine, CardPart, ModelCardView
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.service.settings import readable_bytes
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import ModelVersion
from inkstone.backend.store.tables_registry import ModelAlias
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.encoders import list_encoders
from inkstone.components.nlp.model_io import ModelCard, read_card
from inkstone.components.texts import Text

_LONGEST = 4000
_WEAK = 0.7
_FEW = 30
_SLICES = 3


def card(actor: Actor, reference: str) -> ModelCardView:
    """Return the card of a version.

    Raises:
        InkstoneError: ``models.unknown``.
    """
    require_read(actor, "model.card")
    with session() as db:
        version = lookup.model_version(db, reference)
        facts = _own_card(version)
        evaluation = measured_by(db, version)
        document = _document(db, evaluation)
        data = _data(db, version)
        parts = [
            _identity(db, version, facts),
            _learned(facts, data),
            _figures(version, document),
            _classes(document),
        ]
        name, description = f"{version.model.name}@{version.number}", version.model.description
    parts += [_lengths(actor, evaluation), _limits(facts, document), _licences(facts, data)]
    return ModelCardView(
        reference=name,
        description=description,
        parts=[part for part in parts if part.lines or part.rows or part.remarks],
    )


def describe(actor: Actor, model: str, description: str) -> None:
    """Set what people say of a model: what it is for, what it is not for; stands first on its card."""
    with session() as db:
        found = lookup.model_version(db, model).model
        require_write(actor, found.owner_id, "model.describe")
        found.description = description.strip()[:_LONGEST]
        audit.record(db, actor, "model.describe", found.name)


def _identity(db: Session, version: ModelVersion, facts: ModelCard) -> CardPart:
    aliases = db.scalars(select(ModelAlias.alias).filter_by(version_id=version.id).order_by(ModelAlias.alias)).all()
    lines = {
        "reference": f"{version.model.name}@{version.number}",
        "stage": version.stage,
        "aliases": ", ".join(aliases),
        "task": version.task,
        "component": facts.component or "",
        "registered": version.created_at.strftime("%Y-%m-%d %H:%M UTC"),
        "run": version.run_id or "",
        "size": readable_bytes(version.bytes),
        "digest": version.sha256,
        "versions": ", ".join(f"{name} {number}" for name, number in facts.versions.items()),
    }
    remarks = [Text.model_validate(version.note)] if version.note else []
    return _part("identity", lines, remarks=remarks)


def _learned(facts: ModelCard, data: list[dict[str, Any]]) -> CardPart:
    lines = {
        "encoder": facts.encoder or "",
        "labels": ", ".join(facts.labels),
        "normalised": ", ".join(name for name, on in _cleaning(facts).items() if on is True),
    }
    rows = [
        [item["target"], item["reference"], str(item.get("rows", "")), item.get("sha256", "")[:16]] for item in data
    ]
    return _part("learned", lines, columns=["target", "data", "rows", "digest"], rows=rows)


def _figures(version: ModelVersion, document: dict[str, Any]) -> CardPart:
    values = {name: value for name, value in version.metrics.items() if isinstance(value, int | float)}
    rows = [[name, f"{value:.4f}" if name != "rows" else f"{value:.0f}"] for name, value in sorted(values.items())]
    remarks = []
    count, accuracy = document.get("values", {}).get("rows"), document.get("values", {}).get("accuracy")
    if count and accuracy is not None:
        low, high = wilson(accuracy, int(count))
        remarks.append(SLICES["interval"].format(low=f"{low:.1%}", high=f"{high:.1%}", rows=int(count)))
    return _part("figures", {}, columns=["figure", "value"], rows=rows, remarks=remarks)


def _classes(document: dict[str, Any]) -> CardPart:
    rows = [
        [item["label"], *(f"{item[name]:.3f}" for name in ("precision", "recall", "f1")), str(item["support"])]
        for item in document.get("per_class", [])
    ]
    return _part("classes", {}, columns=["class", "precision", "recall", "f1", "support"], rows=rows)


def _lengths(actor: Actor, evaluation: str | None) -> CardPart:
    """Return accuracy by the length of the text, in three parts of equal size."""
    if evaluation is None:
        return _part("lengths", {})
    try:
        judged = same_rows(actor, [evaluation]).judged[0]
    except (DifferentRows, InkstoneError):
        return _part("lengths", {})  # no classification with one label a row, or its rows are gone
    by_length = sorted(zip(map(len, judged.texts), judged.labels, judged.predicted, strict=True))
    rows = []
    for number in range(_SLICES):
        part = by_length[number * len(by_length) // _SLICES : (number + 1) * len(by_length) // _SLICES]
        if part:
            right = sum(label == said for _, label, said in part) / len(part)
            rows.append([f"{part[0][0]}-{part[-1][0]}", str(len(part)), f"{right:.3f}"])
    return _part("lengths", {}, columns=["characters", "rows", "accuracy"], rows=rows)


def _limits(facts: ModelCard, document: dict[str, Any]) -> CardPart:
    remarks = []
    if facts.max_length:
        remarks.append(LIMITS["max_length"].format(tokens=facts.max_length))
    if facts.labels:
        remarks.append(LIMITS["labels"].format(count=len(facts.labels)))
    weak = [item["label"] for item in document.get("per_class", []) if item["f1"] < _WEAK and item["support"]]
    if weak:
        remarks.append(LIMITS["weak"].format(classes=", ".join(weak[:20]), limit=_WEAK))
    few = [item["label"] for item in document.get("per_class", []) if item["support"] < _FEW]
    if few:
        remarks.append(LIMITS["few"].format(classes=", ".join(few[:20]), limit=_FEW))
    if (document.get("values", {}).get("ece") or 0) > 0.1:
        remarks.append(LIMITS["ece"].format(ece=f"{document['values']['ece']:.3f}"))
    if not document:
        remarks.append(LIMITS["unmeasured"])
    return _part("limits", {}, remarks=remarks)


def _licences(facts: ModelCard, data: list[dict[str, Any]]) -> CardPart:
    rows = []
    if facts.encoder:
        licence = next((item.licence for item in list_encoders() if item.name == facts.encoder), None)
        rows.append([facts.encoder, str(licence or "")])
    rows += [[item["reference"], item.get("licence", "")] for item in data]
    known = {row[0]: row for row in rows}
    remarks = [NOT_STATED] if any(not row[1] for row in known.values()) else []
    return _part("licences", {}, columns=["what", "licence"], rows=list(known.values()), remarks=remarks)


def _part(
    key: str,
    lines: dict[str, str],
    *,
    columns: list[str] | None = None,
    rows: list[list[str]] | None = None,
    remarks: list[Text] | None = None,
) -> CardPart:
    return CardPart(
        key=key,
        title=PARTS[key],
        lines=[CardLine(name=FACTS[name], value=value) for name, value in lines.items() if value],
        columns=[COLUMNS[name] for name in columns or []] if rows else [],
        rows=rows or [],
        remarks=remarks or [],
    )


def _own_card(version: ModelVersion) -> ModelCard:
    try:
        return read_card(version_folder(version))
    except InkstoneError:
        return ModelCard(task=version.task)  # its files are gone: the card still shows what the registry knows


def _document(db: Session, evaluation: str | None) -> dict[str, Any]:
    if evaluation is None:
        return {}
    try:
        return find_subjects(db, [evaluation])[0].document()
    except (InkstoneError, OSError):
        return {}  # deleted


def _data(db: Session, version: ModelVersion) -> list[dict[str, Any]]:
    """Return the versions of the data that the run read."""
    found = []
    for item in environment_of(version.run_id).get("data", []) if version.run_id else []:
        facts = {"target": item["target"], "reference": item.get("means", ""), "sha256": item.get("sha256", "")}
        if facts["reference"].startswith("dataset:"):
            try:
                known = lookup.dataset_version(db, facts["reference"])
            except InkstoneError:
                found.append(facts)  # in the trash meanwhile
                continue
            facts |= {"rows": known.rows, "licence": known.dataset.licence}
        found.append(facts)
    return found


def _cleaning(facts: ModelCard) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(facts.normalised or "{}")
    except ValueError:
        return {}
    return found


def wilson(share: float, rows: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927): ``(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)``."""
    middle = share + z * z / (2 * rows)
    half = z * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, (middle - half) / (1 + z * z / rows)), min(1.0, (middle + half) / (1 + z * z / rows))


def as_markdown(view: ModelCardView, language: str = "en") -> str:
    """Return a card as Markdown; every value from people is escaped."""

    def words(item: Text) -> str:
        return item.zh if language == "zh" else item.en

    lines = [f"# {_escaped(view.reference)}", ""]
    if view.description:
        lines += [_escaped(view.description), ""]
    for part in view.parts:
        lines += [f"## {words(part.title)}", ""]
        lines += [f"- {words(item.name)}: {_escaped(item.value)}" for item in part.lines]
        if part.rows:
            lines += [
                "",
                "| " + " | ".join(words(item) for item in part.columns) + " |",
                "|---" * len(part.columns) + "|",
            ]
            lines += ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in part.rows]
        if part.remarks:
            if part.lines or part.rows:
                lines.append("")
            lines += [f"- {_escaped(words(item))}" for item in part.remarks]
        lines.append("")
    return "\n".join(lines)


def _escaped(value: str) -> str:
    one_line = " ".join(value.split())
    return "".join(
        f"\\{sign}" if sign in "\\`*_[]|#" else {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign, sign)
        for sign in one_line
    )
