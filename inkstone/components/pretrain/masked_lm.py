"""``pretrain.masked_lm``: trains a new encoder, or goes on with one, by guessing masked words or telling replaced ones."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Encoder, Metrics
from inkstone.components.nlp.parameters import training_precision
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitSettings
    from inkstone.components.nlp.masked_lm import MaskedLanguageModel, Shape
    from inkstone.components.nlp.pretraining_distillation import Distillation

NEW = "scratch"
"""Value of ``encoder`` that makes a new one."""

SIZES = {"tiny": (3, 192, 3), "small": (4, 320, 5), "base": (12, 768, 12)}
"""Layers, width and attention heads."""


class MaskedLm(Params):
    """Parameters of ``pretrain.masked_lm``."""

    encoder: str = param(
        NEW,
        kind="encoder",
        impact=3,
        common=True,
        min_length=1,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text(
            "scratch 训练一个新编码器；选已有的编码器则在你的语料上继续预训练（语料要用它的分词器打包）。",
            "scratch makes a new encoder; any other goes on with that one on your texts (pack them with its tokenizer).",
        ),
    )
    size: Literal["tiny", "small", "base"] = param(
        "tiny",
        impact=3,
        common=True,
        title=text("规模", "Size"),
        help=text(
            "新编码器的大小：3 层宽 192、4 层宽 320、12 层宽 768。没有显卡时选 tiny。",
            "Of a new encoder: 3 layers of width 192, 4 of 320, 12 of 768. Take tiny without a GPU.",
        ),
        choices={"tiny": text("微型", "Tiny"), "small": text("小型", "Small"), "base": text("标准", "Base")},
    )
    warm_start: bool = param(
        True,
        impact=2,
        title=text("热启动", "Warm start"),
        help=text(
            "新编码器的词向量从共现统计开始，注意力先看邻近的词；语料不多时省去大量训练。",
            "A new encoder starts with embeddings from co-occurrences and attention to neighbours, which saves much training.",
        ),
    )
    objective: Literal["mlm", "rtd"] = param(
        "mlm",
        impact=2,
        title=text("目标", "Objective"),
        help=text(
            "猜被遮盖的词（BERT），或判断每个词是否被替换（ELECTRA）。后者的编码器不能再猜词，不适用于 PET 等模板方法。",
            "Guess masked words (BERT), or tell for every word whether it was replaced (ELECTRA). An encoder of the second kind"
            " cannot guess words afterwards, so PET and its like cannot use it.",
        ),
        choices={
            "mlm": text("猜被遮盖的词", "Guess masked words"),
            "rtd": text("判断被替换的词", "Tell replaced words"),
        },
    )
    mask_unit: Literal["token", "word", "ngram", "span"] = param(
        "word",
        impact=2,
        common=True,
        title=text("遮盖单位", "Mask"),
        help=text(
            "一次遮盖什么：单字、整词、连续几个词或一段。",
            "What is masked as one: tokens, whole words, n-grams or spans.",
        ),
        choices={
            "token": text("单字", "Tokens"),
            "word": text("整词", "Whole words"),
            "ngram": text("一到四个词", "One to four words"),
            "span": text("一段（最多十个词）", "Spans of up to ten words"),
        },
    )
    mask_rate: float = param(
        0.15,
        ge=0.05,
        le=0.6,
        impact=1,
        title=text("遮盖比例", "Mask rate"),
        help=text("遮盖多少词元。", "Share of the tokens to guess."),
    )
    epochs: float = param(
        3,
        gt=0,
        le=1000,
        impact=3,
        common=True,
        unit=text("轮", "epochs"),
        title=text("训练轮数", "Epochs"),
        help=text("语料过几遍；每遍的遮盖都不同。", "Passes over the corpus; each masks anew."),
    )
    learning_rate: float | None = param(
        None,
        gt=0,
        le=1,
        impact=3,
        common=True,
        title=text("学习率", "Learning rate"),
        help=text(
            "留空：新编码器 1e-3，继续预训练 1e-4。", "Empty: 1e-3 for a new encoder, 1e-4 for one that goes on."
        ),
    )
    batch_size: int = param(
        32,
        ge=1,
        le=65536,
        impact=2,
        common=True,
        unit=text("序列", "sequences"),
        title=text("批大小", "Batch size"),
        help=text("每次更新权重所用的序列数（所有进程合计）。", "Sequences of one update, over all workers together."),
    )
    micro_batch_size: int | None = param(
        None,
        ge=1,
        le=8192,
        impact=0,
        unit=text("序列", "sequences"),
        title=text("单次载入序列数", "Micro batch size"),
        help=text(
            "一个进程一次放进内存的序列数，梯度会累积到批大小。",
            "Sequences that one worker holds at once; their gradients add up to a batch.",
        ),
    )
    dropout: float = param(
        0.0,
        ge=0,
        lt=1,
        impact=1,
        title=text("随机失活", "Dropout"),
        help=text("语料充足时为 0 最好。", "None is best while the corpus is not seen often."),
    )
    shifted: float = param(
        0.1,
        ge=0,
        le=1,
        impact=1,
        title=text("位置平移比例", "Shifted positions"),
        help=text(
            "多少序列从随机位置开始，使更长的文本也能处理；只用于新编码器。",
            "Share of the sequences that begin at a random position, so that longer texts work too; new encoders only.",
        ),
    )
    evals_per_epoch: int = param(
        4,
        ge=1,
        le=1000,
        impact=1,
        title=text("每轮评估次数", "Held-out passes per epoch"),
        help=text("每轮评估并保存检查点的次数。", "How often an epoch measures and saves a checkpoint."),
    )
    teacher: str | None = param(
        None,
        kind="encoder",
        impact=2,
        max_length=500,
        title=text("教师", "Teacher"),
        help=text(
            "更大的编码器，词表相同；新编码器同时学习它的猜测和注意力。也可以把编码器连到“教师”输入。",
            "A larger encoder with the same vocabulary; its guesses and attention are learned too. The input Teacher does the same.",
        ),
    )
    teacher_share: float = param(
        0.5,
        ge=0,
        le=1,
        impact=1,
        title=text("教师比重", "Teacher's share"),
        help=text(
            "损失中教师的猜测所占的比重，其余为真实的词。",
            "How much of the loss is the teacher's guesses; the rest is the true words.",
        ),
    )
    temperature: float = param(
        2.0,
        gt=0,
        le=20,
        impact=1,
        title=text("温度", "Temperature"),
        help=text("越高，教师的次要猜测越受重视。", "The higher, the more its second guesses count."),
    )
    attention_weight: float = param(
        1.0,
        ge=0,
        le=100,
        impact=1,
        title=text("注意力权重", "Weight of its attention"),
        help=text(
            "最后一层注意力关系（MiniLMv2）在损失中的权重；0 表示只学习猜测。",
            "Weight of the relations in its last layer's attention (MiniLMv2); 0 learns its guesses alone.",
        ),
    )
    compile: bool = param(
        False,
        impact=0,
        fingerprint=False,
        title=text("编译", "Compile"),
        help=text(
            "用 torch.compile 编译网络：显卡上训练更快，开始前要编译约一分钟；没有 C++ 编译器时自动跳过并提示。",
            "Compiles the network by torch.compile: faster on GPUs after about a minute of compiling; without a C++ compiler it"
            " is left out, and the log says so.",
        ),
    )
    shard: bool = param(
        False,
        impact=0,
        fingerprint=False,
        title=text("分片", "Shard"),
        help=text(
            "多个进程时，每个进程只存一部分权重、梯度和优化器状态（FSDP）；大编码器放不进一块显卡时使用。",
            "With several workers each holds a part of weights, gradients and optimiser state (FSDP), for encoders that do not"
            " fit one GPU.",
        ),
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = training_precision()
    seed: int | None = param(
        None,
        kind="seed",
        ge=0,
        le=2**31 - 1,
        impact=0,
        title=text("随机种子", "Seed"),
        help=text("留空则用整个运行的种子。", "Empty takes the run's."),
    )


SPEC = Component(
    id="pretrain.masked_lm",
    title=text("掩码预训练", "Masked language model"),
    summary=text(
        "让编码器猜被遮盖的词：从零训练，或在你的语料上继续预训练；也可以向更大的编码器学习。",
        "Lets an encoder guess masked words: a new one, or one that goes on with your texts; a larger one may teach it.",
    ),
    inputs=(
        Port(name="corpus", type=PortType.CORPUS, title=text("语料", "Corpus")),
        Port(name="held_out", type=PortType.CORPUS, title=text("留出语料", "Held out"), optional=True),
        Port(name="teacher", type=PortType.ENCODER, title=text("教师", "Teacher"), optional=True),
    ),
    outputs=(
        Port(name="encoder", type=PortType.ENCODER, title=text("编码器", "Encoder")),
        Port(name="metrics", type=PortType.METRICS, title=text("留出指标", "Held-out metrics")),
    ),
    params=MaskedLm,
    trains=True,
    keywords=(
        "MLM",
        "BERT",
        "ELECTRA",
        "RTD",
        "distillation",
        "蒸馏",
        "预训练",
        "pre-training",
        "whole-word masking",
        "整词遮盖",
        "领域适应",
    ),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: MaskedLm) -> Mapping[str, Artifact]:
    """Train, and give the encoder with its head, and the held-out figures.

    Raises:
        InkstoneError: ``pretrain.small_corpus`` when the corpus does not fill one batch, and what ``_task`` raises.
    """
    from inkstone.components.nlp.packing import Pack
    from inkstone.components.nlp.pretraining_errors import SMALL_CORPUS

    ctx.check_cancelled()
    corpus = Pack(inputs["corpus"].path)
    corpus.verify()
    if corpus.info.rows < params.batch_size:
        raise SMALL_CORPUS(rows=corpus.info.rows, length=corpus.info.length, needed=params.batch_size, at="batch_size")
    task = _task(ctx, corpus, params, _teacher(ctx, inputs, params))
    result = ctx.fit(task, corpus, inputs.get("held_out"), _settings(ctx, params))  # type: ignore[arg-type]
    folder = ctx.output("encoder")
    shutil.copytree(result.folder, folder, dirs_exist_ok=True)
    values = {**result.best, "tokens": float(corpus.info.tokens), "epochs": result.epochs}
    metrics = Metrics.write(ctx.output("metrics"), {"split": "held_out", "values": values})
    return {"encoder": Encoder(folder), "metrics": metrics}


def _teacher(ctx: Context, inputs: Mapping[str, Any], params: MaskedLm) -> "Distillation | None":
    """Return what is learned from the connected or named teacher, or None without one.

    Raises:
        InkstoneError: ``pretrain.no_teacher_of_rtd``, ``pretrain.no_sharded_relations``.
    """
    from inkstone.components.nlp.pretraining_distillation import Distillation
    from inkstone.components.nlp.pretraining_errors import NO_SHARDED_RELATIONS, NO_TEACHER_OF_RTD

    if "teacher" not in inputs and params.teacher is None:
        return None
    if params.objective == "rtd":
        raise NO_TEACHER_OF_RTD(at="objective")
    if params.shard and params.attention_weight > 0:
        raise NO_SHARDED_RELATIONS(at="attention_weight")
    folder = inputs["teacher"].path if "teacher" in inputs else ctx.encoder(params.teacher or "")
    return Distillation(
        teacher=str(folder),
        share=params.teacher_share,
        temperature=params.temperature,
        relations=params.attention_weight,
    )


def _task(ctx: Context, corpus: Any, params: MaskedLm, teacher: "Distillation | None") -> "MaskedLanguageModel":
    """Make the task.

    Raises:
        InkstoneError: ``pretrain.other_tokenizer`` when the corpus was packed with another tokenizer than the encoder's.
    """
    from inkstone.components.nlp.masked_lm import MaskedLanguageModel
    from inkstone.components.nlp.masking import Masking
    from inkstone.components.nlp.packing import tokenizer_digest
    from inkstone.components.nlp.pretraining_errors import OTHER_TOKENIZER
    from inkstone.components.nlp.replaced_tokens import HIDE_ALL, ReplacedTokenDetection
    from inkstone.components.pretrain.corpus import TOKENIZER

    new = params.encoder == NEW
    folder = corpus.path / TOKENIZER if new else ctx.encoder(params.encoder)
    masking = Masking() if params.objective == "mlm" else HIDE_ALL
    kind = MaskedLanguageModel if params.objective == "mlm" else ReplacedTokenDetection
    task = kind(
        encoder=str(folder),
        shape=_shape(params) if new else None,
        masking=masking.model_copy(update={"rate": params.mask_rate, "unit": params.mask_unit}),
        length=corpus.info.length,
        dropout=params.dropout,
        shifted=params.shifted if new else 0.0,
        warm_start=str(corpus.path) if new and params.warm_start else None,
        distil=teacher,
        seed=ctx.seed if params.seed is None else params.seed,
    )
    if corpus.info.tokenizer != tokenizer_digest(task.tokenizer()):
        raise OTHER_TOKENIZER(at="encoder")
    return task


def _shape(params: MaskedLm) -> "Shape":
    from inkstone.components.nlp.masked_lm import Shape

    layers, width, heads = SIZES[params.size]
    return Shape(layers=layers, hidden=width, heads=heads, intermediate=4 * width)


def _settings(ctx: Context, params: MaskedLm) -> "FitSettings":
    from inkstone.components.nlp.fitting import FitSettings

    rate = params.learning_rate or (1e-3 if params.encoder == NEW else 1e-4)
    return FitSettings(
        epochs=params.epochs,
        batch_size=params.batch_size,
        micro_batch_size=params.micro_batch_size,
        learning_rate=rate,
        warmup_ratio=0.05,
        precision=params.precision,
        compile=params.compile,
        shard=params.shard,
        metric="loss",
        greater_is_better=False,
        evals_per_epoch=params.evals_per_epoch,
        seed=ctx.seed if params.seed is None else params.seed,
    )
