"""Changes of a text, in Chinese and in English; each returns None where it does not apply.

They follow CheckList (Ribeiro, Wu, Guestrin and Singh, "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList", ACL 2020):
``add_typos`` swaps neighbouring characters, ``change_names`` and ``change_number`` put others in their place, ``punctuation`` adds or
takes the stop at the end, ``add_negation`` negates the first word that it knows.
"""

import re
from collections.abc import Callable
from random import Random

Change = Callable[[str, Random], str | None]

_HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_LATIN_WORD = re.compile(r"[A-Za-z]{4,}")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_.])\d{2,}(?![A-Za-z0-9_]|\.\d)")
_STOPS = "。.!！?？…~～"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_TITLES = "先生|女士|小姐|老师|经理|主任|医生|师傅|阿姨|叔叔|同学|大哥|大姐|老板|警官|律师"
_CHINESE_NAME = re.compile(rf"([{_SURNAMES}])(?={_TITLES})")
_ENGLISH_NAMES = [
    "James",
    "John",
    "Robert",
    "Michael",
    "William",
    "David",
    "Richard",
    "Joseph",
    "Thomas",
    "Charles",
    "Daniel",
    "Matthew",
    "Anthony",
    "Steven",
    "Paul",
    "Andrew",
    "Kevin",
    "Brian",
    "Mary",
    "Patricia",
    "Jennifer",
    "Linda",
    "Elizabeth",
    "Barbara",
    "Susan",
    "Jessica",
    "Sarah",
    "Karen",
    "Nancy",
    "Lisa",
    "Emily",
    "Laura",
    "Rachel",
    "Anna",
    "Julia",
    "Emma",
    "Alice",
]
_ENGLISH_NAME = re.compile(rf"(?<![A-Za-z])({'|'.join(_ENGLISH_NAMES)})(?![A-Za-z])")
_CHINESE_POLAR = re.compile(
    "(?<![不没未别无])(?<!不太)(?<!不是)(?<!不怎么)(喜欢|满意|推荐|值得|舒服|方便|干净|好用|好看|好吃|开心|便宜|划算|失望|后悔|生气|难吃|难看|难用|讨厌|糟糕)"
)
_ENGLISH_VERBS = re.compile(
    r"\b(is|are|was|were|am|can|could|will|would|should)\b(?!\s+(?:not|never)\b|n't)", re.IGNORECASE
)
_ENGLISH_LIKES = re.compile(r"\bI (like|love|enjoy|recommend|hate|dislike|regret)\b")


def typo(text: str, random: Random) -> str | None:
    """Swap two neighbouring Chinese characters, or two letters inside an English word."""
    places = [match.start() for match in _HAN_PAIR.finditer(text) if text[match.start()] != text[match.start() + 1]]
    for match in _LATIN_WORD.finditer(text):
        places += [at for at in range(match.start() + 1, match.end() - 2) if text[at] != text[at + 1]]
    if len(text) < 6 or not places:
        return None  # of a text this short a swap takes the sense
    at = random.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def name(text: str, random: Random) -> str | None:
    """Put another surname before a form of address, and another English first name in the place of one."""

    def other(found: str, names: str | list[str]) -> str:
        return random.choice([item for item in names if item != found])

    changed = _CHINESE_NAME.sub(lambda match: other(match[1], _SURNAMES), text)
    changed = _ENGLISH_NAME.sub(lambda match: other(match[1], _ENGLISH_NAMES), changed)
    return changed if changed != text else None


def number(text: str, random: Random) -> str | None:
    """Put other digits in the place of each number of two digits or more; its length stays."""

    def other(match: "re.Match[str]") -> str:
        first = random.choice([digit for digit in "123456789" if digit != match[0][0]])
        return first + "".join(random.choice("0123456789") for _ in match[0][1:])

    changed = _NUMBER.sub(other, text)
    return changed if changed != text else None


def punctuation(text: str, random: Random) -> str | None:
    """Take the stops at the end away, or add one where there is none."""
    bare = text.rstrip()
    if not bare:
        return None
    stripped = bare.rstrip(_STOPS)
    if stripped != bare:
        return stripped or None
    return bare + ("。" if "\u4e00" <= bare[-1] <= "\u9fff" else ".")


def negation(text: str, random: Random) -> str | None:
    """Negate the first word of feeling in Chinese (喜欢 → 不喜欢), the first verb in English (is → is not, I like → I don't like)."""
    found = _CHINESE_POLAR.search(text)
    if found:
        return text[: found.start()] + "不" + text[found.start() :]
    found = _ENGLISH_LIKES.search(text)
    if found:
        return text[: found.start(1)] + "don't " + text[found.start(1) :]
    found = _ENGLISH_VERBS.search(text)
    return text[: found.end()] + " not" + text[found.end() :] if found else None


def added(phrase: str) -> Change:
    """Return the change that adds a phrase at the end."""

    def add(text: str, random: Random) -> str | None:
        if phrase in text:
            return None
        gap = "" if text.endswith(tuple(_STOPS)) or not text else "，" if not text.isascii() else ". "
        return f"{text}{gap}{phrase}"

    return add
