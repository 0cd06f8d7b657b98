"""Turns texts and a pattern into token ids, so that truncation shortens the texts and never the pattern or its slot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp.fewshot.errors import PATTERN_TOO_LONG
from inkstone.components.nlp.fewshot.template import Part, Template

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ROOM_OF_A_TEXT = 4
"""Tokens that must be left for each text, else the pattern counts as too long."""


@dataclass
class Prompted:
    """A text within a pattern.

    Attributes:
        ids: Token ids; mask tokens in the slot, and in the places of pseudo tokens.
        types: Segment of each token: 0 until the first separator, then 1.
        slots: Positions of the slot's tokens.
        soft: For each token: which pseudo token it is, -1 for real ones.
        texts: For each token: whether it belongs to a text.
    """

    ids: list[int] = field(default_factory=list)
    types: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    soft: list[int] = field(default_factory=list)
    texts: list[bool] = field(default_factory=list)
    segment: int = 0

    def add(self, ids: Sequence[int], *, soft_from: int | None = None, text: bool = False) -> None:
        """Append tokens."""
        self.ids += ids
        self.types += [self.segment] * len(ids)
        self.soft += [-1] * len(ids) if soft_from is None else range(soft_from, soft_from + len(ids))
        self.texts += [text] * len(ids)


class Frame:
    """What an encoder puts before, between and after texts, found by asking its tokenizer."""

    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        probe = tokenizer("a", add_special_tokens=False)["input_ids"]
        one = tokenizer("a")["input_ids"]
        encoded = tokenizer("a", "a")
        two, size = encoded["input_ids"], len(probe)
        start = next(i for i in range(len(one)) if one[i : i + size] == probe)
        self.before, self.after = one[:start], one[start + size :]
        self.between = two[start + size : len(two) - len(self.after) - size]
        self.typed = 1 in encoded.get("token_type_ids", [])


class PatternEncoder:
    """Encodes texts under one pattern.

    Args:
        tokenizer: The encoder's.
        template: The pattern.
        max_length: The window, special tokens included.
        soft_start: Number of the pattern's first pseudo token among those of all patterns.
    """

    def __init__(
        self, tokenizer: "PreTrainedTokenizerBase", template: Template, max_length: int, soft_start: int = 0
    ) -> None:
        self.template, self.max_length = template, max_length
        self.frame = Frame(tokenizer)
        self.mask_id: int = tokenizer.mask_token_id
        self.soft_start = soft_start
        self._tokens = [piece_ids(tokenizer, part) for part in template.parts]
        self.soft_words = [
            token
            for part, ids in zip(template.parts, self._tokens, strict=True)
            if part.kind == "soft"
            for token in ids
        ]
        """Token from which each pseudo token starts; -1 for a random start."""

    def fixed_length(self, slot_length: int) -> int:
        """Return how many tokens are not text."""
        return len(self.frame.before) + len(self.frame.after) + slot_length + sum(map(len, self._content()))

    def check(self, slot_length: int) -> None:
        """Raise ``fewshot.pattern_too_long`` when no room is left for the texts."""
        texts = sum(part.kind in {"text", "text_pair"} for part in self.template.parts)
        needed = self.fixed_length(slot_length)
        if needed + texts * ROOM_OF_A_TEXT > self.max_length:
            raise PATTERN_TOO_LONG(pattern=self.template.source, needed=needed, limit=self.max_length, at="max_length")

    def encode(self, text: Sequence[int], pair: Sequence[int] | None, slot_length: int) -> Prompted:
        """Return the tokens of a text (and the second text) in the pattern, with ``slot_length`` mask tokens."""
        room = self.max_length - self.fixed_length(slot_length)
        uses_pair = self.template.has("text_pair")
        first, second = share(room, len(text), len(pair or ()) if uses_pair else 0)
        filled = Prompted()
        filled.add(self.frame.before)
        soft = self.soft_start
        for part, ids in zip(self.template.parts, self._tokens, strict=True):
            if part.kind == "slot":
                filled.slots = list(range(len(filled.ids), len(filled.ids) + slot_length))
                filled.add([self.mask_id] * slot_length)
            elif part.kind == "text":
                filled.add(text[:first], text=True)
            elif part.kind == "text_pair":
                filled.add((pair or ())[:second], text=True)
            elif part.kind == "separator":
                filled.add(self.frame.between)
                filled.segment = 1 if self.frame.typed else 0
            elif part.kind == "soft":
                filled.add([self.mask_id] * len(ids), soft_from=soft)
                soft += len(ids)
            else:
                filled.add(ids)
        filled.add(self.frame.after)
        return filled

    def _content(self) -> list[Sequence[int]]:
        return [
            self.frame.between if part.kind == "separator" else ids
            for part, ids in zip(self.template.parts, self._tokens, strict=True)
        ]


def share(room: int, first: int, second: int) -> tuple[int, int]:
    """Return how many tokens two texts keep of ``room``: the longer one gives way first."""
    if first + second <= room:
        return first, second
    short = min(first, second, room // 2)
    return (short, min(second, room - short)) if first <= second else (min(first, room - short), short)


def piece_ids(tokenizer: "PreTrainedTokenizerBase", part: Part) -> list[int]:
    """Return the tokens of a piece of words, or the tokens from which pseudo tokens start (-1: random)."""
    if part.kind == "words" or (part.kind == "soft" and part.value):
        return word_ids(tokenizer, part.value, part.spaced)
    return [-1] * part.count


def word_ids(tokenizer: "PreTrainedTokenizerBase", word: str, spaced: bool) -> list[int]:
    """Return the tokens of words inside a sentence; ``spaced`` tells that a space stands before them."""
    ids: list[int] = tokenizer((" " if spaced else "") + word, add_special_tokens=False)["input_ids"]
    # SentencePiece marks a beginning of words that is none in the middle of a Chinese sentence.
    marked = not spaced and len(ids) > 1 and tokenizer.convert_ids_to_tokens(ids[0]) == "▁"
    return ids[1:] if marked else ids


def text_ids(tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str], max_length: int) -> Any:
    """Return the tokens of texts without special tokens, cut to the window so that no row grows without bound."""
    cut = tokenizer(
        list(texts), add_special_tokens=False, truncation=True, max_length=max_length, return_attention_mask=False
    )
    return cut["input_ids"]
