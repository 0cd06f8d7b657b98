"""The readable report of a classification evaluation."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.texts import Text, text

_FIGURES = {
    "accuracy": text("准确率", "Accuracy"),
    "macro_f1": text("宏平均 F1", "Macro F1"),
    "micro_f1": text("微平均 F1", "Micro F1"),
    "weighted_f1": text("加权 F1", "Weighted F1"),
    "macro_roc_auc": text("平均 ROC 面积", "Mean ROC area"),
    "ece": text("校准误差（ECE）", "Calibration error (ECE)"),
    "rows": text("行数", "Rows"),
}


def classification_report(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of what ``evaluate.classification`` measured."""
    return {
        "title": _plain(text("分类评估", "Classification")),
        "sections": [
            _summary(figures),
            _per_class(figures),
            _confusion(figures),
            _curves(figures),
            _calibration(figures),
        ],
    }


def _plain(words: Text) -> dict[str, str]:
    return words.model_dump()


def _section(title: Text, kind: str, **content: Any) -> dict[str, Any]:
    return {"title": _plain(title), "kind": kind, **content}


def _summary(figures: Mapping[str, Any]) -> dict[str, Any]:
    values = figures["values"]
    facts = [[_plain(title), round(values[name], 4)] for name, title in _FIGURES.items() if name in values]
    return _section(text("总览", "Summary"), "facts", facts=facts)


def _per_class(figures: Mapping[str, Any]) -> dict[str, Any]:
    columns = [
        text("类别", "Class"),
        text("精确率", "Precision"),
        text("召回率", "Recall"),
        text("F1", "F1"),
        text("行数", "Rows"),
    ]
    rows = [
        [item["label"], round(item["precision"], 4), round(item["recall"], 4), round(item["f1"], 4), item["support"]]
        for item in figures["per_class"]
    ]
    return _section(text("每个类别", "Each class"), "table", columns=[_plain(item) for item in columns], rows=rows)


def _confusion(figures: Mapping[str, Any]) -> dict[str, Any]:
    labels = figures["confusion"]["labels"]
    figure = {
        "data": [
            {
                "type": "heatmap",
                "x": labels,
                "y": labels,
                "z": figures["confusion"]["matrix"],
                "texttemplate": "%{z}" if len(labels) <= 30 else "",
                "colorscale": "Blues",
                "showscale": False,
            }
        ],
        "layout": {"xaxis": {"type": "category"}, "yaxis": {"type": "category", "autorange": "reversed"}},
    }
    title = text("混淆矩阵（行：真实，列：预测）", "Confusion matrix (row: true, column: predicted)")
    return _section(title, "figure", figure=figure)


def _curves(figures: Mapping[str, Any]) -> dict[str, Any]:
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{curve['label']} ({curve['average_precision']:.3f})",
            "x": curve["pr"]["x"],
            "y": curve["pr"]["y"],
        }
        for curve in figures["curves"]
    ]
    layout = {"xaxis": {"title": {"text": "recall"}, "range": [0, 1]}, "yaxis": {"title": {"text": "precision"}}}
    title = text("精确率–召回率曲线（平均精度）", "Precision-recall curves (average precision)")
    return _section(title, "figure", figure={"data": lines, "layout": layout})


def _calibration(figures: Mapping[str, Any]) -> dict[str, Any]:
    bins = figures["calibration"]["bins"]
    measured = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [item["confidence"] for item in bins],
        "y": [item["accuracy"] for item in bins],
        "text": [str(item["rows"]) for item in bins],
        "showlegend": False,
    }
    ideal = {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "line": {"dash": "dot"}, "showlegend": False}
    layout = {"xaxis": {"title": {"text": "confidence"}}, "yaxis": {"title": {"text": "accuracy"}}}
    title = text("校准：模型的把握与实际正确率", "Calibration: confidence against accuracy")
    return _section(title, "figure", figure={"data": [ideal, measured], "layout": layout})
