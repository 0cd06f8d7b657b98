"""``compress.distil_ensemble``: one student learns from several teachers."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Report
from inkstone.components.compress.parameters import DEV, METRICS, MODEL, REPORT, TRAIN, UNLABELLED, StudentParams
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.subject import Subject
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores
    from inkstone.components.nlp.fitting import FitResult


class DistilEnsemble(StudentParams):
    """Parameters of ``compress.distil_ensemble``."""

    combination: Literal["mean", "validation", "confidence"] = param(
        "validation",
        impact=2,
        common=True,
        title=text("组合方式", "Combination"),
        help=text(
            "各老师平均；按开发集准确率加权；或逐条按各自的把握加权。",
            "All alike, by accuracy on the dev rows, or row by row by how sure each teacher is.",
        ),
        choices={
            "mean": text("平均", "Mean"),
            "validation": text("按开发集准确率", "By dev accuracy"),
            "confidence": text("逐条按把握", "By confidence, row by row"),
        },
    )
    three_steps: bool = param(
        False,
        impact=0,
        title=text("三步对比", "Compare in three steps"),
        help=text(
            "依次训练：一个老师、多个老师平均、多个老师加权，报告各自的开发集成绩；用时约三倍。",
            "Trains with the best teacher, with all alike, and with all weighted, and reports each; takes three times as long.",
        ),
    )


SPEC = Component(
    id="compress.distil_ensemble",
    title=text("多老师蒸馏", "Distil from several teachers"),
    summary=text(
        "几个老师（不同种子、编码器或算法）合起来教一个学生，并报告多老师是否真的更好。",
        "Teachers of other seeds, encoders or algorithms teach one student together; a report says whether that was better.",
    ),
    inputs=(
        Port(name="teachers", type=PortType.MODEL, title=text("老师模型", "Teachers"), many=True),
        TRAIN,
        DEV,
        UNLABELLED,
    ),
    outputs=(MODEL, METRICS, REPORT),
    params=DistilEnsemble,
    trains=True,
    keywords=("ensemble", "distillation", "集成", "多老师", "蒸馏", "知识蒸馏"),
)
STEPS = {
    "one": text("一个老师（开发集最好的）", "One teacher (best on the dev rows)"),
    "mean": text("多个老师，平均", "All teachers, alike"),
    "validation": text("多个老师，按开发集准确率加权", "All teachers, by dev accuracy"),
    "confidence": text("多个老师，逐条按把握加权", "All teachers, by confidence row by row"),
}


def run(ctx: Context, inputs: Mapping[str, Any], params: DistilEnsemble) -> Mapping[str, Artifact]:
    """Score with all teachers, combine, teach; in three steps where asked for."""
    from inkstone.components.nlp.compression.ensemble import combined
    from inkstone.components.nlp.compression.errors import SEVERAL_TAGGERS
    from inkstone.components.nlp.compression.lesson import finish
    from inkstone.components.nlp.compression.subject import subject_of_teacher
    from inkstone.components.nlp.compression.subject_classes import Scored

    teachers: list[Path] = [teacher.path for teacher in inputs["teachers"]]
    subject = subject_of_teacher(teachers[0])
    if not isinstance(subject, Scored):
        raise SEVERAL_TAGGERS(at="teachers")
    lesson = subject.read(ctx, inputs, teachers[0])
    every = [subject.scores(lesson, teacher) for teacher in teachers]
    worth = subject.worth(lesson, teachers, every)
    best = max(range(len(every)), key=lambda number: worth[number])
    made = {"one": every[best]} | {
        name: combined(every, name, worth, exclusive=subject.exclusive) for name in ("mean", "validation", "confidence")
    }
    second = "confidence" if params.combination == "confidence" else "validation"
    plan = ["one", "mean", second] if params.three_steps else [params.combination]
    lines, kept = [], {}
    for number, name in enumerate(plan):
        result = _teach(subject, lesson, params, made[name], (number, len(plan)))
        kept[name] = result
        lines.append({"step": name, "values": result.best})
    chosen = params.combination if params.combination in kept else plan[-1]
    result = kept[plan[-1]]
    if chosen != plan[-1]:
        result = _teach(subject, lesson, params, made[chosen], (len(plan) - 1, len(plan)))
    metric = lesson.metric(params.metric)
    facts = {
        "metric": metric,
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
        "teachers": [item.teacher for item in every],
        "worth": worth,
        "compared": lines,
    }
    values = subject.completed(lesson, result)
    outputs = finish(lesson, SPEC, result.folder, values, facts, encoder=params.encoder, teacher=made[chosen].teacher)
    report = Report.write(ctx.output("report"), explain(worth, lines, metric))
    return {**outputs, "report": report}


def _teach(
    subject: "Subject", lesson: "Lesson", params: DistilEnsemble, scores: "TeacherScores", part: tuple[int, int]
) -> "FitResult":
    from inkstone.components.compress.distil import student_task
    from inkstone.components.nlp.compression.lesson import fit_student

    scores.save(lesson.ctx.scratch() / "scores")
    task, settings = student_task(subject, lesson, params, None)
    return fit_student(lesson, task, settings.model_copy(update={"part": part}))


def explain(worth: list[float], lines: list[dict[str, Any]], metric: str) -> dict[str, Any]:
    """Return the report: the teachers, and the student of each step."""
    from inkstone.components.nlp.figures import FIGURES

    def table(title: Text, heads: list[Text], rows: list[list[Any]]) -> dict[str, Any]:
        columns = [head.model_dump() for head in heads]
        return {"title": title.model_dump(), "kind": "table", "columns": columns, "rows": rows}

    teachers = [[number + 1, round(value, 4)] for number, value in enumerate(worth)]
    students = [
        [STEPS[line["step"]].model_dump(), round(line["values"].get(metric, float("nan")), 4)] for line in lines
    ]
    known = all(line["values"] for line in lines)
    return {
        "title": SPEC.title.model_dump(),
        "sections": [
            table(text("老师", "Teachers"), [text("老师", "Teacher"), text("准确率 / F1", "Accuracy / F1")], teachers),
            *(
                [
                    table(
                        text("学生（开发集）", "Students (dev rows)"), [text("步骤", "Step"), FIGURES[metric]], students
                    )
                ]
                if known
                else []
            ),
        ],
    }
