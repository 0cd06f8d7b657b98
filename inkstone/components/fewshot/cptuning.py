"""``fewshot.cptuning``: contrastive prompt tuning, without patterns or label words to write."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact
from inkstone.components.fewshot.parameters import DEV, METRICS, MODEL, TRAIN, FewShotParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fewshot.training import Work


class CPTuning(FewShotParams):
    """Parameters of ``fewshot.cptuning``."""

    margin: float = param(
        0.4,
        ge=0,
        le=1,
        impact=2,
        common=True,
        title=text("间隔", "Margin"),
        help=text(
            "对比损失的间隔 m：同类相似度要高于 1−m，异类要低于 m。",
            "Margin m of the contrastive loss: similarities inside a class should exceed 1-m, others stay below m.",
        ),
    )
    scale: float = param(
        64.0,
        gt=0,
        le=1000,
        impact=1,
        title=text("缩放", "Scale"),
        help=text(
            "对比损失的缩放系数 γ，越大越关注最难的一对。",
            "Scale of the contrastive loss; the larger, the more the hardest pair counts.",
        ),
    )
    contrastive_weight: float = param(
        1.0,
        ge=0,
        le=100,
        impact=1,
        title=text("对比损失权重", "Weight of the contrastive loss"),
        help=text("设为 0 可作消融对照。", "Zero leaves it out, for an ablation."),
    )
    language_model_weight: float = param(
        0.5,
        ge=0,
        le=100,
        impact=2,
        common=True,
        title=text("语言模型损失权重", "Weight of the language-model loss"),
        help=text(
            "辅助的掩码语言模型损失，防止编码器忘记语言；设为 0 可作消融对照。",
            "The auxiliary masked-language-model loss, which keeps the encoder from forgetting language; zero is an ablation.",
        ),
    )
    prompt_encoder: Literal["lstm", "mlp", "none"] = param(
        "lstm",
        impact=1,
        title=text("提示编码器", "Prompt encoder"),
        help=text("连续提示的伪词元之间如何关联。", "What couples the pseudo tokens of the prompt."),
        choices={
            "lstm": text("双向 LSTM", "Bidirectional LSTM"),
            "mlp": text("多层感知机", "Perceptron"),
            "none": text("无（普通伪词元）", "None (plain pseudo tokens)"),
        },
    )
    prompt_length: int = param(
        2,
        ge=1,
        le=32,
        impact=1,
        unit=text("个", "tokens"),
        title=text("提示长度", "Prompt length"),
        help=text("文本前后各放几个伪词元。", "Pseudo tokens before the text, and as many around the slot."),
    )
    decision: Literal["prototypes", "anchors"] = param(
        "prototypes",
        impact=2,
        common=True,
        title=text("判别方式", "Decision"),
        help=text(
            "与每类的平均特征比较，或与最近的训练样例比较；两者都保存在模型里。",
            "Compare with the mean of each class, or with the nearest training row; both are saved inside the model.",
        ),
        choices={"prototypes": text("类原型", "Prototypes"), "anchors": text("最近样例", "Nearest anchor")},
    )


SPEC = Component(
    id="fewshot.cptuning",
    title=text("对比提示（CP-Tuning）", "Contrastive prompts (CP-Tuning)"),
    summary=text(
        "连续提示加对比损失，不用写模板，也不用标签词。",
        "A continuous prompt and a contrastive loss: no pattern and no label word to write.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=CPTuning,
    trains=True,
    keywords=("CP-Tuning", "contrastive prompt", "few-shot", "小样本", "对比", "提示"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: CPTuning) -> Mapping[str, Artifact]:
    """Train prompt and encoder, and keep the training rows' features in the model."""
    from inkstone.components.nlp.fewshot.component import run_method

    return run_method(ctx, inputs, params, SPEC, train)


def pattern(length: int, pairs: bool) -> str:
    """Return the task-agnostic pattern: pseudo tokens before the text and around the slot."""
    texts = "{text}{sep}{text_pair}" if pairs else "{text}"
    soft = f"{{soft:{length}}}"
    return f"{soft}{{label}}{soft}{texts}"


def train(work: "Work", params: Any, target: Path) -> None:
    """Train the method on the rows of ``work`` and write its model folder."""
    from inkstone.components.nlp.fewshot.contrastive_prompt import ContrastivePrompt, ContrastivePromptSettings
    from inkstone.components.nlp.fewshot.folds import as_table
    from inkstone.components.nlp.fewshot.training import fit, rate_for, warn_of_cut_texts

    batch = work.batch_size or 16
    task = ContrastivePrompt(
        ContrastivePromptSettings(
            encoder=str(work.encoder),
            labels=tuple(work.labels),
            max_length=work.window,
            pairs=work.pairs,
            templates=(pattern(params.prompt_length, work.pairs),),
            prompt_encoder=params.prompt_encoder,
            margin=params.margin,
            scale=params.scale,
            contrastive_weight=params.contrastive_weight,
            language_model_weight=params.language_model_weight,
            decision=params.decision,
            mates=2 * len(work.labels) > batch,
            seed=work.seed,
        )
    )
    task.check()
    warn_of_cut_texts(work, task.encoders[0].fixed_length(1))
    # A step reads each row once for each half of the loss.
    reads = sum(weight > 0 for weight in (params.contrastive_weight, params.language_model_weight))
    result = fit(work, task, rate=rate_for(work.encoder, scale=2.0), batch_size=16, sequences=max(1, reads))
    trained, model = ContrastivePrompt.load(result.folder)
    rows = trained.prepare(as_table(work.rows, work.labels, work.ctx.scratch() / "anchor-rows"))
    trained.remember(model, rows).save(model, target)
