"""``compress.distil``: a small model learns from a large one."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact
from inkstone.components.compress.parameters import DEV, METRICS, MODEL, TEACHER, TRAIN, UNLABELLED, StudentParams
from inkstone.components.spec import Component, Context, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.compression.distillation import Distillation
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.subject import Subject
    from inkstone.components.nlp.fitting import FitSettings


class Distil(StudentParams):
    """Parameters of ``compress.distil``."""

    hidden_weight: float = param(
        0.0,
        ge=0,
        le=1000,
        impact=2,
        title=text("隐藏层权重", "Weight of hidden states"),
        help=text(
            "让学生的中间层接近老师的中间层；0 不用。老师须是微调的分类模型。",
            "Draws the student's layers to the teacher's; 0 leaves it out. Needs a fine-tuned classifier as teacher.",
        ),
    )
    attention_weight: float = param(
        0.0,
        ge=0,
        le=1000,
        impact=1,
        title=text("注意力权重", "Weight of attention"),
        help=text(
            "让学生的注意力接近老师的；0 不用。两者词表须相同。",
            "Draws the student's attention to the teacher's; 0 leaves it out. Needs one vocabulary.",
        ),
    )
    layer_mapping: Literal["uniform", "last", "skip"] = param(
        "uniform",
        impact=1,
        title=text("层的对应", "Layer mapping"),
        help=text(
            "学生的每一层向老师的哪一层学习。", "Which layer of the teacher each layer of the student learns from."
        ),
        choices={
            "uniform": text("均匀", "Uniform"),
            "last": text("最后几层", "The last layers"),
            "skip": text("每隔几层", "Every few layers"),
        },
    )
    alignment: Literal["auto", "characters", "first"] = param(
        "auto",
        impact=1,
        title=text("词元对齐", "Alignment of tokens"),
        help=text(
            "自动：词表相同时逐词元，不同时按字符位置；也可以只比较句首。",
            "Auto goes token by token with one vocabulary, by character positions with two; or the first token alone.",
        ),
        choices={
            "auto": text("自动", "Auto"),
            "characters": text("按字符", "By characters"),
            "first": text("只比较句首", "First token alone"),
        },
    )


SPEC = Component(
    id="compress.distil",
    title=text("蒸馏", "Distil"),
    summary=text(
        "大模型（老师）教小模型（学生）：分类、文本对、多标签、实体识别；软标签，可选隐藏层与注意力；结构和词表都可不同。",
        "A large model teaches a small one of the same task (classes, pairs, several labels, entities): soft labels, and hidden "
        "states and attention if wanted; any shape and vocabulary.",
    ),
    inputs=(TEACHER, TRAIN, DEV, UNLABELLED),
    outputs=(MODEL, METRICS),
    params=Distil,
    trains=True,
    keywords=("distillation", "knowledge distillation", "KD", "蒸馏", "知识蒸馏", "压缩", "小模型", "TinyBERT"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Distil) -> Mapping[str, Artifact]:
    """Score the rows with the teacher, teach the student, give its best checkpoint."""
    from inkstone.components.nlp.compression.lesson import finish, fit_student
    from inkstone.components.nlp.compression.subject import subject_of_teacher

    teacher: Path = inputs["teacher"].path
    subject = subject_of_teacher(teacher)
    lesson = subject.read(ctx, inputs, teacher)
    scores = subject.scores(lesson, teacher)
    share = subject.agreement(lesson, scores)
    ctx.log(text(f"老师与训练标签的一致率 {share:.1%}", f"The teacher agrees with the training labels on {share:.1%}"))
    scores.save(ctx.scratch() / "scores")
    task, settings = student_task(subject, lesson, params, teacher)
    result = fit_student(lesson, task, settings)
    facts = {
        "metric": settings.metric,
        "best_epoch": result.best_epoch,
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
        "teacher": scores.teacher,
        "teacher_agreement": share,
        "unlabelled_rows": len(lesson.rows.texts) - lesson.labelled,
    }
    values = subject.completed(lesson, result)
    return finish(lesson, SPEC, result.folder, values, facts, encoder=student_name(params), teacher=scores.teacher)


def student_name(params: StudentParams) -> str:
    """Return what the student started from, for its card."""
    name = params.encoder if params.start == "encoder" else "teacher"
    return f"{name}, {params.layers} layers" if params.layers else name


def student_task(
    subject: "Subject", lesson: "Lesson", params: StudentParams, teacher: Path | None
) -> "tuple[Distillation, FitSettings]":
    """Return the student's distillation task and how to train it.

    Args:
        subject: What is taught.
        lesson: The rows; the teacher's scores of them lie in the node's scratch folder.
        params: Of the component; without hidden-state parameters, scores alone are learned from.
        teacher: The teacher's model folder, where there is one alone.
    """
    import json

    from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
    from inkstone.components.nlp.compression.students import start_of
    from inkstone.components.nlp.compression.teacher_scores import FACTS
    from inkstone.components.nlp.compression.training import fit_settings
    from inkstone.components.nlp.encoders import SCRATCH

    start = start_of(lesson, params, teacher)
    reference = params.encoder if params.start == "encoder" else "teacher"
    recipe = subject.recipe(reference, start, lesson.labelled)
    random = reference == SCRATCH
    student: Any = subject.student(lesson, start, recipe, max_length=params.max_length, random_weights=random)
    deep = getattr(params, "hidden_weight", 0.0) > 0 or getattr(params, "attention_weight", 0.0) > 0
    scores = lesson.ctx.scratch() / "scores"
    own = student.to_dict()
    settings = DistillationSettings(
        student_task=student.name,
        encoder=own.pop("encoder"),
        student=own,
        teacher=str(teacher) if deep else None,
        scores=str(scores),
        digest=json.loads((scores / FACTS).read_text("utf-8"))["teacher"],
        alpha=params.alpha,
        temperature=params.temperature,
        **(_deep_settings(student, params, teacher) if deep else {}),
    )
    return Distillation(settings), fit_settings(lesson, params, recipe)


def _deep_settings(student: Any, params: Any, teacher: Path | None) -> dict[str, Any]:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.alignment import same_vocabulary
    from inkstone.components.nlp.compression.errors import NO_HIDDEN_STATES, OTHER_VOCABULARY, OTHER_WINDOWS

    card = model_io.read_card(teacher) if teacher is not None else None
    if teacher is None or card is None or card.task != student.name or model_io.WEIGHTS not in card.files:
        raise NO_HIDDEN_STATES(task=card.task if card is not None else "", at="hidden_weight")
    same = same_vocabulary(student.tokenizer, model_io.load_tokenizer(teacher))
    same = same and student.settings.max_length <= card.settings["max_length"]
    if params.attention_weight > 0 and not (same and params.alignment == "auto"):
        raise OTHER_VOCABULARY(at="attention_weight")
    if student.name == "sequence_labelling" and not same:
        raise OTHER_WINDOWS(at="hidden_weight")
    automatic = "tokens" if same else "characters"
    return {
        "hidden": params.hidden_weight,
        "attention": params.attention_weight,
        "layers": params.layer_mapping,
        "align": automatic if params.alignment == "auto" else params.alignment,
    }
