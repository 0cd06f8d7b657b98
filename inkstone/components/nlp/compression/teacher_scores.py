"""What a teacher thinks of texts, kept on disk by the identity of each row so that no text is scored twice.

A row is known by its texts, not by its place: copies, another order and added rows change nothing. The folder belongs to one
teacher, named by its digest; scores of a teacher that has changed are refused.
"""

import hashlib
import json
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, TypeVar

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import CHANGED_TEACHER, SCORES_MISSING
from inkstone.components.nlp.rows import TextRows
from inkstone.components.nlp.tagging.windows import Stitched

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


def as_label_logits(scores: "np.ndarray") -> "np.ndarray":
    """Return ``log p / (1 - p)``: the sigmoid of it gives the probabilities back, label by label."""
    clipped = np.clip(np.asarray(scores, dtype=np.float64), _SMALLEST, 1 - _SMALLEST)
    logits: np.ndarray = (np.log(clipped) - np.log1p(-clipped)).astype(np.float32)
    return logits


@dataclass(frozen=True)
class Scores(ABC):
    """What a teacher has said about texts; subclasses add it as arrays.

    Attributes:
        teacher: Digest of the teacher (of several: of their digests and weights together).
        labels: Classes, labels or tags, in the order of the logits.
        keys: Identity of each text; sorted. Shape (texts,).
    """

    teacher: str
    labels: tuple[str, ...]
    keys: "np.ndarray"

    @classmethod
    @abstractmethod
    def made(cls, teacher: str, labels: Sequence[str], keys: "np.ndarray", found: Any) -> Self:
        """Return scores, sorted by key, from what the teacher said of each text."""

    @abstractmethod
    def joined(self, other: Self) -> Self:
        """Return these scores and those of other texts."""

    def save(self, folder: Path) -> Path:
        """Write the scores; the facts come last, so a folder with facts is whole."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            item.name: getattr(self, item.name) for item in fields(self) if item.name not in {"teacher", "labels"}
        }
        model_io.save_weights(
            folder / NUMBERS, {name: torch.from_numpy(value.copy()) for name, value in arrays.items()}
        )
        write_json(folder / FACTS, {"teacher": self.teacher, "labels": list(self.labels)})
        return folder

    @classmethod
    def load(cls, folder: Path, teacher: str | None = None) -> Self:
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
        arrays = {name: value.numpy() for name, value in model_io.load_weights(folder / NUMBERS).items()}
        return cls(teacher=facts["teacher"], labels=tuple(facts["labels"]), **arrays)

    def places(self, keys: "np.ndarray") -> "np.ndarray":
        """Return the position of each key, -1 where the text was never scored."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        found = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        places: np.ndarray = np.where(self.keys[found] == keys, found, -1)
        return places

    def known_places(self, keys: "np.ndarray") -> "np.ndarray":
        """Return the position of each key.

        Raises:
            InkstoneError: ``compress.scores_missing``.
        """
        places = self.places(keys)
        if (places < 0).any():
            raise SCORES_MISSING(count=int((places < 0).sum()))
        return places


