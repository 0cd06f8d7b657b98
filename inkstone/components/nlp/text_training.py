"""From the parameters of a text classifier to its task and its training: shared by the components that train one."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Table
from inkstone.components.nlp import model_io
from inkstone.components.nlp.encoders import SCRATCH, longest_input
from inkstone.components.nlp.fitting import FitSettings
from inkstone.components.nlp.recipes import Recipe
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.text_classification import Settings, TextClassification, balanced_weights
from inkstone.components.nlp.training_settings import fit_settings
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.train.text_classification import TextClassification as Parameters


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
    own = {"layerwise_decay": params.layerwise_decay}
    return fit_settings(ctx, params, recipe, params.metric, **(own | changes))


def disguised(texts: Sequence[str], share: float, normalised: str | None, seed: int) -> tuple[list[int], list[str]]:
    """Return places of texts, and the disguised copies of the texts there, treated as texts in use will be.

    Args:
        texts: Training texts.
        share: Copies for each text; 1 copies every text once.
        normalised: What was done to the training texts (``origin[ORIGIN_KEY]``).
        seed: Of the choice and of the disguises.
    """
    import numpy as np

    from inkstone.components.data.normalise import Normaliser
    from inkstone.components.nlp.evasion.attacks import disguise_some

    count = round(share * len(texts))
    if not count:
        return [], []
    random = np.random.default_rng(seed)
    places = sorted((random.permutation(len(texts) * ceil(share))[:count] % len(texts)).tolist())
    undo = Normaliser.from_json(normalised) or str
    return places, [undo(item) for item in disguise_some([texts[i] for i in places], DISGUISED_SHARE, seed)]


def with_disguised(rows: TextRows, share: float, normalised: str | None, seed: int) -> TextRows:
    """Return the rows and, behind them, disguised copies; see ``disguised``."""
    places, texts = disguised(rows.texts, share, normalised, seed)
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
