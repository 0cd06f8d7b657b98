"""From the parameters of a text classifier to its task and its training: shared by the components that train one."""

from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Table
from inkstone.components.nlp import model_io
from inkstone.components.nlp.encoders import SCRATCH, longest_input
from inkstone.components.nlp.figures import LOWER_IS_BETTER
from inkstone.components.nlp.fitting import FitSettings
from inkstone.components.nlp.recipes import Recipe
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.text_classification import Settings, TextClassification, balanced_weights
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.train.text_classification import TextClassification as Parameters


def starting_encoder(ctx: Context, reference: str, rows: TextRows) -> Path:
    """Return the folder of the encoder to start from; ``scratch`` learns its vocabulary from the rows."""
    if reference != SCRATCH:
        return ctx.encoder(reference)
    from inkstone.components.nlp.scratch import write_scratch_encoder

    ctx.log(text("正在从训练文本学习词表", "Learning a vocabulary from the training texts"))
    return write_scratch_encoder([*rows.texts, *(rows.pairs or [])], ctx.scratch() / "encoder")


def task_of(
    params: "Parameters", recipe: Recipe, folder: Path, rows: TextRows, labels: list[str]
) -> TextClassification:
    """Return what is to be learned."""
    balanced = params.class_weights == "balanced"
    return TextClassification(
        Settings(
            encoder=str(folder),
            labels=tuple(labels),
            max_length=min(params.max_length or recipe.max_length, longest_input(folder)),
            weights=balanced_weights(rows.counts(), labels) if balanced else None,
            pooling=recipe.pooling,
            dropout=recipe.dropout if params.dropout is None else params.dropout,
            label_smoothing=recipe.label_smoothing if params.label_smoothing is None else params.label_smoothing,
            pairs=rows.pairs is not None,
            random_weights=params.encoder == SCRATCH,
            focal_gamma=params.focal_gamma,
            adversarial=params.adversarial,
        )
    )


def settings_of(ctx: Context, params: "Parameters", recipe: Recipe, **changes: Any) -> FitSettings:
    """Return how it is trained."""
    chosen: dict[str, Any] = {
        "epochs": params.epochs or recipe.epochs,
        "batch_size": params.batch_size or recipe.batch_size,
        "micro_batch_size": params.micro_batch_size,
        "learning_rate": params.learning_rate or recipe.learning_rate,
        "weight_decay": recipe.weight_decay if params.weight_decay is None else params.weight_decay,
        "warmup_ratio": recipe.warmup_ratio if params.warmup_ratio is None else params.warmup_ratio,
        "precision": params.precision,
        "metric": params.metric,
        "greater_is_better": params.metric not in LOWER_IS_BETTER,
        "patience": params.patience or recipe.patience,
        "evals_per_epoch": params.evals_per_epoch,
        "seed": ctx.seed if params.seed is None else params.seed,
        "layerwise_decay": params.layerwise_decay,
        "head_rate": recipe.head_rate,
    }
    return FitSettings(**(chosen | changes))


def with_disguised(rows: TextRows, share: float, normalised: str | None, seed: int) -> TextRows:
    """Return the rows and, behind them, disguised copies of a share of them, treated as texts in use will be.

    Args:
        rows: Training rows.
        share: Copies for each row; 1 copies every row once.
        normalised: What was done to the training texts (``origin[ORIGIN_KEY]``).
        seed: Of the choice and of the disguises.
    """
    import numpy as np

    from inkstone.components.data.normalise import Normaliser
    from inkstone.components.nlp.evasion.attacks import disguise_some

    count = round(share * len(rows.texts))
    if not count:
        return rows
    random = np.random.default_rng(seed)
    places = sorted((random.permutation(len(rows.texts) * ceil(share))[:count] % len(rows.texts)).tolist())
    undo = Normaliser.from_json(normalised) or str
    texts = [undo(item) for item in disguise_some([rows.texts[i] for i in places], DISGUISED_SHARE, seed)]
    return TextRows(
        rows.row_ids + [rows.row_ids[i] for i in places],
        rows.texts + texts,
        rows.pairs + [rows.pairs[i] for i in places] if rows.pairs is not None else None,
        rows.labels + [rows.labels[i] for i in places] if rows.labels is not None else None,
    )


DISGUISED_SHARE = 0.3
"""Share of the characters that a disguise touches in copies for training."""


def calibrate(ctx: Context, folder: Path, dev: Table) -> float:
    """Fit the temperature of a trained classifier on dev rows, write it into its card and return it."""
    import numpy as np

    from inkstone.components.nlp.calibration import fit_temperature
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.scoring import score_rows

    rows = read_rows(dev).labelled()
    model = load_model(folder)
    scores = np.concatenate(list(score_rows(ctx, model, rows.texts, rows.pairs, 32)))
    numbers = {label: number for number, label in enumerate(model.labels)}
    true = [numbers.get(label or "", -1) for label in rows.labels or []]
    temperature = fit_temperature(np.log(np.clip(scores, 1e-12, 1.0)), true)
    model_io.amend(folder, settings=model.card.settings | {"temperature": temperature})
    ctx.log(text(f"校准温度 {temperature:g}", f"Temperature of calibration: {temperature:g}"))
    return temperature
