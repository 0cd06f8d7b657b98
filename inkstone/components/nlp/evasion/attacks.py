"""Puts disguises on texts: to measure what a model loses by them, and to train it on them.

Every attack takes a text, a source of random numbers and the share of characters to touch, and returns a disguised text
of the same meaning to a human reader. The pools are wider than what the rules of ``normalise`` undo.
"""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from inkstone.components.nlp.evasion import tables, words
from inkstone.components.nlp.evasion.phonetics import sound_of
from inkstone.components.texts import Text, text

Attack = Callable[[str, Random, float], str]

_SIGNS = "*_|^~`.-/+·※★♥☆&@#%=、 "
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1|"}
_COMMON_TIMES = 300
_NUMBERS = {"0": "零〇", "1": "一壹幺", "2": "二贰", "3": "三叁", "4": "四肆", "5": "五伍", "6": "六陆", "7": "七柒", "8": "八捌", "9": "九玖"}  # fmt: skip


def _each(text: str, random: Random, share: float, wanted: Callable[[str], bool], change: Callable[[str], str]) -> str:
    return "".join(change(sign) if wanted(sign) and random.random() < share else sign for sign in text)


def _chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _plain(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def full_width(text: str, random: Random, share: float) -> str:
    """Write letters and digits in full width or as mathematical letters."""

    def change(sign: str) -> str:
        if random.random() < 0.5:
            return chr(ord(sign) + 0xFEE0)
        first = 0x1D7CE if sign.isdigit() else 0x1D400 if sign.isupper() else 0x1D41A
        return chr(first + ord(sign) - ord("0" if sign.isdigit() else "A" if sign.isupper() else "a"))

    return _each(text, random, min(1.0, 2 * share), _plain, change)


@cache
def _look_alikes() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, latin in tables.look_alikes().items():
        if len(latin) == 1:
            found.setdefault(latin, []).append(chr(code))
    return {latin: tuple(others) for latin, others in found.items()}


def look_alikes(text: str, random: Random, share: float) -> str:
    """Write letters as Cyrillic, Greek and other ones of the same shape."""
    known = _look_alikes()
    return _each(text, random, min(1.0, 2 * share), known.__contains__, lambda sign: random.choice(known[sign]))


def traditional(text: str, random: Random, share: float) -> str:
    """Write the text in traditional characters."""
    return text.translate(tables.to_traditional())


def invisible(text: str, random: Random, share: float) -> str:
    """Set zero-width characters between others."""
    return "".join(sign + random.choice(_INVISIBLE) if random.random() < share else sign for sign in text)


def inserted(text: str, random: Random, share: float) -> str:
    """Set a sign or a space, one kind a text, between Chinese characters and between letters."""
    sign = random.choice(_SIGNS)
    pieces = []
    for here, following in zip(text, f"{text} "[1:], strict=True):
        joins = here.isalnum() and following.isalnum() and here != "\n"
        pieces.append(here + sign if joins and random.random() < share else here)
    return "".join(pieces)


def pinyin(text: str, random: Random, share: float) -> str:
    """Write characters as their pinyin."""
    return _each(text, random, share, _chinese, lambda sign: (sound_of(sign) or sign).replace("v", "u"))


@cache
def _homophones() -> dict[str, tuple[str, ...]]:
    counts: dict[str, int] = {}
    for word, count in words.dictionary().items():
        for sign in word:
            counts[sign] = counts.get(sign, 0) + count
    found: dict[str, list[str]] = {}
    for sign, count in counts.items():
        sound = sound_of(sign) if count >= _COMMON_TIMES else None
        if sound:
            found.setdefault(sound, []).append(sign)
    return {sound: tuple(sorted(signs)) for sound, signs in found.items()}


def homophones(text: str, random: Random, share: float) -> str:
    """Write characters as others of the same sound."""
    known = _homophones()
    return _each(text, random, share, _chinese, lambda sign: random.choice(known.get(sound_of(sign) or "", (sign,))))


@cache
def _parts() -> dict[str, str]:
    return {character: parts for parts, character in words.splits().items()}


def split_characters(text: str, random: Random, share: float) -> str:
    """Write characters as their parts."""
    known = _parts()
    return _each(text, random, min(1.0, 2 * share), known.__contains__, known.__getitem__)


def emoji_letters(text: str, random: Random, share: float) -> str:
    """Write letters as regional or squared letters, digits as keycaps."""

    def change(sign: str) -> str:
        if sign.isdigit():
            return f"{sign}\ufe0f\u20e3"
        first = random.choice((0x1F1E6, 0x1F150, 0x1F170))
        return chr(first + ord(sign.upper()) - ord("A"))

    return _each(text, random, min(1.0, 2 * share), _plain, change)


def number_words(text: str, random: Random, share: float) -> str:
    """Write digits as Chinese numerals."""
    return _each(text, random, min(1.0, 3 * share), _NUMBERS.__contains__, lambda sign: random.choice(_NUMBERS[sign]))


def leet(text: str, random: Random, share: float) -> str:
    """Write Latin letters as digits and signs."""
    return _each(
        text, random, share, lambda sign: sign.lower() in _LEET, lambda sign: random.choice(_LEET[sign.lower()])
    )


ATTACKS: dict[str, tuple[Attack, Text]] = {
    "full_width": (full_width, text("全角与变体字母", "Full-width and styled letters")),
    "look_alikes": (look_alikes, text("形近字母", "Look-alike letters")),
    "traditional": (traditional, text("繁体", "Traditional characters")),
    "invisible": (invisible, text("零宽字符", "Zero-width characters")),
    "inserted": (inserted, text("插入符号", "Inserted signs")),
    "pinyin": (pinyin, text("拼音", "Pinyin")),
    "homophones": (homophones, text("同音字", "Homophones")),
    "split_characters": (split_characters, text("拆字", "Split characters")),
    "emoji_letters": (emoji_letters, text("表情字母", "Letters as emoji")),
    "number_words": (number_words, text("数字词", "Number words")),
    "leet": (leet, text("字母替换（leet）", "Leet")),
}
"""Every attack by its name, with its title."""

ALL = "all"
# Characters first, then what is set between them: pinyin of a split character would be no pinyin.
_ORDER = (
    "homophones", "pinyin", "split_characters", "number_words", "leet", "emoji_letters", "look_alikes", "full_width",
    "traditional", "inserted", "invisible",
)  # fmt: skip


def disguise(texts: Sequence[str], attack: str, share: float, seed: int) -> list[str]:
    """Return the texts under one attack, or under all: then each attack touches a third of its share.

    Args:
        texts: Any texts.
        attack: A key of ``ATTACKS``, or ``all``.
        share: Share of the characters that an attack touches; those that fit few characters touch more of them.
        seed: The same seed gives the same disguises.
    """
    found = []
    for number, item in enumerate(texts):
        random = Random(f"{seed}/{attack}/{number}")  # noqa: S311 - no secrets here
        if attack != ALL:
            found.append(ATTACKS[attack][0](item, random, share))
            continue
        found.append(_one_after_another(item, _ORDER, random, share / 3))
    return found


def disguise_some(texts: Sequence[str], share: float, seed: int) -> list[str]:
    """Return each text under one or two attacks drawn at random: copies to train on."""
    random = Random(seed)  # noqa: S311 - no secrets here
    found = []
    for item in texts:
        chosen = random.sample(list(ATTACKS), random.choice((1, 2)))
        found.append(_one_after_another(item, sorted(chosen, key=_ORDER.index), random, share))
    return found


def _one_after_another(text: str, names: Sequence[str], random: Random, share: float) -> str:
    for name in names:
        text = ATTACKS[name][0](text, random, share)
    return text
