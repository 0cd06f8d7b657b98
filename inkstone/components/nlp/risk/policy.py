"""The policy: thresholds of each class, and how word list and model are combined."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.nlp.lexicon.matching import Hit
from inkstone.components.nlp.metrics import membership
from inkstone.components.nlp.risk.errors import BAD_CLASS_GOAL, NO_SAFE_CLASS, UNKNOWN_SAFE_CLASS
from inkstone.components.nlp.risk.thresholds import NEVER, Costs, at_least_cost, at_precision, at_recall

Action = Literal["pass", "review", "block"]
ACTIONS: tuple[Action, ...] = ("pass", "review", "block")
Goal = Literal["precision", "recall", "cost"]
_SAFE_NAMES = (
    "正常", "不违规", "无风险", "合规", "安全", "normal", "ham", "safe", "ok", "none", "clean", "negative", "non-offensive", "not offensive", "other", "0",
)  # fmt: skip


class ClassPolicy(BaseModel):
    """What the score of one class does.

    Attributes:
        review: From this score on a person looks.
        block: From this score on the text is stopped.
        accept: Where no class stands for harmless texts: from this score on the class stands, below it a person looks.
    """

    model_config = ConfigDict(frozen=True)

    review: float = NEVER
    block: float = NEVER
    accept: float = 0.0


class Policy(BaseModel):
    """``policy.json`` of a model that decides.

    Attributes:
        safe: The class of harmless texts; None where there is none: then every class has a score from which on it stands.
        several: A text may be of several classes: each is held against its own thresholds, and the worst decides.
        classes: The other classes.
        goal: What the thresholds were chosen for.
        wished: The wished precision or recall.
        lexicon_veto: A word to block asks only for a review when the model is this sure that the text is harmless.
        contacts: What a contact or link does by itself.
    """

    model_config = ConfigDict(frozen=True)

    safe: str | None
    several: bool = False
    classes: dict[str, ClassPolicy]
    goal: Goal | Literal["hand"] = "precision"
    wished: float = 0.95
    lexicon_veto: float = 0.98
    contacts: Literal["note", "review", "block"] = "note"


class Reached(NamedTuple):
    """A class whose threshold was reached."""

    label: str
    score: float
    threshold: float
    action: Action


class Verdict(NamedTuple):
    """What the policy says of one text.

    Attributes:
        action: Block, review or pass.
        label: The class that it is about; the safe one when the text passes.
        score: The model's score of that class.
        by_model: Classes whose thresholds were reached, the worst first.
        by_lexicon: Numbers of the hits that asked for the action or for less.
    """

    action: Action
    label: str
    score: float
    by_model: list[Reached]
    by_lexicon: list[int]


def safe_class(labels: Sequence[str], wished: str | None) -> str:
    """Return the class of harmless texts.

    Raises:
        InkstoneError: ``risk.unknown_safe_class`` or ``risk.no_safe_class``.
    """
    if wished:
        if wished not in labels:
            raise UNKNOWN_SAFE_CLASS(at="safe_class", label=wished, labels=", ".join(labels))
        return wished
    for name in _SAFE_NAMES:
        for label in labels:
            if label.strip().lower() == name:
                return label
    raise NO_SAFE_CLASS(at="safe_class", labels=", ".join(labels))


def class_goals(given: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Return wishes written as ``CLASS=0.95``.

    Raises:
        InkstoneError: ``risk.bad_class_goal``.
    """
    found = {}
    for item in given:
        label, equals, number = item.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        if not equals or label.strip() not in labels or not 0 < value <= 1:
            raise BAD_CLASS_GOAL(at="per_class", goal=item[:60], labels=", ".join(labels))
        found[label.strip()] = value
    return found


