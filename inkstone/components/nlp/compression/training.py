"""How students are trained: the recipe of their encoder, unless the user says otherwise."""

from typing import TYPE_CHECKING, Any

from inkstone.components.nlp.figures import LOWER_IS_BETTER

if TYPE_CHECKING:
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.fitting import FitSettings
    from inkstone.components.nlp.recipes import Recipe


def fit_settings(lesson: "Lesson", params: Any, recipe: "Recipe", **changes: Any) -> "FitSettings":
    """Return the settings of a training.

    Args:
        lesson: Its rows.
        params: A ``TrainingParams``; what it leaves empty comes from the recipe.
        recipe: Of the student's encoder.
        **changes: Fields of ``FitSettings`` that win over both.
    """
    from inkstone.components.nlp.fitting import FitSettings

    metric = lesson.metric(params.metric)
    # Rows without a label make an epoch longer, not the training: the recipe counts steps by labelled rows.
    share = lesson.labelled / len(lesson.rows.texts)
    chosen = {
        "epochs": params.epochs or max(1.0, recipe.epochs * share),
        "batch_size": params.batch_size or recipe.batch_size,
        "learning_rate": params.learning_rate or recipe.learning_rate,
        "weight_decay": recipe.weight_decay,
        "warmup_ratio": recipe.warmup_ratio,
        "precision": params.precision,
        "metric": metric,
        "greater_is_better": metric not in LOWER_IS_BETTER,
        "patience": recipe.patience,
        "seed": lesson.ctx.seed if params.seed is None else params.seed,
        "head_rate": recipe.head_rate,
    }
    return FitSettings(**(chosen | changes))
