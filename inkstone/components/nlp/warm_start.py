"""Starting weights for a new encoder that guess better than chance before the first step.

A BERT with random weights spends its first tens of millions of tokens at guessing by frequency: attention has to find
out that neighbours matter before anything else can be learned. A small corpus, or a processor instead of a GPU, cannot
pay for that. So the embeddings start from the corpus' co-occurrences, and attention starts by looking at neighbours:

- Token embeddings: the positive pointwise mutual information of tokens within a window,
  ``max(0, log(n(a,b) N / (n(a) n(b))))``, factorised to ``U |S|^(1/2)`` (Levy and Goldberg, "Neural word embedding as implicit
  matrix factorization", 2014).
- Positions: sine and cosine waves in a part of the width that is kept for them (Vaswani et al., 2017).
- Attention: queries and keys read the waves alone, rotated so that a head looks some tokens to the left or right; values and
  outputs pass the embeddings on unchanged, in the spirit of Trockman and Kolter, "Mimetic initialization of self-attention
  layers", 2023. The sum of neighbouring embeddings is then compared with the tied output embeddings: the first guess is
  that of CBOW (Mikolov et al., 2013).
- The output bias is the logarithm of each token's frequency.

All of it stays trainable.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from scipy.sparse import csr_matrix

    from inkstone.components.nlp.packing import Sequences

WINDOW = 4
POSITION_SHARE = 6
"""One in so many dimensions is kept for positions."""
FASTEST, SLOWEST = 2.0, 0.01
"""Angles in radians that the fastest and the slowest wave turn from one token to the next."""
SCALE = 0.05
"""Spread of the starting embeddings, in BERT's usual order of magnitude."""
OFFSETS = ((-1, 8.0), (1, 8.0), (0, 3.0), (-2, 8.0), (2, 8.0), (0, 1.0))
"""Where the heads look, one after another over all layers, and how sharply (the logit of an exact hit)."""


def co_occurrences(
    sequences: "Sequences", vocabulary: int, special: tuple[int, ...]
) -> "tuple[csr_matrix, np.ndarray]":
    """Count which tokens stand near each other.

    Returns:
        Symmetric counts, nearer pairs weighing more (1 / distance), and the count of each token.
    """
    from scipy.sparse import csr_matrix

    pairs = csr_matrix((vocabulary, vocabulary), dtype=np.float32)
    frequencies = np.zeros(vocabulary, dtype=np.int64)
    for tokens in sequences.blocks():
        ordinary = ~np.isin(tokens, special)
        frequencies += np.bincount(tokens[ordinary], minlength=vocabulary)
        for distance in range(1, WINDOW + 1):
            left, right = tokens[:, :-distance], tokens[:, distance:]
            both = ordinary[:, :-distance] & ordinary[:, distance:]
            weights = np.full(int(both.sum()), 1 / distance, dtype=np.float32)
            pairs += csr_matrix((weights, (left[both], right[both])), shape=pairs.shape)
    return (pairs + pairs.T).tocsr(), frequencies


