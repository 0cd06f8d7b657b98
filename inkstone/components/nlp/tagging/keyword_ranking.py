"""Ranks the keyword candidates of a text by a learned model, and gives those that are likely enough."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.answers import Keyword
from inkstone.components.nlp.tagging.keyword_candidates import ReadText, occurrences, read_text
from inkstone.components.nlp.tagging.keyword_clues import WIDTH
from inkstone.components.nlp.tagging.keyword_features import FEATURES, TEXTS_AT_ONCE, Candidates, candidates
from inkstone.components.nlp.tagging.keyword_index import KeywordIndex
from inkstone.components.nlp.tagging.words import Segmenter

WORDS = "ranking.json"
FARTHEST = 6.0
"""Deviations from the mean."""
_MATRICES = ("links", "texts", "keywords")
_COUNTS = ("given", "standing", "kept", "frequency", "idf")
_LISTS = ("names", "spellings", "words", "grams")


@dataclass
class Perceptron:
    """A hidden layer of rectified units over standardised features.

    Attributes:
        hidden: Shape (features, units).
        hidden_bias: Shape (units,).
        output: Shape (units,).
        output_bias: Shape (1,).
    """

    hidden: np.ndarray
    hidden_bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return probabilities, shape (candidates,)."""
        units = np.maximum(features @ self.hidden + self.hidden_bias, 0)
        chances: np.ndarray = 1 / (1 + np.exp(-np.clip(units @ self.output + self.output_bias, -30, 30)))
        return chances


def standardised(features: np.ndarray, centre: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return features with mean 0 and deviation 1; what lies far out, as in texts unlike all others, is drawn in."""
    made: np.ndarray = np.clip((features - centre) / scale, -FARTHEST, FARTHEST)
    return made


@dataclass
class Ranker:
    """Scores candidates by the mean of several perceptrons.

    Attributes:
        centre: Mean of each feature.
        scale: Its standard deviation.
        perceptrons: One a fold of the training rows.
        threshold: A candidate that is less likely is not given.
    """

    centre: np.ndarray
    scale: np.ndarray
    perceptrons: list[Perceptron]
    threshold: float

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Return the probability of each candidate to be a keyword."""
        standard = standardised(features, self.centre, self.scale)
        chances: np.ndarray = np.mean([perceptron(standard) for perceptron in self.perceptrons], axis=0)
        return chances


@dataclass
class RankingModel:
    """Everything that gives keywords of a text.

    Attributes:
        index: What the training rows tell.
        ranker: Scores the candidates.
        absent: Give keywords that do not stand in the text, too.
    """

    index: KeywordIndex
    ranker: Ranker
    absent: bool

    def keywords(self, texts: Sequence[str], segmenter: Segmenter, count: int) -> list[list[Keyword]]:
        """Return the keywords of each text, likeliest first."""
        given = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            read = [read_text(text, segmenter) for text in texts[start : start + TEXTS_AT_ONCE]]
            for one, found in zip(read, candidates(self.index, read, self.absent), strict=True):
                given.append(self._best(one, found, count))
        return given

    def _best(self, read: ReadText, found: Candidates, count: int) -> list[Keyword]:
        chances = self.ranker(found.features)
        best = [place for place in np.argsort(-chances, kind="stable") if chances[place] >= self.ranker.threshold]
        return [self._keyword(read, found.names[place], float(chances[place])) for place in best[:count]]

    def _keyword(self, read: ReadText, name: str, chance: float) -> Keyword:
        """Return a keyword as it stands in the text, else as people write it."""
        spans = occurrences(read, name)
        word = read.text[slice(*spans[0])] if spans else self.index.spellings[self.index.numbers[name]]
        return Keyword(word=word, score=round(chance, 6), spans=spans)


def save_ranking(model: RankingModel, folder: Path) -> None:
    """Write the words as JSON and the numbers as safetensors."""
    import torch

    index, ranker = model.index, model.ranker
    numbers: dict[str, Any] = {name: getattr(index, name) for name in _COUNTS}
    used = np.flatnonzero(index.clues)
    numbers |= {"clues.places": used.astype(np.int32), "clues.weights": index.clues[used]}
    for name in _MATRICES:
        matrix = getattr(index, name)
        # half precision moves a link or a cosine by less than a thousandth of it
        numbers |= {
            f"{name}.data": matrix.data.astype(np.float16),
            f"{name}.columns": matrix.indices.astype(np.int32),
            f"{name}.ends": matrix.indptr.astype(np.int64),
        }
    numbers |= {"ranker.centre": ranker.centre, "ranker.scale": ranker.scale}
    for field in fields(Perceptron):
        numbers[f"ranker.{field.name}"] = np.stack([getattr(item, field.name) for item in ranker.perceptrons])
    model_io.save_weights(
        folder / model_io.WEIGHTS,
        {name: torch.from_numpy(np.ascontiguousarray(item)) for name, item in numbers.items()},
    )
    facts = {"rows": index.rows, "threshold": ranker.threshold, "absent": model.absent, "features": list(FEATURES)}
    write_json(folder / WORDS, facts | {name: getattr(index, name) for name in _LISTS})


def load_ranking(folder: Path) -> RankingModel:
    """Return the model of a verified folder."""
    from scipy.sparse import csr_matrix

    facts = model_io.read_json(folder, WORDS)
    numbers = {name: item.numpy() for name, item in model_io.load_weights(folder / model_io.WEIGHTS).items()}
    widths = {"links": len(facts["names"]), "texts": len(facts["grams"]), "keywords": len(facts["names"])}
    matrices = {}
    for name, width in widths.items():
        data, columns, ends = (numbers[f"{name}.{part}"] for part in ("data", "columns", "ends"))
        matrices[name] = csr_matrix((data.astype(np.float32), columns, ends), shape=(len(ends) - 1, width))
    parts: dict[str, Any] = {name: facts[name] for name in ("rows", *_LISTS)}
    clues = np.zeros(WIDTH + 1, dtype=np.float32)
    clues[numbers["clues.places"]] = numbers["clues.weights"]
    parts |= {name: numbers[name] for name in _COUNTS} | matrices | {"clues": clues}
    layers = zip(*(numbers[f"ranker.{field.name}"] for field in fields(Perceptron)), strict=True)
    index, perceptrons = KeywordIndex(**parts), [Perceptron(*layer) for layer in layers]
    ranker = Ranker(numbers["ranker.centre"], numbers["ranker.scale"], perceptrons, facts["threshold"])
    return RankingModel(index, ranker, facts["absent"])
