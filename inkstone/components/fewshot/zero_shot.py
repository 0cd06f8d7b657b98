"""``fewshot.zero_shot``: classes by their label words alone, without training."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import METRICS, MODEL, PromptParams
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work


class ZeroShot(PromptParams):
    """Parameters of ``fewshot.zero_shot``."""

    classes: str = param(
        "",
        kind="multiline",
        impact=3,
        common=True,
        max_length=200_000,
        title=text("类别", "Classes"),
        help=text(
            "每行一个类别；留空用标签词中的类别，或数据里已有的标签。",
            "A class a line; empty takes those of the label words, or the labels of the data.",
        ),
    )
    calibrate: bool = param(
        True,
        impact=3,
        common=True,
        title=text("校准", "Calibrate"),
        help=text(
            "减去各标签词在所有文本上的平均分，消除语言模型对常见词的偏好。",
            "Takes off each class's mean score over the texts, which removes the model's liking for common words.",
        ),
    )


SPEC = Component(
    id="fewshot.zero_shot",
    title=text("零样本分类", "Zero-shot classification"),
    summary=text(
        "不需要标注：只用类别名称或标签词，由预训练语言模型判断。",
        "Needs no labels: a pre-trained language model judges by class names or label words alone.",
    ),
    inputs=(Port(name="table", type=PortType.TABLE, title=text("文本", "Texts")),),
    outputs=(MODEL, METRICS),
    params=ZeroShot,
    keywords=("zero-shot", "prompt", "零样本", "无标注", "提示"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: ZeroShot) -> Mapping[str, Artifact]:
    """Set up the model and, where the texts have labels, tell how good it is on them."""
    from inkstone.components.data.normalise import ORIGIN_KEY
    from inkstone.components.nlp.errors import ONE_CLASS
    from inkstone.components.nlp.fewshot.component import finish, settings_of
    from inkstone.components.nlp.fewshot.prompt_words import read_patterns
    from inkstone.components.nlp.fewshot.training import Work
    from inkstone.components.nlp.rows import class_names, read_rows

    table = inputs["table"]
    rows = read_rows(table, label_needed=False)
    labels = read_patterns(params.classes) or _named(params.label_words)
    if not labels and rows.labels is not None:
        labels = list(table.info.labels or class_names(table, rows))
    if len(labels) < 2:
        raise ONE_CLASS(label=", ".join(labels) or "–", at="classes")
    normalised = table.info.origin.get(ORIGIN_KEY)
    work = Work(
        ctx=ctx, labels=labels, rows=rows, normalised=normalised, columns=table.info.roles, **settings_of(ctx, params)
    )
    model = ctx.output("model")
    train(work, params, model)
    known = rows.labelled() if rows.labels is not None else None
    return finish(work, SPEC, model, known if known and known.texts else None, {"split": "none", "values": {}})


def train(work: "Work", params: Any, target: Path) -> None:
    """Write the model folder; nothing is trained."""
    from inkstone.components.nlp.fewshot.calibration import calibrated
    from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification, WordSettings
    from inkstone.components.nlp.fewshot.prompts import settle

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
    if params.calibrate:
        task = calibrated(work, task)
    task.save(task.build(), target)


def _named(label_words: str) -> list[str]:
    import re

    from inkstone.components.nlp.fewshot.prompt_words import read_patterns

    return [re.split("[=:：＝]", line, maxsplit=1)[0].strip() for line in read_patterns(label_words)]
