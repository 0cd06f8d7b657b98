"""Words of a text with their places, and which of them may be keywords."""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

NOUNS = ("n", "vn", "an", "eng", "j", "nz", "nr", "ns", "nt", "i", "l", "x-user")
_SENTENCES = re.compile(r"[。！？!?；;\n]+")
_STOP = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "我",
        "你",
        "他",
        "她",
        "它",
        "们",
        "这",
        "那",
        "有",
        "和",
        "与",
        "就",
        "都",
        "而",
        "及",
        "着",
        "或",
        "一个",
        "没有",
        "我们",
        "你们",
        "他们",
        "自己",
        "什么",
        "怎么",
        "如何",
        "为什么",
        "为何",
        "哪些",
        "哪个",
        "可以",
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "or",
        "in",
        "on",
        "for",
        "with",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "this",
        "that",
        "as",
        "at",
        "by",
        "from",
        "has",
        "have",
        "had",
        "not",
        "but",
        "they",
        "you",
        "we",
        "he",
        "she",
    ]
)
LONGEST_WORD = 60
"""Letters without a sign between them are one word; what is longer is no keyword."""
MOST_CHARACTERS = 100_000
"""What is behind it in a text is not looked at for keywords: statistics have settled long before."""


class Word(NamedTuple):
    """A word of a text: its part of speech (jieba's tags), where it starts, and in which sentence."""

    word: str
    kind: str
    start: int
    sentence: int


class Segmenter:
    """Cuts texts into words by jieba, with words of the user's own.

    Args:
        user_words: Words that are never cut apart and always count as nouns.
    """

    def __init__(self, user_words: Sequence[str] = ()) -> None:
        self._tagger = _tagger(tuple(user_words))
        self._own = frozenset(user_words)

    def words(self, text: str) -> list[Word]:
        """Return the words of a text in order, spaces left out."""
        return list(self._words(text[:MOST_CHARACTERS]))

    def _words(self, text: str) -> Iterator[Word]:
        place, sentence = 0, 0
        for item in self._tagger.cut(text):
            word, start = item.word, place
            place += len(word)
            if _SENTENCES.fullmatch(word):
                sentence += 1
            elif not word.isspace():
                yield Word(word, "x-user" if word in self._own else item.flag, start, sentence)


@lru_cache(maxsize=4)
def _tagger(user_words: tuple[str, ...]) -> Any:
    import jieba
    from jieba import posseg

    jieba.setLogLevel("ERROR")
    if not user_words:
        return posseg.dt
    own = jieba.Tokenizer()
    for word in user_words:
        own.add_word(word, freq=own.suggest_freq(word) + 1_000, tag="nz")
    return posseg.POSTokenizer(own)


def is_candidate(word: Word, *, nouns: bool) -> bool:
    """Return whether a word may be a keyword: two letters or more, no endless row of them, no stop word, a noun where wished."""
    plain = unicodedata.normalize("NFKC", word.word).casefold()
    if not 2 <= len(plain) <= LONGEST_WORD or plain in _STOP or not any(character.isalpha() for character in plain):
        return False
    return not nouns or word.kind.startswith(("n", "x-user")) or word.kind in NOUNS


def phrases(words: Sequence[Word], longest: int, *, nouns: bool) -> list[tuple[str, int, int, list[int]]]:
    """Return candidates made of up to ``longest`` neighbouring candidate words.

    Returns:
        Text, start, end (not included) and the positions of its words, for every place.
    """
    found = []
    for first in range(len(words)):
        for count in range(1, longest + 1):
            part = words[first : first + count]
            if len(part) < count or not all(is_candidate(item, nouns=nouns) for item in part):
                break
            whole = all(a.start + len(a.word) == b.start for a, b in itertools.pairwise(part))
            if count > 1 and not whole:
                break
            end = part[-1].start + len(part[-1].word)
            found.append(("".join(item.word for item in part), part[0].start, end, list(range(first, first + count))))
    return found
