"""``fewshot.contrastive``: a contrastively trained encoder with a light head, as SetFit does."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work


class Contrastive(PromptParams):
    """Parameters of ``fewshot.contrastive``."""

    pairs_per_row: int = param(
        20,
        ge=2,
        le=1000,
        impact=2,
        common=True,
        unit=text("对", "pairs"),
        title=text("每行配对数", "Pairs per row"),
        help=text(
            "每条文本抽多少对（同类和不同类各半）；越多越充分，也越慢。",
            "Pairs drawn for each text, half with its own class; more is more thorough and slower.",
        ),
    )
    most_pairs: int = param(
        8_000,
        ge=2,
        le=10_000_000,
        impact=1,
        unit=text("对", "pairs"),
        title=text("配对总数上限", "Pairs in all"),
        help=text(
            "配对总数的上限，时间和内存都不会超出它。", "Never more pairs than this, which bounds time and memory."
        ),
    )
    label_sentences: bool = param(
        True,
        impact=2,
        common=True,
        title=text("标签词作样例", "Label words as examples"),
        help=text(
            "每个模板填上标签词、不填文本（如“很好。”），作为该类的额外样例，告诉编码器类别叫什么。句对不用。",
            "Each pattern with a label word and no text ('It was great.') is a further example of its class: it tells the encoder "
            "what the class is called. Not for pairs.",
        ),
    )
    train_encoder: bool = param(
        True,
        impact=2,
        title=text("训练编码器", "Train the encoder"),
        help=text(
            "关闭后只在冻结的编码器上训练分类头，几秒完成，可作对照。",
            "When off, only a head on the frozen encoder is trained: a matter of seconds, useful for comparison.",
        ),
    )


SPEC = Component(
    id="fewshot.contrastive",
    title=text("对比学习（SetFit）", "Contrastive (SetFit)"),
    summary=text(
        "先让同类文本靠近、异类文本远离，再训练一个轻量分类头；任何编码器都可用。",
        "Draws texts of a class together, then trains a light head; works with any encoder.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=Contrastive,
    trains=True,
    keywords=("SetFit", "contrastive", "sentence", "few-shot", "小样本", "对比学习", "句向量"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Contrastive) -> Mapping[str, Artifact]:
    """Train the encoder on pairs, then the head on all rows."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def train(work: "Work", params: Any, target: Path) -> None:
    """Train the method on the rows of ``work`` and write its model folder."""
    from inkstone.components.nlp.fewshot.folds import as_table
    from inkstone.components.nlp.fewshot.prompts import with_label_sentences
    from inkstone.components.nlp.fewshot.sentence_pairs import PairSettings, SentencePairs, fit_head
    from inkstone.components.nlp.fewshot.training import fit, rate_for
    from inkstone.components.nlp.text_classification import Settings

    settings = Settings(
        encoder=str(work.encoder),
        labels=tuple(work.labels),
        max_length=work.window,
        pooling="mean",
        pairs=work.pairs,
    )
    task = SentencePairs(
        PairSettings(
            classifier=settings, pairs_per_row=params.pairs_per_row, most_pairs=params.most_pairs, seed=work.seed
        )
    )
    if params.label_sentences:
        rows = with_label_sentences(work, params.patterns, params.label_words)
        work = work.on(rows, work.seed, work.part)
    scratch = work.ctx.scratch()
    if params.train_encoder:
        body = fit(work, task, rate=rate_for(work.encoder), epochs=1, batch_size=16).folder
    else:
        body = scratch / "frozen-encoder"
        task.save(task.build(), body)
    fit_head(body, as_table(work.rows, work.labels, scratch / "head-rows"), target)
