"""The readable report of an evaluation of several labels a text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.label_rows import LabelRows

_FIGURES = {
    "micro_f1": text("微平均 F1", "Micro F1"),
    "macro_f1": text("宏平均 F1", "Macro F1"),
    "micro_precision": text("精确率", "Precision"),
    "micro_recall": text("召回率", "Recall"),
    "p_at_1": text("P@1", "P@1"),
    "p_at_3": text("P@3", "P@3"),
    "p_at_5": text("P@5", "P@5"),
    "r_at_5": text("R@5", "R@5"),
    "ndcg_at_5": text("nDCG@5", "nDCG@5"),
    "coverage": text("覆盖误差（排到第几位才含全部标签）", "Coverage error (how deep all labels lie)"),
    "label_coverage": text("至少命中一次的标签占比", "Labels found at least once"),
    "exact_texts": text("全对的文本", "Texts all right"),
    "rows": text("行数", "Rows"),
}
EXAMPLES = 30


def label_report(figures: Mapping[str, Any], rows: "LabelRows", found: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the report of what ``evaluate.multilabel`` measured."""
    values = figures["values"]
    facts = [[_plain(title), _fact(name, values[name])] for name, title in _FIGURES.items() if name in values]
    return {
        "title": _plain(text("多标签评估", "Labels")),
        "sections": [
            {"title": _plain(text("总览", "Summary")), "kind": "facts", "facts": facts},
            _per_label(figures),
            _examples(rows, found),
        ],
    }


def _fact(name: str, value: float) -> str:
    if name == "rows":
        return f"{value:,.0f}"
    return f"{value:.2f}" if name == "coverage" else f"{value:.1%}"


def _plain(words: Text) -> dict[str, str]:
    return words.model_dump()


def _per_label(figures: Mapping[str, Any]) -> dict[str, Any]:
    columns = [
        text("标签", "Label"),
        text("精确率", "Precision"),
        text("召回率", "Recall"),
        text("F1", "F1"),
        text("行数", "Rows"),
    ]
    order = sorted(figures["per_class"], key=lambda item: -item["support"])
    rows = [
        [item["label"], *(f"{item[name]:.1%}" for name in ("precision", "recall", "f1")), item["support"]]
        for item in order
    ]
    title = _plain(text("每个标签", "Each label"))
    return {"title": title, "kind": "table", "columns": [_plain(item) for item in columns], "rows": rows}


def _examples(rows: "LabelRows", found: Sequence[Sequence[str]]) -> dict[str, Any]:
    shown = [
        [content[:200], "、".join(true), "、".join(given)]
        for content, true, given in zip(rows.texts, rows.labels, found, strict=True)
        if set(true) != set(given)
    ][:EXAMPLES]
    columns = [text("文本", "Text"), text("人工标签", "By people"), text("模型给出", "The model says")]
    title = _plain(text("不一致的例子", "Where they differ"))
    return {"title": title, "kind": "table", "columns": [_plain(item) for item in columns], "rows": shown}
