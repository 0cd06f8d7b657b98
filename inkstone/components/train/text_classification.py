"""``train.text_classification``: trains a neural text classifier."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp.figures import FIGURES
from inkstone.components.nlp.parameters import (
    TWICE_AS_FAST,
    adversarial_training,
    by_recipe,
    disguised_training_copies,
    encoder_to_tune,
    evaluations_per_epoch,
    training_batch_size,
    training_epochs,
    training_micro_batch_size,
    training_patience,
    training_precision,
    training_seed,
    training_weight_decay,
    warmup_share,
)
from inkstone.components.spec import Category, Component, Context, Params, Port, PortType, among, between, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult


class TextClassification(Params):
    """Parameters of ``train.text_classification``."""

    encoder: str = encoder_to_tune()
    epochs: float | None = training_epochs()
    learning_rate: float | None = param(
        None,
        gt=0,
        le=1,
        search=between(1e-5, 5e-3, log=True, chosen=True),
        impact=3,
        common=True,
        title=text("学习率", "Learning rate"),
        help=by_recipe(
            "每一步改变权重的幅度。损失震荡就调小，下降太慢就调大。",
            "How far a step moves the weights. Lower it when the loss jumps, raise it when it hardly falls.",
        ),
    )
    batch_size: int | None = training_batch_size()
    max_length: int | None = param(
        None,
        ge=4,
        le=8192,
        search=among(64, 128, 256),
        impact=2,
        common=True,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=by_recipe(
            "每条文本读多少个词元，超出的部分被截掉。越长越慢。",
            "Tokens read of each text; the rest is cut off. Longer is slower.",
        ),
    )
    class_weights: Literal["none", "balanced"] = param(
        "none",
        search=among("none", "balanced"),
        impact=2,
        common=True,
        title=text("类别权重", "Class weights"),
        help=text(
            "类别数量悬殊时选“均衡”，少见的类别会得到更多重视。",
            "Balanced gives rare classes more say; choose it when class sizes differ a lot.",
        ),
        choices={"none": text("不加权", "None"), "balanced": text("均衡", "Balanced")},
    )
    metric: Literal["macro_f1", "accuracy", "weighted_f1", "micro_f1", "loss"] = param(
        "macro_f1",
        kind="metric",
        impact=2,
        common=True,
        title=text("选优指标", "Metric of the best model"),
        help=text(
            "按开发集上的这个指标保留最好的一轮。", "The best checkpoint is chosen by this figure on the dev rows."
        ),
        choices=FIGURES,
    )
    patience: int | None = training_patience()
    warmup_ratio: float | None = warmup_share()
    weight_decay: float | None = training_weight_decay()
    dropout: float | None = param(
        None,
        ge=0,
        lt=1,
        search=between(0, 0.5, chosen=True),
        impact=1,
        title=text("随机失活", "Dropout"),
        help=by_recipe("训练时随机丢弃的特征比例。", "Share of pooled features dropped in training."),
    )
    label_smoothing: float | None = param(
        None,
        ge=0,
        lt=1,
        search=between(0, 0.2),
        impact=1,
        title=text("标签平滑", "Label smoothing"),
        help=by_recipe(
            "把一小部分目标概率分给所有类别，标签有噪声时有用。",
            "Gives a share of the target to all classes; helps with noisy labels.",
        ),
    )
    focal_gamma: float = param(
        0.0,
        ge=0,
        le=10,
        search=among(0.0, 1.0, 2.0),
        impact=1,
        title=text("焦点损失 γ", "Focal loss gamma"),
        help=text(
            "大于 0 时，模型已经有把握的样本权重变小，更关注难例；0 为普通交叉熵。",
            "Above 0, rows that the model is sure of count less, hard ones more; 0 is plain cross-entropy.",
        ),
        suggestion=2.0,
        reason=text("Lin 等（2017）的取值。", "The value of Lin et al. (2017)."),
    )
    adversarial: float = adversarial_training()
    disguised_copies: float = disguised_training_copies()
    calibrate: bool = param(
        False,
        impact=1,
        title=text("校准（温度）", "Calibrate (temperature)"),
        help=text(
            "训练后在开发集上调一个温度，使概率与实际正确率一致；不改变预测的类别。",
            "Fits one number on the dev rows after training, so that probabilities mean what they say; classes stay the same.",
        ),
    )
    layerwise_decay: float = param(
        1.0,
        gt=0,
        le=1,
        search=between(0.7, 1),
        impact=1,
        title=text("逐层学习率衰减", "Layer-wise rate decay"),
        help=text(
            "每往下一层学习率乘以这个系数；1 表示各层相同。",
            "Factor on the learning rate for each layer further down; 1 is one rate for all.",
        ),
        suggestion=0.9,
        reason=text(
            "大的预训练编码器遇上小数据时往往更稳。", "Often steadier with a large pre-trained encoder and little data."
        ),
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = training_precision(help_text=TWICE_AS_FAST)
    micro_batch_size: int | None = training_micro_batch_size()
    evals_per_epoch: int = evaluations_per_epoch()
    seed: int | None = training_seed()


SPEC = Component(
    id="train.text_classification",
    title=text("文本分类", "Text classification"),
    summary=text(
        "训练一个神经网络分类器：单条文本或文本对。", "Trains a neural classifier of texts or pairs of texts."
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=TextClassification,
    trains=True,
    keywords=("BERT", "fine-tuning", "微调", "分类", "风控", "情感", Category.TRAIN.value),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: TextClassification) -> Mapping[str, Artifact]:
    """Train a classifier and give the best checkpoint."""
    from inkstone.components.nlp.profile import profile_of
    from inkstone.components.nlp.recipes import recipe_for
    from inkstone.components.nlp.text_training import (
        calibrate,
        settings_of,
        task_of,
        with_disguised,
    )
    from inkstone.components.nlp.training_rows import read_training_rows
    from inkstone.components.nlp.training_settings import starting_encoder

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    dev = dev if dev is not None and dev.info.rows else None
    rows, labels = read_training_rows(ctx, train)
    given = rows
    normalised = train.info.origin.get(ORIGIN_KEY)
    if params.disguised_copies:
        from inkstone.components.nlp.fewshot.folds import as_table

        seed = ctx.seed if params.seed is None else params.seed
        rows = with_disguised(rows, params.disguised_copies, normalised, seed)
        train = as_table(rows, labels, ctx.scratch() / "disguised")
    folder = starting_encoder(ctx, params.encoder, rows.every_text)
    recipe = recipe_for(params.encoder, folder, len(rows.texts))
    result = ctx.fit(task_of(params, recipe, folder, rows, labels), train, dev, settings_of(ctx, params, recipe))
    outputs = _outputs(ctx, params, result, normalised, profile_of(given))
    if params.calibrate and dev is not None:
        calibrate(ctx, outputs["model"].path, dev)
    return outputs


def _outputs(
    ctx: Context, params: TextClassification, result: "FitResult", normalised: str | None, profile: dict[str, Any]
) -> Mapping[str, Artifact]:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.training_settings import dev_metrics

    model = ctx.output("model")
    shutil.copytree(result.folder, model, dirs_exist_ok=True)
    card = model_io.amend(
        model,
        component=SPEC.key,
        encoder=params.encoder,
        metrics=result.best,
        normalised=normalised,
        profile=profile,
    )
    metrics = dev_metrics(card.digest, params.metric, result)
    return {"model": Model(model), "metrics": Metrics.write(ctx.output("metrics"), metrics)}
