"""``train.sequence_labelling``: trains a neural recogniser of entities."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text
from inkstone.components.train.training_parameters import EncoderParams

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult


class SequenceLabelling(EncoderParams):
    """Parameters of ``train.sequence_labelling``."""

    head: Literal["crf", "softmax", "span"] = param(
        "crf",
        impact=2,
        common=True,
        title=text("输出层", "Head"),
        help=text(
            "CRF 考虑相邻标签的搭配，通常最准；softmax 更快；片段打分可以识别互相嵌套的实体。",
            "A CRF weighs neighbouring tags and is usually best; softmax is faster; the span head finds nested entities.",
        ),
        choices={
            "crf": text("CRF", "CRF"),
            "softmax": text("softmax", "Softmax"),
            "span": text("片段打分（可嵌套）", "Spans (may nest)"),
        },
    )
    scheme: Literal["bio", "bioes"] = param(
        "bio",
        impact=1,
        title=text("标注体系", "Tags"),
        help=text(
            "BIO：开始、中间、外部；BIOES 另有结尾和单字。片段打分不用它。",
            "BIO marks begin, inside and outside; BIOES also ends and single tokens. The span head uses neither.",
        ),
        choices={"bio": text("BIO", "BIO"), "bioes": text("BIOES", "BIOES")},
    )
    overlap: int = param(
        32,
        ge=0,
        le=512,
        impact=1,
        unit=text("词元", "tokens"),
        title=text("窗口重叠", "Overlap of windows"),
        help=text(
            "长于最大长度的文本分成几个窗口来读，相邻窗口共有这么多词元。",
            "Texts beyond the maximum length are read in windows; neighbours share that many tokens.",
        ),
    )
    bad_entities: Literal["refuse", "skip"] = param(
        "refuse",
        impact=1,
        title=text("位置不对的实体", "Bad entities"),
        help=text(
            "实体超出文本或为空时：报错并指出行号，或跳过。",
            "Entities outside their text: stop and name the row, or skip them.",
        ),
        choices={"refuse": text("报错", "Stop"), "skip": text("跳过", "Skip")},
    )
    metric: Literal["micro_f1", "macro_f1", "exact_texts"] = param(
        "micro_f1",
        kind="metric",
        impact=2,
        title=text("选优指标", "Metric of the best model"),
        help=text(
            "按开发集上的这个指标保留最好的一轮。", "The best checkpoint is chosen by this figure on the dev rows."
        ),
        choices={
            "micro_f1": text("实体 F1", "Entity F1"),
            "macro_f1": text("各类型平均 F1", "Mean F1 of the types"),
            "exact_texts": text("全对的文本", "Texts all right"),
        },
    )
    seed: int | None = training_seed()


SPEC = Component(
    id="train.sequence_labelling",
    title=text("实体识别", "Entity recognition"),
    summary=text(
        "训练一个在文本中找出实体（或其他片段）的模型，长文本也行。",
        "Trains a model that finds entities, or other spans, in texts of any length.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=SequenceLabelling,
    trains=True,
    keywords=("NER", "CRF", "BIO", "sequence labelling", "序列标注", "命名实体", "信息抽取", "entities"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: SequenceLabelling) -> Mapping[str, Artifact]:
    """Train a recogniser and give the best checkpoint."""
    from inkstone.components.nlp.encoders import SCRATCH, longest_input
    from inkstone.components.nlp.profile import profile_of_lists
    from inkstone.components.nlp.tagging.entity_rows import read_training_entities
    from inkstone.components.nlp.tagging.recipes import tagging_recipe
    from inkstone.components.nlp.tagging.sequence_labelling import SequenceLabelling as Task
    from inkstone.components.nlp.tagging.sequence_labelling import Settings
    from inkstone.components.nlp.training_settings import fit_settings, starting_encoder

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    skip = params.bad_entities == "skip"
    rows, labels = read_training_entities(ctx, train, flat=params.head != "span", skip_bad=skip)
    folder = starting_encoder(ctx, params.encoder, rows.texts)
    recipe = tagging_recipe(params.encoder, folder, len(rows.texts))
    task = Task(
        Settings(
            encoder=str(folder),
            labels=tuple(labels),
            head=params.head,
            scheme=params.scheme,
            max_length=min(params.max_length or recipe.max_length, longest_input(folder)),
            overlap=params.overlap,
            dropout=recipe.dropout if params.dropout is None else params.dropout,
            random_weights=params.encoder == SCRATCH,
            skip_bad=skip,
            frozen=params.frozen,
        )
    )
    settings = fit_settings(ctx, params, recipe, params.metric)
    result = ctx.fit(task, train, dev if dev is not None and dev.info.rows else None, settings)
    profile = profile_of_lists(rows.texts, ((item.label for item in row) for row in rows.entities))
    return _outputs(ctx, params, result, profile)


def _outputs(
    ctx: Context, params: SequenceLabelling, result: "FitResult", profile: Mapping[str, Any]
) -> Mapping[str, Artifact]:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.training_settings import dev_metrics

    model = ctx.output("model")
    shutil.copytree(result.folder, model, dirs_exist_ok=True)
    card = model_io.amend(model, component=SPEC.key, encoder=params.encoder, metrics=result.best, profile=profile)
    return {
        "model": Model(model),
        "metrics": Metrics.write(ctx.output("metrics"), dev_metrics(card.digest, params.metric, result)),
    }
