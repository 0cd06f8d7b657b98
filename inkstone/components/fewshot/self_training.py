"""``fewshot.self_training``: an ensemble labels the unlabelled texts, and one model learns from all.

As iPET does (Schick and Schütze 2021, "Exploiting Cloze Questions for Few Shot Text Classification"): each member of an
ensemble learns with a pattern and a seed of its own, their mean probabilities label the texts, each generation takes more of them
in the proportions of the labelled rows, and one model is trained at the end: by the same method on the surest pseudo-labels, or
as in the paper a plain classifier on the ensemble's softened probabilities of every text. With small encoders the first is better, as
the method itself is better than plain fine-tuning.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, UNLABELLED, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

    from inkstone.components.nlp.fewshot.training import Work
    from inkstone.components.nlp.rows import TextRows


class SelfTraining(PromptParams):
    """Parameters of ``fewshot.self_training``."""

    method: Literal["ngram", "ngram_words", "pet", "contrastive", "ptuning", "cptuning", "combined"] = param(
        "pet",
        impact=3,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "集成的每个成员和最后的模型用什么方法训练。", "How each member of the ensemble and the final model learn."
        ),
        choices={
            "ngram": text("n-gram TF-IDF（几秒完成）", "n-gram TF-IDF (a matter of seconds)"),
            "ngram_words": text("n-gram + 标签词（几秒完成）", "n-gram + label words (a matter of seconds)"),
            "pet": text("模板填空（PET）", "Prompting (PET)"),
            "contrastive": text("对比学习（SetFit）", "Contrastive (SetFit)"),
            "ptuning": text("可训练提示（P-Tuning）", "Trainable prompts (P-Tuning)"),
            "cptuning": text("对比提示（CP-Tuning）", "Contrastive prompts (CP-Tuning)"),
            "combined": text("组合（提示 + n-gram）", "Combined (prompts + n-grams)"),
        },
    )
    members: int = param(
        3,
        ge=1,
        le=20,
        impact=2,
        title=text("集成成员数", "Members"),
        help=text(
            "用不同的种子和模板训练几个模型一起投票。", "Models with different seeds and patterns that vote together."
        ),
    )
    generations: int = param(
        1,
        ge=1,
        le=10,
        impact=2,
        title=text("代数", "Generations"),
        help=text(
            "标注、再训练重复几代；每一代采用的伪标签更多。",
            "How often labelling and training alternate; each generation takes more pseudo-labels.",
        ),
    )
    growth: float = param(
        5.0,
        gt=1,
        le=100,
        impact=2,
        title=text("增长倍数", "Growth"),
        help=text("每一代训练数据是上一代的几倍。", "How many times larger the training data is in each generation."),
    )
    final: Literal["same", "soft"] = param(
        "same",
        impact=2,
        title=text("最后的模型", "Final model"),
        help=text(
            "用同样的方法学最有把握的伪标签；或者像 PET 论文那样，让普通分类器学集成给全部文本的概率。",
            "The same method on the surest pseudo-labels, or, as PET does, a plain classifier on what the ensemble thinks of every text.",
        ),
        choices={
            "same": text("同样的方法，学伪标签", "The same method, on pseudo-labels"),
            "soft": text("普通分类器，学概率（PET）", "A plain classifier, on probabilities (PET)"),
        },
    )
    pool: int = param(
        2_000,
        ge=1,
        le=1_000_000,
        impact=1,
        unit=text("条", "texts"),
        title=text("未标注文本上限", "Unlabelled texts at most"),
        help=text("最多读多少条未标注文本。", "No more unlabelled texts than this are read."),
    )


SPEC = Component(
    id="fewshot.self_training",
    title=text("自训练（iPET）", "Self-training (iPET)"),
    summary=text(
        "几个模型一起给未标注文本打标签，按类别均衡取最有把握的，再训练成一个模型。",
        "Several models label unlabelled texts; the surest of each class teach one final model.",
    ),
    inputs=(TRAIN, UNLABELLED, DEV),
    outputs=(MODEL, METRICS),
    params=SelfTraining,
    trains=True,
    keywords=("self-training", "iPET", "semi-supervised", "pseudo-label", "自训练", "半监督", "伪标签", "未标注"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: SelfTraining) -> Mapping[str, Artifact]:
    """Alternate labelling and training, then distil into one model."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def train(work: "Work", params: Any, target: Path) -> None:
    """Train the ensemble and the final model on the rows and unlabelled texts of ``work``."""
    import shutil

    import numpy as np

    from inkstone.components.fewshot.methods import METHODS
    from inkstone.components.nlp.fewshot.errors import NO_UNLABELLED
    from inkstone.components.nlp.fewshot.soft_labels import train_on_soft_labels

    known = set(work.rows.texts)
    texts = [item for item in work.unlabelled if item not in known]
    if not texts or work.pairs:
        raise NO_UNLABELLED(at="unlabelled")
    order = np.random.default_rng(work.seed).permutation(len(texts))[: params.pool]
    texts = [texts[index] for index in order]
    method = METHODS[params.method]
    own = method.parameters(params.model_dump())
    views = one_pattern_each(work, own) if params.method == "pet" else [own]
    rows = work.rows
    members = params.members if method.neural else 1  # a model without chance has no second opinion
    for generation in range(1, params.generations + 1):
        scores = []
        for member in range(members):
            work.ctx.check_cancelled()
            folder = work.ctx.scratch() / "member"
            shutil.rmtree(folder, ignore_errors=True)
            method.function(work.on(rows, work.seed + member), views[member % len(views)], folder)
            scores.append(_scores(work, folder, texts))
        if generation == params.generations and params.final == "soft":
            work.ctx.log(
                text(f"用 {len(texts)} 条文本的概率训练最后的模型", f"The final model learns from {len(texts)} texts")
            )
            train_on_soft_labels(work, texts, np.mean(scores, axis=0), target)
            return
        wanted = round(len(work.rows.texts) * (params.growth**generation - 1))
        rows = with_pseudo_labels(work.rows, texts, np.mean(scores, axis=0), work.labels, wanted)
        added = len(rows.texts) - len(work.rows.texts)
        work.ctx.log(
            text(f"第 {generation} 代：采用 {added} 条伪标签", f"Generation {generation}: {added} pseudo-labels taken")
        )
    method.function(work.on(rows, work.seed), own, target)


