"""What a policy would do on rows with known classes: counts of each class, and what it costs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.nlp.metrics import membership
from inkstone.components.nlp.risk.policy import ACTIONS, ClassPolicy, Goal, Policy, Verdict, choose_thresholds, judge
from inkstone.components.nlp.risk.thresholds import NEVER, Costs, at_precision, at_recall, candidates, mean_cost

_CURVE_POINTS = 200


class ClassCounts(BaseModel):
    """Rows of one class against all others: what is decided for it, rightly or not.

    Attributes:
        label: The class.
        hits: Of the class and decided for it (TP).
        false_alarms: Of another class and decided for it (FP).
        missed: Of the class and not decided for it (FN).
        rest: Neither (TN).
        reviewed: Rows of the class that a person sees.
        precision: ``hits / (hits + false_alarms)``; None where nothing is decided for it.
        recall: ``hits / (hits + missed)``; None where there is no row of it.
    """

    model_config = ConfigDict(frozen=True)

    label: str
    hits: int
    false_alarms: int
    missed: int
    rest: int
    reviewed: int
    precision: float | None
    recall: float | None


class Trial(BaseModel):
    """A policy on rows.

    Attributes:
        rows: How many.
        passed: Rows that pass; where no class is harmless, rows whose class stands.
        reviewed: Rows that a person sees.
        blocked: Rows that are blocked.
        right: Share of the rows decided without a person that are decided rightly; None where there are none.
        cost: Mean cost of a row.
        total_cost: Cost of all rows.
        classes: Counts of each class.
    """

    model_config = ConfigDict(frozen=True)

    rows: int
    passed: int
    reviewed: int
    blocked: int
    right: float | None
    cost: float
    total_cost: float
    classes: list[ClassCounts]


def trial(policy: Policy, labels: Sequence[str], scores: "np.ndarray", true: "np.ndarray", costs: Costs) -> Trial:
    """Return what a policy does on rows; the code that decides is the one that serves.

    With a harmless class, a miss is a harmful text that passes and a wrong is a harmless text that is blocked. Without one, a
    wrong is a class that stands and is not the true one; nothing can be missed. Where a text may be of several classes, it is
    blocked for each whose threshold it reaches, and blocked rightly when the first of them is one of its own.

    Args:
        policy: The policy.
        labels: Class names.
        scores: Shape (rows, classes).
        true: Class numbers, -1 for a class that the model does not know; or which row is of which class, shape (rows, classes).
        costs: Of a miss, a wrong decision, and a review.
    """
    members = membership(true, len(labels))
    verdicts = [judge(policy, labels, row, [], 0) for row in scores]
    actions = np.array([ACTIONS.index(item.action) for item in verdicts])
    about = np.array([labels.index(item.label) for item in verdicts])
    about_right = members[np.arange(len(true)), about]
    if policy.safe is None:
        decided, right = actions == 0, about_right
        price = (costs.wronged * (decided & ~right) + costs.reviewed * (actions == 1)).sum() / max(1, len(true))
    else:
        safe = labels.index(policy.safe)
        harmless = members[:, safe]
        decided, right = actions != 1, np.where(actions == 2, about_right, harmless)
        price = mean_cost(actions, ~harmless, costs)
    standing = [_standing(policy, item) for item in verdicts]
    classes = [
        _counts(label, np.array([label in item for item in standing], bool), members[:, number], actions == 1)
        for number, label in enumerate(labels)
        if label != policy.safe
    ]
    return Trial(
        rows=len(true),
        passed=int((actions == 0).sum()),
        reviewed=int((actions == 1).sum()),
        blocked=int((actions == 2).sum()),
        right=float(right[decided].mean()) if decided.any() else None,
        cost=float(price),
        total_cost=float(price) * len(true),
        classes=classes,
    )


def _standing(policy: Policy, verdict: Verdict) -> set[str]:
    """Return the classes that are decided for without a person."""
    if policy.several:
        return {item.label for item in verdict.by_model if item.action == "block"}
    return {verdict.label} if verdict.action == ("pass" if policy.safe is None else "block") else set()


def _counts(label: str, decided: "np.ndarray", of_class: "np.ndarray", reviewed: "np.ndarray") -> ClassCounts:
    hits, false_alarms = int((decided & of_class).sum()), int((decided & ~of_class).sum())
    missed = int((~decided & of_class).sum())
    return ClassCounts(
        label=label,
        hits=hits,
        false_alarms=false_alarms,
        missed=missed,
        rest=len(decided) - hits - false_alarms - missed,
        reviewed=int((reviewed & of_class).sum()),
        precision=hits / (hits + false_alarms) if hits + false_alarms else None,
        recall=hits / (hits + missed) if hits + missed else None,
    )


def suggested(  # noqa: PLR0917 - as choose_thresholds
    labels: Sequence[str],
    scores: "np.ndarray",
    true: "np.ndarray",
    safe: str | None,
    goal: Goal,
    wished: float,
    costs: Costs,
    several: bool = False,
) -> dict[str, ClassPolicy]:
    """Return thresholds for a goal: those of ``text.decision_policy``; without a harmless class, one threshold a class.

    Without a harmless class, ``precision`` and ``recall`` are those of the class among the rows where it is best, and ``cost``
    reviews a row as soon as the expected cost of a wrong decision is higher (Chow 1970), measured on the rows.
    """
    if safe is not None:
        return choose_thresholds(
            scores, true, labels, safe=safe, goal=goal, wished=wished, review_recall=0.95, costs=costs, per_class={},
            several=several,
        )  # fmt: skip
    best = scores.argmax(axis=1)
    found = {}
    for number, label in enumerate(labels):
        mine = best == number
        own, right = scores[mine, number], (true == number)[mine]
        found[label] = ClassPolicy(accept=_accepted_from(own, right, goal, wished, costs))
    return found


def _accepted_from(own: "np.ndarray", right: "np.ndarray", goal: Goal, wished: float, costs: Costs) -> float:
    if not len(own):
        return 0.0
    if goal == "cost":
        tried = [0.0, *candidates(own).tolist(), NEVER]
        prices = [
            float(costs.wronged * (~right & (own >= at)).sum() + costs.reviewed * (own < at).sum()) for at in tried
        ]
        chosen = float(tried[int(np.argmin(prices))])
    elif goal == "recall":
        chosen = at_recall(own, right, wished) if right.any() else NEVER
    else:
        chosen = at_precision(own, right, wished)
    return round(float(chosen), 6)


def curve_of(scores: "np.ndarray", is_class: "np.ndarray") -> dict[str, Any]:
    """Return precision and recall of one class over its threshold, at most two hundred points, and its average precision."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    if not is_class.any():
        return {"precision": [], "recall": [], "threshold": [], "average_precision": None}
    precision, recall, threshold = precision_recall_curve(is_class, scores)
    places = np.unique(np.linspace(0, len(threshold) - 1, _CURVE_POINTS).round().astype(int))
    return {
        "precision": precision[places].round(5).tolist(),
        "recall": recall[places].round(5).tolist(),
        "threshold": threshold[places].round(6).tolist(),
        "average_precision": float(average_precision_score(is_class, scores)),
    }
