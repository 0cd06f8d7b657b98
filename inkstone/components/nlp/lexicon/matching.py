"""Finds the words of a word list in texts: as they stand, under disguises, and by their sound."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from inkstone.components.nlp.evasion.aligned import Aligned, Edit
from inkstone.components.nlp.evasion.phonetics import as_sounds
from inkstone.components.nlp.evasion.rules import stands_for
from inkstone.components.nlp.lexicon.entries import Entry, Severity

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Match = tuple[int, int, int]
"""Number of the word, start and end."""
How = Literal["exact", "undisguised", "spaced", "sound"]
MOST_HITS = 200
"""Hits kept of one text: nobody reads more, and a text of 300,000 characters may hold a hundred thousand."""
_SIGNS = re.compile(r"[^\w，。！？；：、,!?;:\n]|_")
_CHINESE_WORD = re.compile(r"[\u3400-\u9fff]{2,}")


class Hit(NamedTuple):
    """A word found.

    Attributes:
        word: The word of the list.
        category: Its category.
        severity: What it does.
        start: Where it begins in the original text.
        end: Where it ends there.
        found: What stands there.
        how: As it stands, after undoing disguises, with signs between its characters left out, or by sound.
    """

    word: str
    category: str
    severity: Severity
    start: int
    end: int
    found: str
    how: How


class Matcher:
    """A word list ready to search. Making it takes about a second for each 100,000 words.

    Words in Latin letters count only where no letter or digit adjoins; case never matters. Of hits within one another the longest
    counts; a hit within a word of the allow-list does not count.

    Args:
        entries: The words.
        fuzzy: Also look for words with signs between their characters, and for Chinese words by their sound.
    """

    def __init__(self, entries: Iterable[Entry], fuzzy: bool = True) -> None:
        self.entries = list(entries)
        self.fuzzy = fuzzy
        self._plain = _search([entry.word.lower() for entry in self.entries])
        self._spoken = [number for number, entry in enumerate(self.entries) if _speaks(entry)]

    @cached_property
    def _by_sound(self) -> "AhoCorasick | None":
        words = [as_sounds(self.entries[number].word) for number in self._spoken]
        return _search(words) if words else None

    def warm(self) -> "Matcher":
        """Build the search by sound now rather than at the first text."""
        if self.fuzzy:
            _ = self._by_sound
        return self

    def hits(self, original: str, aligned: Aligned | None = None) -> list[Hit]:
        """Return the hits in a text, in their order.

        Args:
            original: The text as it came.
            aligned: The same text with its disguises undone, where that was done.
        """
        as_it_came = Aligned(original)
        found = self._kept(as_it_came, self._matches(original), "exact")
        plain = aligned if aligned is not None else as_it_came
        if plain.text != original:
            found += self._kept(plain, self._matches(plain.text), "undisguised")
        if self.fuzzy and plain.text:
            found += self._kept(plain, self._spaced(plain.text), "spaced")
            found += self._kept(plain, self._alike(plain.text), "sound")
        return _settled(found)

    def _matches(self, text: str) -> list[Match]:
        lowered = text.lower()
        if len(lowered) != len(text):  # a few letters, such as İ, grow when lowered: places would be wrong
            lowered = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
        return self._plain.find_matches_as_indexes(lowered, overlapping=True) if self._plain else []

    def _spaced(self, plain: str) -> list[Match]:
        """Return the words between whose characters signs stand that end no sentence."""
        bare = Aligned(plain)
        if not bare.replace([Edit(*gap.span(), "") for gap in _SIGNS.finditer(plain)]):
            return []
        places = ((number, *bare.span(start, end)) for number, start, end in self._matches(bare.text))
        return [item for item in places if 1 < len(self.entries[item[0]].word) < item[2] - item[1]]

    def _alike(self, plain: str) -> list[Match]:
        """Return the Chinese words that something stands for which sounds like them and is no word of its own."""
        if self._by_sound is None:
            return []
        sounds = "".join([as_sounds(sign) if "\u3400" <= sign <= "\u9fff" else " " for sign in plain])
        return [
            (self._spoken[number], start, end)
            for number, start, end in self._by_sound.find_matches_as_indexes(sounds, overlapping=True)
            if stands_for(self.entries[self._spoken[number]].word, plain, start, end)
        ]

    def _kept(self, text: Aligned, matches: Sequence[Match], how: How) -> list[Hit]:
        found = []
        for number, start, end in matches:
            if _stands_alone(text.text, start, end):
                place = text.span(start, end)
                found.append(Hit(*self.entries[number], *place, text.original[place[0] : place[1]], how))
        return found


def _search(words: list[str]) -> "AhoCorasick | None":
    from ahocorasick_rs import AhoCorasick, Implementation

    if not words:
        return None
    return AhoCorasick(words, store_patterns=False, implementation=Implementation.ContiguousNFA)


def _speaks(entry: Entry) -> bool:
    return bool(_CHINESE_WORD.fullmatch(entry.word)) and entry.severity != "allow"


def _latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a Latin word or number is whole: ``ass`` does not stand in ``class``."""
    before = start > 0 and _latin(text[start]) and _latin(text[start - 1])
    after = end < len(text) and _latin(text[end - 1]) and _latin(text[end])
    return not before and not after


def _settled(found: list[Hit]) -> list[Hit]:
    """Drop what lies within allowed words, and hits within longer ones; keep one hit for each place."""
    allowed = [(hit.start, hit.end) for hit in found if hit.severity == "allow"]
    ordered = sorted(
        (hit for hit in found if hit.severity != "allow"), key=lambda hit: (hit.start, -hit.end, _HOW[hit.how])
    )
    kept: list[Hit] = []
    for hit in ordered:
        if any(start <= hit.start and hit.end <= end for start, end in allowed):
            continue
        if kept and kept[-1].start <= hit.start and hit.end <= kept[-1].end:
            continue
        kept.append(hit)
        if len(kept) >= MOST_HITS:
            break
    return kept


_HOW = {"exact": 0, "undisguised": 1, "spaced": 2, "sound": 3}
