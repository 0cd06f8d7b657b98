"""A text under change that remembers where each of its characters stood in the original."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
    """Characters ``start`` to ``end`` of the present text become ``new``."""

    start: int
    end: int
    new: str


class Aligned:
    """A text and, for every character, the stretch of the original that it came from.

    Attributes:
        text: The text as it stands now.
        original: The text as it came.
    """

    __slots__ = ("_ends", "_starts", "original", "text")

    def __init__(self, text: str) -> None:
        self.text = self.original = text
        # None as long as nothing moved: most texts never change, and lists for them would cost most of the time.
        self._starts: list[int] | None = None
        self._ends: list[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where characters ``start`` to ``end`` of the present text stood in the original."""
        if self._starts is None or self._ends is None:
            return start, end
        if start >= end:
            place = self._starts[start] if start < len(self._starts) else len(self.original)
            return place, place
        return self._starts[start], self._ends[end - 1]

    def translate(self, table: Mapping[int, str]) -> bool:
        """Replace single characters as ``str.translate`` does; tell whether anything changed."""
        changed = self.text.translate(table)
        if changed == self.text:
            return False
        edits = [
            Edit(place, place + 1, table[ord(character)])
            for place, character in enumerate(self.text)
            if ord(character) in table
        ]
        self.replace(edits)
        return True

    def replace(self, edits: Sequence[Edit]) -> bool:
        """Apply edits that are in order and do not overlap; tell whether there were any."""
        if not edits:
            return False
        starts, ends = self._starts, self._ends
        if starts is None or ends is None:
            starts, ends = list(range(len(self.text))), list(range(1, len(self.text) + 1))
        pieces: list[str] = []
        new_starts: list[int] = []
        new_ends: list[int] = []
        at = 0
        for start, end, new in edits:
            pieces += (self.text[at:start], new)
            new_starts += starts[at:start]
            new_ends += ends[at:start]
            if new and len(new) == end - start:  # letter by letter
                new_starts += starts[start:end]
                new_ends += ends[start:end]
            elif new:
                new_starts += [starts[start]] * len(new)
                new_ends += [ends[end - 1]] * len(new)
            at = end
        pieces.append(self.text[at:])
        self.text = "".join(pieces)
        self._starts, self._ends = new_starts + starts[at:], new_ends + ends[at:]
        return True
