"""Figures of decisions, and their pages for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from inkstone.components.nlp.metrics import membership
from inkstone.components.nlp.risk.policy import ACTIONS, Policy, judge
from inkstone.components.nlp.risk.thresholds import NEVER, Costs, mean_cost
from inkstone.components.texts import Text, text

_POINTS = 60
FIXED_PRECISIONS = (0.9, 0.95, 0.99)


def decision_figures(
    policy: Policy, labels: Sequence[str], scores: "np.ndarray", true: "np.ndarray", costs: Costs
) -> dict[str, Any]:
    """Return what the model's part of a policy does on rows with known classes.

    ``values``: shares blocked and reviewed, ``block_precision`` (blocked texts that are harmful), ``caught`` (harmful texts blocked
    or reviewed), ``cost``. ``per_class``: thresholds, precision and recall of block, recall with review. ``recall_at``: recall at
    fixed precision. ``cost_curve``: cost when every class is blocked from one score on.
    """
    verdicts = [judge(policy, labels, row, [], 0) for row in scores]
    actions = np.array([ACTIONS.index(item.action) for item in verdicts])
    about = about_of(labels, [(item.label, [(one.label, one.action) for one in item.by_model]) for item in verdicts])
    return figures_of(policy, labels, scores, true, costs, actions=actions, about=about)


def about_of(labels: Sequence[str], decided: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> "np.ndarray":
    """Return which decision is about which class, shape (rows, classes), bool.

    Args:
        labels: Class names.
        decided: For each row the class that the decision names, and the classes whose thresholds were reached, the worst first,
            with what each asks for: those that ask for the same as the first count as well.
    """
    found = np.zeros((len(decided), len(labels)), dtype=bool)
    for row, (label, reached) in enumerate(decided):
        meant = {label, *(name for name, action in reached if action == reached[0][1])}
        found[row] = [name in meant for name in labels]
    return found


def figures_of(
    policy: Policy,
    labels: Sequence[str],
    scores: "np.ndarray",
    true: "np.ndarray",
    costs: Costs,
    *,
    actions: "np.ndarray",
    about: "np.ndarray",
) -> dict[str, Any]:
    """Return the figures of decisions that were made: ``actions`` 0 pass, 1 review, 2 block; ``about`` as ``about_of`` gives it.

    ``true`` has class numbers, or tells which row is of which class.
    """
    safe = labels.index(policy.safe) if policy.safe is not None else -1
    true = membership(true, len(labels))
    harmful = ~true[:, safe] if policy.safe is not None else np.ones(len(true), dtype=bool)
    blocked = actions == 2
    values = {
        "blocked": float(blocked.mean()),
        "reviewed": float((actions == 1).mean()),
        "block_precision": _share(harmful[blocked]),
        "block_recall": _share(blocked[harmful]),
        "caught": _share((actions > 0)[harmful]),
        "wrongly_blocked": _share(blocked[~harmful]),
        "cost": mean_cost(actions, harmful, costs),
    }
    per_class = []
    for number, label in enumerate(labels):
        if number == safe:
            continue
        own, mine = blocked & about[:, number], true[:, number]
        limits = policy.classes.get(label)
        per_class.append(
            {
                "label": label,
                "review": limits.review if limits else NEVER,
                "block": limits.block if limits else NEVER,
                "block_precision": _share(mine[own]),
                "block_recall": _share(own[mine]),
                "caught": _share((actions > 0)[mine]),
                "blocked": int(own.sum()),
                "rows": int(mine.sum()),
            }
        )
    return {
        "values": {name: value for name, value in values.items() if value is not None},
        "per_class": per_class,
        "recall_at": _recall_at(labels, safe, scores, true),
        "cost_curve": _cost_curve(safe, scores, harmful, costs),
        "policy": policy.model_dump(mode="json"),
    }


def _share(part: "np.ndarray") -> float | None:
    return float(part.mean()) if len(part) else None


def _recall_at(labels: Sequence[str], safe: int, scores: "np.ndarray", true: "np.ndarray") -> list[dict[str, Any]]:
    from sklearn.metrics import precision_recall_curve

    found: list[dict[str, Any]] = []
    for number, label in enumerate(labels):
        mine = true[:, number]
        if number == safe or not mine.any():
            continue
        precision, recall, _ = precision_recall_curve(mine, scores[:, number])
        row: dict[str, Any] = {"label": label}
        for wished in FIXED_PRECISIONS:
            row[f"{wished:g}"] = float(recall[precision >= wished].max(initial=0.0))
        found.append(row)
    return found


def _cost_curve(safe: int, scores: "np.ndarray", harmful: "np.ndarray", costs: Costs) -> dict[str, list[float]]:
    danger = 1.0 - scores[:, safe]
    points = np.linspace(0.0, 1.0, _POINTS + 1)
    price = [mean_cost(np.where(danger >= point, 2, 0), harmful, costs) for point in points]
    return {"threshold": [round(float(point), 4) for point in points], "cost": [round(value, 6) for value in price]}


_VALUES = {
    "block_precision": text("拦截的精确率", "Precision of block"),
    "block_recall": text("拦截的召回率", "Recall of block"),
    "caught": text("拦截或复审的违规文本", "Harmful texts blocked or reviewed"),
    "wrongly_blocked": text("误拦的正常文本", "Harmless texts blocked"),
    "blocked": text("拦截比例", "Share blocked"),
    "reviewed": text("复审比例", "Share reviewed"),
    "cost": text("平均成本", "Mean cost"),
    "macro_f1": text("宏平均 F1", "Macro F1"),
    "rows": text("行数", "Rows"),
}


def policy_report(
    policy: Policy, figures: Mapping[str, Any], curves: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """Return the readable report of a policy's figures; ``curves`` are those of ``metrics.curves``."""
    values = figures["values"]
    facts = [[title.model_dump(), _fact(name, values[name])] for name, title in _VALUES.items() if name in values]
    sections = [
        _section(text("总览", "Summary"), "facts", facts=facts),
        _class_table(figures),
        _recall_table(figures),
        _cost_figure(figures),
    ]
    if curves:
        sections.append(_curves(policy, curves))
    return {"title": text("决策", "Decisions").model_dump(), "sections": sections}


