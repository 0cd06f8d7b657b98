"""``fewshot.pet``: classification by filling a blank in a sentence (pattern-exploiting training)."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, PromptParams
from inkstone.components.spec import Component, Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work


class Pet(PromptParams):
    """Parameters of ``fewshot.pet``."""


SPEC = Component(
    id="fewshot.pet",
    title=text("模板填空（PET）", "Prompting (PET)"),
    summary=text(
        "把分类变成填空：“{text}总之，很___。”用预训练语言模型填入标签词，少量样例即可。",
        "Turns classification into filling a blank: '{text} It was ___.' A few examples suffice.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=Pet,
    trains=True,
    keywords=("PET", "prompt", "few-shot", "提示", "小样本", "少样本", "模板"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Pet) -> Mapping[str, Artifact]:
    """Train on all patterns together."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def train(work: "Work", params: Any, target: Path) -> None:
    """Train the method on the rows of ``work`` and write its model folder."""
    from inkstone.components.nlp.fewshot.calibration import calibrated
    from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification, WordSettings
    from inkstone.components.nlp.fewshot.prompts import settle
    from inkstone.components.nlp.fewshot.training import fit, keep, rate_for, warn_of_cut_texts

    prompts = settle(work, params.patterns, params.label_words)
    task = PromptClassification(
        WordSettings(
            encoder=str(work.encoder),
            labels=tuple(work.labels),
            max_length=work.window,
            pairs=work.pairs,
            templates=prompts.templates,
            words=prompts.words,
        )
    )
    task.check()
    warn_of_cut_texts(work, max(task.encoders[number].fixed_length(length) for number, length in task.slots()))
    # Training starts where the texts alone leave the classes even, not at the language model's favourite word.
    task = calibrated(work, task)
    keep(fit(work, task, rate=rate_for(work.encoder, scale=2.0), sequences=len(prompts.templates)), target)
