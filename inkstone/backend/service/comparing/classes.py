"""What evaluations tell of each class: F1 side by side, confusion matrices and their difference, ROC and PR curves."""

from collections.abc import Sequence

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.subjects import Compared, find_subjects
from inkstone.backend.service.comparing.views import ClassFigures
from inkstone.backend.store.database import session
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import text

_UNREADABLE = text("评估结果不可读。", "The evaluation cannot be read.")


def class_figures(actor: Actor, references: Sequence[str]) -> list[ClassFigures]:
    """Return the figures of classes of each subject; what cannot be read says why, the others stand."""
    require_read(actor, "run.compare")
    with session() as db:
        compared = find_subjects(db, references)
    return [_figures(item) for item in compared]


def difference(one: ClassFigures, other: ClassFigures) -> tuple[list[str], list[list[int]]]:
    """Return labels and the confusion matrix of ``one`` minus that of ``other``; classes only one knows count as nought."""
    labels = list(dict.fromkeys([*one.labels, *other.labels]))
    first, second = (_cells(item) for item in (one, other))
    return labels, [[first.get((row, column), 0) - second.get((row, column), 0) for column in labels] for row in labels]


def _cells(item: ClassFigures) -> dict[tuple[str, str], int]:
    return {
        (row, column): item.matrix[i][j]
        for i, row in enumerate(item.labels)
        for j, column in enumerate(item.labels)
        if i < len(item.matrix)
    }


def _figures(item: Compared) -> ClassFigures:
    try:
        document = item.document()
    except InkstoneError as error:
        return ClassFigures(key=item.view.key, problem=error.what)
    except (OSError, ValueError):
        return ClassFigures(key=item.view.key, problem=_UNREADABLE)
    confusion = document.get("confusion") or {}
    return ClassFigures(
        key=item.view.key,
        labels=[str(label) for label in confusion.get("labels") or document.get("labels") or []],
        per_class=document.get("per_class") or [],
        matrix=confusion.get("matrix") or [],
        curves=document.get("curves") or [],
    )
