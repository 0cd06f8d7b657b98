"""``fewshot.combined``: a neural few-shot method and n-grams with label words as one model."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work

PROMPT_WEIGHT, HEAD_WEIGHT = 4.0, 1.0
"""Chosen on dev rows: beside prompts (EPRSTMT, TNEWS, IFLYTEK: from 2 to 8 all are better than either part alone), and beside
contrastive learning (the same and TREC, SST-2: above 1 it loses where n-grams are much weaker).

Logistic regression on a few short texts is right more often than it is sure, and the exponent sharpens it. The light head of
contrastive learning is such a regression too.
"""


class Combined(PromptParams):
    """Parameters of ``fewshot.combined``."""

    neural: Literal["auto", "ptuning", "pet", "contrastive"] = param(
        "auto",
        impact=2,
        common=True,
        title=text("神经网络方法", "Neural method"),
        help=text(
            "自动：编码器带掩码语言模型输出层时用 P-Tuning，否则用对比学习。",
            "Auto: P-Tuning where the encoder has a masked-language-model head, contrastive learning elsewhere.",
        ),
        choices={
            "auto": text("自动", "Auto"),
            "ptuning": text("可训练提示（P-Tuning）", "Trainable prompts (P-Tuning)"),
            "pet": text("模板填空（PET）", "Prompting (PET)"),
            "contrastive": text("对比学习（SetFit）", "Contrastive (SetFit)"),
        },
    )
    ngram_weight: float | None = param(
        None,
        ge=0,
        le=20,
        impact=2,
        title=text("n-gram 的权重", "Weight of n-grams"),
        help=text(
            "n-gram 概率的指数，神经网络的为 1；留空：提示类方法取 4，对比学习取 1。",
            "Exponent of the n-gram probabilities, that of the network being 1; empty: 4 beside prompts, 1 beside contrastive learning.",
        ),
    )


SPEC = Component(
    id="fewshot.combined",
    title=text("组合（提示 + n-gram）", "Combined (prompts + n-grams)"),
    summary=text(
        "提示学习的编码器与带标签词的 n-gram 合成一个模型：编码器懂意思，n-gram 记得词，合起来更准。",
        "An encoder with trainable prompts and n-grams with label words as one model: the one knows meaning, the other words.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=Combined,
    trains=True,
    keywords=("ensemble", "few-shot", "P-Tuning", "TF-IDF", "小样本", "集成", "融合"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Combined) -> Mapping[str, Artifact]:
    """Train both on the same rows and join them."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def train(work: "Work", params: Any, target: Path) -> None:
    """Train both on the rows of ``work`` and write one model folder.

    ``p(y) ~ p_network(y) * p_ngram(y)^w``, the logarithmic opinion pool (Genest and Zidek 1986).
    """
    from inkstone.components.fewshot.methods import METHODS
    from inkstone.components.nlp.combined import Group, save_combined

    neural = neural_method(work, params.neural)
    names = {"network": neural, "ngram": "ngram_words"}
    for folder, name in names.items():
        method = METHODS[name]
        method.function(work, method.parameters(params.model_dump()), target / folder)
    usual = HEAD_WEIGHT if neural == "contrastive" else PROMPT_WEIGHT
    weight = usual if params.ngram_weight is None else params.ngram_weight
    groups = [Group(name="network", members=("network",), weight=1.0)]
    groups.append(Group(name="ngram", members=("ngram",), weight=weight))
    save_combined(target, groups, work.labels, pairs=work.pairs, max_length=work.window)


def neural_method(work: "Work", wished: str) -> str:
    """Return the name of the neural method for an encoder."""
    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp.fewshot.errors import NO_MASK_HEAD
    from inkstone.components.nlp.fewshot.language_model import load_language_model

    if wished != "auto":
        return wished
    try:
        load_language_model(work.encoder)
    except InkstoneError as error:
        if error.code != NO_MASK_HEAD.code:
            raise
        return "contrastive"
    return "ptuning"
