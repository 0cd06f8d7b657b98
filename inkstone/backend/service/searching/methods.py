"""The rules of *auto*: what is tried in which order, what it will cost, and how the outcome is told in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from inkstone.components.texts import Text, text

FEW_ROWS = 300
FEW_A_CLASS = 30
START_SECONDS = 10.0  # of a run process, before anything is learned
_LEAST_EPOCHS = 1 / 3  # of what suits the encoder: with less its figure would say nothing about it
_USUAL_LETTERS = 60.0

Kind = Literal["baseline", "encoder", "longer", "few_shot"]


class DataFacts(BaseModel):
    """What the rules look at.

    Attributes:
        rows: Labelled rows.
        classes: How many classes.
        middle: Rows of the class in the middle, by size.
        letters: Mean length of a text.
    """

    rows: int
    classes: int
    middle: float
    letters: float

    @property
    def few(self) -> bool:
        """Whether so few that a dev split would decide by chance: methods are cross-validated then."""
        return self.rows < FEW_ROWS or self.middle < FEW_A_CLASS


@dataclass(frozen=True)
class Attempt:
    """A method to try.

    Attributes:
        key: Its name in the report.
        title: Its name for a person.
        reason: Why it is tried, and why now.
        node: The run goes up to this node.
        params: Overrides of the template.
        kind: What it is.
        rows_a_second: Training rows that one processor learns in a second, of usual length; adapted to what was measured.
        epochs: Passes over the rows.
    """

    key: str
    title: Text
    reason: Text
    node: str
    params: dict[str, Any] = field(default_factory=dict)
    kind: Kind = "encoder"
    rows_a_second: float = 100.0
    epochs: float = 1.0


def encoder_attempts(epochs: dict[str, float]) -> list[Attempt]:
    """Return the methods for a dataset with enough rows, the cheapest first.

    Args:
        epochs: Encoder to the passes that its recipe takes for these rows.
    """
    cheap = text("几秒就有结果，是其他方法必须超过的基线。", "Done in seconds; what everything else has to beat.")
    found = [
        Attempt(
            "ngram", text("n-gram + 逻辑回归", "n-gram + logistic regression"), cheap, "baseline", kind="baseline",
            rows_a_second=2000.0,
        )
    ]  # fmt: skip
    known = {
        "inkstone-zh-tiny": (
            150.0,
            text("随附的微型编码器，预训练过，微调最快。", "The tiny shipped encoder: pre-trained, the quickest to fine-tune."),
        ),
        "scratch": (
            120.0,
            text("不靠预训练，只从这些文本学；行业用语多时常不逊色。", "Learns from these texts alone; often no worse where the wording is special."),
        ),
        "inkstone-zh-small": (
            60.0,
            text("随附的小型编码器，较慢，通常更准。", "The small shipped encoder: slower, usually more accurate."),
        ),
    }  # fmt: skip
    for name, (rate, reason) in known.items():
        title = text(f"微调 {name}", f"Fine-tuned {name}")
        if name == "scratch":
            title = text("从零训练的编码器", "Encoder from scratch")
        params = {"train.encoder": name}
        found.append(Attempt(name, title, reason, "train", params, "encoder", rate, epochs.get(name, 3.0)))
    return found


def few_shot_attempts() -> list[Attempt]:
    """Return the methods for few rows. All are cross-validated on the same folds by ``compare.few_shot``."""
    off = dict.fromkeys(
        ("pet", "contrastive", "ptuning", "cptuning", "zero_shot", "ngram_words", "ngram_self_training"), False
    )
    steps = [
        (
            "baselines", text("n-gram 与普通微调", "n-gram and plain fine-tuning"), ["ngram_words"], 4.0,
            text("两个基线和加标签词的 n-gram，在相同的折上比较。", "Both baselines and n-grams with label words, on the same folds."),
        ),
        (
            "contrastive", text("对比学习（SetFit）", "Contrastive (SetFit)"), ["contrastive"], 8.0,
            text("每类样例很少时，成对学习常胜过普通微调。", "With few examples a class, learning from pairs often beats plain fine-tuning."),
        ),
        (
            "prompts", text("提示学习（PET、CP-Tuning）", "Prompting (PET, CP-Tuning)"), ["pet", "cptuning"], 16.0,
            text("利用类别名称的含义；类别名是常用词时最有用。", "Uses what the class names mean; best where they are plain words."),
        ),
    ]  # fmt: skip
    return [
        Attempt(
            key, title, reason, "compare", {f"compare.{name}": value for name, value in (off | dict.fromkeys(on, True)).items()},
            "few_shot", 100.0, epochs * 12,
        )
        for key, title, on, epochs, reason in steps
    ]  # fmt: skip


def longer(winner: Attempt) -> Attempt:
    """Return the best encoder once more, with twice the epochs at half the rate's default schedule."""
    return Attempt(
        f"{winner.key}-longer",
        text(f"{winner.title.zh}，轮数加倍", f"{winner.title.en}, twice the epochs"),
        text(
            "还有时间：把目前最好的编码器训练得更久。", "There is time left: the best encoder so far, trained longer."
        ),
        winner.node,
        winner.params | {"train.epochs": winner.epochs * 2},
        "longer",
        winner.rows_a_second,
        winner.epochs * 2,
    )


