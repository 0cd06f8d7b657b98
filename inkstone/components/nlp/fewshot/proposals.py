"""Proposes patterns and label words: from the language of the texts, the class names and a small list of common classes."""

import re
from collections.abc import Mapping, Sequence

from inkstone.components.nlp.ngram import guess_analyzer

PATTERNS: Mapping[tuple[str, bool], tuple[str, ...]] = {
    ("zh", False): (
        "这是一条{label}的内容：{text}",
        "{text}总之，很{label}。",
        "很{label}。{text}",
        "下面的内容是关于{label}的：{text}",
        "{text}以上内容属于{label}。",
        "类别：{label}。{text}",
    ),
    ("en", False): (
        "{text} It was {label}.",
        "{text} All in all, it is {label}.",
        "This is about {label}: {text}",
        "Topic: {label}. {text}",
        "{text} This text is about {label}.",
        "[ {label} ] {text}",
    ),
    ("zh", True): (
        "{text}？{label}，{text_pair}",
        "“{text}”和“{text_pair}”的关系是{label}。",
        "{label}：{text}{sep}{text_pair}",
    ),
    ("en", True): (
        "{text}? {label}, {text_pair}",
        '"{text}" and "{text_pair}": {label}.',
        "{label}: {text}{sep}{text_pair}",
    ),
}
"""Patterns by language and by whether the rows are pairs; the first ones suit most data."""

OPINION: Mapping[str, tuple[str, ...]] = {
    "zh": ("很{label}。{text}", "{text}总之，很{label}。", "{text}我觉得很{label}。"),
    "en": ("{text} It was {label}.", "{text} All in all, it was {label}.", "{text} I think it is {label}."),
}
"""Patterns for classes that are opinions."""

_COMMON: Sequence[tuple[str, str, str, bool]] = (
    # names of the class, Chinese words, English words, an opinion
    ("positive pos 正面 积极 好评 正向 褒义 满意", "好,棒", "great,good", True),
    ("negative neg 负面 消极 差评 负向 贬义 不满意", "差,坏", "terrible,bad", True),
    ("neutral 中性 中立 中评", "一般,普通", "okay,average", True),
    ("spam 垃圾 垃圾短信", "广告,垃圾", "spam,advertisement", False),
    ("ham normal 正常 不违规 正常内容", "正常,普通", "normal,personal", False),
    ("yes true 是 相同 entailment 蕴含", "是,对", "yes,right", False),
    ("no false 否 不同 contradiction 矛盾", "不,错", "no,wrong", False),
    ("num number", "数字,数量", "number,amount", False),
    ("loc location", "地点,地方", "place,location", False),
    ("hum human", "人物,人", "person,people", False),
    ("enty entity", "事物,东西", "thing,object", False),
    ("desc description", "描述,解释", "description,meaning", False),
    ("abbr abbreviation", "缩写,简称", "abbreviation,letters", False),
)
"""Classes that occur in many projects. A class name says what a class is; these words are what a person writes in a text."""

_SPLIT = re.compile(r"[_/\-、，,|·]+")


def language_of(texts: Sequence[str]) -> str:
    """Return ``zh`` for texts written without spaces, else ``en``."""
    return "zh" if guess_analyzer(texts) == "char" else "en"


def propose_words(labels: Sequence[str], language: str) -> dict[str, list[str]]:
    """Return words for each class: of the common list where the name stands there, else the name itself in parts.

    No word is given to two classes; a class left without one gets its own name.
    """
    wanted = {label: _common(label, language) or _from_name(label) for label in labels}
    owners: dict[str, int] = {}
    for words in wanted.values():
        for word in words:
            owners[word] = owners.get(word, 0) + 1
    return {label: [word for word in words if owners[word] == 1] or [label] for label, words in wanted.items()}


def propose_patterns(labels: Sequence[str], language: str, pairs: bool, count: int = 3) -> list[str]:
    """Return patterns, the likeliest first; ``labels`` are the class names, and the label words where they are known."""
    opinion = not pairs and any(_opinion(label) for label in labels)
    return list((OPINION[language] if opinion else PATTERNS[language, pairs])[:count])


def all_patterns(labels: Sequence[str], language: str, pairs: bool) -> list[str]:
    """Return every pattern known for these rows, the likeliest first."""
    first = propose_patterns(labels, language, pairs)
    return list(dict.fromkeys([*first, *PATTERNS[language, pairs]]))


def _entry(label: str) -> tuple[str, str, str, bool] | None:
    name = label.strip().lower()
    return next((item for item in _COMMON if name in item[0].split()), None)


def _common(label: str, language: str) -> list[str]:
    entry = _entry(label)
    if entry is None:
        return []
    return (entry[1] if language == "zh" else entry[2]).split(",")


def _opinion(name: str) -> bool:
    word = name.strip().lower()
    return any(
        opinion and word in {*names.split(), *chinese.split(","), *english.split(",")}
        for names, chinese, english, opinion in _COMMON
    )


def _from_name(label: str) -> list[str]:
    whole = label.strip()
    parts = [part.strip() for part in _SPLIT.split(whole) if part.strip()]
    return list(dict.fromkeys(parts if 1 < len(parts) <= 4 else [whole]))
