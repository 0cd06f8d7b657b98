"""What a phrase is made of and stands beside, weighed by a linear model: this tells of phrases that no training row has.

Characters, words, parts of speech, and the neighbours on both sides are hashed into one vector (Weinberger et al., "Feature hashing
for large scale multitask learning", 2009), and a logistic regression learns which phrases of the training texts are keywords.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.nlp.tagging.keyword_candidates import ReadText

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

WIDTH = 2**18
MOST_PHRASES = 400_000
DECAY, EPOCHS = 1e-4, 5
_MARGIN = ("^", "$")
"""Stand for what is before the beginning and behind the end."""


def clues(read: ReadText, name: str) -> list[str]:
    """Return what is seen of a phrase where it first stands in a text."""
    start = read.folded.find(name)
    end = start + len(name)
    before, behind = read.folded[max(0, start - 2) : start] or _MARGIN[0], read.folded[end : end + 2] or _MARGIN[1]
    found = {f"is={name}", f"length={min(len(name), 12)}"}
    found |= {f"head={name[:size]}" for size in (1, 2)} | {f"tail={name[-size:]}" for size in (1, 2, 3)}
    found |= {f"before={before[-1:]}", f"before={before}", f"behind={behind[:1]}", f"behind={behind}"}
    found |= {f"has={character}" for character in name}
    found |= {f"has={first}{second}" for first, second in itertools.pairwise(name)}
    first, last = read.starts.get(start), read.ends.get(end)
    if first is not None and last is not None:
        part = read.words[first : last + 1]
        left = read.words[first - 1] if first else None
        right = read.words[last + 1] if last + 1 < len(read.words) else None
        found |= {f"kinds={'-'.join(item.kind for item in part)}", f"first={part[0].word}", f"last={part[-1].word}"}
        found |= {f"word={item.word}" for item in part}
        found |= {f"left={left.word if left else _MARGIN[0]}", f"left kind={left.kind if left else _MARGIN[0]}"}
        found |= {f"right={right.word if right else _MARGIN[1]}", f"right kind={right.kind if right else _MARGIN[1]}"}
    return sorted(found)


def fit_clues(
    texts: Sequence[ReadText], within: Sequence[Sequence[str]], keywords: Sequence[Mapping[str, str]], seed: int
) -> np.ndarray:
    """Learn the weights of clues.

    Args:
        texts: Training texts.
        within: The known keywords that stand in each, candidates beside its phrases.
        keywords: The keywords of each.
        seed: Of the order in which phrases are learned from.

    Returns:
        A weight a hashed clue, and the intercept: shape (2 ** 18 + 1,).
    """
    from sklearn.linear_model import SGDClassifier

    seen: list[list[str]] = []
    right: list[bool] = []
    for place in np.random.default_rng(seed).permutation(len(texts)).tolist():
        for name in dict.fromkeys([*texts[place].phrases, *within[place]]):
            seen.append(clues(texts[place], name))
            right.append(name in keywords[place])
        if len(seen) > MOST_PHRASES:
            break
    if not 0 < sum(right) < len(right):
        return np.zeros(WIDTH + 1, dtype=np.float32)
    model = SGDClassifier(
        loss="log_loss", alpha=DECAY, max_iter=EPOCHS, tol=None, average=True, random_state=seed % 2**32
    )
    model.fit(_hashed(seen), right)
    return np.append(model.coef_[0], model.intercept_).astype(np.float32)


def weighed(weights: np.ndarray, read: ReadText, names: Sequence[str]) -> np.ndarray:
    """Return the log odds of phrases of a text to be keywords."""
    if not names:
        return np.zeros(0, dtype=np.float32)
    odds: np.ndarray = _hashed([clues(read, name) for name in names]) @ weights[:-1] + weights[-1]
    return odds


def _hashed(seen: Sequence[Sequence[str]]) -> "csr_matrix":
    from sklearn.feature_extraction import FeatureHasher

    hasher: Any = FeatureHasher(WIDTH, input_type="string", alternate_sign=False, dtype=np.float32)
    return hasher.transform(seen)