def _section(title: Text, kind: str, **content: Any) -> dict[str, Any]:
    return {"title": title.model_dump(), "kind": kind, **content}


def _table(title: Text, columns: Sequence[Text], rows: list[list[Any]]) -> dict[str, Any]:
    return _section(title, "table", columns=[item.model_dump() for item in columns], rows=rows)


def _fact(name: str, value: float) -> str:
    if name == "rows":
        return f"{value:,.0f}"
    return f"{value:.3f}" if name == "cost" else _percent(value)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _threshold(value: float) -> str:
    return "–" if value >= NEVER else f"{value:.2f}"


def _class_table(figures: Mapping[str, Any]) -> dict[str, Any]:
    columns = (
        text("类别", "Class"),
        text("复审阈值", "Review from"),
        text("拦截阈值", "Block from"),
        text("拦截精确率", "Block precision"),
        text("拦截召回率", "Block recall"),
        text("含复审召回率", "Recall with review"),
        text("拦截数", "Blocked"),
        text("行数", "Rows"),
    )
    rows = [
        [
            item["label"],
            *(_threshold(item[name]) for name in ("review", "block")),
            *(_percent(item[name]) for name in ("block_precision", "block_recall", "caught")),
            item["blocked"],
            item["rows"],
        ]
        for item in figures["per_class"]
    ]
    return _table(text("每个类别的阈值", "Thresholds of each class"), columns, rows)


def _recall_table(figures: Mapping[str, Any]) -> dict[str, Any]:
    columns = [text("类别", "Class")]
    columns += [text(f"精确率 {value:.0%} 时", f"at precision {value:.0%}") for value in FIXED_PRECISIONS]
    rows = [
        [item["label"], *(_percent(item[f"{value:g}"]) for value in FIXED_PRECISIONS)] for item in figures["recall_at"]
    ]
    return _table(text("固定精确率下的召回率", "Recall at fixed precision"), columns, rows)


def _cost_figure(figures: Mapping[str, Any]) -> dict[str, Any]:
    curve = figures["cost_curve"]
    line = {"type": "scatter", "mode": "lines", "x": curve["threshold"], "y": curve["cost"], "showlegend": False}
    layout = {
        "xaxis": {"title": {"text": text("1 − 正常类概率 ≥", "1 − p(normal) ≥").model_dump()}},
        "yaxis": {"title": {"text": text("平均成本", "mean cost").model_dump()}, "rangemode": "tozero"},
    }
    return _section(
        text("成本曲线：一个总阈值，全部拦截", "Cost curve: one threshold for all, no review"),
        "figure",
        figure={"data": [line], "layout": layout},
    )


def _curves(policy: Policy, curves: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    lines = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": f"{curve['label']} ({curve['average_precision']:.3f})",
            "x": curve["pr"]["x"],
            "y": curve["pr"]["y"],
        }
        for curve in curves
        if curve["label"] != policy.safe
    ]
    names = {"xaxis": text("召回率", "recall"), "yaxis": text("精确率", "precision")}
    layout = {axis: {"title": {"text": name.model_dump()}, "range": [0, 1.02]} for axis, name in names.items()}
    title = text("精确率–召回率曲线（平均精度）", "Precision-recall curves (average precision)")
    return _section(title, "figure", figure={"data": lines, "layout": layout})
