"""What training rows tell about keywords: how often they are given, where they stand, what they go with."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.nlp.ngram import vectorizer
from inkstone.components.nlp.tagging.keyword_candidates import KnownWords, ReadText
from inkstone.components.nlp.tagging.keyword_clues import fit_clues

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_KEYWORDS, MOST_WORDS, MOST_GRAMS = 50_000, 100_000, 100_000
MOST_NEIGHBOURS = 20_000
"""Training texts that are kept to be compared with."""
LINKS = 60
"""Keywords that a word is linked to, the likeliest ones."""
GRAMS_OF_A_TEXT, COMPARED_CHARACTERS = 200, 1_000
SURE = 0.95
"""No link is likelier than this."""


@dataclass
class KeywordIndex:
    """Statistics of training rows.

    ``links`` holds ``-ln(1 - P(keyword | word))`` with ``P = rows with both / (rows with the word + 1)``, halved where a single
    row has both: the sum over the words of a text is a noisy-or (Pearl 1988), ``P(k) = 1 - prod (1 - P(k | w))``.

    Attributes:
        rows: How many rows there were.
        names: Folded keywords, most frequent first.
        spellings: Each as people wrote it most often.
        given: Rows that have it as a keyword: KEA's keyphrase frequency.
        standing: Rows in whose text it stands.
        kept: Rows of those that also have it as a keyword.
        words: Words of the texts, and the keywords that stand in them.
        frequency: Rows in whose text the word stands.
        links: Shape (words, names).
        grams: Character n-grams of the texts to compare.
        idf: Shape (grams,).
        texts: TF-IDF of the kept training texts, shape (kept, grams).
        keywords: Which keywords they have, shape (kept, names).
        clues: Weights of what a phrase is made of and stands beside, see ``keyword_clues``.
    """

    rows: int
    names: list[str]
    spellings: list[str]
    given: np.ndarray
    standing: np.ndarray
    kept: np.ndarray
    words: list[str]
    frequency: np.ndarray
    links: "csr_matrix"
    grams: list[str]
    idf: np.ndarray
    texts: "csr_matrix"
    keywords: "csr_matrix"
    clues: np.ndarray

    def __post_init__(self) -> None:
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.word_numbers = {word: number for number, word in enumerate(self.words)}
        self.known = KnownWords(self.names)
        self._vectorizer = _vectorizer({gram: number for number, gram in enumerate(self.grams)})
        self._vectorizer.idf_ = self.idf

    def vectors(self, texts: Sequence[ReadText]) -> "csr_matrix":
        """Return TF-IDF vectors of texts, shape (texts, grams)."""
        return self._vectorizer.transform([item.folded[:COMPARED_CHARACTERS] for item in texts])

    def units(self, read: ReadText) -> list[int]:
        """Return the numbers of the words of a text, known keywords that stand in it among them."""
        both = dict.fromkeys([*read.names, *self.known.within(read)])
        return [number for word in both if (number := self.word_numbers.get(word)) is not None]


def build_index(texts: Sequence[ReadText], keywords: Sequence[dict[str, str]], seed: int) -> KeywordIndex:
    """Count over training rows.

    Args:
        texts: Their texts.
        keywords: Folded keyword to its spelling, for each row.
        seed: Draws the texts that are kept to be compared with, where there are too many, and orders those clues are learned from.
    """
    given = Counter(name for row in keywords for name in row)
    names = [name for name, _ in sorted(given.items(), key=lambda item: (-item[1], item[0]))[:MOST_KEYWORDS]]
    known = KnownWords(names)
    within = [known.within(item) for item in texts]
    units = [list(dict.fromkeys([*item.names, *inside])) for item, inside in zip(texts, within, strict=True)]
    counts = Counter(unit for row in units for unit in row)
    words = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_WORDS]]
    standing = Counter(name for row in within for name in row)
    kept = Counter(name for row, inside in zip(keywords, within, strict=True) for name in inside if name in row)
    of_rows = _incidence(keywords, names)
    frequency = np.array([counts[word] for word in words], dtype=np.float32)
    grams, idf, vectors, drawn = _texts_to_compare(texts, seed)
    return KeywordIndex(
        rows=len(texts),
        names=names,
        spellings=_spellings(names, keywords),
        given=np.array([given[name] for name in names], dtype=np.float32),
        standing=np.array([standing[name] for name in names], dtype=np.float32),
        kept=np.array([kept[name] for name in names], dtype=np.float32),
        words=words,
        frequency=frequency,
        links=_links(_incidence(units, words), of_rows, words, names, frequency),
        grams=grams,
        idf=idf,
        texts=vectors,
        keywords=of_rows[drawn],
        clues=fit_clues(texts, within, keywords, seed),
    )


def _incidence(rows: Sequence[Any], names: Sequence[str]) -> "csr_matrix":
    """Return which names each row has, shape (rows, names)."""
    from scipy.sparse import csr_matrix

    numbers = {name: number for number, name in enumerate(names)}
    columns = [[number for name in row if (number := numbers.get(name)) is not None] for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((number for row in columns for number in row), dtype=np.int32, count=int(ends[-1]))
    return csr_matrix((np.ones(len(flat), dtype=np.float32), flat, ends), shape=(len(rows), len(names)))


def _links(
    units: "csr_matrix", keywords: "csr_matrix", words: Sequence[str], names: Sequence[str], frequency: np.ndarray
) -> "csr_matrix":
    """Return ``-ln(1 - P(keyword | word))`` of the likeliest keywords of each word; a word is no evidence for itself."""
    from scipy.sparse import csr_matrix

    together = (units.T @ keywords).tocsr()
    numbers = {name: number for number, name in enumerate(names)}
    columns, values, ends = [], [], [0]
    for row, word in enumerate(words):
        part = slice(together.indptr[row], together.indptr[row + 1])
        found, count = together.indices[part], together.data[part]
        other = found != numbers.get(word, -1)
        found, count = found[other], count[other]
        if len(found) > LINKS:
            best = np.lexsort((found, -count))[:LINKS]
            found, count = found[best], count[best]
        chance = count / (frequency[row] + 1) * np.where(count < 2, 0.5, 1.0)
        columns.append(found)
        values.append(-np.log1p(-np.minimum(chance, SURE)))
        ends.append(ends[-1] + len(found))
    flat = np.concatenate(columns) if columns else np.zeros(0, dtype=np.int32)
    data = np.concatenate(values).astype(np.float32) if values else np.zeros(0, dtype=np.float32)
    return csr_matrix((data, flat, np.array(ends)), shape=(len(words), len(names)))


def _texts_to_compare(texts: Sequence[ReadText], seed: int) -> tuple[list[str], np.ndarray, "csr_matrix", np.ndarray]:
    drawn = np.arange(len(texts))
    if len(texts) > MOST_NEIGHBOURS:
        drawn = np.sort(np.random.default_rng(seed).choice(len(texts), MOST_NEIGHBOURS, replace=False))
    maker = _vectorizer(None)
    contents = [texts[place].folded[:COMPARED_CHARACTERS] for place in drawn.tolist()]
    if not any(contents):
        contents[0] = " "
    vectors = _heaviest(maker.fit_transform(contents), GRAMS_OF_A_TEXT)
    return maker.get_feature_names_out().tolist(), maker.idf_.astype(np.float32), vectors, drawn


def _heaviest(matrix: "csr_matrix", most: int) -> "csr_matrix":
    """Keep the greatest values of each row."""
    for row in np.flatnonzero(np.diff(matrix.indptr) > most):
        part = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        part[np.argsort(-part, kind="stable")[most:]] = 0
    matrix.eliminate_zeros()
    return matrix


def _vectorizer(vocabulary: Any) -> Any:
    return vectorizer("char", 1, 3, MOST_GRAMS, vocabulary)


def _spellings(names: Sequence[str], keywords: Sequence[dict[str, str]]) -> list[str]:
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in keywords:
        for name, spelling in row.items():
            written[name][spelling] += 1
    return [min(written[name], key=lambda item: (-written[name][item], item)) for name in names]
