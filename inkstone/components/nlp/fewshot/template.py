"""Patterns: sentences with a place for the text and a place for the label word.

``{text}`` and ``{text_pair}`` (or the user's own names of those columns) take the texts, ``{label}`` the label word,
``{sep}`` the encoder's separator, ``{soft:3}`` three trainable pseudo tokens, ``{soft:这是一条}`` pseudo tokens that start
from the words given. Everything else stands as it is: spaces, commas, ``=``, any language. ``[MASK]`` and ``[SEP]`` are
understood too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from inkstone.components.nlp.fewshot.errors import BAD_PATTERN, NO_SLOT, NO_TEXT_COLUMN, UNKNOWN_COLUMN

Kind = Literal["words", "text", "text_pair", "slot", "separator", "soft"]
_NAMES: dict[str, Kind] = {"label": "slot", "mask": "slot", "sep": "separator", "soft": "soft"}
MOST_SOFT = 100


@dataclass(frozen=True)
class Part:
    """A piece of a pattern.

    Attributes:
        kind: What it is.
        value: The words of ``words``; of ``soft``: the words it starts from, empty for random ones.
        count: Number of pseudo tokens of a ``soft`` part without words.
        spaced: A space stands before it, which word-initial tokens of some encoders need to know.
    """

    kind: Kind
    value: str = ""
    count: int = 0
    spaced: bool = False


@dataclass(frozen=True)
class Template:
    """A pattern, read and checked.

    Attributes:
        source: As the user wrote it.
        parts: Its pieces in order.
    """

    source: str
    parts: tuple[Part, ...]

    def has(self, kind: Kind) -> bool:
        """Return whether a piece of that kind occurs."""
        return any(part.kind == kind for part in self.parts)

    def fill(self, text: str, pair: str = "", word: str = "____", soft: str = "·") -> str:
        """Return the sentence that a person reads: the texts, the label word and ``soft`` for pseudo tokens filled in."""
        shown = {"text": text, "text_pair": pair, "slot": word, "separator": " | "}
        words = [
            (" " if part.spaced else "") + shown.get(part.kind, part.value or soft * part.count) for part in self.parts
        ]
        return "".join(words).strip()


def parse(source: str, columns: Mapping[str, str] | None = None) -> Template:
    """Read a pattern.

    Args:
        source: Such as ``{text} 总之很{label}。``.
        columns: The user's column names of ``text`` and ``text_pair``: role to name. A pattern may use a pair's second
            text only where the rows have one.

    Raises:
        InkstoneError: ``fewshot.bad_pattern``, ``fewshot.no_slot``, ``fewshot.no_text``, ``fewshot.unknown_column``.
    """
    names: dict[str, Kind] = {**_NAMES, "text": "text"}
    if columns is None or "text_pair" in columns:
        names["text_pair"] = "text_pair"
    names |= {name: role for role, name in (columns or {}).items() if role in {"text", "text_pair"}}  # type: ignore[misc]
    marked = source.replace("[MASK]", "{label}").replace("[SEP]", "{sep}")
    parts: list[Part] = []
    try:
        waiting = ""  # doubled braces come in pieces
        for words, name, count, _ in [*Formatter().parse(marked), ("", None, None, None)]:
            waiting += words
            if name is not None:
                _add_words(parts, waiting)
                parts.append(_part(source, names, name.strip(), (count or "").strip(), _spaced(parts, waiting)))
                waiting = ""
        _add_words(parts, waiting)
    except ValueError as error:
        raise BAD_PATTERN(pattern=source, at="patterns") from error
    template = Template(source, tuple(parts))
    slots = sum(part.kind == "slot" for part in template.parts)
    if slots != 1:
        raise NO_SLOT(pattern=source, count=slots, at="patterns")
    if not template.has("text"):
        raise NO_TEXT_COLUMN(pattern=source, at="patterns")
    return template


def written(template: Template, *, softened: bool = False) -> str:
    """Return the pattern with its columns called by their roles, as models keep it.

    Args:
        template: The pattern.
        softened: Make its words trainable: pseudo tokens that start from those words.
    """
    marks = {"text": "{text}", "text_pair": "{text_pair}", "slot": "{label}", "separator": "{sep}"}
    pieces = []
    for part in template.parts:
        if part.kind == "words" and not softened:
            own = part.value.replace("{", "{{").replace("}", "}}")
        else:
            own = marks.get(part.kind, f"{{soft:{part.value or part.count}}}")
        pieces.append((" " if part.spaced else "") + own)
    return "".join(pieces)


def _add_words(parts: list[Part], words: str) -> None:
    stripped = words.strip()
    if stripped:
        parts.append(Part("words", stripped, spaced=words[0].isspace() and bool(parts)))


def _spaced(parts: list[Part], words: str) -> bool:
    return bool(words and words[-1].isspace() and parts)


def _part(source: str, names: Mapping[str, Kind], name: str, count: str, spaced: bool) -> Part:
    kind = names.get(name)
    if kind is None:
        known = ", ".join(f"{{{item}}}" for item in names if item != "mask")
        raise UNKNOWN_COLUMN(column=name, pattern=source, known=known, at="patterns")
    if kind != "soft":
        return Part(kind, spaced=spaced)
    if not count or count.isdigit():
        return Part("soft", count=min(int(count or 1), MOST_SOFT), spaced=spaced)
    return Part("soft", count, spaced=spaced)
