"""Word lists behind the rules: our own small tables, and the words of a Chinese dictionary by their sound."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from inkstone.components.nlp.evasion.phonetics import as_sounds

_RARE = 20
"""Words of the dictionary that occur less often than this are left out: they explain more texts than they ought to."""
_LONGEST = 4


class Known(NamedTuple):
    """A word and how often it occurs in the dictionary's corpus."""

    word: str
    times: int


def _lines(name: str) -> list[str]:
    source = (files("inkstone") / "assets" / "evasion" / name).read_text("utf-8")
    return [line.strip() for line in source.splitlines() if line.strip() and not line.startswith("#")]


@cache
def splits() -> dict[str, str]:
    """Return parts side by side to the character that they make, such as ``弓长`` to ``张``."""
    return {item[1:]: item[0] for line in _lines("splits.txt") for item in line.split() if len(item) == 3}


@cache
def targets() -> tuple[str, ...]:
    """Return the words that disguised texts hide most."""
    return tuple(dict.fromkeys(word for line in _lines("words.txt") for word in line.split()))


@cache
def variants() -> dict[str, str]:
    """Return ways to write a word, in lower case, to the word."""
    found: dict[str, str] = {}
    for line in _lines("variants.txt"):
        word, _, others = line.partition(":")
        found |= {other.lower(): word.strip() for other in others.split()}
    return found


@cache
def leet_words() -> frozenset[str]:
    """Return English words that are restored from digits and signs."""
    return frozenset(word for line in _lines("leet.txt") for word in line.split())


@cache
def dictionary() -> dict[str, int]:
    """Return the Chinese words of jieba's dictionary, two to four characters long, with their counts."""
    found = {}
    with (files("jieba") / "dict.txt").open("r", encoding="utf-8") as file:
        for line in file:
            word, count, *_ = line.split(" ")
            if 2 <= len(word) <= _LONGEST and int(count) >= _RARE:
                found[word] = int(count)
    return found


@cache
def words_by_sound() -> dict[str, tuple[Known, ...]]:
    """Return the sounds of words to the words, the commonest first; our own words count as common."""
    known = dictionary() | dict.fromkeys(targets(), 1_000_000)
    found: dict[str, list[Known]] = {}
    for word, count in known.items():
        found.setdefault(as_sounds(word), []).append(Known(word, count))
    return {sounds: tuple(sorted(items, key=lambda item: -item.times)) for sounds, items in found.items()}
