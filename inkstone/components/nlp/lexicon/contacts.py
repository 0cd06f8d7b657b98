"""Contacts and links in texts: telephones, WeChat and QQ names, addresses, card numbers."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["phone", "wechat", "qq", "url", "email", "bank_card"]


class Contact(NamedTuple):
    """A way to reach somebody that a text gives."""

    kind: Kind
    value: str
    start: int
    end: int


_GAP = r"[ \-]?"
_ENDINGS = "com|net|org|cn|cc|top|vip|xyz|info|shop|site|online|club|live|me|tv|io|co|app|link|win|bet|biz|wang|ltd|fun|ru|hk|tw|uk|us|de|ly|gl"
_URL = re.compile(
    rf"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff，。！？]{{3,200}}"
    rf"|(?<![@\w.])(?:[a-z0-9][a-z0-9-]{{0,40}}\.){{1,4}}(?:{_ENDINGS})(?![a-z0-9.-]*@)(?![a-z0-9])(?:/[^\s\u4e00-\u9fff，。]{{0,200}})?",
    re.I | re.A,
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.A)
_CARD = re.compile(rf"(?<![\d.])\d(?:{_GAP}\d){{14,18}}(?![\d.])")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d(?:{_GAP}\d{{4}}){{2}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4})(?!\d)")
_SERVICE = r"(?:号码?|id|群|账号)?"
_QQ = re.compile(rf"(?:qq|扣扣|企鹅){_SERVICE}\s*(?:是|为)?\s*[:：=]?\s*([1-9]\d{{4,11}})(?!\d)", re.I)
_WECHAT = re.compile(
    rf"(?:微信|wechat|weixin|(?<![a-z0-9])(?:vx|wx|v信))(?:{_SERVICE})\s*(?:是|为)?\s*[:：=]?\s*([a-z][a-z0-9_-]{{5,19}}|1[3-9]\d{{9}})(?![a-z0-9_])",
    re.I | re.A,
)


def contacts(text: str) -> list[Contact]:
    """Return the contacts of a text in their order; of overlapping ones the first kind of the list above wins.

    A number of 15 to 19 digits is a card when its check digit fits: H. P. Luhn, US patent 2,950,048 (1960).
    """
    found: list[Contact] = []
    for item in _candidates(text):
        if not any(item.start < other.end and other.start < item.end for other in found):
            found.append(item)
    return sorted(found, key=lambda item: item.start)


def _candidates(text: str) -> Iterator[Contact]:
    if len(text) < 5:
        return
    if "." in text:
        if "@" in text:
            yield from (Contact("email", item.group(), *item.span()) for item in _EMAIL.finditer(text))
        yield from (Contact("url", item.group().rstrip(".,)!?"), *_trimmed(item)) for item in _URL.finditer(text))
    if any(sign.isdigit() for sign in text):
        for item in _CARD.finditer(text):
            digits = re.sub(r"\D", "", item.group())
            if luhn(digits):
                yield Contact("bank_card", digits, *item.span())
        yield from (Contact("qq", item.group(1), *item.span(1)) for item in _QQ.finditer(text))
        for pattern in (_MOBILE, _LANDLINE):
            yield from (
                Contact("phone", re.sub(r"[ -]", "", item.group()), *item.span()) for item in pattern.finditer(text)
            )
    yield from (Contact("wechat", item.group(1), *item.span(1)) for item in _WECHAT.finditer(text))


def _trimmed(found: "re.Match[str]") -> tuple[int, int]:
    return found.start(), found.start() + len(found.group().rstrip(".,)!?"))


def luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others; a row of one digit alone is no number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 1
