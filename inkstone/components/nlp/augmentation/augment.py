"""Makes new rows, and keeps those that a teacher is sure of and that are neither copies nor something else altogether."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.nlp.augmentation import easy
from inkstone.components.nlp.augmentation.masked import MaskedRewriter
from inkstone.components.nlp.augmentation.words import similarity
from inkstone.components.nlp.rows import TextRows
from inkstone.components.nlp.scoring import score_rows
from inkstone.components.spec import Context

if TYPE_CHECKING:
    from inkstone.components.nlp.inference import TextModel

BATCH = 32


@dataclass
class Made:
    """New rows.

    Attributes:
        origin: Position of the row that each was made from.
        texts: The new first texts.
        pairs: The new second texts.
        labels: Their labels: the original's, or the teacher's where there is one.
        soft: The teacher's probability of each class, where there is a teacher.
        dropped: How many were made but not kept, by reason.
    """

    origin: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    pairs: list[str] | None = None
    labels: list[str | None] = field(default_factory=list)
    soft: list[list[float]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def rewritten(
    ctx: Context, texts: Sequence[str], params: Any, encoder: Path, rng: np.random.Generator
) -> tuple[list[int], list[str]]:
    """Return rewritten texts and the positions of those that they were made from."""
    every = [number for number in range(len(texts)) for _ in range(params.copies)]
    masked = [i for i, number in enumerate(every) if params.method == "masked" or (params.method == "both" and i % 2)]
    made = [texts[number] for number in every]
    rewriter = MaskedRewriter(encoder) if masked else None
    for start in range(0, len(masked), BATCH):
        ctx.progress(start, len(every))
        places = masked[start : start + BATCH]
        assert rewriter is not None
        found = rewriter.rewrite([made[i] for i in places], params.share, params.filling, rng)
        for place, item in zip(places, found, strict=True):
            made[place] = item
    rest = sorted(set(range(len(every))) - set(masked))
    synonyms = easy.synonyms_of(texts, encoder) if rest else {}
    for count, place in enumerate(rest):
        if count % BATCH == 0:
            ctx.progress(len(masked) + count, len(every))
        operation = easy.OPERATIONS[count % len(easy.OPERATIONS)]
        made[place] = easy.rewrite(made[place], params.share, operation, synonyms, rng)
    return every, made


def augment(
    ctx: Context, rows: TextRows, params: Any, *, encoder: Path, teacher: "TextModel | None", seed: int
) -> Made:
    """Return the new rows that pass the filters.

    Args:
        ctx: The surroundings.
        rows: The rows to rewrite.
        params: Of ``data.augment``.
        encoder: Folder of the encoder that guesses words and knows synonyms.
        teacher: Judges new rows; without one their labels are those of the originals.
        seed: Of every choice.
    """
    rng = np.random.default_rng(seed)
    origin, texts = rewritten(ctx, rows.texts, params, encoder, rng)
    pairs = [rows.pairs[number] for number in origin] if rows.pairs is not None else None
    labels = [rows.labels[number] if rows.labels is not None else None for number in origin]
    known = set(zip(rows.texts, rows.pairs or [""] * len(rows.texts), strict=True))
    made = Made(pairs=[] if pairs is not None else None)
    keep: list[int] = []
    for place, item in enumerate(texts):
        key = (item, pairs[place] if pairs is not None else "")
        likeness = similarity(rows.texts[origin[place]], item)
        reason = "same" if key in known else "unlike" if likeness < params.least_similarity else None
        if reason:
            made.dropped[reason] += 1
            continue
        known.add(key)
        keep.append(place)
    scores = _scores(ctx, teacher, [texts[i] for i in keep], [pairs[i] for i in keep] if pairs is not None else None)
    for number, place in enumerate(keep):
        label = labels[place]
        if teacher is not None and scores is not None:
            best = int(scores[number].argmax())
            if scores[number, best] < params.least_confidence:
                made.dropped["unsure"] += 1
                continue
            if params.disagreement == "drop" and label is not None and teacher.labels[best] != label:
                made.dropped["other_label"] += 1
                continue
            label = teacher.labels[best]
            made.soft.append([round(float(value), 6) for value in scores[number]])
        made.origin.append(origin[place])
        made.texts.append(texts[place])
        made.labels.append(label)
        if made.pairs is not None and pairs is not None:
            made.pairs.append(pairs[place])
    return made


def _scores(
    ctx: Context, teacher: "TextModel | None", texts: list[str], pairs: list[str] | None
) -> "np.ndarray | None":
    if teacher is None or not texts:
        return None
    return np.concatenate(list(score_rows(ctx, teacher, texts, pairs, BATCH)))
