"""Runs behavioural tests on a model: how often it behaves as each test expects, and where it does not."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

from inkstone.components.nlp.behaviour import changes
from inkstone.components.nlp.behaviour.changes import Change
from inkstone.components.nlp.inference import Scored
from inkstone.components.texts import Text, text

Kind = Literal["invariance", "direction", "suite"]
Answer = Callable[[list[str]], Sequence[Sequence[Scored]]]
"""Texts to the classes of each, the one decided for first."""
Row = TypeVar("Row")
EXAMPLES = 20
POLAR_NAMES = ("正面", "负面", "好评", "差评", "积极", "消极", "positive", "negative", "pos", "neg")


class Check(NamedTuple):
    """A test: a change of texts, and what must hold after it.

    Attributes:
        name: Its name.
        kind: ``invariance``: the class stays; ``direction``: the score of a class does not move the wrong way; ``suite``: the class
            is the one that a person wrote down (CheckList's minimum functionality test).
        change: What is done to a text.
        assumes: What has to be true of the data for the test to be fair.
        title: For people.
        classes: Only texts taken for one of these; None is all.
        rising: ``direction``: this class must not fall; None: the class of the text must not rise.
    """

    name: str
    kind: Kind
    change: Change | None
    title: Text
    assumes: Text
    classes: tuple[str, ...] | None = None
    rising: str | None = None


class Failure(BaseModel):
    """A text that was answered otherwise than the test expects."""

    model_config = ConfigDict(frozen=True)

    row: int
    before: str
    after: str
    said_before: str
    said_after: str
    score_before: float
    score_after: float


class Outcome(BaseModel):
    """How a test went.

    Attributes:
        name: Name of the test.
        kind: Its kind.
        title: For people.
        assumes: What it takes for granted.
        rows: Texts that it applies to.
        passed: Of these, those answered as expected.
        rate: Their share; None where it applies to none.
        low: Lower end of Wilson's 95% interval of the share.
        high: Upper end.
        failures: Some that were not.
    """

    name: str
    kind: Kind
    title: Text
    assumes: Text
    rows: int
    passed: int
    rate: float | None
    low: float | None
    high: float | None
    failures: list[Failure]


def spread(rows: Sequence[Row], most: int) -> list[Row]:
    """Return at most that many rows, at even distances: files are often sorted."""
    count = min(most, len(rows))
    return [rows[place * len(rows) // count] for place in range(count)]


def checks_for(labels: Sequence[str], polar: Sequence[str], added: Sequence[tuple[str, str]]) -> list[Check]:
    """Return the tests that make sense for the classes of a model.

    Args:
        labels: The classes.
        polar: Classes that tell a feeling; empty takes those whose name says so. Without any, negation is left out.
        added: Class and phrase: the phrase speaks for the class.
    """
    feelings = tuple(polar) or tuple(label for label in labels if label.strip().lower() in POLAR_NAMES)
    found = list(_INVARIANCE)
    if feelings:
        found.append(_NEGATION._replace(classes=feelings))
    for label, phrase in added:
        title = text(f"添加“{phrase}”后更像“{label}”", f"Adding '{phrase}' speaks for '{label}'")
        found.append(_ADDED._replace(name=f"added:{label}", change=changes.added(phrase), title=title, rising=label))
    return found


def run_check(test: Check, rows: Sequence[tuple[int, str]], answer: Answer, seed: int, tolerance: float) -> Outcome:
    """Run a test that changes texts.

    Args:
        test: The test.
        rows: Number and text.
        answer: The model.
        seed: The same seed makes the same changes.
        tolerance: How far a score may move the wrong way.
    """
    changed = []
    for number, words in rows:
        after = test.change(words, Random(f"{seed} {test.name} {number}")) if test.change else None  # noqa: S311 - no secret
        if after is not None and after != words:
            changed.append((number, words, after))
    before = answer([words for _, words, _ in changed]) if changed else []
    after_ = answer([words for _, _, words in changed]) if changed else []
    count, failures = 0, []
    for (number, words, after), old, new in zip(changed, before, after_, strict=True):
        if test.classes is not None and old[0].label not in test.classes:
            continue
        count += 1
        about = old[0].label if test.rising is None else test.rising
        scores = _score(old, about), _score(new, about)
        if not _holds(test, old, new, scores, tolerance):
            failures.append(_failure(number, (words, after), (old, new), scores))
    return _outcome(test, count, failures)


def run_suite(rows: Sequence[tuple[int, str, str]], answer: Answer) -> Outcome:
    """Run a test suite: texts with the class that a person expects.

    Args:
        rows: Number, text and class.
        answer: The model.
    """
    answers = answer([words for _, words, _ in rows]) if rows else []
    failures = [
        Failure(
            row=number, before=words, after=words, said_before=label, said_after=found[0].label,
            score_before=_score(found, label), score_after=found[0].score,
        )
        for (number, words, label), found in zip(rows, answers, strict=True)
        if found[0].label != label
    ]  # fmt: skip
    return _outcome(_SUITE, len(rows), failures)


def _holds(
    test: Check, old: Sequence[Scored], new: Sequence[Scored], scores: tuple[float, float], tolerance: float
) -> bool:
    if test.kind == "invariance":
        return old[0].label == new[0].label
    if test.rising is not None:
        return scores[1] >= scores[0] - tolerance
    return scores[1] <= scores[0] + tolerance


def _score(answer: Sequence[Scored], label: str) -> float:
    return next((float(item.score) for item in answer if item.label == label), 0.0)


def _failure(
    number: int, words: tuple[str, str], said: tuple[Sequence[Scored], Sequence[Scored]], scores: tuple[float, float]
) -> Failure:
    return Failure(
        row=number, before=words[0], after=words[1], said_before=said[0][0].label, said_after=said[1][0].label,
        score_before=round(scores[0], 4), score_after=round(scores[1], 4),
    )  # fmt: skip


def _outcome(test: Check, rows: int, failures: list[Failure]) -> Outcome:
    failures.sort(key=lambda item: -abs(item.score_after - item.score_before))
    passed = rows - len(failures)
    low, high = wilson(passed, rows) if rows else (None, None)
    return Outcome(
        name=test.name, kind=test.kind, title=test.title, assumes=test.assumes, rows=rows, passed=passed,
        rate=passed / rows if rows else None, low=low, high=high, failures=failures[:EXAMPLES],
    )  # fmt: skip


def wilson(passed: int, rows: int) -> tuple[float, float]:
    """Return Wilson's score interval of a share at 95% (Wilson 1927).

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`` with z = 1.96.
    """
    from scipy.stats import binomtest

    found: Any = binomtest(passed, rows).proportion_ci(0.95, "wilson")
    return float(found.low), float(found.high)


_INVARIANCE = (
    Check(
        "typo", "invariance", changes.typo,
        text("一处笔误（相邻两字颠倒）", "One typo (two neighbours swapped)"),
        text("一处笔误不改变文本的类别；很短的文本不参加。", "One typo does not change what a text is; very short texts take no part."),
    ),
    Check(
        "name", "invariance", changes.name,
        text("换姓名", "Names changed"),
        text("称呼前的姓、英文名与类别无关；如果类别就是人名，请忽略这一项。", "Who is named does not matter to the class; ignore this where it does."),
    ),
    Check(
        "number", "invariance", changes.number,
        text("换数字", "Numbers changed"),
        text("两位以上的数字可以换成别的；如果金额或号码决定类别，请忽略这一项。", "Numbers may be others; ignore this where an amount or a phone number makes the class."),
    ),
    Check(
        "punctuation", "invariance", changes.punctuation,
        text("句末标点", "Stop at the end"),
        text("句末有没有标点不改变类别。", "A stop at the end, or none, does not change the class."),
    ),
)  # fmt: skip
_NEGATION = Check(
    "negation", "direction", changes.negation,
    text("加否定词", "Negation added"),
    text(
        "类别表达情感；否定第一个情感词（英文为第一个动词）后，原类别的得分不应升高。长文本里一处否定可能不改变整体情感。",
        "The classes tell a feeling; after negating the first word of feeling (in English the first verb) the score of the class must not "
        "rise. In long texts one negation may leave the whole as it was.",
    ),
)  # fmt: skip
_ADDED = Check(
    "added", "direction", None, text("添加短语", "Phrase added"),
    text("你写的短语支持这个类别；加上后它的得分不应下降。", "The phrase that you wrote speaks for the class, whose score must not fall."),
)  # fmt: skip
_SUITE = Check(
    "suite", "suite", None, text("测试集（人工写定的答案）", "Test suite (answers written by people)"),
    text("测试集里的类别是对的，这些行没有用于训练。", "The classes in the suite are right, and its rows were not trained on."),
)  # fmt: skip
