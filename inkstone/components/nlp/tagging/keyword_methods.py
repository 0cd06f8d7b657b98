"""Unsupervised keyword extraction: a score for each candidate word of one text."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from inkstone.components.nlp.tagging.words import Word, is_candidate

WINDOW, DAMPING, ITERATIONS, TOLERANCE = 2, 0.85, 100, 1e-6
"""The defaults of PAI's TextRank."""


def tf_idf(words: Sequence[Word], rarity: Mapping[str, float], unseen: float, *, nouns: bool) -> dict[str, float]:
    """Return ``tf * idf`` of each candidate: ``tf`` its share of the words, ``idf`` how rare it is in the collection.

    Args:
        words: The words of the text.
        rarity: Word to ``ln((1 + N) / (1 + df)) + 1`` over the N texts of the collection.
        unseen: What a word that the collection lacks has.
        nouns: Take nouns alone.
    """
    counts = Counter(item.word for item in words if is_candidate(item, nouns=nouns))
    total = sum(counts.values()) or 1
    return {word: count / total * rarity.get(word, unseen) for word, count in counts.items()}


def text_rank(
    words: Sequence[Word],
    *,
    nouns: bool,
    window: int = WINDOW,
    damping: float = DAMPING,
    iterations: int = ITERATIONS,
    tolerance: float = TOLERANCE,
) -> dict[str, float]:
    """Return the TextRank of each candidate (Mihalcea and Tarau 2004).

    Candidates that stand within ``window`` words of each other are linked, the link weighing as often as they do; then
    ``s_i = (1 - d) + d * sum_j w_ij / sum_k w_jk * s_j`` until no score moves more than the tolerance.
    """
    kept = [item.word for item in words if is_candidate(item, nouns=nouns)]
    names = list(dict.fromkeys(kept))
    numbers = {word: place for place, word in enumerate(names)}
    if not names:
        return {}
    links: defaultdict[tuple[int, int], float] = defaultdict(float)
    for place, word in enumerate(kept):
        for other in kept[place + 1 : place + window]:
            if other != word:
                links[numbers[word], numbers[other]] += 1
                links[numbers[other], numbers[word]] += 1
    from scipy.sparse import csr_matrix

    rows, columns = zip(*links, strict=True) if links else ((), ())
    graph = csr_matrix((list(links.values()), (rows, columns)), shape=(len(names), len(names)))
    degrees = np.asarray(graph.sum(axis=0)).ravel()
    shares = graph.multiply(1 / np.maximum(degrees, 1e-12)).tocsr()
    scores = np.ones(len(names))
    for _ in range(iterations):
        moved = (1 - damping) + damping * (shares @ scores)
        done = np.abs(moved - scores).max() < tolerance
        scores = moved
        if done:
            break
    return dict(zip(names, scores.tolist(), strict=True))


def yake(words: Sequence[Word], *, nouns: bool, window: int = WINDOW) -> dict[str, float]:
    """Return the word scores of YAKE (Campos et al., "YAKE! Keyword extraction from single documents", 2020), turned round.

    ``S = rel * pos / (case + tf / rel + dif / rel)`` with: ``pos = ln(ln(3 + median sentence))``; ``case`` how often it is written
    in capitals; ``tf`` its count against mean plus deviation; ``rel = 1 + (dl + dr) * tf / max tf`` with ``dl``, ``dr`` the shares of
    different neighbours on either side; ``dif`` the share of the sentences that have it. Low is good, so ``1 / (1 + S)``.
    """
    candidates = [item for item in words if is_candidate(item, nouns=nouns)]
    counts = Counter(item.word for item in candidates)
    if not counts:
        return {}
    values = np.array(list(counts.values()), dtype=float)
    usual, most = values.mean() + values.std(), values.max()
    sentences = max(item.sentence for item in words) + 1
    where: defaultdict[str, list[int]] = defaultdict(list)
    capitals: Counter[str] = Counter()
    left: defaultdict[str, list[str]] = defaultdict(list)
    right: defaultdict[str, list[str]] = defaultdict(list)
    for place, item in enumerate(words):
        if item.word not in counts:
            continue
        where[item.word].append(item.sentence)
        capitals[item.word] += item.word[:1].isupper()
        left[item.word] += [other.word for other in words[max(0, place - window + 1) : place]]
        right[item.word] += [other.word for other in words[place + 1 : place + window]]
    scores = {}
    for word, count in counts.items():
        position = math.log(math.log(3 + float(np.median(where[word]))))
        case = capitals[word] / (1 + math.log(count))
        often = count / usual
        sides = [len(set(side)) / len(side) if side else 0.0 for side in (left[word], right[word])]
        related = 1 + sum(sides) * count / most
        different = len(set(where[word])) / sentences
        scores[word] = 1 / (1 + related * position / (case + often / related + different / related))
    return scores


def diverse(candidates: np.ndarray, text: np.ndarray, count: int, diversity: float) -> list[tuple[int, float]]:
    """Choose candidates by maximal marginal relevance (Carbonell and Goldstein 1998), as KeyBERT does.

    Each next one has the highest ``(1 - m) * cos(candidate, text) - m * max cos(candidate, chosen)``.

    Args:
        candidates: Unit vectors, shape (candidates, width).
        text: The unit vector of the text, shape (width,).
        count: How many to choose.
        diversity: ``m``, from 0 (relevance alone) to 1.

    Returns:
        Position and cosine to the text of each chosen one.
    """
    relevance = candidates @ text
    chosen: list[int] = []
    nearest = np.full(len(candidates), -np.inf)
    for _ in range(min(count, len(candidates))):
        value = relevance if not chosen else (1 - diversity) * relevance - diversity * nearest
        value = value.copy()
        value[chosen] = -np.inf
        best = int(value.argmax())
        chosen.append(best)
        nearest = np.maximum(nearest, candidates @ candidates[best])
    return [(place, float(relevance[place])) for place in chosen]
