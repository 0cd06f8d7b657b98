"""Training recipes of taggers: what a user who leaves a parameter empty gets."""

import json
import math
from dataclasses import replace
from pathlib import Path

from inkstone.components.nlp.encoders import SCRATCH
from inkstone.components.nlp.recipes import Recipe, recipe_for

SMALL = 512
"""Encoders of less width than this take a higher rate, as small ones do (Turc et al. 2019 searched up to 3e-4)."""
STEPS = 2_500


def tagging_recipe(encoder: str, folder: Path, rows: int) -> Recipe:
    """Return the recipe of entity recognition: that of classification, but longer: 2,500 steps, 3 epochs at least, 20 at most.

    Each token has to be told apart, and the random field above starts at random: the head takes a higher rate.
    """
    recipe = recipe_for(encoder, folder, rows)
    if encoder == SCRATCH:
        return replace(recipe, dropout=0.3, learning_rate=1e-3, epochs=min(max(recipe.epochs, 15.0), 30.0))
    recipe = replace(recipe, epochs=_epochs(recipe, rows), max_length=256, patience=4)
    width = json.loads((folder / "config.json").read_text("utf-8")).get("hidden_size") or SMALL
    if width < SMALL:
        return replace(recipe, learning_rate=max(recipe.learning_rate, 3e-4), head_rate=4.0)
    return replace(recipe, head_rate=max(recipe.head_rate, 4.0))


def label_recipe(encoder: str, folder: Path, rows: int) -> Recipe:
    """Return the recipe of multi-label classification: as many steps as entities take, since rare labels are seen seldom."""
    recipe = recipe_for(encoder, folder, rows)
    return recipe if encoder == SCRATCH else replace(recipe, epochs=_epochs(recipe, rows), patience=4)


def _epochs(recipe: Recipe, rows: int) -> float:
    return float(min(max(math.ceil(STEPS * recipe.batch_size / max(rows, 1)), 3), 20))
