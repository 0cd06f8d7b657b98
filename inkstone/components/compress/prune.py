"""``compress.prune``: cuts a classifier down, then lets it recover under the teacher's eye."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Model
from inkstone.components.compress.parameters import DEV, METRICS, MODEL, TEACHER, TRAIN, UNLABELLED, SoftLabelParams
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores
    from inkstone.components.nlp.fitting import FitResult


class Prune(SoftLabelParams):
    """Parameters of ``compress.prune``."""

    method: Literal["structured", "contrastive"] = param(
        "structured",
        impact=3,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "结构化：剪掉整个注意力头、中间层单元、层和不用的词，立刻变小变快。对比剪枝（CAP）：按权重逐个置零，精度损失小，但不会更快。",
            "Structured cuts heads, units, layers and unused vocabulary: smaller and faster at once. Contrastive (CAP) sets "
            "single weights to zero: it costs less accuracy and gains no speed.",
        ),
        choices={
            "structured": text("结构化剪枝", "Structured"),
            "contrastive": text("对比剪枝（CAP）", "Contrastive (CAP)"),
        },
    )
    heads_kept: float = param(
        0.67,
        gt=0,
        le=1,
        impact=2,
        common=True,
        title=text("保留的注意力头", "Heads kept"),
        help=text(
            "每层保留多少比例的注意力头，最重要的留下。", "Share of each layer's heads; the most important stay."
        ),
    )
    units_kept: float = param(
        0.5,
        gt=0,
        le=1,
        impact=2,
        common=True,
        title=text("保留的中间层单元", "FFN units kept"),
        help=text("每层前馈网络保留多少比例的单元。", "Share of the units in each layer's feed-forward network."),
    )
    layers: int | None = param(
        None,
        ge=1,
        le=100,
        impact=3,
        common=True,
        unit=text("层", "layers"),
        title=text("保留层数", "Layers kept"),
        help=text("保留均匀分布的这么多层；留空保留全部。", "So many layers stay, evenly spread; empty keeps all."),
    )
    least_count: int = param(
        1,
        ge=0,
        le=1_000_000,
        impact=2,
        title=text("词元最少出现次数", "Least count of a token"),
        help=text(
            "训练文本和未标注文本中出现得更少的词元从词表删除；0 保留全部。未标注文本越多越稳妥。",
            "Tokens that training and unlabelled texts use less often leave the vocabulary; 0 keeps all. More texts are safer.",
        ),
    )
    sparsity: float = param(
        0.8,
        gt=0,
        lt=1,
        impact=3,
        title=text("稀疏度（CAP）", "Sparsity (CAP)"),
        help=text("置零的权重比例（不含词向量）。", "Share of the weights set to zero, embeddings aside."),
    )
    contrast: float = param(
        0.1,
        ge=0,
        le=100,
        impact=2,
        title=text("对比损失权重（CAP）", "Weight of the contrastive losses (CAP)"),
        help=text(
            "让稀疏模型的句向量接近原模型、训练前编码器和上一个快照；0 即普通的渐进剪枝。",
            "Draws the sparse model's sentence vectors to those of the full model, the encoder before fine-tuning and the "
            "last snapshot; 0 is plain gradual pruning.",
        ),
    )


SPEC = Component(
    id="compress.prune",
    title=text("剪枝", "Prune"),
    summary=text(
        "剪掉不重要的部分，再由原模型（或老师）教它恢复。",
        "Cuts what matters least, then the full model (or a teacher) helps what is left to recover.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("要剪的模型", "Model to prune")),
        TRAIN,
        DEV,
        UNLABELLED,
        TEACHER.model_copy(update={"optional": True}),
    ),
    outputs=(MODEL, METRICS),
    params=Prune,
    trains=True,
    keywords=("pruning", "CAP", "剪枝", "压缩", "稀疏", "heads", "vocabulary"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Prune) -> Mapping[str, Artifact]:
    """Prune, recover, give the best checkpoint."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.lesson import check_teacher, finish, read_lesson, teacher_scores
    from inkstone.components.nlp.compression.pruning import load_classifier
    from inkstone.components.nlp.inference import load_model

    lesson = read_lesson(ctx, inputs)
    model: Model = inputs["model"]
    load_classifier(model.path)
    original = load_model(model.path)
    check_teacher(original, lesson.labels, lesson.pairs)
    teacher: Model = inputs.get("teacher") or model
    scores = teacher_scores(lesson, load_model(teacher.path))
    scores.save(ctx.scratch() / "scores")
    method = _structured if params.method == "structured" else _contrastive
    result, facts = method(lesson, params, model.path, scores)
    facts |= {
        "metric": lesson.metric(params.metric),
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
    }
    encoder = model_io.read_card(model.path).encoder
    return finish(lesson, SPEC, result.folder, result.best, facts, encoder=encoder, teacher=scores.teacher)


def _structured(
    lesson: "Lesson", params: Prune, model: "Path", scores: "TeacherScores"
) -> "tuple[FitResult, dict[str, Any]]":
    from inkstone.components.nlp.compression.lesson import fit_student
    from inkstone.components.nlp.compression.pruning import Cut, prune
    from inkstone.components.nlp.compression.recovery import recovery

    cut = Cut(params.layers, params.heads_kept, params.units_kept, params.least_count)
    target = lesson.ctx.scratch() / "pruned"
    facts = prune(model, lesson.rows, cut, target, lesson.ctx.seed)
    before, after = facts["weights_before"] / 1e6, facts["weights"] / 1e6
    lesson.ctx.log(
        text(
            f"参数从 {before:.2f} 百万减到 {after:.2f} 百万（{before / after:.1f} 倍）",
            f"From {before:.2f} to {after:.2f} million weights ({before / after:.1f} times fewer)",
        )
    )
    task, settings = recovery(lesson, params, target, scores)
    return fit_student(lesson, task, settings), {"pruned": facts}


def _contrastive(
    lesson: "Lesson", params: Prune, model: "Path", scores: "TeacherScores"
) -> "tuple[FitResult, dict[str, Any]]":
    from inkstone.components.nlp.compression.contrastive_pruning import prune_by_contrast

    result, sparsity = prune_by_contrast(lesson, params, model, scores)
    lesson.ctx.log(text(f"置零的权重占 {sparsity:.1%}", f"{sparsity:.1%} of the weights are zero"))
    return result, {"sparsity": sparsity}
