"""What tells keywords from other candidates: KEA's features of words in the text, and how well absent ones go with it.

KEA (Witten et al., "KEA: Practical automatic keyphrase extraction", 1999) ranks phrases of a text by TF x IDF and by how early they
stand; its keyphrase frequency counts how often people gave the phrase elsewhere. Maui (Medelyan, "Human-competitive automatic topic
indexing", 2009) adds how the phrase is written and takes candidates from a vocabulary, so that they need not stand in the text: here
the vocabulary is that of the training keywords, proposed by the words of the text and by the most similar training texts.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inkstone.components.nlp.tagging.keyword_candidates import Phrase, ReadText
from inkstone.components.nlp.tagging.keyword_clues import weighed
from inkstone.components.nlp.tagging.keyword_index import KeywordIndex

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEAR, FAR = 20, 100
"""Training texts that count as near a text, and as of its subject."""
BY_WORDS, BY_NEAR, BY_FAR = 50, 30, 15
"""Absent keywords proposed by the words of the text, and by either circle of training texts."""
TEXTS_AT_ONCE = 256
_LITTLE = 1e-3
_OPENING, _CLOSING = frozenset("《〈“「『【\"'([("), frozenset("》〉”」』】\"')])")

IN_TEXT = (
    "stands",  # 1 for candidates of the text; the others have 0 in this whole block
    "count",
    "first",  # KEA's first occurrence: characters before it / characters of the text
    "words",
    "phrase_count",
    "noun_phrase",
    "noun_word",
    "starts_word",
    "ends_word",
    "opened",
    "closed",
    "within_other",
    "holds_other",
    "tf_idf",
    "never_given",
    "clues",  # log odds by what it is made of and stands beside
)
FEATURES = (
    *IN_TEXT,
    "length",
    "latin",
    "words_within",  # words of the text that are a part of the candidate
    "commonest_within",
    "rarest_within",
    "text_length",
    "idf",  # ln((1 + rows) / (1 + rows with the word))
    "given",  # ln(1 + rows that have it as a keyword): KEA's keyphrase frequency
    "given_here",  # the same, for candidates of the text
    "keyphraseness",  # (rows whose text has it and whose keywords have it + 0.3) / (rows whose text has it + 1)
    "standing",
    "by_words",
    "ln_by_words",
    "by_words_share",
    "by_words_place",
    "by_near",
    "ln_by_near",
    "by_near_share",
    "by_near_place",
    "ln_by_far",
    "far_above_usual",
    "nearest",
)
_COLUMN = {name: place for place, name in enumerate(FEATURES)}


class Candidates(NamedTuple):
    """The candidates of one text: folded names, their features, which of them stand in the text."""

    names: list[str]
    features: np.ndarray
    standing: np.ndarray


class _Scores(NamedTuple):
    """How well keywords go with a text: the numbers of those that do at all, and how well; how many keywords there are."""

    numbers: np.ndarray
    values: np.ndarray
    names: int

    def best(self, most: int) -> list[int]:
        """Return the numbers of the highest scores."""
        order = np.lexsort((self.numbers, -self.values))[:most]
        chosen: list[int] = self.numbers[order].tolist()
        return chosen

    def of_all(self) -> np.ndarray:
        """Return the score of every keyword."""
        scores = np.zeros(self.names, dtype=np.float32)
        scores[self.numbers] = self.values
        return scores


class _Evidence(NamedTuple):
    """How well each keyword goes with a text: by its words, by near texts, by far ones, and the highest similarity."""

    by_words: _Scores
    by_near: _Scores
    by_far: _Scores
    nearest: float


def candidates(index: KeywordIndex, texts: Sequence[ReadText], absent: bool) -> list[Candidates]:
    """Return the candidates of each text with their features.

    Args:
        index: Statistics of the training rows.
        texts: What is asked about.
        absent: Propose keywords that do not stand in the text, too.
    """
    made = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        some = texts[start : start + TEXTS_AT_ONCE]
        words = _by_words(index, some)
        near, far, nearest = _by_neighbours(index, some)
        for place, read in enumerate(some):
            by_words, by_near, by_far = (_row(matrix, place) for matrix in (words, near, far))
            evidence = _Evidence(by_words, by_near, by_far, float(nearest[place]))
            made.append(_of_text(index, read, evidence, absent))
    return made


def _row(matrix: "csr_matrix", place: int) -> _Scores:
    part = slice(matrix.indptr[place], matrix.indptr[place + 1])
    numbers, values = matrix.indices[part], matrix.data[part]
    return _Scores(numbers[values > 0], values[values > 0], matrix.shape[1])


def _by_words(index: KeywordIndex, texts: Sequence[ReadText]) -> "csr_matrix":
    """Return ``-ln prod (1 - P(keyword | word))`` over the words of each text, shape (texts, names)."""
    from scipy.sparse import csr_matrix

    units = [index.units(read) for read in texts]
    ends = np.cumsum([0, *map(len, units)])
    flat = np.fromiter((number for row in units for number in row), dtype=np.int32, count=int(ends[-1]))
    shape = (len(texts), len(index.words))
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=shape) @ index.links


def _by_neighbours(index: KeywordIndex, texts: Sequence[ReadText]) -> "tuple[csr_matrix, csr_matrix, np.ndarray]":
    """Return the keywords of the 20 most similar texts by squared cosine, of the 100 most similar by cosine, and the highest."""
    similar = (index.vectors(texts) @ index.texts.T).toarray()
    far = _greatest(similar, FAR)
    near = _greatest(similar, NEAR)
    near.data **= 2
    return near @ index.keywords, far @ index.keywords, similar.max(axis=1)


def _greatest(similar: np.ndarray, most: int) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    count, columns = similar.shape
    most = min(most, columns)
    best = np.argpartition(-similar, most - 1, axis=1)[:, :most]
    values = np.take_along_axis(similar, best, axis=1)
    ends = np.arange(count + 1) * most
    return csr_matrix((values.ravel(), best.ravel(), ends), shape=similar.shape)


def _of_text(index: KeywordIndex, read: ReadText, evidence: _Evidence, absent: bool) -> Candidates:
    here = dict.fromkeys([*read.phrases, *index.known.within(read)])
    others: dict[str, None] = {}
    if absent:
        for scores, most in ((evidence.by_words, BY_WORDS), (evidence.by_near, BY_NEAR), (evidence.by_far, BY_FAR)):
            for number in scores.best(most):
                name = index.names[number]
                if name not in here:
                    others[name] = None
    names = [*here, *others]
    table = np.zeros((len(names), len(FEATURES)), dtype=np.float32)
    odds = weighed(index.clues, read, list(here))
    for row, name in enumerate(here):
        table[row, : len(IN_TEXT)] = (*_in_text(index, read, name, here), odds[row])
    _add_written(index, read, names, table)
    _add_known(index, names, table, evidence)
    standing = np.arange(len(names)) < len(here)
    table[:, _COLUMN["given_here"]] = table[:, _COLUMN["given"]] * standing
    table[:, _COLUMN["keyphraseness"]] *= standing
    return Candidates(names, table, standing)


def _in_text(index: KeywordIndex, read: ReadText, name: str, here: dict[str, None]) -> tuple[float, ...]:
    place = read.folded.find(name)
    end = place + len(name)
    phrase = read.phrases.get(name, Phrase(0, 0, False))
    count = read.folded.count(name)
    return (
        1.0,
        np.log1p(count),
        place / len(read.folded),
        phrase.words,
        np.log1p(phrase.times),
        phrase.nouns,
        phrase.words == 1 and phrase.nouns,
        place in read.starts,
        end in read.ends,
        _beside(read.folded[place - 1 : place], _OPENING),
        _beside(read.folded[end : end + 1], _CLOSING),
        any(name != other and name in other for other in here),
        any(name != other and other in name for other in here),
        count / max(len(read.names), 1) * _idf(index, name),
        name not in index.numbers,
    )


def _beside(character: str, marks: frozenset[str]) -> float:
    """Return 2 beside a mark such as a quotation mark, 1 beside another sign or the end of the text, 0 within letters."""
    return 2.0 if character and character in marks else float(not character.isalnum())


def _idf(index: KeywordIndex, name: str) -> float:
    return math.log((1 + index.rows) / (1 + _frequency(index, name)))


def _frequency(index: KeywordIndex, name: str) -> float:
    number = index.word_numbers.get(name)
    return 0.0 if number is None else float(index.frequency[number])


def _add_written(index: KeywordIndex, read: ReadText, names: list[str], table: np.ndarray) -> None:
    frequency = {word: _frequency(index, word) for word in read.names}
    inner = [[frequency[word] for word in read.names if word in name] for name in names]
    table[:, _COLUMN["length"]] = [len(name) for name in names]
    table[:, _COLUMN["latin"]] = [name.isascii() for name in names]
    table[:, _COLUMN["words_within"]] = [len(found) for found in inner]
    table[:, _COLUMN["commonest_within"]] = np.log1p([max(found, default=0.0) for found in inner])
    table[:, _COLUMN["rarest_within"]] = np.log1p([min(found, default=0.0) for found in inner])
    table[:, _COLUMN["idf"]] = [_idf(index, name) for name in names]
    table[:, _COLUMN["text_length"]] = np.log1p(len(read.folded))


def _add_known(index: KeywordIndex, names: list[str], table: np.ndarray, evidence: _Evidence) -> None:
    """Fill in what the training rows say of the candidates that are known keywords."""
    numbers = np.array([index.numbers.get(name, -1) for name in names], dtype=np.int64)
    known = numbers >= 0

    def of(values: np.ndarray) -> np.ndarray:
        if not len(values):
            return np.zeros(len(names))
        return np.where(known, values[numbers], 0.0)

    given, standing = of(index.given), of(index.standing)
    table[:, _COLUMN["given"]] = np.log1p(given)
    table[:, _COLUMN["standing"]] = np.log1p(standing)
    table[:, _COLUMN["keyphraseness"]] = (of(index.kept) + 0.3) / (standing + 1)
    for name, scores in (("by_words", evidence.by_words), ("by_near", evidence.by_near)):
        score = of(scores.of_all())
        table[:, _COLUMN[name]] = score
        table[:, _COLUMN[f"ln_{name}"]] = np.log(_LITTLE + score)
        table[:, _COLUMN[f"{name}_share"]] = score / max(scores.values.max(initial=0.0), _LITTLE)
        table[:, _COLUMN[f"{name}_place"]] = np.log1p(np.argsort(np.argsort(-score, kind="stable"), kind="stable"))
    far = np.log(_LITTLE + of(evidence.by_far.of_all()))
    table[:, _COLUMN["ln_by_far"]] = far
    table[:, _COLUMN["far_above_usual"]] = far - np.log(_LITTLE + given)
    table[:, _COLUMN["nearest"]] = evidence.nearest
