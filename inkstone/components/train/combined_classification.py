"""``train.combined_classification``: an encoder and linear models of characters and sounds, weighed on unseen rows."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text
from inkstone.components.train.text_classification import TextClassification


class CombinedClassification(TextClassification):
    """Parameters of ``train.combined_classification``: those of the encoder's training, and how models are combined."""

    use_encoder: bool = param(
        True,
        impact=3,
        common=True,
        title=text("使用编码器", "Use the encoder"),
        help=text(
            "关闭后只组合线性模型：几秒训练完，速度最快。",
            "Off combines the linear models alone: seconds to train, fastest in use.",
        ),
    )
    folds: int = param(
        4,
        ge=2,
        le=20,
        impact=2,
        common=True,
        unit=text("折", "folds"),
        title=text("交叉验证折数", "Folds"),
        help=text(
            "训练行分成几折：每折的分数来自没见过它的模型，权重和阈值据此选定。每折训练一个编码器，上线时取平均。",
            "Each part of the rows is scored by models that have not seen it; weights and thresholds come from those scores. "
            "One encoder is trained a fold, and their mean is used.",
        ),
    )
    c: float = param(
        1.0,
        gt=0,
        le=1000,
        impact=1,
        title=text("线性模型的 C", "C of the linear models"),
        help=text("越大越贴合训练数据。", "Larger fits the training rows closer."),
    )


SPEC = Component(
    id="train.combined_classification",
    title=text("组合分类", "Combined classification"),
    summary=text(
        "编码器与字、音 n-gram 线性模型的组合，权重在没见过的行上选定；准确、抗规避、可解释。",
        "An encoder with linear models of characters and sounds, weighed on unseen rows: accurate, hard to evade, explainable.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
        Port(name="scored", type=PortType.TABLE, title=text("训练行的折外分数", "Unseen scores of the training rows")),
    ),
    params=CombinedClassification,
    trains=True,
    keywords=("stacking", "ensemble", "集成", "融合", "SVM", "风控"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: CombinedClassification) -> Mapping[str, Artifact]:
    """Train the members, weigh them, and give the whole as one model."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.combined import save_combined
    from inkstone.components.nlp.combining import Combining, dev_figures, write_scored
    from inkstone.components.nlp.profile import profile_of

    work = Combining.begin(ctx, inputs["train"], params, ctx.output("model"))
    work.train_views()
    if params.use_encoder:
        work.train_encoders()
    groups, scores = work.weigh()
    card = save_combined(
        work.folder,
        groups,
        work.labels,
        component=SPEC.key,
        encoder=params.encoder if params.use_encoder else None,
        normalised=work.normalised,
    )
    figures = dev_figures(ctx, work, scores, inputs.get("dev"))
    model_io.amend(work.folder, metrics=figures, profile=profile_of(work.rows))
    facts = {"model": card.digest, "split": "dev", "values": figures, "weights": card.settings["weights"]}
    return {
        "model": Model(work.folder),
        "metrics": Metrics.write(ctx.output("metrics"), facts),
        "scored": write_scored(ctx.output("scored"), work, scores),
    }
