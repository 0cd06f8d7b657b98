"""Learns the thresholds of a saved multi-label model."""

from pathlib import Path

import numpy as np

from inkstone.components.artifacts import Table
from inkstone.components.nlp.tagging.label_figures import label_figures, learn_thresholds
from inkstone.components.nlp.tagging.label_models import LabelTagger, keep_thresholds
from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows
from inkstone.components.nlp.tagging.requirements import load_labeller


def with_thresholds(folder: Path, dev: Table, separator: str | None) -> dict[str, float]:
    """Learn the thresholds of a model on dev rows, keep them in its folder, and return the dev figures.

    Args:
        folder: The model folder.
        dev: The dev rows.
        separator: Between the levels of a label.
    """
    tagger = load_labeller(folder)
    rows = read_label_rows(dev, separator)
    return learn_from(folder, tagger, as_matrix(rows.labels, tagger.labels), tagger.scores(rows.texts))


def learn_from(folder: Path, tagger: LabelTagger, true: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Learn thresholds from dev rows that are scored already, keep them in the folder, and return the dev figures.

    Args:
        folder: The model folder.
        tagger: The model of the folder.
        true: Which row has which label, shape (rows, labels), bool.
        scores: Probabilities of the same shape.
    """
    tagger.thresholds = learn_thresholds(true, scores)
    keep_thresholds(folder, tagger.thresholds)
    return label_figures(true, scores, tagger.given(scores))
