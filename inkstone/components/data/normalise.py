"""Normalises texts: width, spaces, emoji, HTML, control and zero-width characters. The same at training and at prediction."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

ORIGIN_KEY = "normalised"
"""Under this key ``TableInfo.origin`` keeps the options as JSON, so that prediction can treat texts alike."""
EVASION_KEY = "evasion"
"""Under this key of that JSON stand the rules that ``text.normalise`` applied after cleaning."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Punctuation that Chinese text sets in full width stays: ！（），：；？ carry meaning for models trained on Chinese.
_HALF_WIDTH = {code: half for code, half in _WIDE.items() if chr(code) not in "！（），：；？～"} | {0x3000: 0x20}
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]"
)
_INSIDE_EMOJI = re.compile(
    "(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
)
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b[^>]*>.*?</\1\s*>|</?(?:a|abbr|article|aside|b|big|blockquote|body|br|button|center|code|dd|del|div|dl|dt|em|"
    r"font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|mark|meta|nav|ol|option|p|pre|q|"
    r"s|section|select|small|span|strike|strong|sub|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.I | re.S,
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class TextOptions:
    """What is done to a text.

    Attributes:
        width: Full-width letters, digits and signs become half-width (Chinese punctuation stays).
        spaces: Runs of white space and line breaks become one space, none at the ends.
        emoji: Kept, removed, or written as words such as ``[笑哭]``.
        html: Tags go, entities such as ``&amp;`` become characters.
        invisible: Control and zero-width characters go; the joiners inside emoji stay.
        emoji_language: Language of the emoji's words.
    """

    width: bool = True
    spaces: bool = True
    emoji: Literal["keep", "remove", "describe"] = "keep"
    html: bool = True
    invisible: bool = True
    emoji_language: Literal["zh", "en"] = "zh"

    def to_json(self) -> str:
        """Return the options as JSON."""
        return json.dumps(asdict(self), sort_keys=True)


@dataclass
class Normaliser:
    """Applies the options and counts what it changed.

    Attributes:
        options: What to do.
        changed: Step to number of texts it changed.
        examples: Step to the first few (before, after).
    """

    options: TextOptions
    changed: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, options: str | None) -> Callable[[str], str] | None:
        """Return what ``data.clean`` and ``text.normalise`` did to a table (its ``origin[ORIGIN_KEY]``), or None."""
        data: dict[str, Any] = json.loads(options) if options else {}
        evasion = data.pop(EVASION_KEY, None)
        clean = cls(TextOptions(**data)) if data else None
        if evasion is None:
            return clean
        from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions

        undo = EvasionNormaliser(EvasionOptions.from_data(evasion))
        return (lambda text: undo(clean(text))) if clean else undo

    def __call__(self, text: str) -> str:
        """Return the normalised text."""
        options = self.options
        if options.html and ("<" in text or "&" in text):
            text = self._note("html", text, _without_html(text))
        if options.invisible and not text.isprintable():
            text = self._note("invisible", text, _without_invisible(text))
        if options.width and not text.isascii():
            text = self._note("width", text, text.translate(_HALF_WIDTH))
        if options.emoji != "keep" and not text.isascii():
            text = self._note("emoji", text, self._emoji(text))
        if options.spaces:
            text = self._note("spaces", text, _SPACES.sub(" ", text).strip())
        return text

    def _emoji(self, text: str) -> str:
        import emoji

        if self.options.emoji == "remove":
            return emoji.replace_emoji(text, "")
        return emoji.demojize(text, delimiters=("[", "]"), language=self.options.emoji_language)

    def _note(self, step: str, before: str, after: str) -> str:
        if before != after:
            self.changed[step] = self.changed.get(step, 0) + 1
            examples = self.examples.setdefault(step, [])
            if len(examples) < 3:
                examples.append((before[:200], after[:200]))
        return after


def with_evasion(options: str | None, evasion: dict[str, bool] | None) -> str:
    """Return the JSON of what was done to a table, with the rules of ``text.normalise`` set; None keeps nothing of them."""
    data = json.loads(options) if options else {}
    data.pop(EVASION_KEY, None)
    return json.dumps(data if evasion is None else data | {EVASION_KEY: evasion}, sort_keys=True)


def _without_html(text: str) -> str:
    # Again until nothing changes (``&amp;lt;``): cleaning a clean text must leave it alone.
    for _ in range(4):
        before, text = text, html.unescape(_TAG.sub(" ", text))
        if before == text:
            break
    return text


def _without_invisible(text: str) -> str:
    joiner = "\ue000"  # private use: stands for a joiner inside an emoji meanwhile
    kept = _INSIDE_EMOJI.sub(joiner, text) if "\u200d" in text else text
    return _INVISIBLE.sub("", kept).replace(joiner, "\u200d") if kept is not text else _INVISIBLE.sub("", text)
