"""What of one text may be a keyword: its phrases, and the known keywords that stand in it.

Texts are folded as ``keyword_figures.plain`` folds keywords (width and case alike, spaces gone); each folded character knows
where it stood, so that places count characters of the text as it came.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from inkstone.components.nlp.tagging.keyword_figures import plain
from inkstone.components.nlp.tagging.words import LONGEST_WORD, Segmenter, is_candidate

MOST_CHARACTERS = 20_000
"""Of a text: candidates are compared with each other, which takes longer than counting them."""
LONGEST_PHRASE = 4
"""Words of a phrase."""
MOST_PHRASES = 300
"""Phrases of one text that are looked at: those that stand there most often, earlier ones first."""
_FIRST_UNSPACED = "\u2e80"
"""From here on scripts write words without spaces between them."""


class FoldedWord(NamedTuple):
    """A word as it is compared: its part of speech, its place in the folded text, whether it may be part of a keyword or is a noun."""

    word: str
    kind: str
    start: int
    end: int
    fits: bool
    noun: bool


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
        words: Its words in order.
        names: These, each once.
        starts: Where words start in the folded text, and which.
        ends: Where words end, and which.
        phrases: Folded phrase to what is known of it.
    """

    text: str
    folded: str
    places: Sequence[int]
    words: tuple[FoldedWord, ...]
    names: tuple[str, ...]
    starts: Mapping[int, int]
    ends: Mapping[int, int]
    phrases: Mapping[str, Phrase]


def read_text(text: str, segmenter: Segmenter) -> ReadText:
    """Cut a text into words and phrases; what is behind its first 20,000 characters is not looked at."""
    text = text[:MOST_CHARACTERS]
    pieces = [_folded(character) for character in text]
    places = [place for place, piece in enumerate(pieces) for _ in piece]
    ends = [0, *itertools.accumulate(map(len, pieces))]
    words = []
    for item in segmenter.words(text):
        start, end = ends[item.start], ends[item.start + len(item.word)]
        if end > start:
            name = "".join(pieces[item.start : item.start + len(item.word)])
            fits, noun = is_candidate(item, nouns=False), is_candidate(item, nouns=True)
            words.append(FoldedWord(name, item.kind, start, end, fits, noun))
    read = ReadText(
        text=text,
        folded="".join(pieces),
        places=places,
        words=tuple(words),
        names=tuple(dict.fromkeys(item.word for item in words)),
        starts={item.start: number for number, item in enumerate(words)},
        ends={item.end: number for number, item in enumerate(words)},
        phrases={},
    )
    return read._replace(phrases=_phrases(read))


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
        from ahocorasick_rs import AhoCorasick

        self._words = sorted(set(words))
        self._search = AhoCorasick(self._words, store_patterns=False)

    def within(self, read: ReadText) -> list[str]:
        """Return the words that stand in a text, each once, in their order."""
        places = self._search.find_matches_as_indexes(read.folded, overlapping=True)
        whole = sorted((start, end, number) for number, start, end in places if _whole(read, start, end))
        return list(dict.fromkeys(self._words[number] for _, _, number in whole))


def _phrases(read: ReadText) -> dict[str, Phrase]:
    """Return up to four neighbouring candidate words; words of letters may have a space between them."""
    found: dict[str, Phrase] = {}
    for first, head in enumerate(read.words):
        noun = True
        for place in range(first, min(first + LONGEST_PHRASE, len(read.words))):
            item = read.words[place]
            if not item.fits or item.end - head.start > LONGEST_WORD:
                break
            if place > first and not _joined(read, read.words[place - 1], item):
                break
            noun = noun and item.noun
            if not _whole(read, head.start, item.end):
                continue
            name = read.folded[head.start : item.end]
            known = found.get(name, Phrase(place - first + 1, 0, False))
            found[name] = Phrase(known.words, known.times + 1, known.nouns or noun)
    if len(found) <= MOST_PHRASES:
        return found
    return {name: found[name] for name in sorted(found, key=lambda name: -found[name].times)[:MOST_PHRASES]}


def _joined(read: ReadText, left: FoldedWord, right: FoldedWord) -> bool:
    end, start = read.places[left.end - 1] + 1, read.places[right.start]
    return end == start or (start - end == 1 and read.text[end] == " " and _spaced(read.text[end - 1]))


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
