"""The readable report of an evaluation of entities."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.entities import Entity
    from inkstone.components.nlp.tagging.entity_rows import EntityRows

_FIGURES = {
    "micro_f1": text("实体 F1", "Entity F1"),
    "micro_precision": text("精确率", "Precision"),
    "micro_recall": text("召回率", "Recall"),
    "macro_f1": text("各类型平均 F1", "Mean F1 of the types"),
    "seqeval_f1": text("seqeval 的 F1", "F1 by seqeval"),
    "exact_texts": text("全对的文本", "Texts all right"),
    "rows": text("行数", "Rows"),
}
_MISTAKES = {
    "right": text("正确", "Right"),
    "other_borders": text("边界不对", "Other borders"),
    "other_type": text("类型不对", "Another type"),
    "missed": text("漏掉", "Missed"),
    "invented": text("多报", "Invented"),
}
EXAMPLES = 30


def entity_report(
    figures: Mapping[str, Any], rows: "EntityRows", found: "Sequence[Sequence[Entity]]"
) -> dict[str, Any]:
    """Return the report of what ``evaluate.sequence_labelling`` measured."""
    return {
        "title": _plain(text("实体评估", "Entities")),
        "sections": [_summary(figures), _per_type(figures), _mistakes(figures), _examples(rows, found)],
    }


def _plain(words: Text) -> dict[str, str]:
    return words.model_dump()


def _summary(figures: Mapping[str, Any]) -> dict[str, Any]:
    values = figures["values"]
    facts = [[_plain(title), round(values[name], 4)] for name, title in _FIGURES.items() if name in values]
    return {"title": _plain(text("总览", "Summary")), "kind": "facts", "facts": facts}


def _per_type(figures: Mapping[str, Any]) -> dict[str, Any]:
    columns = [
        text("类型", "Type"),
        text("精确率", "Precision"),
        text("召回率", "Recall"),
        text("F1", "F1"),
        text("人工标注", "Marked by people"),
        text("模型找到", "Found"),
    ]
    rows = [
        [
            item["label"],
            *(round(item[name], 4) for name in ("precision", "recall", "f1")),
            item["support"],
            item["found"],
        ]
        for item in figures["per_class"]
    ]
    title = _plain(text("每个类型", "Each type"))
    return {"title": title, "kind": "table", "columns": [_plain(item) for item in columns], "rows": rows}


def _mistakes(figures: Mapping[str, Any]) -> dict[str, Any]:
    facts = [[_plain(title), figures["mistakes"][name]] for name, title in _MISTAKES.items()]
    return {"title": _plain(text("对与错", "Right and wrong")), "kind": "facts", "facts": facts}


def _examples(rows: "EntityRows", found: "Sequence[Sequence[Entity]]") -> dict[str, Any]:
    shown = []
    for content, true, guessed in zip(rows.texts, rows.entities, found, strict=True):
        first = {(item.start, item.end, item.label) for item in true}
        second = {(item.start, item.end, item.label) for item in guessed}
        if first != second:
            shown.append([content[:200], _listed(content, first - second), _listed(content, second - first)])
        if len(shown) == EXAMPLES:
            break
    columns = [text("文本", "Text"), text("漏掉或不同", "Missed or other"), text("模型给出", "The model says")]
    title = _plain(text("错例", "Examples of mistakes"))
    return {"title": title, "kind": "table", "columns": [_plain(item) for item in columns], "rows": shown}


def _listed(content: str, spans: set[tuple[int, int, str]]) -> str:
    return "；".join(f"{content[start:end][:40]} [{label}]" for start, end, label in sorted(spans))