@dataclass(frozen=True)
class TeacherScores(Scores):
    """One row of logits a text: of classes, or of labels that do not exclude each other.

    Attributes:
        logits: Shape (texts, classes), float32.
        weights: How much each text counts in the distillation losses; shape (texts,).
    """

    logits: "np.ndarray"
    weights: "np.ndarray"

    @classmethod
    def made(
        cls,
        teacher: str,
        labels: Sequence[str],
        keys: "np.ndarray",
        found: "np.ndarray",
        weights: "np.ndarray | None" = None,
    ) -> "TeacherScores":
        """Return scores with one entry a text, sorted by key; ``found`` are the logits."""
        every = np.ones(len(keys), dtype=np.float32) if weights is None else weights.astype(np.float32)
        unique, first = np.unique(keys, return_index=True)
        return cls(teacher, tuple(labels), unique, found[first].astype(np.float32), every[first])

    def joined(self, other: "TeacherScores") -> "TeacherScores":
        """Return these scores and those of other texts."""
        keys, logits, weights = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("keys", "logits", "weights")
        )
        return TeacherScores.made(self.teacher, self.labels, keys, logits, weights)

    def of(self, keys: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
        """Return logits and weights of texts.

        Raises:
            InkstoneError: ``compress.scores_missing``.
        """
        places = self.known_places(keys)
        return self.logits[places], self.weights[places]


@dataclass(frozen=True)
class TagScores(Scores):
    """One row of logits a token of the teacher's, with the characters that the token stands for.

    Attributes:
        first: Where the tokens of each text begin, and the end of the last one's; shape (texts + 1,).
        starts: First character of each token; shape (tokens,).
        ends: The character behind its last one.
        logits: Shape (tokens, tags), float32.
    """

    first: "np.ndarray"
    starts: "np.ndarray"
    ends: "np.ndarray"
    logits: "np.ndarray"

    @classmethod
    def made(cls, teacher: str, labels: Sequence[str], keys: "np.ndarray", found: Sequence[Stitched]) -> "TagScores":
        """Return scores with one entry a text, sorted by key."""
        unique, places = np.unique(keys, return_index=True)
        chosen = [found[place] for place in places]
        first = np.cumsum([0, *(len(item.starts) for item in chosen)])
        none = np.zeros((0, len(labels)), dtype=np.float32)
        starts, ends = (
            np.concatenate([np.zeros(0, dtype=np.int64), *(getattr(item, name) for item in chosen)])
            for name in ("starts", "ends")
        )
        logits = np.concatenate([none, *(item.scores.reshape(-1, len(labels)) for item in chosen)]).astype(np.float32)
        return cls(teacher, tuple(labels), unique, first, starts, ends, logits)

    def joined(self, other: "TagScores") -> "TagScores":
        """Return these scores and those of other texts."""
        keys = np.concatenate([self.keys, other.keys])
        found = [item.at(place) for item in (self, other) for place in range(len(item.keys))]
        return TagScores.made(self.teacher, self.labels, keys, found)

    def at(self, place: int) -> Stitched:
        """Return what was said about the text at a position of ``keys``."""
        own = slice(int(self.first[place]), int(self.first[place + 1]))
        return Stitched(self.starts[own], self.ends[own], self.logits[own])


Kind = TypeVar("Kind", bound="Scores")
Score = Callable[[list[str], list[str] | None], Any]
"""Gives what ``made`` takes of texts: logits of shape (texts, classes), or one ``Stitched`` a text."""


def kept_scores(
    folder: Path, teacher: str, labels: Sequence[str], rows: TextRows, score: Score, *, kind: type[Kind]
) -> Kind:
    """Return a teacher's scores of rows: from ``folder`` where they are there, else scored now and added to it.

    What cannot be read there (such as while another run writes it) is scored again.
    """
    keys = keys_of(rows)
    known = _readable(kind, folder, teacher, labels)
    missing = np.flatnonzero(known.places(keys) < 0) if known is not None else np.arange(len(keys))
    _, first = np.unique(keys[missing], return_index=True)
    fresh = missing[np.sort(first)]
    if known is not None and not len(fresh):
        return known
    texts = [rows.texts[i] for i in fresh]
    found = score(texts, [rows.pairs[i] for i in fresh] if rows.pairs is not None else None)
    made = kind.made(teacher, labels, keys[fresh], found)
    if known is not None:
        made = known.joined(made)
    _put(made, folder)
    return made


def _readable(kind: type[Kind], folder: Path, teacher: str, labels: Sequence[str]) -> Kind | None:
    try:
        known = kind.load(folder, teacher)
    except (OSError, ValueError, KeyError, TypeError, InkstoneError):
        return None
    return known if known.labels == tuple(labels) else None


def _put(scores: Scores, folder: Path) -> None:
    """Put scores in place in one move."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as temporary:
        made = scores.save(Path(temporary) / "scores")
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another run was faster
            made.rename(folder)
