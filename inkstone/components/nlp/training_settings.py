"""From what a user chose to how an encoder is fine-tuned: shared by every component that trains one."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp.encoders import SCRATCH
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.recipes import Recipe


def starting_encoder(ctx: Context, reference: str, texts: Sequence[str]) -> Path:
    """Return the folder of the encoder to start from; ``scratch`` learns its vocabulary from the texts."""
    if reference != SCRATCH:
        return ctx.encoder(reference)
    from inkstone.components.nlp.scratch import write_scratch_encoder

    ctx.log(text("正在从训练文本学习词表", "Learning a vocabulary from the training texts"))
    return write_scratch_encoder(texts, ctx.scratch() / "encoder")


def fit_settings(ctx: Context, params: Any, recipe: "Recipe", metric: str, **changes: Any) -> "FitSettings":
    """Return the settings of a training: what the user chose, else what the recipe says.

    Args:
        ctx: Whose seed is taken where the user gave none.
        params: The parameters of a trainer, see ``nlp.parameters``.
        recipe: Of the encoder.
        metric: The figure by which the best checkpoint is chosen.
        **changes: Fields of ``FitSettings`` that win over both.
    """
    from inkstone.components.nlp.figures import LOWER_IS_BETTER
    from inkstone.components.nlp.fitting import FitSettings

    chosen: dict[str, Any] = {
        "epochs": params.epochs or recipe.epochs,
        "batch_size": params.batch_size or recipe.batch_size,
        "micro_batch_size": params.micro_batch_size,
        "learning_rate": params.learning_rate or recipe.learning_rate,
        "weight_decay": recipe.weight_decay if params.weight_decay is None else params.weight_decay,
        "warmup_ratio": recipe.warmup_ratio if params.warmup_ratio is None else params.warmup_ratio,
        "precision": params.precision,
        "metric": metric,
        "greater_is_better": metric not in LOWER_IS_BETTER,
        "patience": params.patience or recipe.patience,
        "evals_per_epoch": params.evals_per_epoch,
        "seed": ctx.seed if params.seed is None else params.seed,
        "head_rate": recipe.head_rate,
    }
    return FitSettings(**(chosen | changes))


def dev_metrics(digest: str, metric: str, result: "FitResult") -> dict[str, Any]:
    """Return the document of the dev figures of a training."""
    return {
        "model": digest,
        "split": "dev",
        "values": result.best,
        "metric": metric,
        "best_epoch": result.best_epoch,
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
    }
