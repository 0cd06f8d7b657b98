"""Characters that stand for others: full-width forms, look-alikes, traditional ones, letters as emoji, invisible ones."""

import json
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

Table = dict[int, str]

# Chinese punctuation stays as it is: models trained on Chinese know it.
_KEPT = set("！（），：；？～…—·、。《》「」『』【】“”‘’")
_PLAIN_WORDS = {
    "➕": "加", "✚": "加", "🈶": "有", "🈚": "无", "🈚️": "无", "🉑": "可", "🈲": "禁", "🈵": "满", "🈳": "空", "🉐": "得",
    "🈹": "割", "🈴": "合", "🈺": "营", "🈸": "申", "🈯": "指", "🈷": "月", "🈂": "サ", "🆗": "OK", "🆕": "NEW", "🆓": "FREE",
    "🆙": "UP", "🆒": "COOL", "🆖": "NG", "🆚": "VS", "🆔": "ID", "🆘": "SOS", "🆑": "CL", "🆎": "AB", "🅰": "A", "🅱": "B",
    "🅾": "O", "🅿": "P", "Ⓜ": "M", "🔟": "10", "💯": "100",
}  # fmt: skip
_FLAG_LETTER = 0x1F1E6
# Vertical bar, zero and the like are themselves in everyday texts; only letters of other scripts are look-alikes.
_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LATIN LETTER SMALL CAPITAL", "LISU", "COPTIC")
_INVISIBLE = (
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0x00AD, 0x034F, 0x061C,
    0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x180F), 0x3164, 0xFEFF, 0xFFA0, 0x20E3,
)  # fmt: skip


@cache
def invisible() -> Table:
    """Return zero-width characters, variation selectors and the keycap frame, all to nothing."""
    return dict.fromkeys(_INVISIBLE, "")


@cache
def width() -> Table:
    """Return compatibility forms to what they mean: full-width letters, mathematical, circled and enclosed ones (NFKC)."""
    ranges = (
        (0x2070, 0x209C), (0x2100, 0x214F), (0x2460, 0x24FF), (0x2776, 0x2793), (0x2E80, 0x2FDF), (0x3200, 0x33FF),
        (0xF900, 0xFAFF), (0xFF01, 0xFF5F), (0x1D400, 0x1D7FF), (0x1F100, 0x1F16B), (0x2F800, 0x2FA1D),
    )  # fmt: skip
    table: Table = {0x3000: " "}
    for first, last in ranges:
        for code in range(first, last + 1):
            plain = _plain(chr(code))
            if plain and chr(code) not in _KEPT and not 0x3300 <= code <= 0x33FF:
                table[code] = plain
    return table


def _plain(character: str) -> str | None:
    """Return letters and digits of a compatibility form without brackets or full stops around them."""
    name = unicodedata.name(character, "")
    if name.startswith(("NEGATIVE CIRCLED", "NEGATIVE SQUARED", "DINGBAT", "REGIONAL")):
        last = name.rsplit(" ", 1)[-1]
        number = _NUMBERS.get(last)
        return number or (last if len(last) == 1 else None)
    form = unicodedata.normalize("NFKC", character)
    if form == character:
        return None
    inner = form.strip("().,〔〕")
    if inner and inner.isalnum():
        return inner
    # Units such as ℃ and ㎡ are what people write; only the full-width signs are a disguise.
    return form if "\uff01" <= character <= "\uff5e" else None


_NUMBERS = {"ONE": "1", "TWO": "2", "THREE": "3", "FOUR": "4", "FIVE": "5", "SIX": "6", "SEVEN": "7", "EIGHT": "8", "NINE": "9", "TEN": "10", "ZERO": "0"}  # fmt: skip


@cache
def look_alikes() -> Table:
    """Return letters of other scripts to the Latin letter that they look like, from Unicode's confusables (TR39)."""
    source = (files("confusable_homoglyphs") / "confusables.json").read_text("utf-8")
    table: Table = {}
    for character, others in json.loads(source).items():
        if len(character) != 1 or not unicodedata.name(character, "").startswith(_SCRIPTS):
            continue
        latin = [other["c"] for other in others if other["c"].isascii() and other["c"].isalpha()]
        if latin:
            lower = (character.islower() and latin[0].lower()) or latin[0]
            table[ord(character)] = lower
    return table


@cache
def emoji_letters() -> Table:
    """Return emoji that show a letter, a digit or a Chinese character."""
    table = {ord(key[0]): value for key, value in _PLAIN_WORDS.items()}
    return table | {_FLAG_LETTER + number: chr(ord("A") + number) for number in range(26)}


@cache
def to_simplified() -> Table:
    """Return traditional characters to simplified ones (OpenCC's table of characters, first choice)."""
    return {
        ord(traditional): simplified[0]
        for traditional, simplified in _open_cc("TSCharacters.txt")
        if traditional != simplified[0] and traditional not in _BOTH
    }


@cache
def to_traditional() -> Table:
    """Return simplified characters to traditional ones, for tests of robustness."""
    return {ord(key): values[0] for key, values in _open_cc("STCharacters.txt") if key != values[0]}


_BOTH = set("乾著於瞭藉徵么")
"""Characters that simplified texts use as well (乾隆, 著名, 瞭望, 徵羽)."""


def _open_cc(name: str) -> Iterator[tuple[str, list[str]]]:
    lines = (files("opencc") / "dictionary" / name).read_text("utf-8").splitlines()
    for line in lines:
        key, _, values = line.partition("\t")
        if len(key) == 1 and values.strip():
            yield key, values.split()
