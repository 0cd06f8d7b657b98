"""Easy data augmentation (Wei and Zou 2019): synonyms, insertion, swapping and deletion of words.

Synonyms come from the texts themselves: the words whose embeddings lie nearest in an encoder.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp.augmentation.words import cut

OPERATIONS = ("synonym", "insert", "swap", "delete")
NEAREST = 5
LEAST_LIKENESS = 0.5
MOST_WORDS = 20_000


def rewrite(
    text: str, share: float, operation: str, synonyms: Mapping[str, Sequence[str]], rng: np.random.Generator
) -> str:
    """Return a text with a share of its words changed by one operation, at least one word.

    Args:
        text: The text.
        share: Alpha of the paper.
        operation: One of ``OPERATIONS``.
        synonyms: Word to words like it.
        rng: The only source of chance.
    """
    words = cut(text)
    parts, places = list(words.parts), words.places
    if not places:
        return text
    count = max(1, round(share * len(places)))
    chosen = rng.choice(places, min(count, len(places)), replace=False).tolist()
    if operation == "delete":
        # A text never loses all of its words.
        for place in chosen[: max(0, len(places) - 1)]:
            parts[place] = ""
    elif operation == "swap" and len(places) > 1:
        for place in chosen:
            other = int(rng.choice(places))
            parts[place], parts[other] = parts[other], parts[place]
    else:
        for place in chosen:
            near = synonyms.get(parts[place], ())
            if near:
                word = str(near[int(rng.integers(len(near)))])
                parts[place] = word if operation == "synonym" else parts[place] + _gap(word) + word
    return "".join(parts)


def _gap(word: str) -> str:
    return " " if word.isascii() else ""


def synonyms_of(texts: Sequence[str], encoder: Path) -> dict[str, list[str]]:
    """Return for each word of the texts the most similar other words, by the mean of their tokens' embeddings."""
    from inkstone.components.nlp import model_io

    counts = Counter(cut_word for text in texts for cut_word in _words(text))
    vocabulary = [word for word, count in counts.most_common(MOST_WORDS) if count >= 2]
    if len(vocabulary) < 2:
        return {}
    tokenizer = model_io.load_tokenizer(encoder)
    model: Any = model_io.load_encoder(encoder)
    table = model.get_input_embeddings().weight.detach().numpy()
    table = table - table.mean(axis=0)
    ids = tokenizer(vocabulary, add_special_tokens=False)["input_ids"]
    vectors = np.stack([table[item].mean(axis=0) if item else np.zeros(table.shape[1]) for item in ids])
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found: dict[str, list[str]] = {}
    for start in range(0, len(vocabulary), 1_000):
        likeness = vectors[start : start + 1_000] @ vectors.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -1
        for row, word in zip(likeness, vocabulary[start : start + 1_000], strict=True):
            best = np.argsort(-row, kind="stable")[:NEAREST]
            found[word] = [vocabulary[number] for number in best if row[number] >= LEAST_LIKENESS]
    return found


def _words(text: str) -> list[str]:
    words = cut(text)
    return [words.parts[place] for place in words.places]