def seconds_needed(attempt: Attempt, facts: DataFacts, cpus: int, pace: float) -> float:
    """Return about how long an attempt takes.

    Args:
        attempt: The attempt.
        facts: Of the data.
        cpus: Processors it gets; a second one helps about half.
        pace: How many times slower this machine has been than the rule of thumb.
    """
    longer_texts = min(max(facts.letters / _USUAL_LETTERS, 0.4), 2.2)
    speed = attempt.rows_a_second * (1 + 0.5 * (cpus - 1))
    return START_SECONDS + pace * facts.rows * attempt.epochs * longer_texts / speed


def pace_of(attempt: Attempt, facts: DataFacts, cpus: int, took: float) -> float:
    """Return how many times slower an attempt was than the rule of thumb says."""
    expected = seconds_needed(attempt, facts, cpus, 1.0) - START_SECONDS
    return max(0.2, (took - START_SECONDS / 2) / max(expected, 0.1))


def fitted(attempt: Attempt, facts: DataFacts, cpus: int, pace: float, left: float) -> Attempt | None:
    """Return the attempt if it fits into the seconds left, else one with fewer epochs; None when even that is too long."""
    if seconds_needed(attempt, facts, cpus, pace) <= left:
        return attempt
    if attempt.kind != "encoder":
        return None
    share = (left - START_SECONDS) / max(0.1, seconds_needed(attempt, facts, cpus, pace) - START_SECONDS)
    epochs = math.floor(attempt.epochs * share)
    if epochs < max(1, attempt.epochs * _LEAST_EPOCHS):
        return None
    reason = text(
        f"{attempt.reason.zh}时间只够 {epochs} 轮（原本 {attempt.epochs:g} 轮）。",
        f"{attempt.reason.en} There is time for {epochs} epochs only (instead of {attempt.epochs:g}).",
    )
    params = attempt.params | {"train.epochs": float(epochs)}
    return Attempt(attempt.key, attempt.title, reason, attempt.node, params, "encoder", attempt.rows_a_second, epochs)


def left_out_words(attempt: Attempt, needed: float, left: float) -> Text:
    """Say that there was no time for an attempt."""
    return text(
        f"没有尝试“{attempt.title.zh}”：估计要 {_minutes(needed)[0]}，只剩 {_minutes(left)[0]}。",
        f"Left out: {attempt.title.en}; about {_minutes(needed)[1]} needed, {_minutes(left)[1]} left.",
    )


def data_words(facts: DataFacts, figure: str) -> Text:
    """Say how the methods were judged."""
    size = f"{facts.rows:,}"
    if facts.few:
        return text(
            f"数据：{size} 行，{facts.classes} 类，中等大小的类 {facts.middle:.0f} 行。行数少，各方法用相同折的交叉验证比较（{figure.partition('/')[2]}）。",
            f"Data: {size} rows, {facts.classes} classes, {facts.middle:.0f} rows in the middle one. So few rows are judged by "
            f"cross-validation on the same folds ({figure.partition('/')[2]}).",
        )
    return text(
        f"数据：{size} 行，{facts.classes} 类，中等大小的类 {facts.middle:.0f} 行。各方法在同一个开发集上比较（{figure}），测试集只给最后的模型打分。",
        f"Data: {size} rows, {facts.classes} classes, {facts.middle:.0f} rows in the middle one. All methods are judged on the same "
        f"dev rows ({figure}); the test rows judge the final model alone.",
    )


def verdict_words(ended: Sequence[tuple[Text, float]], judged: int) -> Text:
    """Say which method won, and whether its lead is more than chance.

    The error of a lead of two shares p and q on n rows, taken as independent, is ``sqrt((p(1-p) + q(1-q)) / n)``. Judged on the
    same rows the true error is smaller, so that a lead beyond twice this one is more than chance.

    Args:
        ended: Title and figure of each method that ended, the winner first, the others in the order of their figures.
        judged: Rows they were judged on.
    """
    (title, best), *others = ended
    if not others:
        return text(
            f"选用“{title.zh}”（{best:.3f}）：时间只够这一种方法。",
            f"Winner: {title.en} ({best:.3f}); there was time for this one alone.",
        )
    second, value = others[0]
    error = math.sqrt((best * (1 - best) + value * (1 - value)) / max(1, judged))
    lead = (best - value) * 100
    words = text(
        f"选用“{title.zh}”（{best:.3f}），比其次的“{second.zh}”（{value:.3f}）高 {lead:.1f} 个点。",
        f"Winner: {title.en} ({best:.3f}), {lead:.1f} points above {second.en} ({value:.3f}).",
    )
    if best - value > 2 * error:
        return text(
            f"{words.zh}{judged} 行上的误差约 ±{error * 100:.1f} 个点，差距超出偶然。",
            f"{words.en} On {judged} rows the error is about ±{error * 100:.1f} points, so the lead is more than chance.",
        )
    return text(
        f"{words.zh}{judged} 行上的误差约 ±{error * 100:.1f} 个点，差距可能只是偶然；两者可视为相当，可在比较页用测试行检验。",
        f"{words.en} On {judged} rows the error is about ±{error * 100:.1f} points, so the lead may be chance: take the two as "
        "equal, or test them on the comparison page.",
    )


def _minutes(seconds: float) -> tuple[str, str]:
    if seconds < 90:
        return f"{max(0, seconds):.0f} 秒", f"{max(0, seconds):.0f} s"
    return f"{seconds / 60:.0f} 分钟", f"{seconds / 60:.0f} min"
