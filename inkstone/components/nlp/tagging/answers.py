"""The answer of a tagging model: one stable schema for categories, labels, keywords and entities."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from inkstone.components.nlp.tagging.entities import Entity


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Ranked(_Part):
    """A class or label with its probability."""

    pred: str
    prob: float


class Keyword(_Part):
    """A keyword: the higher its score, the more it says about the text.

    Attributes:
        word: As it stands in the text; one that does not stand there, as people mostly write it.
        score: From 0 to 1; comparable within one text.
        spans: Where it stands: start and end (not included) of each occurrence, in characters of the text. Empty for
            keywords that people give to such texts, but that do not stand in this one.
    """

    word: str
    score: float
    spans: list[tuple[int, int]] = []


class FoundEntity(_Part):
    """An entity: ``text[start:end]`` of the text that was asked about."""

    text: str
    label: str
    start: int
    end: int
    prob: float


class TagAnswer(_Part):
    """What a model says about one text; a part that it does not give is null.

    Attributes:
        category: The classes of a single-label model, best first.
        labels: The labels of a multi-label model that reach their thresholds, best first.
        keywords: Keywords, best first.
        entities: Entities in the order of the text.
    """

    category: list[Ranked] | None = None
    labels: list[Ranked] | None = None
    keywords: list[Keyword] | None = None
    entities: list[FoundEntity] | None = None


def found_entities(text: str, entities: Iterable[Entity]) -> list[FoundEntity]:
    """Return entities with the words that they stand for."""
    return [
        FoundEntity(
            text=text[item.start : item.end],
            label=item.label,
            start=item.start,
            end=item.end,
            prob=round(item.score, 6),
        )
        for item in entities
    ]


def occurrences(text: str, word: str, most: int = 100) -> list[tuple[int, int]]:
    """Return where a word stands in a text."""
    spans: list[tuple[int, int]] = []
    place = text.find(word) if word else -1
    while place >= 0 and len(spans) < most:
        spans.append((place, place + len(word)))
        place = text.find(word, place + len(word))
    return spans
