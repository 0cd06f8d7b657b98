"""Phrases that speak for a class, as people write them down."""

from collections.abc import Sequence

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_PHRASE = ErrorKind(
    "behaviour.bad_phrase",
    text("无法理解“{given}”。", "This cannot be read: {given}"),
    text("请写成 类别=短语；类别有：{labels}", "Write CLASS=PHRASE; the classes are: {labels}"),
)


def phrases(given: Sequence[str], labels: Sequence[str]) -> list[tuple[str, str]]:
    """Return class and phrase of each ``CLASS=PHRASE``.

    Raises:
        InkstoneError: ``behaviour.bad_phrase``.
    """
    found = []
    for item in given:
        label, equals, phrase = item.partition("=")
        if not equals or label not in labels or not phrase.strip():
            raise BAD_PHRASE(at="added", given=item[:80], labels=", ".join(labels))
        found.append((label, phrase.strip()))
    return found