def choose_thresholds(
    scores: "np.ndarray",
    true: "np.ndarray",
    labels: Sequence[str],
    *,
    safe: str,
    goal: Goal,
    wished: float,
    review_recall: float,
    costs: Costs,
    per_class: Mapping[str, float],
    several: bool = False,
) -> dict[str, ClassPolicy]:
    """Return thresholds for each class but the safe one.

    ``precision``: block where the precision of the blocked texts keeps the wish, review down to ``review_recall`` of the class.
    ``recall``: block down to the wished recall, no review. ``cost``: whatever costs least.
    A text counts for a class where that class has the highest score among the harmful ones; with ``several``, always.

    Args:
        scores: Shape (rows, classes), of rows that the model did not learn from.
        true: Class numbers, or which row is of which class, shape (rows, classes).
        labels: Class names.
        safe: The class of harmless texts.
        goal: What to choose for.
        wished: Wished precision or recall.
        review_recall: Share of a class that block and review together reach.
        costs: Of mistakes, for the goal ``cost``.
        per_class: Wishes of single classes.
        several: A text may be of several classes.
    """
    members = membership(true, len(labels))
    safe_number = labels.index(safe)
    harmful_scores = scores.copy()
    harmful_scores[:, safe_number] = -1.0
    leading = harmful_scores.argmax(axis=1)
    found = {}
    for number, label in enumerate(labels):
        if number == safe_number:
            continue
        own = scores[:, number] if several else np.where(leading == number, scores[:, number], 0.0)
        found[label] = _of_class(own, members[:, number], goal, per_class.get(label, wished), review_recall, costs)
    return found


def _of_class(  # noqa: PLR0917 - one class of choose_thresholds
    own: "np.ndarray", is_class: "np.ndarray", goal: Goal, wished: float, review_recall: float, costs: Costs
) -> ClassPolicy:
    if goal == "cost":
        review, block = at_least_cost(own, is_class, costs)
        return ClassPolicy(review=_tidy(review), block=_tidy(block))
    # Texts of the class that another harmful class leads are caught, or missed, by the thresholds of that one.
    led = is_class & (own > 0)
    if goal == "recall":
        block = at_recall(own, led, wished)
        return ClassPolicy(review=_tidy(block), block=_tidy(block))
    block = at_precision(own, is_class, wished)
    review = min(block, at_recall(own, led, review_recall))
    return ClassPolicy(review=_tidy(review), block=_tidy(block))


def _tidy(value: float) -> float:
    # Never down to 0: a class that does not lead has the score 0 in the choice above.
    return round(max(value, 1e-6), 6)


def judge(policy: Policy, labels: Sequence[str], scores: "np.ndarray", hits: Sequence[Hit], contacts: int) -> Verdict:
    """Return the decision about one text.

    Args:
        policy: The policy.
        labels: Class names of the model.
        scores: Its scores of the text.
        hits: Words of the word list found in it.
        contacts: Number of contacts and links in it.
    """
    if policy.safe is None:
        return _accepted_or_not(policy, labels, scores)
    safe_number = labels.index(policy.safe)
    ranking = sorted((n for n in range(len(labels)) if n != safe_number), key=lambda n: -float(scores[n]))
    by_model = _reached(policy, labels, scores, ranking if policy.several else ranking[:1])
    action = ACTIONS.index(by_model[0].action) if by_model else 0
    by_lexicon = []
    sure = float(scores[safe_number]) >= policy.lexicon_veto
    about = None
    for number, hit in enumerate(hits):
        if hit.severity == "note":
            continue
        wish = 2 if hit.severity == "block" and not sure else 1
        by_lexicon.append(number)
        if wish > action or about is None:
            about = hit.category
        action = max(action, wish)
    if contacts and policy.contacts != "note":
        action = max(action, ACTIONS.index(policy.contacts))
    label = by_model[0].label if by_model else about if about is not None else policy.safe
    if action and not by_model and about is None:
        label = labels[ranking[0]]
    shown = float(scores[labels.index(label)]) if label in labels else 0.0
    return Verdict(ACTIONS[action], label, shown, by_model, by_lexicon)


def _reached(policy: Policy, labels: Sequence[str], scores: "np.ndarray", classes: Sequence[int]) -> list[Reached]:
    found = []
    for number in classes:
        own, score = policy.classes.get(labels[number], ClassPolicy()), float(scores[number])
        if score >= own.block:
            found.append(Reached(labels[number], score, own.block, "block"))
        elif score >= own.review:
            found.append(Reached(labels[number], score, own.review, "review"))
    return sorted(found, key=lambda item: -ACTIONS.index(item.action))


def _accepted_or_not(policy: Policy, labels: Sequence[str], scores: "np.ndarray") -> Verdict:
    """Return that the best class stands, or that a person must look (Chow 1970, the reject option)."""
    best = int(np.argmax(scores))
    label, score = labels[best], float(scores[best])
    threshold = policy.classes.get(label, ClassPolicy()).accept
    if score >= threshold:
        return Verdict("pass", label, score, [], [])
    return Verdict("review", label, score, [Reached(label, score, threshold, "review")], [])
