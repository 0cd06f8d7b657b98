"""Lets a model that was cut recover: it goes on learning from the scores of the full one."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
from inkstone.components.nlp.compression.training import fit_settings
from inkstone.components.nlp.recipes import recipe_for
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores


def continued(folder: Path, lesson: "Lesson") -> dict[str, Any]:
    """Return the task of a saved classifier, to be trained on from its own weights, classes in the lesson's order."""
    from inkstone.components.nlp import model_io

    card = model_io.read_card(folder)
    saved = {**card.settings, "weights": None, "adversarial": 0.0, "temperature": 1.0}
    settings = Settings(encoder=str(folder), random_weights=True, initial=str(folder), **saved)
    return TextClassification(settings).to_dict()


def recovery(
    lesson: "Lesson", params: Any, folder: Path, scores: "TeacherScores", **changes: Any
) -> tuple[Distillation, Any]:
    """Return the task by which the model in ``folder`` recovers, and how to train it.

    Args:
        lesson: The rows; the scores of the full model lie in the node's scratch folder.
        params: A ``SoftLabelParams``.
        folder: The pruned model.
        scores: The full model's scores, in the order of the lesson's classes.
        **changes: Fields of ``FitSettings`` to set otherwise.
    """
    student = continued(folder, lesson)
    settings = DistillationSettings(
        student_task=TextClassification.name,
        encoder=student.pop("encoder"),
        student=student,
        scores=str(lesson.ctx.scratch() / "scores"),
        digest=scores.teacher,
        alpha=params.alpha,
        temperature=params.temperature,
    )
    recipe = recipe_for(str(folder), folder, lesson.labelled)
    # The head has learned already: it takes no rate of its own.
    return Distillation(settings), fit_settings(lesson, params, recipe, head_rate=1.0, **changes)
