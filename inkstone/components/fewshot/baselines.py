"""The honest baselines: n-gram TF-IDF, plain fine-tuning with a fair recipe, a head on the frozen encoder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.fewshot.parameters import FewShotParams, PromptParams

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work

__all__ = ["FewShotParams", "PromptParams", "train_fine_tuning", "train_frozen", "train_ngram", "train_ngram_words"]

C = 10.0
WORD_TIMES = 3
"""How often a label word is given to the n-gram model."""


def train_ngram(work: "Work", params: Any, target: Path) -> None:
    """Fit TF-IDF of character 1-3 grams (word 1-2 grams where words have spaces) with logistic regression, C = 10."""
    import numpy as np

    from inkstone.components.nlp import ngram

    rows, labels = work.rows, work.labels
    texts = ngram.join_pairs(rows.texts, rows.pairs)
    analyzer = ngram.guess_analyzer(texts)
    longest = 3 if analyzer == "char" else 2
    vectorizer = ngram.vectorizer(analyzer, 1, longest, 200_000)
    features = vectorizer.fit_transform(texts)
    known = [label for label in labels if label in rows.counts()]
    targets = np.array([known.index(label or "") for label in rows.labels or []])
    weights, intercept = ngram.fit_logistic(features, targets, C, balanced=False)
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    ngram.NgramModel(
        known, analyzer, 1, longest, terms, vectorizer.idf_, weights, intercept, rows.pairs is not None
    ).save(target)


def train_ngram_words(work: "Work", params: Any, target: Path) -> None:
    """Fit the n-gram baseline on the rows and on the label words, each word as a few short texts of its class.

    A class's own name is what an n-gram model lacks most when it has seen sixteen texts of it.
    """
    from inkstone.components.nlp.fewshot.prompts import class_words

    words = class_words(work, params.label_words)
    given = [(word, label) for label in work.labels for word in words.get(label, [])] * WORD_TIMES
    more = work.rows.plus([word for word, _ in given], [label for _, label in given], [""] * len(given))
    train_ngram(work.on(more, work.seed, work.part), params, target)


def train_fine_tuning(work: "Work", params: Any, target: Path) -> None:
    """Fine-tune the encoder with a fresh classification head, with the budget of steps that every method gets.

    Few rows need many steps and mean pooling, or the head learns nothing (Zhang et al. 2021, "Revisiting Few-sample BERT
    Fine-tuning").
    """
    from inkstone.components.nlp.fewshot.training import fit, keep, plain_classifier, rate_for

    keep(fit(work, plain_classifier(work), rate=rate_for(work.encoder, scale=2.0)), target)


def train_frozen(work: "Work", params: Any, target: Path) -> None:
    """Fit a logistic regression on the embeddings of the encoder as it is."""
    from inkstone.components.fewshot.contrastive import Contrastive, train

    train(work, Contrastive(encoder=params.encoder, train_encoder=False, label_sentences=False), target)
