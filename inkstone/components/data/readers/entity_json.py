"""Entities in JSON: CLUENER, doccano, Label Studio, lists of tags, and lists of spans under other names.

Each becomes the column ``entities``: a JSON list of ``{"start", "end", "label"}`` in characters, the end not included.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from inkstone.components.data.readers.entity_text import as_row
from inkstone.components.nlp.tagging.entities import Entity, write_entities

Row = dict[str, Any]
SAMPLE_ROWS = 500
_SPAN_KEYS = ("entities", "label", "labels", "spans", "ner", "annotations")
_STARTS = ("start", "start_offset", "start_idx", "begin", "start_pos")
_ENDS = ("end", "end_offset", "end_idx", "end_pos")
_LABELS = ("label", "labels", "type", "entity_type", "entity_group", "tag")
_WORDS = ("text", "entity", "word", "name", "mention")
_TAG_KEYS = ("ner_tags", "tags", "labels", "label", "bio")
_NOISE = {"comments", "relations", "relation_suggestions", "entity_suggestions"}
_TEXT_KEYS = ("text", "sentence", "content", "originalText")


def with_entities(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows as they are, or with their entities in one column where the first rows hold entities."""
    source = iter(rows)
    first = list(islice(source, SAMPLE_ROWS))
    convert = next((form for test, form in _FORMS if any(test(row) for row in first)), None)
    every = chain(first, source)
    return every if convert is None else (convert(row) for row in every)


def _text_of(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in _TEXT_KEYS if isinstance(row.get(key), str)), "")


def _is_cluener(row: Row) -> bool:
    label = row.get("label")
    return isinstance(label, dict) and any(isinstance(words, dict) for words in label.values())


def _from_cluener(row: Row) -> Row:
    """``{"label": {type: {words: [[first, last], ...]}}}``, the last character included."""
    label = row.get("label")
    spans = [
        Entity(int(first), int(last) + 1, str(kind))
        for kind, words in (label.items() if isinstance(label, dict) else ())
        for places in words.values()
        for first, last in places
    ]
    rest = {key: value for key, value in row.items() if key != "label"}
    return rest | {"entities": write_entities(sorted(spans))}


def _is_label_studio(row: Row) -> bool:
    results = [part for item in _dicts(row.get("annotations")) for part in _dicts(item.get("result"))]
    return isinstance(row.get("data"), dict) and any(isinstance(part.get("value"), dict) for part in results)


def _from_label_studio(row: Row) -> Row:
    """A task of Label Studio's JSON export; a task that nobody finished has no say about its entities."""
    data: Any = row.get("data")
    made: Row = {key: value for key, value in (data or {}).items() if not isinstance(value, dict | list)}
    finished = [item for item in _dicts(row.get("annotations")) if not item.get("was_cancelled")]
    if not finished:
        return made | {"entities": None}
    spans, choices = [], []
    for part in _dicts(finished[-1].get("result")):
        value = part.get("value") or {}
        if "start" in value and "labels" in value:
            spans += [Entity(int(value["start"]), int(value["end"]), str(label)) for label in value["labels"]]
        choices += [str(choice) for choice in value.get("choices", [])]
    return made | {"entities": write_entities(sorted(spans))} | ({"label": choices[0]} if choices else {})


def _is_triples(row: Row) -> bool:
    return _span_key(row, _triple) is not None


def _from_triples(row: Row) -> Row:
    """doccano: ``[[start, end, label], ...]``."""
    return _moved(row, [Entity(int(item[0]), int(item[1]), str(item[2])) for item in _listed(row, _triple)])


def _is_spans(row: Row) -> bool:
    return _span_key(row, _span) is not None


def _from_spans(row: Row) -> Row:
    """Lists of objects that name a start, an end and a type; the end counts as included where the given words say so."""
    content = _text_of(row)
    spans = []
    for item in _listed(row, _span):
        start, end = int(_first(item, _STARTS)), int(_first(item, _ENDS))
        words = _first(item, _WORDS)
        if isinstance(words, str) and content[start:end] != words and content[start : end + 1] == words:
            end += 1
        label = _first(item, _LABELS)
        spans += [Entity(start, end, str(name)) for name in (label if isinstance(label, list) else [label])]
    return _moved(row, spans)


def _is_tags(row: Row) -> bool:
    return _tag_key(row) is not None


def _from_tags(row: Row) -> Row:
    """Tokens (or the characters of a text) beside a list of BIO tags."""
    key = _tag_key(row)
    if key is None:
        return row
    tokens: list[Any] = row.get("tokens") or row.get("words") or row.get("text") or []
    text, cell = as_row([str(token) or " " for token in tokens], [str(tag) for tag in row[key]])
    dropped = {key, "tokens", "words", "text"}
    content = _text_of(row)
    kept = {name: value for name, value in row.items() if name not in dropped}
    # A text given as it is keeps its spaces: its characters are the tokens.
    if content and len(content) == len(row[key]):
        from inkstone.components.nlp.tagging.schemes import decode_tags

        text, cell = content, write_entities([Entity(*span) for span in decode_tags([str(tag) for tag in row[key]])])
    return {"text": text, "entities": cell} | kept


def _tag_key(row: Row) -> str | None:
    for key in _TAG_KEYS:
        tags = row.get(key)
        if not isinstance(tags, list) or not tags or not all(isinstance(tag, str) for tag in tags):
            continue
        tokens = row.get("tokens") or row.get("words") or row.get("text")
        marks = [tag for tag in tags if tag == "O" or tag[:2] in {"B-", "I-", "E-", "S-", "M-"}]
        if len(marks) == len(tags) and isinstance(tokens, list | str) and len(tokens) == len(tags):
            return key
    return None


def _triple(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 3 and all(isinstance(part, int) for part in item[:2])


def _span(item: Any) -> bool:
    return isinstance(item, dict) and all(_first(item, names) is not None for names in (_STARTS, _ENDS, _LABELS))


def _span_key(row: Row, fits: Callable[[Any], bool]) -> str | None:
    for key in _SPAN_KEYS:
        items = row.get(key)
        if isinstance(items, list) and items and all(fits(item) for item in items):
            return key
    return None


def _listed(row: Row, fits: Callable[[Any], bool]) -> list[Any]:
    key = _span_key(row, fits)
    return row[key] if key else []


def _moved(row: Row, spans: list[Entity]) -> Row:
    """Put spans into ``entities``; the list that they came from goes, and so does an empty one."""
    gone = {
        key
        for key in _SPAN_KEYS
        if isinstance(row.get(key), list) and (not row[key] or not isinstance(row[key][0], str))
    }
    kept = {key: value for key, value in row.items() if key not in gone and _is_kept(key, value)}
    return kept | {"entities": write_entities(sorted(spans))}


def _is_kept(key: str, value: Any) -> bool:
    """Return whether a field stays: plain values and lists of texts do, relations and comments do not."""
    if isinstance(value, list):
        return key.casefold() not in _NOISE and all(isinstance(item, str) for item in value)
    return not isinstance(value, dict)


def _first(item: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((item[name] for name in names if item.get(name) is not None), None)


def _dicts(items: Any) -> list[dict[str, Any]]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


_FORMS: list[tuple[Callable[[Row], bool], Callable[[Row], Row]]] = [
    (_is_cluener, _from_cluener),
    (_is_label_studio, _from_label_studio),
    (_is_triples, _from_triples),
    (_is_spans, _from_spans),
    (_is_tags, _from_tags),
]
