"""Learns a WordPiece vocabulary from a corpus and saves it in BERT's layout.

Chinese is split by character before learning, so that every Chinese piece is one character; Latin words, numbers and
other scripts are cut into pieces (Schuster and Nakajima, "Japanese and Korean voice search", 2012).
"""

import re
import string
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from inkstone.components.nlp.pretraining_errors import EMPTY_CORPUS, VOCABULARY_TOO_LARGE, VOCABULARY_TOO_SMALL

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@cache
def _inside_a_word() -> re.Pattern[str]:
    """Match a character that follows another within a word, as BERT cuts words: emoji count, Chinese stands alone."""
    points = (chr(code) for code in range(sys.maxunicode + 1))
    cut = re.escape(string.punctuation + "".join(point for point in points if unicodedata.category(point)[0] == "P"))
    return re.compile(rf"(?<=[^\s{cut}])[^\s{cut}]")


def _alphabet(texts: Iterable[str], normalizer: Any, size: int) -> list[str]:
    """Return the most frequent characters, and ``##`` forms of those that stand inside words, in a fixed order."""
    counts: Counter[str] = Counter()
    inside: set[str] = set()
    for text in texts:
        normal = normalizer.normalize_str(text)
        counts.update(normal)
        inside.update(_inside_a_word().findall(normal))
    kept = sorted((letter for letter in counts if not letter.isspace()), key=lambda letter: (-counts[letter], letter))
    return kept[:size] + [f"##{letter}" for letter in kept[:size] if letter in inside]


def learn_wordpiece(
    texts: Callable[[], Iterable[str]],
    size: int,
    *,
    characters: int | None = None,
    min_frequency: int = 2,
    lowercase: bool = True,
    exact_size: bool = True,
) -> list[str]:
    """Return a vocabulary, special tokens first. The same corpus gives the same vocabulary.

    Args:
        texts: Gives the corpus; it is read twice.
        size: Number of pieces wished for.
        characters: How many different single characters to keep, the most frequent first; None keeps two thirds of ``size``.
        min_frequency: Pieces rarer than this are not made.
        lowercase: Fold capital letters and strip accents.
        exact_size: Refuse a corpus that does not support ``size`` pieces; otherwise a smaller vocabulary is returned.

    Raises:
        InkstoneError: ``pretrain.empty_corpus``, ``pretrain.vocabulary_too_large``, ``pretrain.vocabulary_too_small``.
    """
    from tokenizers.implementations.bert_wordpiece import BertWordPieceTokenizer

    limit = characters or size * 2 // 3
    learner = BertWordPieceTokenizer(lowercase=lowercase)
    alphabet = _alphabet(texts(), learner.normalizer, limit)
    if not alphabet:
        raise EMPTY_CORPUS(corpus="")
    if size < len(alphabet) + len(SPECIAL):
        raise VOCABULARY_TOO_SMALL(wanted=size, characters=len(alphabet))
    # The learner numbers letters in the order of a hash table, and ties between pieces fall by these numbers. Given as
    # special tokens, letters are numbered first and always alike. Which rare letters it drops would be chance too, so that
    # it never sees them.
    rare = re.compile(f"[^\\s{re.escape(''.join(letter for letter in alphabet if len(letter) == 1))}]")
    # The learner's own normalizer is locked while it reads.
    normalizer = BertWordPieceTokenizer(lowercase=lowercase).normalizer
    corpus: Any = (rare.sub(" ", normalizer.normalize_str(passage)) for passage in texts())
    learner.train_from_iterator(
        corpus,
        vocab_size=size,
        min_frequency=min_frequency,
        limit_alphabet=limit,
        special_tokens=[*SPECIAL, *alphabet],
        show_progress=False,
    )
    pieces: dict[str, int] = learner.get_vocab()
    if exact_size and len(pieces) < size:
        raise VOCABULARY_TOO_LARGE(learned=len(pieces), wanted=size)
    return sorted(pieces, key=lambda piece: pieces[piece])


def save_wordpiece(vocabulary: list[str], folder: Path, *, lowercase: bool = True, max_length: int = 512) -> None:
    """Write the tokenizer files that ``AutoTokenizer`` reads, and ``vocab.txt``."""
    from transformers import BertTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    places = {piece: place for place, piece in enumerate(vocabulary)}
    tokenizer = BertTokenizer(
        vocab=places, do_lower_case=lowercase, tokenize_chinese_chars=True, model_max_length=max_length
    )
    tokenizer.save_pretrained(folder)
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in vocabulary), "utf-8")