def embeddings(pairs: "csr_matrix", width: int, seed: int) -> np.ndarray:
    """Factorise the positive pointwise mutual information. Shape (vocabulary, width); rows have one length."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd

    coordinates = pairs.tocoo()
    totals = np.maximum(np.asarray(pairs.sum(axis=1)).ravel(), 1e-9)
    # Contexts are smoothed by the power 0.75, which keeps rare tokens from looking more telling than they are.
    smooth = totals**0.75 / (totals**0.75).sum()
    information = np.log(coordinates.data / totals[coordinates.row] / smooth[coordinates.col])
    kept = (information > 0) & (coordinates.data >= 1)
    places = (coordinates.row[kept], coordinates.col[kept])
    matrix = csr_matrix((information[kept].astype(np.float32), places), shape=pairs.shape)
    rank = min(width, matrix.shape[0])
    left, strengths, _ = randomized_svd(matrix, n_components=rank, n_iter=3, random_state=seed)
    vectors = np.zeros((matrix.shape[0], width))
    vectors[:, :rank] = left * np.sqrt(strengths)
    vectors -= vectors.mean(axis=0)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    noise = np.random.default_rng(seed).normal(size=vectors.shape)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    unit = np.where(lengths > 1e-6, vectors / np.maximum(lengths, 1e-6), noise)
    return np.asarray(unit * np.sqrt(width) * SCALE, dtype=np.float32)


def waves(positions: int, width: int) -> np.ndarray:
    """Return sines (even columns) and cosines (odd columns) of unit spread. Shape (positions, width)."""
    rates = np.geomspace(FASTEST, SLOWEST, width // 2)
    angles = np.arange(positions)[:, None] * rates
    turned: np.ndarray = np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(positions, -1)
    turned *= np.sqrt(2)
    return turned


def rotation(offset: float, width: int) -> np.ndarray:
    """Return the matrix that turns the wave of position ``i`` into that of ``i + offset``. Shape (width, width)."""
    rates = np.geomspace(FASTEST, SLOWEST, width // 2)
    matrix = np.zeros((width, width))
    for pair, angle in enumerate(rates * offset):
        sine, cosine = np.sin(angle), np.cos(angle)
        matrix[2 * pair : 2 * pair + 2, 2 * pair : 2 * pair + 2] = [[cosine, sine], [-sine, cosine]]
    return matrix


def warm_start(model: Any, sequences: "Sequences", special: tuple[int, ...], seed: int = 0) -> None:
    """Set the starting weights of a BERT with masked-language-model head.

    Args:
        model: A ``BertForMaskedLM`` with random weights.
        sequences: The corpus it will be trained on.
        special: Tokens that are not words.
        seed: Of the factorisation.
    """
    import torch

    config = model.config
    kept = max(2, config.hidden_size // POSITION_SHARE // 2 * 2)
    content = config.hidden_size - kept
    pairs, frequencies = co_occurrences(sequences, config.vocab_size, special)
    with torch.no_grad():
        body = model.bert.embeddings
        body.word_embeddings.weight[:, :content] = torch.from_numpy(embeddings(pairs, content, seed))
        body.word_embeddings.weight[:, content:] = 0
        body.token_type_embeddings.weight.zero_()
        body.position_embeddings.weight.normal_(0, SCALE / 10)
        body.position_embeddings.weight[:, content:] = _tensor(waves(config.max_position_embeddings, kept) * SCALE)
        heads = config.num_attention_heads
        for number, layer in enumerate(model.bert.encoder.layer):
            for head in range(heads):
                offset, sharpness = OFFSETS[(number * heads + head) % len(OFFSETS)]
                _look(layer.attention, head, config.hidden_size // heads, content, (offset, sharpness))
        transform = model.cls.predictions.transform.dense
        transform.weight += torch.eye(config.hidden_size)
        smoothed = (frequencies + 1.0) / (frequencies + 1.0).sum()
        model.cls.predictions.bias.copy_(_tensor(np.log(smoothed)))


def _look(attention: Any, head: int, size: int, content: int, where: tuple[int, float]) -> None:
    """Make one head look at an offset by position, and pass on a block of the content dimensions."""
    import torch

    offset, sharpness = where
    rows = slice(head * size, (head + 1) * size)
    kept = attention.self.query.weight.shape[1] - content
    used = min(size, kept)
    # A hit gives the logit q·k / sqrt(size) = gain^2 · kept / sqrt(size), as waves have unit spread after the layer norm.
    gain = (sharpness * size**0.5 / kept) ** 0.5
    turned = _tensor(rotation(offset, kept))[:used] * gain
    attention.self.query.weight[rows][:used, content:] += turned
    attention.self.key.weight[rows][:used, content:] += torch.eye(kept)[:used] * gain
    start = round((content - min(size, content)) * (head / max(1, attention.self.num_attention_heads - 1)))
    for place in range(min(size, content)):
        attention.self.value.weight[head * size + place, start + place] += 1
        attention.output.dense.weight[start + place, head * size + place] += 1


def _tensor(values: np.ndarray) -> "torch.Tensor":
    import torch

    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