def one_pattern_each(work: "Work", params: Any) -> list[Any]:
    """Return the parameters once a pattern: members that read the texts differently make different mistakes."""
    from inkstone.components.nlp.fewshot.prompts import settle

    templates = settle(work, params.patterns, params.label_words).templates
    return [params.model_copy(update={"patterns": template}) for template in templates]


def with_pseudo_labels(
    rows: "TextRows", texts: Sequence[str], scores: "np.ndarray", labels: Sequence[str], wanted: int
) -> "TextRows":
    """Return the rows and the texts that the ensemble is surest of, in the proportions of the labelled rows.

    Args:
        rows: Labelled rows.
        texts: Unlabelled texts.
        scores: The ensemble's mean probabilities; shape (texts, classes).
        labels: The classes in their order.
        wanted: Pseudo-labels over all classes, fewer where a class has no more.
    """
    import numpy as np

    counts, chosen = rows.counts(), scores.argmax(axis=1)
    added: list[tuple[str, str]] = []
    for number, label in enumerate(labels):
        share = max(1, round(wanted * counts.get(label, 0) / max(1, len(rows.texts))))
        own = np.flatnonzero(chosen == number)
        surest = own[np.argsort(-scores[own, number], kind="stable")][:share]
        added += [(texts[index], label) for index in surest]
    return rows.plus([item for item, _ in added], [label for _, label in added])


def _scores(work: "Work", folder: Path, texts: list[str]) -> "np.ndarray":
    import numpy as np

    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.scoring import score_rows

    return np.concatenate(list(score_rows(work.ctx, load_model(folder), texts, None, 32)))
