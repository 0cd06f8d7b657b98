"""Parameters that keyword components share."""

import re
from typing import Any

from inkstone.components.spec import param
from inkstone.components.texts import text

_BETWEEN = re.compile(r"[,，;；、\n\t]+")


def keyword_count() -> Any:
    """Declare how many keywords a text gets."""
    return param(
        5,
        ge=1,
        le=50,
        impact=2,
        common=True,
        unit=text("个", "words"),
        title=text("个数", "How many"),
        help=text("每条文本最多给几个关键词。", "At most that many keywords a text."),
    )


def user_words() -> Any:
    """Declare words that are never cut apart."""
    return param(
        "",
        kind="multiline",
        impact=2,
        max_length=200_000,
        title=text("自定义词", "Own words"),
        help=text(
            "每行一个，如产品名、行业术语；分词时不会被切开。",
            "One a line, such as product names and terms; never cut apart.",
        ),
    )


def as_words(value: str) -> tuple[str, ...]:
    """Return the words of the parameter, each once."""
    return tuple(dict.fromkeys(word for part in _BETWEEN.split(value) if (word := part.strip())))
