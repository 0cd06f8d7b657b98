"""Training recipes: what a user who leaves a parameter empty gets, chosen by the encoder."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from inkstone.components.nlp.encoders import SCRATCH
from inkstone.components.nlp.model_io import has_pooler


@dataclass(frozen=True)
class Recipe:
    """Default parameters for one kind of encoder; the fields are those of ``train.text_classification``."""

    epochs: float
    learning_rate: float
    batch_size: int
    max_length: int
    warmup_ratio: float
    weight_decay: float
    patience: int
    dropout: float
    label_smoothing: float
    pooling: Literal["first", "mean", "pooler"]
    head_rate: float = 1.0


NARROW = 384
"""Encoders of less width than this are fine-tuned by a recipe of their own."""

_FINE_TUNE = Recipe(
    epochs=3,
    learning_rate=5e-5,
    batch_size=32,
    max_length=128,
    warmup_ratio=0.1,
    weight_decay=0.01,
    patience=2,
    dropout=0.1,
    label_smoothing=0.0,
    pooling="first",
    head_rate=20.0,
)


def recipe_for(encoder: str, folder: Path, rows: int) -> Recipe:
    """Return the recipe of an encoder for a number of training rows.

    An encoder that brings a pooler starts from it, as ``AutoModelForSequenceClassification`` does; otherwise sentence
    encoders name mean pooling in ``1_Pooling``, and others have their first token under a head that must learn fast.
    Narrow encoders have a recipe of their own.
    """
    if encoder == SCRATCH:
        return _scratch(rows)
    if _width(folder) < NARROW:
        return _narrow(rows)
    if has_pooler(folder):
        return replace(_FINE_TUNE, pooling="pooler", head_rate=1.0)
    return replace(_FINE_TUNE, pooling="mean" if (folder / "1_Pooling").is_dir() else "first")


def _width(folder: Path) -> int:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return int(config.get("hidden_size") or config.get("d_model") or config.get("dim") or NARROW)


def _narrow(rows: int) -> Recipe:
    """Return the recipe of a pre-trained encoder of a few million weights: about 400 steps, 3 epochs at least, 20 at most.

    Narrow encoders take ten times the rate of BERT base (Turc et al., "Well-read students learn better", 2019, searched up to
    3e-4 for the smallest), and the mean of their tokens says more than the first one, which masked-word guessing never
    asked for anything.
    """
    batch_size = 32 if rows >= 1_000 else 16
    return replace(
        _FINE_TUNE,
        epochs=float(min(max(math.ceil(400 * batch_size / rows), 3), 20)),
        learning_rate=5e-4,
        head_rate=1.0,
        batch_size=batch_size,
        patience=4,
        pooling="mean",
    )


def _scratch(rows: int) -> Recipe:
    """Return the recipe of the scratch encoder: about 420 steps, but 5 epochs at least and 40 at most.

    Its weights start at random, so it takes a rate forty times that of fine-tuning, and strong dropout since it could
    learn a few thousand rows by heart.
    """
    batch_size = 64 if rows >= 2_000 else 32 if rows >= 500 else 16
    return Recipe(
        epochs=float(min(max(math.ceil(420 * batch_size / rows), 5), 40)),
        learning_rate=2e-3,
        batch_size=batch_size,
        max_length=256,
        warmup_ratio=0.1,
        weight_decay=0.05,
        patience=4,
        dropout=0.5,
        label_smoothing=0.1,
        pooling="mean",
    )
