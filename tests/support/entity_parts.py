"""Small texts with entities, written for the tests."""

import json
from pathlib import Path
from typing import Any

from component_context import make_table

from inkstone.components.artifacts import Table

PEOPLE = ["王小明", "李华", "赵大海", "Anna Lee"]
PLACES = ["北京", "上海浦东", "青石镇", "Rome"]
FRAMES = [
    "{person}昨天去了{place}。",
    "{place}的{person}来电话了",
    "听说{person}住在{place}附近",
    "{person}和朋友在{place}吃饭，很开心！",
]


def marked(text: str, *words: tuple[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """Return a text with the entities given as word and type."""
    spans = [{"start": text.index(word), "end": text.index(word) + len(word), "label": label} for word, label in words]
    return text, spans


def entity_rows(count: int = 48) -> tuple[list[str], list[str]]:
    """Return texts and entity cells."""
    texts, cells = [], []
    for number in range(count):
        person, place = PEOPLE[number % 4], PLACES[number // 4 % 4]
        frame = FRAMES[number // 16 % 4]
        text, spans = marked(frame.format(person=person, place=place), (person, "人名"), (place, "地名"))
        texts.append(text)
        cells.append(json.dumps(spans, ensure_ascii=False))
    return texts, cells


def entity_table(folder: Path, texts: list[str] | None = None, cells: list[Any] | None = None) -> Table:
    """Write a table with the roles text and entities."""
    if texts is None:
        texts, cells = entity_rows()
    return make_table(folder, {"text": texts, "entities": cells or []}, {"text": "text", "entities": "entities"})
