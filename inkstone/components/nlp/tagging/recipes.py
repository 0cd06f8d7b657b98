"""Training recipes of taggers: what a user who leaves a parameter empty gets."""

import math
from dataclasses import replace
from pathlib import Path

from inkstone.components.nlp.encoders import SCRATCH
from inkstone.components.nlp.recipes import Recipe, recipe_for


def tagging_recipe(encoder: str, folder: Path, rows: int) -> Recipe:
    """Return the recipe of entity recognition: that of classification, but longer.

    Each token has to be told apart, and the random field above starts at random: the head takes a higher rate.
    """
    recipe = recipe_for(encoder, folder, rows)
    if encoder == SCRATCH:
        return replace(recipe, dropout=0.3, learning_rate=1e-3, epochs=min(max(recipe.epochs, 15.0), 30.0))
    epochs = min(max(recipe.epochs, 5.0, math.ceil(1_500 * recipe.batch_size / max(rows, 1))), 20.0)
    return replace(recipe, epochs=epochs, max_length=256, head_rate=max(recipe.head_rate, 4.0), patience=4)
