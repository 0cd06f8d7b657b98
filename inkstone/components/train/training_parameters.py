"""Parameters that the trainers of taggers share, and what they make of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.spec import Context, Params, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.recipes import Recipe

_AUTO = text("留空则采用适合所选编码器的值。", "Empty takes what suits the encoder.")


def _help(zh: str, en: str) -> Text:
    return text(f"{zh}{_AUTO.zh}", f"{en} {_AUTO.en}")


class EncoderParams(Params):
    """How an encoder is fine-tuned; trainers add what is their own."""

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
        help=_help("每一步改变权重的幅度。", "How far a step moves the weights."),
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
        ge=8,
        le=8192,
        impact=2,
        common=True,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=_help("一次读多少个词元。越长越慢。", "Tokens read at once. Longer is slower."),
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
        help=_help("训练时随机丢弃的特征比例。", "Share of features dropped in training."),
    )
    frozen: bool = param(
        False,
        impact=2,
        title=text("冻结编码器", "Freeze the encoder"),
        help=text(
            "编码器的权重不变，只学输出层：准确率低一些，但几个模型合在一起部署时只需编码一次。",
            "The encoder keeps its weights and only the head learns: less accurate, but models composed into one deployment "
            "then share the encoder's work.",
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


def scratch_encoder(ctx: Context, texts: Sequence[str]) -> Path:
    """Learn a vocabulary from the training texts and return the folder of a new encoder."""
    from inkstone.components.nlp.scratch import write_scratch_encoder

    ctx.log(text("正在从训练文本学习词表", "Learning a vocabulary from the training texts"))
    return write_scratch_encoder(texts, ctx.scratch() / "encoder")


def fit_settings(ctx: Context, params: EncoderParams, recipe: "Recipe", metric: str, seed: int | None) -> "FitSettings":
    """Return the settings of a training: what the user chose, else what the recipe says."""
    from inkstone.components.nlp.figures import LOWER_IS_BETTER
    from inkstone.components.nlp.fitting import FitSettings

    return FitSettings(
        epochs=params.epochs or recipe.epochs,
        batch_size=params.batch_size or recipe.batch_size,
        micro_batch_size=params.micro_batch_size,
        learning_rate=params.learning_rate or recipe.learning_rate,
        weight_decay=recipe.weight_decay if params.weight_decay is None else params.weight_decay,
        warmup_ratio=recipe.warmup_ratio if params.warmup_ratio is None else params.warmup_ratio,
        precision=params.precision,
        metric=metric,
        greater_is_better=metric not in LOWER_IS_BETTER,
        patience=params.patience or recipe.patience,
        evals_per_epoch=params.evals_per_epoch,
        seed=ctx.seed if seed is None else seed,
        head_rate=recipe.head_rate,
    )


def dev_metrics(digest: str, metric: str, result: "FitResult") -> dict[str, Any]:
    """Return the document of the dev figures of a training."""
    return {
        "model": digest,
        "split": "dev",
        "values": result.best,
        "metric": metric,
        "best_epoch": result.best_epoch,
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
    }
