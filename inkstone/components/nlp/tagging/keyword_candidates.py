"""What of one text may be a keyword: its phrases, and the known keywords that stand in it.

Texts are folded as ``keyword_figures.plain`` folds keywords (width and case alike, spaces gone); each folded character knows
where it stood, so that places count characters of the text as it came.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from inkstone.components.nlp.tagging.keyword_figures import plain
from inkstone.components.nlp.tagging.words import LONGEST_WORD, MOST_CHARACTERS, Segmenter, Word, is_candidate

LONGEST_PHRASE = 4
"""Words of a phrase."""
MOST_PHRASES = 300
"""Phrases of one text that are looked at: those that stand there most often, earlier ones first."""
_FIRST_UNSPACED = "\u2e80"
"""From here on scripts write words without spaces between them."""


class Phrase(NamedTuple):
    """A phrase of a text: how many words it has, how often it stands there, and whether all its words are nouns."""

    words: int
    times: int
    nouns: bool


class ReadText(NamedTuple):
    """A text as it is looked at.

    Attributes:
        text: As it came.
        folded: Its characters as keywords are compared.
        places: Folded character to its place in the text.
        words: Its folded words, each once, in order.
        nouns: Those of them that are nouns and long enough for a keyword.
        phrases: Folded phrase to what is known of it, best candidates first.
        starts: Where words start, in folded characters.
        ends: Where words end.
    """

    text: str
    folded: str
    places: Sequence[int]
    words: tuple[str, ...]
    nouns: frozenset[str]
    phrases: dict[str, Phrase]
    starts: frozenset[int]
    ends: frozenset[int]


def read_text(text: str, segmenter: Segmenter) -> ReadText:
    """Cut a text into words and phrases; what is behind its first 100,000 characters is not looked at."""
    text = text[:MOST_CHARACTERS]
    pieces, places = [], []
    for place, character in enumerate(text):
        piece = _folded(character)
        if piece:
            pieces.append(piece)
            places += [place] * len(piece)
    words = segmenter.words(text)
    folded_at = {place: number for number, place in reversed(list(enumerate(places)))}
    starts = frozenset(folded_at[item.start] for item in words if item.start in folded_at)
    last = {place: number + 1 for number, place in enumerate(places)}
    ends = frozenset(last[end] for item in words if (end := item.start + len(item.word) - 1) in last)
    return ReadText(
        text=text,
        folded="".join(pieces),
        places=places,
        words=tuple(dict.fromkeys(word for item in words if (word := plain(item.word)))),
        nouns=frozenset(plain(item.word) for item in words if is_candidate(item, nouns=True)),
        phrases=_phrases(text, words),
        starts=starts,
        ends=ends,
    )


def occurrences(read: ReadText, word: str, most: int = 100) -> list[tuple[int, int]]:
    """Return where a folded word stands in the text as it came; within a longer word of letters it does not count."""
    spans: list[tuple[int, int]] = []
    place = read.folded.find(word) if word else -1
    while place >= 0 and len(spans) < most:
        if _whole(read, place, place + len(word)):
            spans.append((read.places[place], read.places[place + len(word) - 1] + 1))
            place = read.folded.find(word, place + len(word))
        else:
            place = read.folded.find(word, place + 1)
    return spans


class KnownWords:
    """Finds which of many folded words stand in a text.

    Args:
        words: What to look for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in self._words:
            lengths[word[0]].add(len(word))
        self._lengths = {first: tuple(sorted(known)) for first, known in lengths.items()}

    def within(self, read: ReadText) -> list[str]:
        """Return the words that stand in a text, each once, in their order."""
        found: dict[str, None] = {}
        folded = read.folded
        for place, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                word = folded[place : place + length]
                if (
                    len(word) == length
                    and word in self._words
                    and word not in found
                    and _whole(read, place, place + length)
                ):
                    found[word] = None
        return list(found)


def _phrases(text: str, words: Sequence[Word]) -> dict[str, Phrase]:
    """Return up to four neighbouring candidate words; words of letters may have a space between them."""
    plains = [plain(item.word) for item in words]
    fits = [is_candidate(item, nouns=False) for item in words]
    nouns = [fit and is_candidate(item, nouns=True) for item, fit in zip(words, fits, strict=True)]
    found: dict[str, Phrase] = {}
    for first in range(len(words)):
        name, noun = "", True
        for place in range(first, min(first + LONGEST_PHRASE, len(words))):
            if not fits[place] or (place > first and not _joined(text, words[place - 1], words[place])):
                break
            name, noun = name + plains[place], noun and nouns[place]
            if len(name) > LONGEST_WORD:
                break
            known = found.get(name)
            found[name] = (
                Phrase(place - first + 1, 1, noun)
                if known is None
                else Phrase(known.words, known.times + 1, known.nouns or noun)
            )
    kept = sorted(found, key=lambda name: -found[name].times)[:MOST_PHRASES] if len(found) > MOST_PHRASES else found
    return {name: found[name] for name in kept}


def _joined(text: str, left: Word, right: Word) -> bool:
    end = left.start + len(left.word)
    return end == right.start or (right.start - end == 1 and text[end] == " " and _spaced(text[end - 1]))


def _whole(read: ReadText, start: int, end: int) -> bool:
    """Return whether a place is no part of a longer word of a script that has spaces between words."""
    first, last = read.places[start], read.places[end - 1]
    before = read.text[first - 1] if first else " "
    after = read.text[last + 1] if last + 1 < len(read.text) else " "
    return not (_spaced(before) and _spaced(read.text[first])) and not (_spaced(after) and _spaced(read.text[last]))


def _spaced(character: str) -> bool:
    return character < _FIRST_UNSPACED and character.isalnum()


@lru_cache(maxsize=50_000)
def _folded(character: str) -> str:
    return plain(character)
