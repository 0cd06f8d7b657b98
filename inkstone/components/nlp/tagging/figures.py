"""Figures of entities: an entity counts when start, end and type are right, as in CoNLL."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from inkstone.components.nlp.tagging.entities import Entity, overlap
from inkstone.components.nlp.tagging.schemes import encode_spans


def _key(item: Entity) -> tuple[int, int, str]:
    return item.start, item.end, item.label


def entity_figures(true: Sequence[Sequence[Entity]], found: Sequence[Sequence[Entity]]) -> dict[str, float]:
    """Return micro and macro figures: ``precision = right / found``, ``recall = right / true``, ``F1 = 2pr / (p + r)``.

    ``micro_f1`` counts all entities together (the usual entity F1); ``macro_f1`` is the mean over the types.
    """
    kinds = per_type(true, found)
    right, given, wanted = (sum(item[name] for item in kinds) for name in ("right", "found", "support"))
    precision, recall, f1 = _figures(right, given, wanted)
    texts = [
        {_key(item) for item in first} == {_key(item) for item in second}
        for first, second in zip(true, found, strict=True)
    ]
    return {
        "micro_f1": f1,
        "micro_precision": precision,
        "micro_recall": recall,
        "macro_f1": sum(item["f1"] for item in kinds) / len(kinds) if kinds else 0.0,
        "exact_texts": sum(texts) / len(texts) if texts else 0.0,
    }


def per_type(true: Sequence[Sequence[Entity]], found: Sequence[Sequence[Entity]]) -> list[dict[str, Any]]:
    """Return precision, recall, F1, and counts of each type that occurs, sorted by name."""
    right: Counter[str] = Counter()
    given: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for first, second in zip(true, found, strict=True):
        keys, other = {_key(item) for item in first}, {_key(item) for item in second}
        wanted.update(label for _, _, label in keys)
        given.update(label for _, _, label in other)
        right.update(label for _, _, label in keys & other)
    rows = []
    for label in sorted(set(wanted) | set(given)):
        precision, recall, f1 = _figures(right[label], given[label], wanted[label])
        rows.append(
            {
                "label": label,
                "precision": precision,
                "recall": recall,
                "f1": f1,
                "right": right[label],
                "found": given[label],
                "support": wanted[label],
            }
        )
    return rows


def mistakes(true: Sequence[Sequence[Entity]], found: Sequence[Sequence[Entity]]) -> dict[str, int]:
    """Count what went wrong: another type, other borders, missed, invented."""
    counts: Counter[str] = Counter(right=0, other_type=0, other_borders=0, missed=0, invented=0)
    for first, second in zip(true, found, strict=True):
        keys, other = {_key(item) for item in first}, {_key(item) for item in second}
        counts["right"] += len(keys & other)
        for start, end, label in keys - other:
            near = [item for item in other if item[0] < end and item[1] > start]
            if any(item[:2] == (start, end) for item in near):
                counts["other_type"] += 1
            elif any(item[2] == label for item in near):
                counts["other_borders"] += 1
            else:
                counts["missed"] += 1
        counts["invented"] += sum(
            not any(item[0] < end and item[1] > start for item in keys) for start, end, _ in other - keys
        )
    return dict(counts)


def seqeval_f1(
    texts: Sequence[str], true: Sequence[Sequence[Entity]], found: Sequence[Sequence[Entity]]
) -> float | None:
    """Return what seqeval says over BIO tags of characters; None where entities overlap, which tags cannot express."""
    if any(overlap(sorted(item)) for item in [*true, *found]):
        return None
    from seqeval.metrics import f1_score

    def tagged(rows: Sequence[Sequence[Entity]]) -> list[list[str]]:
        return [
            encode_spans([_key(item) for item in row], len(text), "bio") for text, row in zip(texts, rows, strict=True)
        ]

    return float(f1_score(tagged(true), tagged(found), zero_division=0))


def _figures(right: int, found: int, wanted: int) -> tuple[float, float, float]:
    precision, recall = right / found if found else 0.0, right / wanted if wanted else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0
