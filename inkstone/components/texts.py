"""A text in the two languages that Inkstone speaks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]


class Text(BaseModel):
    """One text in Chinese and in English.

    Attributes:
        zh: The Chinese text.
        en: The English text.
    """

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Return the text with ``{name}`` slots filled in both languages; a value that is a text is filled in its own."""
        zh, en = ({name: _said(value, language) for name, value in values.items()} for language in ("zh", "en"))
        return Text(zh=self.zh.format(**zh), en=self.en.format(**en))


def _said(value: object, language: str) -> object:
    return value.in_language("zh" if language == "zh" else "en") if isinstance(value, Text) else value


def text(zh: str, en: str) -> Text:
    """Shorthand for ``Text(zh=..., en=...)``."""
    return Text(zh=zh, en=en)
