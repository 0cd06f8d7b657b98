"""``train.text_classification``: trains a neural text classifier."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp.figures import FIGURES
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Category, Component, Context, Params, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult

_AUTO = text("留空则采用适合所选编码器的值。", "Empty takes what suits the encoder.")


def _help(zh: str, en: str) -> Text:
    return text(f"{zh}{_AUTO.zh}", f"{en} {_AUTO.en}")


class TextClassification(Params):
    """Parameters of ``train.text_classification``."""

    encoder: str = param(
        "scratch",
        kind="encoder",
        impact=3,
        common=True,
        min_length=1,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text(
            "模型从哪里起步。预训练编码器通常更准；scratch 只用你的文本从零学起，不需要下载。",
            "What the model starts from. A pre-trained encoder is usually better; scratch learns from your text alone.",
        ),
    )
    epochs: float | None = param(
        None,
        gt=0,
        le=1000,
        impact=3,
        common=True,
        unit=text("轮", "epochs"),
        title=text("训练轮数", "Epochs"),
        help=_help("训练数据过几遍。数据少时可以多几轮。", "Passes over the training rows; small data takes more."),
    )
    learning_rate: float | None = param(
        None,
        gt=0,
        le=1,
        impact=3,
        common=True,
        title=text("学习率", "Learning rate"),
        help=_help(
            "每一步改变权重的幅度。损失震荡就调小，下降太慢就调大。",
            "How far a step moves the weights. Lower it when the loss jumps, raise it when it hardly falls.",
        ),
    )
    batch_size: int | None = param(
        None,
        ge=1,
        le=8192,
        impact=2,
        common=True,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=_help("每次更新权重所用的行数（所有进程合计）。", "Rows of one update, over all workers together."),
    )
    max_length: int | None = param(
        None,
        ge=4,
        le=8192,
        impact=2,
        common=True,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=_help(
            "每条文本读多少个词元，超出的部分被截掉。越长越慢。",
            "Tokens read of each text; the rest is cut off. Longer is slower.",
        ),
    )
    class_weights: Literal["none", "balanced"] = param(
        "none",
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
    patience: int | None = param(
        None,
        ge=1,
        le=1000,
        impact=1,
        unit=text("次", "dev passes"),
        title=text("早停耐心", "Patience"),
        help=_help(
            "开发集指标连续多少次没有提高就提前停止。", "Dev passes without improvement before training stops early."
        ),
    )
    warmup_ratio: float | None = param(
        None,
        ge=0,
        le=1,
        impact=1,
        title=text("预热比例", "Warm-up share"),
        help=_help("开头多少比例的步数里学习率逐渐升高。", "Share of the steps in which the learning rate rises."),
    )
    weight_decay: float | None = param(
        None,
        ge=0,
        le=1,
        impact=1,
        title=text("权重衰减", "Weight decay"),
        help=_help("让权重保持较小，抑制过拟合。", "Keeps weights small, against over-fitting."),
    )
    dropout: float | None = param(
        None,
        ge=0,
        lt=1,
        impact=1,
        title=text("随机失活", "Dropout"),
        help=_help("训练时随机丢弃的特征比例。", "Share of pooled features dropped in training."),
    )
    label_smoothing: float | None = param(
        None,
        ge=0,
        lt=1,
        impact=1,
        title=text("标签平滑", "Label smoothing"),
        help=_help(
            "把一小部分目标概率分给所有类别，标签有噪声时有用。",
            "Gives a share of the target to all classes; helps with noisy labels.",
        ),
    )
    focal_gamma: float = param(
        0.0,
        ge=0,
        le=10,
        impact=1,
        title=text("焦点损失 γ", "Focal loss gamma"),
        help=text(
            "大于 0 时，模型已经有把握的样本权重变小，更关注难例；0 为普通交叉熵。",
            "Above 0, rows that the model is sure of count less, hard ones more; 0 is plain cross-entropy.",
        ),
        suggestion=2.0,
        reason=text("Lin 等（2017）的取值。", "The value of Lin et al. (2017)."),
    )
    adversarial: float = param(
        0.0,
        ge=0,
        le=10,
        impact=1,
        title=text("对抗训练（FGM）", "Adversarial training (FGM)"),
        help=text(
            "把词向量沿损失上升最快的方向移动多远再训练一次；0 不用。训练时间约为两倍。",
            "How far embeddings are moved to where the loss rises most, for a second look; 0 is off. Takes twice the time.",
        ),
        suggestion=0.5,
        reason=text(
            "数据少、文本短时常能提高一点并更稳。", "Often a little better and steadier with few, short texts."
        ),
    )
    disguised_copies: float = param(
        0.0,
        ge=0,
        le=3,
        impact=1,
        unit=text("份", "copies a row"),
        title=text("伪装副本", "Disguised copies"),
        help=text(
            "每行训练文本额外加入多少份伪装过的副本（拼音、谐音、拆字、插入符号等），使模型不易被绕过。",
            "Copies of each training row under pinyin, homophones, inserted signs and so on, so that disguises fool the model less.",
        ),
        suggestion=0.5,
    )
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
    precision: Literal["auto", "fp32", "bf16", "fp16"] = param(
        "auto",
        impact=1,
        title=text("精度", "Precision"),
        help=text(
            "自动：处理器或显卡支持 bf16 时使用，快约两倍。",
            "Auto takes bf16 where the hardware has it, about twice as fast.",
        ),
        choices={
            "auto": text("自动", "Auto"),
            "fp32": text("单精度", "fp32"),
            "bf16": text("bf16", "bf16"),
            "fp16": text("半精度（仅显卡）", "fp16 (GPU only)"),
        },
    )
    micro_batch_size: int | None = param(
        None,
        ge=1,
        le=8192,
        impact=0,
        unit=text("行", "rows"),
        title=text("单次载入行数", "Micro batch size"),
        help=text(
            "一个进程一次放进内存的行数；留空则由批大小决定，内存不足时自动减半。",
            "Rows that one worker holds at once; empty derives it from the batch size and halves it when memory runs out.",
        ),
    )
    evals_per_epoch: int = param(
        1,
        ge=1,
        le=100,
        impact=1,
        title=text("每轮评估次数", "Dev passes per epoch"),
        help=text(
            "每轮在开发集上评估并保存检查点的次数。", "How often an epoch looks at the dev rows and saves a checkpoint."
        ),
    )
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
    from inkstone.components.nlp.recipes import recipe_for
    from inkstone.components.nlp.text_training import (
        calibrate,
        settings_of,
        starting_encoder,
        task_of,
        with_disguised,
    )
    from inkstone.components.nlp.training_rows import read_training_rows

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    dev = dev if dev is not None and dev.info.rows else None
    rows, labels = read_training_rows(ctx, train)
    normalised = train.info.origin.get(ORIGIN_KEY)
    if params.disguised_copies:
        from inkstone.components.nlp.fewshot.folds import as_table

        seed = ctx.seed if params.seed is None else params.seed
        rows = with_disguised(rows, params.disguised_copies, normalised, seed)
        train = as_table(rows, labels, ctx.scratch() / "disguised")
    folder = starting_encoder(ctx, params.encoder, rows)
    recipe = recipe_for(params.encoder, folder, len(rows.texts))
    result = ctx.fit(task_of(params, recipe, folder, rows, labels), train, dev, settings_of(ctx, params, recipe))
    outputs = _outputs(ctx, params, result, normalised)
    if params.calibrate and dev is not None:
        calibrate(ctx, outputs["model"].path, dev)
    return outputs


def _outputs(
    ctx: Context, params: TextClassification, result: "FitResult", normalised: str | None
) -> Mapping[str, Artifact]:
    from inkstone.components.nlp import model_io

    model = ctx.output("model")
    shutil.copytree(result.folder, model, dirs_exist_ok=True)
    card = model_io.amend(model, component=SPEC.key, encoder=params.encoder, metrics=result.best, normalised=normalised)
    metrics = {
        "model": card.digest,
        "split": "dev",
        "values": result.best,
        "metric": params.metric,
        "best_epoch": result.best_epoch,
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
    }
    return {"model": Model(model), "metrics": Metrics.write(ctx.output("metrics"), metrics)}
