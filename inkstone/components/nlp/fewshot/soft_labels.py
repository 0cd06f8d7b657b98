"""The end of PET: one plain classifier learns what the ensemble thinks of the unlabelled texts."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work

TEMPERATURE = 2.0
EPOCHS = 5
"""Passes over the texts; more of them gain nothing (dev rows of EPRSTMT, 4 against 12 passes over 4,000 texts)."""
_BATCH = 32


def soften(scores: "np.ndarray", temperature: float) -> "np.ndarray":
    """Return ``p_k^(1/T) / sum_j p_j^(1/T)``, the softmax of ``log p / T``; shape (texts, classes)."""
    powers = np.clip(scores, 1e-12, 1.0) ** (1 / temperature)
    softened: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return softened


def train_on_soft_labels(work: "Work", texts: Sequence[str], scores: "np.ndarray", target: Path) -> None:
    """Fine-tune the encoder on the ensemble's softened probabilities of the texts, and write its model folder.

    Schick and Schütze 2021, "Exploiting Cloze Questions for Few Shot Text Classification", section 3.4: labels
    ``q = softmax(s / T)`` with ``T = 2``, and the loss ``KL(q || p)`` of an ordinary classifier. The labelled rows are learned
    beside them, with their own labels.

    Args:
        work: The labelled rows and what the user asked for.
        texts: The unlabelled texts.
        scores: The ensemble's probabilities of them; shape (texts, classes).
        target: Folder of the model.
    """
    from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_logits, keys_of
    from inkstone.components.nlp.fewshot.training import keep, plain_classifier, rate_for
    from inkstone.components.nlp.fitting import FitSettings

    rows = work.rows.plus(texts, [None] * len(texts))
    certain = np.eye(len(work.labels))[[work.labels.index(label or "") for label in work.rows.labels or []]]
    logits = as_logits(np.concatenate([certain, soften(scores, TEMPERATURE)]))
    digest = hashlib.sha256(logits.tobytes()).hexdigest()
    kept = TeacherScores.made(digest, work.labels, keys_of(rows), logits).save(work.ctx.scratch() / "soft-labels")
    lesson = Lesson(
        ctx=work.ctx, labels=work.labels, rows=rows, labelled=len(work.rows.texts), dev=None, normalised=work.normalised,
        cells=rows.labels or [],
    )  # fmt: skip
    student = plain_classifier(work)
    settings = DistillationSettings(
        student_task=student.name,
        student=student.settings.model_dump(mode="json", exclude={"encoder"}),
        encoder=student.settings.encoder,
        scores=str(kept),
        digest=digest,
        alpha=1.0,
        temperature=1.0,  # the labels are softened already
    )
    fit = FitSettings(
        epochs=work.epochs or EPOCHS,
        batch_size=work.batch_size or _BATCH,
        learning_rate=work.learning_rate or rate_for(work.encoder, scale=2.0),
        warmup_ratio=0.1,
        seed=work.seed,
        precision=work.precision,
        part=work.part,
    )
    table = lesson.table(work.ctx.scratch() / "soft-label-rows")
    keep(work.ctx.fit(Distillation(settings), table, None, fit), target)
