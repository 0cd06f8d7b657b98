"""n-gram TF-IDF with logistic regression: the honest baseline, saved without pickle.

``tf = 1 + ln(count)``, ``idf = ln((1 + N) / (1 + df)) + 1``, rows scaled to length one (Salton and Buckley 1988; the
formulas are scikit-learn's), then multinomial logistic regression.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.evasion.phonetics import as_sounds

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

Analyzer = Literal["char", "word", "sound"]
"""What an n-gram is made of: characters, words, or syllables (homophones and pinyin count as the same)."""
TASK = "ngram_classification"
C_GRID = (1.0, 3.0, 10.0, 30.0)
_WORD = r"(?u)\b\w+\b"
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")


def guess_analyzer(texts: Sequence[str]) -> Analyzer:
    """Return ``char`` when a fifth or more of the letters of the first thousand texts are written without spaces."""
    sample = "".join(islice(texts, 1_000))
    letters = sum(character.isalpha() for character in sample)
    return "char" if letters and len(_CJK.findall(sample)) >= 0.2 * letters else "word"


def join_pairs(texts: Sequence[str], pairs: Sequence[str] | None) -> list[str]:
    """Return one text a row; the two of a pair stand on two lines."""
    if pairs is None:
        return list(texts)
    return [f"{first}\n{second}" for first, second in zip(texts, pairs, strict=True)]


def vectorizer(
    analyzer: Analyzer, shortest: int, longest: int, limit: int, vocabulary: Any = None
) -> "TfidfVectorizer":
    """Return scikit-learn's TF-IDF with the settings that training and prediction share."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer="word" if analyzer == "word" else "char",
        preprocessor=as_sounds if analyzer == "sound" else None,
        ngram_range=(shortest, longest),
        sublinear_tf=True,
        lowercase=True,
        max_features=None if vocabulary is not None else limit,
        min_df=1,
        vocabulary=vocabulary,
        dtype=np.float32,
        token_pattern=_WORD if analyzer == "word" else None,
    )


@dataclass
class NgramModel:
    """A fitted baseline: one softmax over the classes, or, in multi-label models, a regression of its own a class.

    Attributes:
        labels: Class names in the order of the scores.
        analyzer: What an n-gram is made of.
        shortest: Shortest n-gram.
        longest: Longest n-gram.
        terms: n-grams in the order of the columns.
        idf: Shape (terms,).
        coefficients: Shape (classes, terms).
        intercept: Shape (classes,).
        pairs: It judges pairs of texts.
    """

    labels: list[str]
    analyzer: Analyzer
    shortest: int
    longest: int
    terms: list[str]
    idf: "np.ndarray"
    coefficients: "np.ndarray"
    intercept: "np.ndarray"
    pairs: bool = False

    def __post_init__(self) -> None:
        vocabulary = {term: number for number, term in enumerate(self.terms)}
        self._vectorizer = vectorizer(self.analyzer, self.shortest, self.longest, len(self.terms), vocabulary)
        self._vectorizer.idf_ = self.idf

    def number_of(self, term: str) -> int | None:
        """Return the column of an n-gram, or None."""
        number: int | None = self._vectorizer.vocabulary.get(term)
        return number

    def scores(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> "np.ndarray":
        """Return class probabilities of shape (texts, classes)."""
        return metrics.softmax(self.margins(texts, pairs))

    def margins(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> "np.ndarray":
        """Return ``w x + b`` of each class, shape (texts, classes)."""
        features = self._vectorizer.transform(join_pairs(texts, pairs))
        return np.asarray(features @ self.coefficients.T.astype(np.float64) + self.intercept)

    def save(self, folder: Path) -> None:
        """Write the model folder: vocabulary as JSON, numbers as safetensors."""
        import torch

        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "vocabulary.json", self.terms)
        write_json(folder / "labels.json", self.labels)
        tensors = {"idf": self.idf, "coefficients": self.coefficients, "intercept": self.intercept}
        model_io.save_weights(
            folder / model_io.WEIGHTS, {name: torch.from_numpy(np.asarray(value)) for name, value in tensors.items()}
        )
        settings = {"analyzer": self.analyzer, "shortest": self.shortest, "longest": self.longest, "pairs": self.pairs}
        model_io.seal(folder, model_io.ModelCard(task=TASK, labels=self.labels, settings=settings))

    @classmethod
    def load(cls, folder: Path) -> "NgramModel":
        """Return the model of a folder that ``model_io.verify`` has accepted."""
        card = model_io.read_card(folder)
        fields: dict[str, Any] = {"labels": card.labels, "terms": model_io.read_json(folder, "vocabulary.json")}
        fields |= card.settings
        fields |= {name: value.numpy() for name, value in model_io.load_weights(folder / model_io.WEIGHTS).items()}
        return cls(**fields)


def fit_logistic(
    features: "csr_matrix", targets: "np.ndarray", c: float, balanced: bool
) -> "tuple[np.ndarray, np.ndarray]":
    """Return coefficients (classes, terms) and intercepts of a multinomial logistic regression.

    Two classes come back as two rows, ``-w/2`` and ``w/2``, whose softmax equals the sigmoid of the one that
    scikit-learn fits.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, max_iter=200, tol=1e-3, class_weight="balanced" if balanced else None)
    model.fit(features, targets)
    weights, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, intercept = np.vstack([-weights, weights]) / 2, np.concatenate([-intercept, intercept]) / 2
    return weights.astype(np.float32), intercept.astype(np.float64)


def fit_margin(
    features: "csr_matrix", targets: "np.ndarray", c: float, balanced: bool
) -> "tuple[np.ndarray, np.ndarray]":
    """Return coefficients (classes, terms) and intercepts of one linear support vector machine a class against the rest.

    Cortes and Vapnik 1995, squared hinge as in LIBLINEAR. Its margins are no probabilities: ``softmax`` of them needs a
    temperature fitted on rows that it did not learn from.
    """
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=c, class_weight="balanced" if balanced else None, random_state=0)
    model.fit(features, targets)
    weights, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weights, intercept = np.vstack([-weights, weights]), np.concatenate([-intercept, intercept])
    return weights.astype(np.float32), intercept.astype(np.float64)
