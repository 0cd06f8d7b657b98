"""Rules that look at more than one character. Each takes the text as it stands and returns edits."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from inkstone.components.nlp.evasion import words
from inkstone.components.nlp.evasion.aligned import Edit
from inkstone.components.nlp.evasion.phonetics import as_sounds, spelled

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

Rule = Callable[[str], list[Edit]]

_C = "[\u3400-\u4dbf\u4e00-\u9fff]"
# Signs that no ordinary text sets between two Chinese characters.
_ODD = r"[*_|^`=<>※★☆♡◆◇■□●▲△▼▽§¤♀♂✿❀•∙⋅¯\\∕♪♫░▒▓〓￣｜＊＿]"
# Signs that may stand there, but not again and again between single characters.
_ANY = r"[^\w，。！？；：、,!?;:\n]"
_BETWEEN = re.compile(rf"(?<={_C}){_ODD}{{1,3}}(?={_C})")
_SPACED = re.compile(rf"(?<!{_C}){_C}(?:{_ANY}{{1,3}}{_C}){{2,}}(?!{_C})")
_SPACED_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z](?:([ .*_|\-~/])[A-Za-z])(?:\1[A-Za-z]){2,}(?![A-Za-z0-9])")
_SPACED_DIGITS = re.compile(r"(?<![\w.])[0-9](?:([ *_|\-~·])[0-9])(?:\1[0-9]){4,}(?!\w)")
_SIGNS = re.compile(r"[^\w]|_")
_DIGITS = {
    "〇": "0", "零": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9",
    "幺": "1", "壹": "1", "贰": "2", "叁": "3", "肆": "4", "伍": "5", "陆": "6", "柒": "7", "捌": "8", "玖": "9",
}  # fmt: skip
_NUMBER = re.compile(f"[{''.join(_DIGITS)}0-9]{{6,}}")
_LEET = str.maketrans("013457@$!|+€", "oieastasilte")
_LEET_TOKEN = re.compile(r"(?<![\w@$])(?=[\w@$!|+€]*[A-Za-z])[A-Za-z0-9@$!|+€]{3,20}(?![\w@$])")
_LATIN_RUN = re.compile(r"[A-Za-zÀ-ž\u01cd-\u01dc]{2,24}")
_LONGEST = 4


def inserted(text: str) -> list[Edit]:
    """Remove signs and spaces set between the characters of a word."""
    if text.isalnum():
        return []
    gaps = {found.span() for found in _BETWEEN.finditer(text)}
    for pattern in (_SPACED, _SPACED_LATIN, _SPACED_DIGITS):
        for run in pattern.finditer(text):
            gaps |= {(run.start() + sign.start(), run.start() + sign.end()) for sign in _SIGNS.finditer(run.group())}
    return [Edit(start, end, "") for start, end in _merged(gaps)]


def _merged(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@cache
def _split_pattern() -> "re.Pattern[str]":
    return re.compile("|".join(map(re.escape, words.splits())))


def split_characters(text: str) -> list[Edit]:
    """Join parts that stand side by side into the character that they make."""
    known = words.splits()
    return [Edit(*found.span(), known[found.group()]) for found in _split_pattern().finditer(text)]


def number_words(text: str) -> list[Edit]:
    """Write runs of six digits or more, as in numbers of telephones and accounts, in Arabic digits."""
    edits = []
    for found in _NUMBER.finditer(text):
        digits = found.group()
        if sum(sign in _DIGITS for sign in digits) >= 3 and not _counts_up(digits):
            edits.append(Edit(*found.span(), "".join(_DIGITS.get(sign, sign) for sign in digits)))
    return edits


def _counts_up(digits: str) -> bool:
    return digits in "一二三四五六七八九〇零一二三四五六七八九"


def leet(text: str) -> list[Edit]:
    """Restore English words in which digits and signs stand for letters."""
    known = words.leet_words()
    edits = []
    for found in _LEET_TOKEN.finditer(text):
        token = found.group()
        bare = token.rstrip("!|+")
        if bare.isalpha():
            continue
        for form in (bare, bare.replace("1", "l"), token):
            plain = form.translate(_LEET).lower()
            if plain in known:
                edits.append(Edit(found.start(), found.start() + len(form), plain))
                break
    return edits


@cache
def _variant_pattern() -> "re.Pattern[str]":
    ordered = sorted(words.variants(), key=len, reverse=True)
    parts = [_bounded(item) for item in ordered]
    return re.compile("|".join(parts), re.IGNORECASE)


def _bounded(variant: str) -> str:
    def latin(sign: str) -> bool:
        return sign.isascii() and sign.isalnum()

    before = "(?<![A-Za-z0-9])" if latin(variant[0]) else ""
    after = "(?![A-Za-z])" if latin(variant[-1]) else ""
    return f"{before}{re.escape(variant)}{after}"


def known_variants(text: str) -> list[Edit]:
    """Replace well-known disguises of a word by the word."""
    known = words.variants()
    return [Edit(*found.span(), known[found.group().lower()]) for found in _variant_pattern().finditer(text)]


def pinyin(text: str) -> list[Edit]:
    """Write pinyin beside Chinese characters as the word that both make, such as ``开xin`` and ``dai款``."""
    edits: list[Edit] = []
    for found in _LATIN_RUN.finditer(text):
        start, end = found.span()
        if not (_chinese(text, start - 1) or _chinese(text, end)):
            continue
        parts = spelled(found.group())
        if not parts or len(parts) > _LONGEST or (edits and start < edits[-1].end):
            continue
        edit = _as_word(text, start, end, len(parts))
        if edit and (not edits or edit.start >= edits[-1].end):
            edits.append(edit)
    return edits


def _as_word(text: str, start: int, end: int, count: int) -> Edit | None:
    """Return the commonest word that the pinyin and up to two neighbours on each side make; longer ones first."""
    known = words.words_by_sound()
    sounds = as_sounds(text[start:end])
    left = _neighbours(text, start, -1)
    right = _neighbours(text, end, 1)
    for size in range(_LONGEST, count - 1, -1):
        best: tuple[int, Edit] | None = None
        for before in range(max(0, size - count - len(right)), min(len(left), size - count) + 1):
            after = size - count - before
            head, tail = left[len(left) - before :], right[:after]
            for word, frequency in known.get(as_sounds(head) + sounds + as_sounds(tail), ()):
                if word.startswith(head) and word.endswith(tail) and (best is None or frequency > best[0]):
                    best = (frequency, Edit(start, end, word[before : before + count]))
        if best and (size > count or count > 1):
            return best[1]
    return None


def _neighbours(text: str, at: int, direction: int) -> str:
    found = ""
    place = at if direction > 0 else at - 1
    while len(found) < _LONGEST - 1 and _chinese(text, place):
        found = found + text[place] if direction > 0 else text[place] + found
        place += direction
    return found


def _chinese(text: str, place: int) -> bool:
    return 0 <= place < len(text) and ("\u4e00" <= text[place] <= "\u9fff" or "\u3400" <= text[place] <= "\u4dbf")


@cache
def _sound_search() -> "tuple[AhoCorasick, list[str]]":
    from ahocorasick_rs import AhoCorasick

    found = [word for word in words.targets() if len(word) >= 2]
    return AhoCorasick([as_sounds(word) for word in found], store_patterns=False), found


def homophones(text: str) -> list[Edit]:
    """Write a word that disguised texts hide in place of characters that only sound like it.

    Characters that are a word of their own, alone or with a neighbour, stay: of 代款 beside 贷款 only the former changes.
    """
    search, found = _sound_search()
    sounds = _letter_by_letter(text)
    edits: list[Edit] = []
    for number, start, end in _longest_first(search.find_matches_as_indexes(sounds, overlapping=True)):
        taken = any(start < edit.end and edit.start < end for edit in edits)
        if not taken and stands_for(found[number], text, start, end):
            edits.append(Edit(start, end, found[number]))
    return sorted(edits)


def _longest_first(matches: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    yield from sorted(matches, key=lambda item: (item[1] - item[2], item[1]))


def _letter_by_letter(text: str) -> str:
    # Pinyin in Latin letters has a rule of its own; here places must agree.
    return "".join([as_sounds(sign) if "\u3400" <= sign <= "\u9fff" else " " for sign in text])


def stands_for(word: str, text: str, start: int, end: int) -> bool:
    """Tell whether characters that sound like a word stand for it: they are another spelling and no word of their own."""
    there = text[start:end]
    if there == word:
        return False
    alike = any(a == b for a, b in zip(word, there, strict=True))
    return (alike or len(word) > 2) and not _is_own_word(text, start, end)


def _is_own_word(text: str, start: int, end: int) -> bool:
    """Tell whether the dictionary knows the characters, any two of them, or one at the edge with its neighbour."""
    known = words.dictionary()
    if text[start:end] in known:
        return True
    return any(text[place : place + 2] in known for place in range(max(0, start - 1), min(end, len(text) - 1)))
