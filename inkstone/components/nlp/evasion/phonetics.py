"""How Chinese sounds: syllables without tones, for characters and for pinyin written in Latin letters."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-zÀ-ž\u01cd-\u01dcǹ]+")
_FIRST_CODE = 0xE000


class Syllable(NamedTuple):
    """A syllable and where it stands."""

    sound: str
    start: int
    end: int


@cache
def _readings() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict


@lru_cache(maxsize=30_000)
def sound_of(character: str) -> str | None:
    """Return the commonest reading of a character without its tone; None where there is none."""
    from pypinyin.contrib.tone_convert import to_normal

    reading = _readings().get(ord(character))
    return to_normal(reading.split(",")[0], v_to_u=False) if reading else None


@cache
def codes() -> dict[str, str]:
    """Return syllable to a private character of its own, so that string searches work on sounds."""
    from pypinyin.contrib.tone_convert import to_normal

    common = {
        to_normal(reading.split(",")[0], v_to_u=False)
        for code, reading in _readings().items()
        if 0x4E00 <= code <= 0x9FFF
    }
    return {sound: chr(_FIRST_CODE + number) for number, sound in enumerate(sorted(common))}


@lru_cache(maxsize=20_000)
def spelled(letters: str) -> tuple[str, ...]:
    """Return the syllables of pinyin written as one word; empty where the letters are no pinyin.

    Of several ways the one with the fewest syllables wins; single letters count as syllables only when alone.
    """
    from unicodedata import combining, normalize

    plain = "".join(sign for sign in normalize("NFD", letters.lower().replace("ü", "v")) if not combining(sign))
    if not plain.isascii() or len(plain) > 40:
        return ()
    known = codes()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(plain)
    for end in range(1, len(plain) + 1):
        for start in range(max(0, end - 6), end):
            before, part = best[start], plain[start:end]
            if before is None or part not in known or (len(part) == 1 and len(plain) > 1):
                continue
            current = best[end]
            if current is None or len(before) + 1 < len(current):
                best[end] = (*before, part)
    return best[-1] or ()


def syllables(text: str) -> Iterator[Syllable]:
    """Yield the sounds of a text in order: of each Chinese character, and of Latin letters that spell pinyin."""
    at = 0
    while at < len(text):
        character = text[at]
        if "\u3400" <= character <= "\u9fff":
            sound = sound_of(character)
            if sound:
                yield Syllable(sound, at, at + 1)
            at += 1
            continue
        found = _LATIN.match(text, at)
        if not found:
            at += 1
            continue
        start = at
        for sound in spelled(found.group()):
            yield Syllable(sound, start, start + len(sound))
            start += len(sound)
        at = found.end()


@lru_cache(maxsize=20_000)
def _coded(character: str) -> str:
    sound = sound_of(character) if "\u3400" <= character <= "\u9fff" else None
    return codes().get(sound or "", character)


def as_sounds(text: str) -> str:
    """Return the text with each Chinese character, and each pinyin syllable in Latin letters, as one private character.

    Homophones and pinyin become the same string; all else stays.
    """
    known = codes()

    def spell(found: re.Match[str]) -> str:
        parts = spelled(found.group())
        return "".join(known[part] for part in parts) if parts else found.group().lower()

    coded = "".join([_coded(character) for character in text])
    return _LATIN.sub(spell, coded)
