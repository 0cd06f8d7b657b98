"""Undoes disguises: the rules in their order, each of which can be switched off."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from inkstone.components.nlp.evasion import rules, tables
from inkstone.components.nlp.evasion.aligned import Aligned

LONGEST_LOOKED_AT = 20_000
"""Characters of a text up to which the rules that look words up are applied; what lies behind is only translated."""


@dataclass(frozen=True)
class EvasionOptions:
    """Which disguises are undone.

    Attributes:
        invisible: Zero-width characters go.
        width: Full-width, circled, mathematical and other compatibility forms become plain ones.
        look_alikes: Letters of other scripts inside Latin or Chinese texts become the Latin letters they look like.
        emoji_letters: Emoji that show a letter or a character become it.
        traditional: Traditional characters become simplified ones.
        inserted: Signs and spaces between the characters of a word go.
        split_characters: Parts side by side become the character that they make.
        variants: Well-known disguises of a word become the word.
        pinyin: Pinyin beside Chinese characters becomes the word.
        homophones: Characters that only sound like a word become the word.
        number_words: Long numbers written in words become digits.
        leet: English words regain their letters.
    """

    invisible: bool = True
    width: bool = True
    look_alikes: bool = True
    emoji_letters: bool = True
    traditional: bool = True
    inserted: bool = True
    split_characters: bool = True
    variants: bool = True
    pinyin: bool = True
    homophones: bool = True
    number_words: bool = True
    leet: bool = True

    def to_json(self) -> str:
        """Return the options as JSON."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "EvasionOptions":
        """Rebuild options; rules that a later version knows are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: bool(value) for name, value in data.items() if name in known})


_TABLES: dict[str, Callable[[], tables.Table]] = {
    "invisible": tables.invisible,
    "width": tables.width,
    "emoji_letters": tables.emoji_letters,
    "traditional": tables.to_simplified,
}
_WORD_RULES: dict[str, rules.Rule] = {
    "inserted": rules.inserted,
    "split_characters": rules.split_characters,
    "variants": rules.known_variants,
    "pinyin": rules.pinyin,
    "homophones": rules.homophones,
    "number_words": rules.number_words,
    "leet": rules.leet,
}


class EvasionNormaliser:
    """Undoes the disguises of texts and tells which rules did something.

    Example:
        >>> found = EvasionNormaliser(EvasionOptions()).undo("加 薇*信")
        >>> found.text
        '加微信'

    Args:
        options: Which rules apply.
    """

    def __init__(self, options: EvasionOptions) -> None:
        self.options = options
        self._table: tables.Table = {}
        for name, table in _TABLES.items():
            if getattr(options, name):
                self._table |= table()
        self._rules = [(name, rule) for name, rule in _WORD_RULES.items() if getattr(options, name)]

    def __call__(self, text: str) -> str:
        """Return the plain text."""
        return self.undo(text).text

    def undo(self, text: str, applied: set[str] | None = None) -> Aligned:
        """Return the plain text with the places of its characters in the original.

        Args:
            text: Any text.
            applied: Takes the names of the rules that changed something.
        """
        aligned = Aligned(text)
        if not text.isascii():
            self._translate(aligned, applied)
        if len(aligned.text) > LONGEST_LOOKED_AT:
            return aligned
        plain = aligned.text.isascii()
        for name, rule in self._rules:
            if plain and name not in _ASCII_RULES:
                continue
            if aligned.replace(rule(aligned.text)) and applied is not None:
                applied.add(name)
        return aligned

    def _translate(self, aligned: Aligned, applied: set[str] | None) -> None:
        if applied is not None:
            for name, table in _TABLES.items():
                if getattr(self.options, name) and aligned.text.translate(table()) != aligned.text:
                    applied.add(name)
        aligned.translate(self._without_flags(aligned.text))
        if self.options.look_alikes and _mixes_scripts(aligned.text):
            changed = aligned.translate(tables.look_alikes())
            if changed and applied is not None:
                applied.add("look_alikes")

    def _without_flags(self, text: str) -> tables.Table:
        """Return the table of single characters; flags of countries stay what they are."""
        if not any("\U0001f1e6" <= sign <= "\U0001f1ff" for sign in text):
            return self._table
        import emoji

        flags = {
            sign for item in emoji.emoji_list(text) for sign in item["emoji"] if "\U0001f1e6" <= sign <= "\U0001f1ff"
        }
        return {code: new for code, new in self._table.items() if chr(code) not in flags}


_ASCII_RULES = {"inserted", "variants", "leet"}


def _mixes_scripts(text: str) -> bool:
    """Tell whether letters of other scripts stand beside Latin or Chinese ones: in Russian or Greek texts they belong."""
    foreign = plain = 0
    for sign in text:
        if "\u0370" <= sign <= "\u052f" or "\u13a0" <= sign <= "\u13ff" or "\u1d00" <= sign <= "\u1d7f":
            foreign += 1
        elif ("a" <= sign.lower() <= "z") or "\u3400" <= sign <= "\u9fff":
            plain += 1
    return 0 < foreign <= plain
