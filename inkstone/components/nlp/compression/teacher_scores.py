"""What a teacher thinks of texts, kept on disk by the identity of each row so that no text is scored twice.

A row is known by its texts, not by its place: copies, another order and added rows change nothing. The folder belongs to one
teacher, named by its digest; scores of a teacher that has changed are refused.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import CHANGED_TEACHER, SCORES_MISSING
from inkstone.components.nlp.rows import TextRows

FACTS = "scores.json"
NUMBERS = "scores.safetensors"
_SMALLEST = 1e-7


def row_keys(texts: Sequence[str], pairs: Sequence[str] | None) -> "np.ndarray":
    """Return the identity of each row: the first eight bytes of the SHA-256 of its texts, as int64."""
    seconds = pairs if pairs is not None else [""] * len(texts)
    digests = [hashlib.sha256(f"{a}\0{b}".encode()).digest()[:8] for a, b in zip(texts, seconds, strict=True)]
    return np.frombuffer(b"".join(digests), dtype=np.int64)


def keys_of(rows: TextRows) -> "np.ndarray":
    """Return the identity of each row."""
    return row_keys(rows.texts, rows.pairs)


def as_logits(scores: "np.ndarray") -> "np.ndarray":
    """Return ``log p``: softmax of it gives the probabilities back, so any model that scores can teach at a temperature."""
    logits: np.ndarray = np.log(np.clip(scores, _SMALLEST, 1.0)).astype(np.float32)
    return logits


@dataclass(frozen=True)
class TeacherScores:
    """Logits of a teacher, in the order of the student's classes.

    Attributes:
        teacher: Digest of the teacher (of several: of their digests and weights together).
        labels: Classes, in the order of the logits.
        keys: Identity of each text; sorted. Shape (texts,).
        logits: Shape (texts, classes), float32.
        weights: How much each text counts in the distillation losses; shape (texts,).
    """

    teacher: str
    labels: tuple[str, ...]
    keys: "np.ndarray"
    logits: "np.ndarray"
    weights: "np.ndarray"

    @classmethod
    def made(
        cls,
        teacher: str,
        labels: Sequence[str],
        keys: "np.ndarray",
        logits: "np.ndarray",
        weights: "np.ndarray | None" = None,
    ) -> "TeacherScores":
        """Return scores with one entry a text, sorted by key."""
        every = np.ones(len(keys), dtype=np.float32) if weights is None else weights.astype(np.float32)
        unique, first = np.unique(keys, return_index=True)
        return cls(teacher, tuple(labels), unique, logits[first].astype(np.float32), every[first])

    def save(self, folder: Path) -> Path:
        """Write the scores; the facts come last, so a folder with facts is whole."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {"keys": self.keys, "logits": self.logits, "weights": self.weights}
        model_io.save_weights(
            folder / NUMBERS, {name: torch.from_numpy(value.copy()) for name, value in tensors.items()}
        )
        write_json(folder / FACTS, {"teacher": self.teacher, "labels": list(self.labels)})
        return folder

    @classmethod
    def load(cls, folder: Path, teacher: str | None = None) -> "TeacherScores":
        """Return kept scores.

        Args:
            folder: Where ``save`` put them.
            teacher: The digest that they must belong to; None takes any.

        Raises:
            InkstoneError: ``compress.changed_teacher``.
        """
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        if teacher is not None and facts["teacher"] != teacher:
            raise CHANGED_TEACHER(cached=facts["teacher"][:12], now=teacher[:12])
        numbers = {name: value.numpy() for name, value in model_io.load_weights(folder / NUMBERS).items()}
        return cls(facts["teacher"], tuple(facts["labels"]), numbers["keys"], numbers["logits"], numbers["weights"])

    def places(self, keys: "np.ndarray") -> "np.ndarray":
        """Return the position of each key, -1 where the text was never scored."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        found = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        places: np.ndarray = np.where(self.keys[found] == keys, found, -1)
        return places

    def of(self, keys: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
        """Return logits and weights of texts.

        Raises:
            InkstoneError: ``compress.scores_missing``.
        """
        places = self.places(keys)
        if (places < 0).any():
            raise SCORES_MISSING(count=int((places < 0).sum()))
        return self.logits[places], self.weights[places]


Score = Callable[[list[str], list[str] | None], "np.ndarray"]
"""Gives the teacher's logits of texts, in the order of the student's classes: (texts, classes)."""


def kept_scores(folder: Path, teacher: str, labels: Sequence[str], rows: TextRows, score: Score) -> TeacherScores:
    """Return a teacher's scores of rows: from ``folder`` where they are there, else scored now and added to it.

    What cannot be read there (such as while another run writes it) is scored again.
    """
    keys = keys_of(rows)
    known = _readable(folder, teacher, labels)
    missing = np.flatnonzero(known.places(keys) < 0) if known is not None else np.arange(len(keys))
    _, first = np.unique(keys[missing], return_index=True)
    fresh = missing[np.sort(first)]
    if known is not None and not len(fresh):
        return known
    texts = [rows.texts[i] for i in fresh]
    logits = score(texts, [rows.pairs[i] for i in fresh] if rows.pairs is not None else None)
    keys = keys[fresh]
    if known is not None:
        keys, logits = np.concatenate([known.keys, keys]), np.concatenate([known.logits, logits])
    made = TeacherScores.made(teacher, labels, keys, logits)
    _put(made, folder)
    return made


def _readable(folder: Path, teacher: str, labels: Sequence[str]) -> TeacherScores | None:
    try:
        known = TeacherScores.load(folder, teacher)
    except (OSError, ValueError, KeyError, InkstoneError):
        return None
    return known if known.labels == tuple(labels) else None


def _put(scores: TeacherScores, folder: Path) -> None:
    """Put scores in place in one move."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        made = scores.save(Path(temporary) / "scores")
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another run was faster
            made.rename(folder)
