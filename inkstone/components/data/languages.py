"""Tells the language of a text by its script: enough to choose an encoder, not to tell French from English."""

import re
from typing import Literal

Language = Literal["zh", "latin", "mixed", "ja", "ko", "other", "none"]
"""``latin`` is English and all else in Latin letters; ``none`` has no letters at all."""

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> Language:
    """Return the language that the script of a text tells; a Latin word counts as much as two Chinese characters."""
    han = len(_HAN.findall(text))
    if len(_KANA.findall(text)) > han * 0.2 and _KANA.search(text):
        return "ja"
    if len(_HANGUL.findall(text)) > han:
        return "ko"
    latin = 2 * len(_LATIN_WORD.findall(text))
    if han + latin == 0:
        return "other" if _LETTER.search(text) else "none"
    share = han / (han + latin)
    return "zh" if share > 0.7 else "latin" if share < 0.3 else "mixed"
