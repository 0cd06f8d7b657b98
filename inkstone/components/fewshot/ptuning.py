"""``fewshot.ptuning``: trainable prompts with label words (P-Tuning, deep prompts)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, PromptParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work


class PTuning(PromptParams):
    """Parameters of ``fewshot.ptuning``."""

    prompt_encoder: Literal["lstm", "mlp", "none"] = param(
        "lstm",
        impact=2,
        common=True,
        title=text("提示编码器", "Prompt encoder"),
        help=text(
            "伪词元之间如何关联：双向 LSTM、多层感知机，或不关联（直接训练伪词元）。",
            "What couples the pseudo tokens: a bidirectional LSTM, a perceptron, or nothing (plain pseudo tokens).",
        ),
        choices={
            "lstm": text("双向 LSTM", "Bidirectional LSTM"),
            "mlp": text("多层感知机", "Perceptron"),
            "none": text("无（普通伪词元）", "None (plain pseudo tokens)"),
        },
    )
    deep_prompts: bool = param(
        False,
        impact=1,
        title=text("深层提示", "Deep prompts"),
        help=text(
            "在每一层都加入可训练的提示（P-Tuning v2）。", "Adds trainable prompts at every layer (P-Tuning v2)."
        ),
    )
    freeze_encoder: bool = param(
        False,
        impact=2,
        title=text("冻结编码器", "Freeze the encoder"),
        help=text(
            "只训练提示，不改动编码器；适合很大的编码器。",
            "Trains the prompt alone and leaves the encoder as it is; for very large encoders.",
        ),
    )


SPEC = Component(
    id="fewshot.ptuning",
    title=text("可训练提示（P-Tuning）", "Trainable prompts (P-Tuning)"),
    summary=text(
        "模板中的词变成可训练的伪词元，不必推敲措辞；可选 LSTM 提示编码器和深层提示。",
        "The words of a pattern become trainable pseudo tokens, so their wording matters less.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=PTuning,
    trains=True,
    keywords=("P-Tuning", "prompt tuning", "soft prompt", "few-shot", "提示学习", "小样本", "连续提示"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: PTuning) -> Mapping[str, Artifact]:
    """Train prompts and, unless frozen, the encoder."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def train(work: "Work", params: Any, target: Path) -> None:
    """Train the method on the rows of ``work`` and write its model folder."""
    from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification, WordSettings
    from inkstone.components.nlp.fewshot.prompts import settle
    from inkstone.components.nlp.fewshot.template import parse, written
    from inkstone.components.nlp.fewshot.training import fit, keep, rate_for, warn_of_cut_texts

    prompts = settle(work, params.patterns, params.label_words, count=1)
    parsed = [parse(source) for source in prompts.templates]
    # A pattern without pseudo tokens gets them from its own words: training starts at the words, not at noise.
    templates = [written(item, softened=not item.has("soft")) for item in parsed]
    task = PromptClassification(
        WordSettings(
            encoder=str(work.encoder),
            labels=tuple(work.labels),
            max_length=work.window,
            pairs=work.pairs,
            templates=tuple(templates),
            words=prompts.words,
            prompt_encoder=params.prompt_encoder,
            deep_prompts=params.deep_prompts,
            frozen=params.freeze_encoder,
        )
    )
    task.check()
    warn_of_cut_texts(work, max(task.encoders[number].fixed_length(length) for number, length in task.slots()))
    keep(fit(work, task, rate=rate_for(work.encoder, scale=2.0), sequences=len(templates)), target)
