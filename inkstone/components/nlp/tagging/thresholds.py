"""Learns the thresholds of a saved multi-label network."""

from pathlib import Path

from inkstone.components.artifacts import Table
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.label_figures import label_figures, learn_thresholds
from inkstone.components.nlp.tagging.label_models import keep_thresholds, load_labeller
from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows


def with_thresholds(folder: Path, dev: Table, separator: str | None) -> dict[str, float]:
    """Learn the thresholds of a network on dev rows, keep them in its folder, and return the dev figures.

    Args:
        folder: The model folder.
        dev: The dev rows.
        separator: Between the levels of a label.
    """
    tagger = load_labeller(folder, model_io.read_card(folder))
    rows = read_label_rows(dev, separator)
    true, scores = as_matrix(rows.labels, tagger.labels), tagger.scores(rows.texts)
    tagger.thresholds = learn_thresholds(true, scores)
    keep_thresholds(folder, tagger.thresholds)
    return label_figures(true, scores, tagger.given(scores))
