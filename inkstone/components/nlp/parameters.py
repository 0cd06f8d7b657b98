"""Parameters that several components share."""

from typing import Any

from inkstone.components.spec import among, between, param
from inkstone.components.texts import Text, text

_AUTO = text("留空则采用适合所选编码器的值。", "Empty takes what suits the encoder.")


def prediction_batch_size() -> Any:
    """Declare how many rows are predicted at once."""
    return param(
        32,
        ge=1,
        le=4096,
        impact=0,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=text("一次预测多少行；不影响结果，只影响速度和内存。", "Rows predicted at once; speed and memory only."),
        fingerprint=False,
    )


def training_seed() -> Any:
    """Declare the seed of a training; empty takes the run's."""
    return param(
        None,
        kind="seed",
        ge=0,
        le=2**31 - 1,
        impact=0,
        title=text("随机种子", "Seed"),
        help=text(
            "相同的种子得到相同的结果；留空则用整个运行的种子。",
            "The same seed gives the same result; empty takes the run's.",
        ),
    )


def by_recipe(zh: str, en: str) -> Text:
    """Return the help of a parameter that takes the recipe's value when it is empty."""
    return text(f"{zh}{_AUTO.zh}", f"{en} {_AUTO.en}")


def encoder_to_tune() -> Any:
    """Declare the encoder that is fine-tuned."""
    return param(
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


def training_epochs() -> Any:
    """Declare the epochs of fine-tuning."""
    return param(
        None,
        gt=0,
        le=1000,
        search=between(2, 12),
        impact=3,
        common=True,
        unit=text("轮", "epochs"),
        title=text("训练轮数", "Epochs"),
        help=by_recipe("训练数据过几遍。数据少时可以多几轮。", "Passes over the training rows; small data takes more."),
    )


def training_batch_size() -> Any:
    """Declare the rows of one update."""
    return param(
        None,
        ge=1,
        le=8192,
        search=among(16, 32, 64, chosen=True),
        impact=2,
        common=True,
        unit=text("行", "rows"),
        title=text("批大小", "Batch size"),
        help=by_recipe("每次更新权重所用的行数（所有进程合计）。", "Rows of one update, over all workers together."),
    )


def training_patience() -> Any:
    """Declare after how many dev passes without improvement training stops."""
    return param(
        None,
        ge=1,
        le=1000,
        impact=1,
        unit=text("次", "dev passes"),
        title=text("早停耐心", "Patience"),
        help=by_recipe(
            "开发集指标连续多少次没有提高就提前停止。", "Dev passes without improvement before training stops early."
        ),
    )


def warmup_share() -> Any:
    """Declare in which share of the steps the learning rate rises."""
    return param(
        None,
        ge=0,
        le=1,
        search=between(0, 0.3),
        impact=1,
        title=text("预热比例", "Warm-up share"),
        help=by_recipe("开头多少比例的步数里学习率逐渐升高。", "Share of the steps in which the learning rate rises."),
    )


def training_weight_decay() -> Any:
    """Declare the weight decay of fine-tuning."""
    return param(
        None,
        ge=0,
        le=1,
        search=between(1e-3, 0.3, log=True),
        impact=1,
        title=text("权重衰减", "Weight decay"),
        help=by_recipe("让权重保持较小，抑制过拟合。", "Keeps weights small, against over-fitting."),
    )


def training_precision(title: Text | None = None, help_text: Text | None = None) -> Any:
    """Declare the precision of a training; title and help may say more."""
    return param(
        "auto",
        impact=1,
        title=title or text("精度", "Precision"),
        help=help_text or text("自动：硬件支持 bf16 时使用。", "Auto takes bf16 where the hardware has it."),
        choices={
            "auto": text("自动", "Auto"),
            "fp32": text("单精度", "fp32"),
            "bf16": text("bf16", "bf16"),
            "fp16": text("半精度（仅显卡）", "fp16 (GPU only)"),
        },
    )


TWICE_AS_FAST = text(
    "自动：处理器或显卡支持 bf16 时使用，快约两倍。",
    "Auto takes bf16 where the hardware has it, about twice as fast.",
)
"""Help of the precision where it was measured: fine-tuning."""


def training_micro_batch_size() -> Any:
    """Declare how many rows a worker holds at once."""
    return param(
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


def evaluations_per_epoch() -> Any:
    """Declare how often an epoch looks at the dev rows."""
    return param(
        1,
        ge=1,
        le=100,
        impact=1,
        title=text("每轮评估次数", "Dev passes per epoch"),
        help=text(
            "每轮在开发集上评估并保存检查点的次数。", "How often an epoch looks at the dev rows and saves a checkpoint."
        ),
    )


def adversarial_training() -> Any:
    """Declare how far the fast gradient method moves embeddings."""
    return param(
        0.0,
        ge=0,
        le=10,
        search=among(0.0, 0.5, 1.0),
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


def disguised_training_copies() -> Any:
    """Declare how many disguised copies of a row are trained on."""
    return param(
        0.0,
        ge=0,
        le=3,
        search=among(0.0, 0.5, 1.0),
        impact=1,
        unit=text("份", "copies a row"),
        title=text("伪装副本", "Disguised copies"),
        help=text(
            "每行训练文本额外加入多少份伪装过的副本（拼音、谐音、拆字、插入符号等），使模型不易被绕过。",
            "Copies of each training row under pinyin, homophones, inserted signs and so on, so that disguises fool the model less.",
        ),
        suggestion=0.5,
    )
