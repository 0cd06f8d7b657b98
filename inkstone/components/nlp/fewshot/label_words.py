"""Label words: what the encoder would say in the slot for each class, and how their probabilities are read.

A class may have several words, and words may have different numbers of tokens. A word ``w`` of tokens ``t_1..t_n`` is
read where the pattern holds ``n`` mask tokens, with the length-normalised log-probability

    ``s(w) = 1/n * sum_i log P(t_i | text, pattern)``,

and a class with the words ``W_k`` scores ``log(1/|W_k| * sum_{w in W_k} exp s(w))``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inkstone.components.nlp.fewshot.encoding import word_ids
from inkstone.components.nlp.fewshot.errors import MISSING_WORDS, SAME_WORD, UNKNOWN_CLASS, UNKNOWN_WORD
from inkstone.components.nlp.fewshot.template import Template

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Words = tuple[tuple[str, ...], ...]
"""The words of each class, in the order of the classes."""


@dataclass(frozen=True)
class Word:
    """A label word under one pattern: its class and its tokens."""

    label: int
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Variant:
    """A pattern with a slot of one length, and the words of that length.

    Attributes:
        template: Number of the pattern.
        length: Tokens of the slot.
        words: The words that are read there.
    """

    template: int
    length: int
    words: tuple[Word, ...]


def read_words(given: Mapping[str, Sequence[str]], labels: Sequence[str]) -> Words:
    """Return the words of each class; a class that ``given`` leaves out is called by its own name.

    Raises:
        InkstoneError: ``fewshot.unknown_class``, ``fewshot.missing_words``, ``fewshot.same_word``.
    """
    for label in given:
        if label not in labels:
            raise UNKNOWN_CLASS(label=label, known=", ".join(labels), at="label_words")
    words = []
    owner: dict[str, str] = {}
    for label in labels:
        own = tuple(dict.fromkeys(word.strip() for word in given.get(label, [label]) if word.strip()))
        if not own:
            raise MISSING_WORDS(label=label, at="label_words")
        for word in own:
            if word in owner:
                raise SAME_WORD(word=word, first=owner[word], second=label, at="label_words")
            owner[word] = label
        words.append(own)
    return tuple(words)


def variants(
    tokenizer: "PreTrainedTokenizerBase", templates: Sequence[Template], words: Words, labels: Sequence[str]
) -> list[Variant]:
    """Return every combination of pattern and slot length that the words need, sorted.

    Raises:
        InkstoneError: ``fewshot.unknown_word`` for words that the vocabulary lacks, ``fewshot.same_word`` for words of
            different classes that become the same tokens.
    """
    found: dict[tuple[int, int], list[Word]] = {}
    for number, template in enumerate(templates):
        spaced = next(part.spaced for part in template.parts if part.kind == "slot")
        owner: dict[tuple[int, ...], int] = {}
        for label, own in enumerate(words):
            for word in own:
                ids = tuple(word_ids(tokenizer, word, spaced))
                if not ids or tokenizer.unk_token_id in ids:
                    raise UNKNOWN_WORD(word=word, label=labels[label], at="label_words")
                if owner.setdefault(ids, label) != label:
                    raise SAME_WORD(word=word, first=labels[owner[ids]], second=labels[label], at="label_words")
                found.setdefault((number, len(ids)), []).append(Word(label, ids))
    return [Variant(template, length, tuple(own)) for (template, length), own in sorted(found.items())]
