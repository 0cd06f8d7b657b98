"""``train.text_classification``: trains a neural text classifier."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp.figures import FIGURES, LOWER_IS_BETTER
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Category, Component, Context, Params, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.recipes import Recipe
    from inkstone.components.nlp.rows import TextRows
    from inkstone.components.nlp.text_classification import TextClassification as TextClassificationTask

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
    from inkstone.components.nlp.encoders import SCRATCH
    from inkstone.components.nlp.recipes import recipe_for
    from inkstone.components.nlp.training_rows import read_training_rows

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    rows, labels = read_training_rows(ctx, train)
    folder = _scratch_encoder(ctx, rows) if params.encoder == SCRATCH else ctx.encoder(params.encoder)
    recipe = recipe_for(params.encoder, folder, len(rows.texts))
    task = _task(params, recipe, folder, rows, labels)
    result = ctx.fit(task, train, dev if dev is not None and dev.info.rows else None, _settings(ctx, params, recipe))
    return _outputs(ctx, params, result, train.info.origin.get(ORIGIN_KEY))


def _scratch_encoder(ctx: Context, rows: "TextRows") -> Path:
    from inkstone.components.nlp.scratch import write_scratch_encoder

    ctx.log(text("正在从训练文本学习词表", "Learning a vocabulary from the training texts"))
    return write_scratch_encoder([*rows.texts, *(rows.pairs or [])], ctx.scratch() / "encoder")


def _task(
    params: TextClassification, recipe: "Recipe", folder: Path, rows: "TextRows", labels: list[str]
) -> "TextClassificationTask":
    from inkstone.components.nlp.encoders import SCRATCH, longest_input
    from inkstone.components.nlp.text_classification import Settings, TextClassification, balanced_weights

    balanced = params.class_weights == "balanced"
    return TextClassification(
        Settings(
            encoder=str(folder),
            labels=tuple(labels),
            max_length=min(params.max_length or recipe.max_length, longest_input(folder)),
            weights=balanced_weights(rows.counts(), labels) if balanced else None,
            pooling=recipe.pooling,
            dropout=recipe.dropout if params.dropout is None else params.dropout,
            label_smoothing=recipe.label_smoothing if params.label_smoothing is None else params.label_smoothing,
            pairs=rows.pairs is not None,
            random_weights=params.encoder == SCRATCH,
        )
    )


def _settings(ctx: Context, params: TextClassification, recipe: "Recipe") -> "FitSettings":
    from inkstone.components.nlp.fitting import FitSettings

    return FitSettings(
        epochs=params.epochs or recipe.epochs,
        batch_size=params.batch_size or recipe.batch_size,
        micro_batch_size=params.micro_batch_size,
        learning_rate=params.learning_rate or recipe.learning_rate,
        weight_decay=recipe.weight_decay if params.weight_decay is None else params.weight_decay,
        warmup_ratio=recipe.warmup_ratio if params.warmup_ratio is None else params.warmup_ratio,
        precision=params.precision,
        metric=params.metric,
        greater_is_better=params.metric not in LOWER_IS_BETTER,
        patience=params.patience or recipe.patience,
        evals_per_epoch=params.evals_per_epoch,
        seed=ctx.seed if params.seed is None else params.seed,
        layerwise_decay=params.layerwise_decay,
        head_rate=recipe.head_rate,
    )


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
