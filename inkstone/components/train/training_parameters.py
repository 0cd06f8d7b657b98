"""Parameters that the trainers of taggers share."""

from typing import Literal

from inkstone.components.nlp.parameters import (
    TWICE_AS_FAST,
    by_recipe,
    encoder_to_tune,
    evaluations_per_epoch,
    training_batch_size,
    training_epochs,
    training_micro_batch_size,
    training_patience,
    training_precision,
    training_weight_decay,
    warmup_share,
)
from inkstone.components.spec import Params, among, between, param
from inkstone.components.texts import text


class EncoderParams(Params):
    """How an encoder is fine-tuned; trainers add what is their own."""

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
        help=by_recipe("每一步改变权重的幅度。", "How far a step moves the weights."),
    )
    batch_size: int | None = training_batch_size()
    max_length: int | None = param(
        None,
        ge=8,
        le=8192,
        search=among(64, 128, 256),
        impact=2,
        common=True,
        unit=text("词元", "tokens"),
        title=text("最大长度", "Maximum length"),
        help=by_recipe("一次读多少个词元。越长越慢。", "Tokens read at once. Longer is slower."),
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
        help=by_recipe("训练时随机丢弃的特征比例。", "Share of features dropped in training."),
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
    precision: Literal["auto", "fp32", "bf16", "fp16"] = training_precision(help_text=TWICE_AS_FAST)
    micro_batch_size: int | None = training_micro_batch_size()
    evals_per_epoch: int = evaluations_per_epoch()
