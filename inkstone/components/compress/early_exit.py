"""``compress.early_exit``: easy texts leave the network early."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Model
from inkstone.components.compress.parameters import DEV, METRICS, MODEL, TRAIN, TrainingParams
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text


class EarlyExit(TrainingParams):
    """Parameters of ``compress.early_exit``."""

    threshold: float = param(
        0.9,
        ge=0,
        le=1,
        impact=3,
        common=True,
        title=text("把握阈值", "Confidence to leave"),
        help=text(
            "某一层给出的概率达到它就提前结束；越低越快、越容易出错。",
            "A text leaves at the first layer that gives a class this probability; lower is faster and errs more.",
        ),
    )
    alpha: float = param(
        0.5,
        ge=0,
        le=1,
        impact=1,
        title=text("向最后一层学习的比重", "Share learned from the last layer"),
        help=text(
            "中间层的分类器向最后一层学习的比重，其余向标签学习。",
            "How much the early classifiers learn from the last one, the rest being the labels'.",
        ),
    )


SPEC = Component(
    id="compress.early_exit",
    title=text("提前退出", "Early exit"),
    summary=text(
        "每层加一个分类器，有把握的文本提前结束，省下其余各层的计算。",
        "A classifier at every layer: texts that one is sure of leave there and spare the rest of the network.",
    ),
    inputs=(Port(name="model", type=PortType.MODEL, title=text("模型", "Model")), TRAIN, DEV),
    outputs=(MODEL, METRICS),
    params=EarlyExit,
    trains=True,
    keywords=("early exit", "DeeBERT", "GEEP", "提前退出", "自适应", "加速"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: EarlyExit) -> Mapping[str, Artifact]:
    """Train the exits and give the best checkpoint."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.early_exit import EarlyExit as EarlyExitTask
    from inkstone.components.nlp.compression.early_exit import ExitSettings
    from inkstone.components.nlp.compression.errors import UNSUPPORTED
    from inkstone.components.nlp.compression.lesson import check_teacher, finish, fit_student, read_lesson
    from inkstone.components.nlp.compression.pruning import load_classifier
    from inkstone.components.nlp.compression.recovery import continued
    from inkstone.components.nlp.compression.structure import FAMILIES, prunable_layers
    from inkstone.components.nlp.compression.training import fit_settings
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.recipes import recipe_for

    lesson = read_lesson(ctx, inputs)
    model: Model = inputs["model"]
    _, network = load_classifier(model.path)
    if getattr(network, "wide", False):
        raise UNSUPPORTED(kind="scratch", supported=FAMILIES, at="model")
    prunable_layers(network)
    check_teacher(load_model(model.path), lesson.labels, lesson.pairs)
    own = continued(model.path, lesson)
    encoder = own.pop("encoder")
    task = EarlyExitTask(ExitSettings(encoder=encoder, classifier=own, threshold=params.threshold, alpha=params.alpha))
    recipe = recipe_for(encoder, model.path, lesson.labelled)
    result = fit_student(lesson, task, fit_settings(lesson, params, recipe, head_rate=1.0))
    if "layers_used" in result.best:
        used = result.best["layers_used"]
        ctx.log(text(f"平均用到 {used:.2f} 层", f"{used:.2f} layers used on average"))
    facts = {
        "metric": lesson.metric(params.metric),
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
    }
    name = model_io.read_card(model.path).encoder
    return finish(lesson, SPEC, result.folder, result.best, facts, encoder=name)
