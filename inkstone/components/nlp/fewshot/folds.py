"""Cross-validation inside the training rows: the only fair way to choose when data is tiny."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Role, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.nlp import metrics
from inkstone.components.nlp.fewshot.fold_memory import FoldMemory
from inkstone.components.nlp.rows import TextRows

FIGURES = ("accuracy", "macro_f1")


def split_folds(rows: TextRows, count: int, seed: int) -> "list[tuple[np.ndarray, np.ndarray]]":
    """Return (training positions, held-out positions) of each fold.

    Each class is dealt out evenly. The same text never stands on both sides. The only text of a class is always trained on:
    held out, nobody could have learned it.

    Args:
        rows: Rows with labels.
        count: Number of folds.
        seed: Of the order.
    """
    random = np.random.default_rng(seed)
    texts: dict[str | None, dict[tuple[str, str], list[int]]] = {}
    for index, label in enumerate(rows.labels or []):
        key = (rows.texts[index], rows.pairs[index] if rows.pairs is not None else "")
        texts.setdefault(label, {}).setdefault(key, []).append(index)
    owner = np.full(len(rows.texts), -1)
    seen: dict[tuple[str, str], int] = {}
    start = 0
    for groups in texts.values():
        keys = list(groups)
        for place, number in enumerate(random.permutation(len(keys))):
            fold = seen.setdefault(keys[number], (start + place) % count) if len(keys) > 1 else -1
            owner[groups[keys[number]]] = fold
        start += len(keys)
    held = [np.flatnonzero(owner == fold) for fold in range(count)]
    return [(np.flatnonzero(owner != fold), held[fold]) for fold in range(count) if len(held[fold])]


def pick(rows: TextRows, places: "Sequence[int] | np.ndarray") -> TextRows:
    """Return some of the rows."""
    return TextRows(
        [rows.row_ids[i] for i in places],
        [rows.texts[i] for i in places],
        [rows.pairs[i] for i in places] if rows.pairs is not None else None,
        [rows.labels[i] for i in places] if rows.labels is not None else None,
    )


def as_table(rows: TextRows, labels: Sequence[str], folder: Path, times: int = 1) -> Table:
    """Write rows as a table with roles.

    Args:
        rows: The rows.
        labels: The classes in their order.
        folder: Where to; emptied of an earlier table.
        times: How often to repeat the rows. A training of many short epochs is one of few long ones: each epoch ends with a
            checkpoint, which takes longer than the four steps of an epoch of 32 rows.
    """
    columns: dict[str, list[Any]] = {"text": rows.texts * times}
    if rows.pairs is not None:
        columns["text_pair"] = rows.pairs * times
    if rows.labels is not None:
        columns["label"] = rows.labels * times
    described = [ColumnInfo(name=name, dtype="string") for name in columns]
    with TableWriter(folder, described) as writer:
        writer.write({ROW_ID: rows.row_ids * times, **columns})
        return writer.finish(roles={cast(Role, name): name for name in columns}, labels=list(labels))


def score(model_folder: Path, rows: TextRows, labels: Sequence[str]) -> dict[str, float]:
    """Return the figures of a model on rows with labels."""
    from inkstone.components.nlp.inference import load_model

    model = load_model(model_folder)
    scores = model.scores(rows.texts, rows.pairs)
    numbers = {label: number for number, label in enumerate(labels)}
    order = [model.labels.index(label) if label in model.labels else -1 for label in labels]
    aligned = np.stack([scores[:, place] if place >= 0 else np.zeros(len(scores)) for place in order], axis=1)
    true = np.asarray([numbers.get(label or "", -1) for label in rows.labels or []])
    figures = metrics.summary(true, aligned.argmax(axis=1), len(labels))
    return figures | {"loss": metrics.cross_entropy(aligned, true)}


Trainer = Callable[[TextRows, int, Path, int], None]
"""Trains on rows with a seed and writes a model folder; the last argument counts the trainings from 0."""


def cross_validate(
    train: Trainer,
    rows: TextRows,
    labels: Sequence[str],
    *,
    count: int,
    repeats: int,
    seed: int,
    scratch: Path,
    memory: FoldMemory | None = None,
    after: Callable[[int, int, dict[str, float]], None] | None = None,
) -> list[dict[str, float]]:
    """Return the held-out figures of each fold, over all repeats.

    Args:
        train: The method.
        rows: Training rows; nothing else is ever looked at.
        labels: The classes in their order.
        count: Folds.
        repeats: How often to split anew, with another seed.
        seed: First seed.
        scratch: Folder for models that are thrown away.
        memory: Figures of folds that an earlier attempt has finished; they are not trained again.
        after: Told (folds done, folds in all, figures) after each fold.
    """
    import shutil

    found: list[dict[str, float]] = []
    for repeat in range(repeats):
        for number, (inside, outside) in enumerate(split_folds(rows, count, seed + repeat)):
            learned, judged, folder = pick(rows, inside), pick(rows, outside), scratch / f"fold-{repeat}-{number}"
            figures = memory.recall(learned, judged, seed + repeat) if memory else None
            if figures is None:
                train(learned, seed + repeat, folder, len(found))
                figures = score(folder, judged, labels)
                shutil.rmtree(folder, ignore_errors=True)
                if memory:
                    memory.keep(learned, judged, seed + repeat, figures)
            found.append(figures)
            if after is not None:
                after(len(found), count * repeats, found[-1])
    return found


def mean_and_spread(found: Sequence[dict[str, float]], name: str) -> tuple[float, float]:
    """Return mean and standard deviation of a figure over folds and repeats."""
    values = np.asarray([item[name] for item in found])
    return float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
