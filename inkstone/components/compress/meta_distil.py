"""``compress.meta_distil``: a meta-teacher over several domains teaches a student what it is expert in (MetaKD)."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Report, Role, Table
from inkstone.components.compress.parameters import DEV, METRICS, MODEL, REPORT, TRAIN, StudentParams
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.fitting import FitResult


class MetaDistil(StudentParams):
    """Parameters of ``compress.meta_distil``."""

    domain: str | None = param(
        None,
        kind="column",
        max_length=200,
        impact=3,
        common=True,
        title=text("领域列", "Domain column"),
        help=text(
            "哪一列说明文本属于哪个领域；留空用“分组”角色的列。",
            "The column that names the domain of a row; empty takes the one with the role 'group'.",
        ),
    )
    teacher_encoder: str = param(
        "inkstone-zh-tiny",
        kind="encoder",
        impact=3,
        common=True,
        min_length=1,
        max_length=500,
        title=text("老师编码器", "Teacher encoder"),
        help=text("元老师从哪里起步。", "What the meta-teacher starts from."),
    )
    corruption: float = param(
        0.1,
        ge=0,
        le=100,
        impact=2,
        title=text("领域混淆权重", "Weight of domain corruption"),
        help=text(
            "让老师学到各领域共有的知识；0 不用。", "Makes the teacher learn what domains share; 0 leaves it out."
        ),
    )
    hidden_weight: float = param(
        1.0,
        ge=0,
        le=1000,
        impact=2,
        title=text("隐藏层权重（第一阶段）", "Weight of hidden states (first stage)"),
        help=text("第一阶段学习老师的中间层；0 跳过第一阶段。", "The first stage learns the layers; 0 skips it."),
    )
    selective: bool = param(
        True,
        impact=2,
        title=text("按专长逐行加权", "Weigh rows by expertise"),
        help=text(
            "老师把握大、在各领域都典型的行多学一些；关闭则每行相同。",
            "Rows that are typical across domains and known to the teacher count more; off, all count alike.",
        ),
    )


SPEC = Component(
    id="compress.meta_distil",
    title=text("跨领域蒸馏（MetaKD）", "Distil across domains (MetaKD)"),
    summary=text(
        "一个老师学会多个领域的共同知识，再按每行的专长权重教学生。",
        "One teacher learns what several domains share and teaches a student, each row by how expert it is there.",
    ),
    inputs=(TRAIN, DEV),
    outputs=(
        MODEL,
        METRICS,
        REPORT,
        Port(name="teacher", type=PortType.MODEL, title=text("元老师", "Meta-teacher")),
    ),
    params=MetaDistil,
    trains=True,
    keywords=("MetaKD", "domain", "领域", "元学习", "蒸馏", "跨领域"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: MetaDistil) -> Mapping[str, Artifact]:
    """Train the meta-teacher, then the student in two stages."""
    from inkstone.components.artifacts import Model
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.lesson import finish, read_lesson, teacher_scores
    from inkstone.components.nlp.inference import load_model

    lesson = read_lesson(ctx, inputs)
    names, numbers = read_domains(inputs["train"], params.domain, lesson.rows.row_ids)
    prototypes = prototypes_of(lesson, params, numbers)
    parts = 3 if params.hidden_weight else 2
    taught = _teach_teacher(lesson, params, numbers, prototypes, (0, parts))
    teacher = ctx.output("teacher")
    shutil.copytree(taught.folder, teacher, dirs_exist_ok=True)
    model_io.amend(
        teacher, component=SPEC.key, encoder=params.teacher_encoder, metrics=taught.best, normalised=lesson.normalised
    )
    scores = teacher_scores(lesson, load_model(teacher))
    weighed = _weigh(lesson, params, scores, prototypes)
    weighed.save(ctx.scratch() / "scores")
    result = _teach_student(lesson, params, teacher, parts)
    domains = _by_domain(inputs.get("dev"), params.domain, {"teacher": teacher, "student": result.folder}, lesson)
    facts = {
        "metric": lesson.metric(params.metric),
        "epochs": result.epochs,
        "steps": result.steps,
        "history": result.history,
        "teacher": scores.teacher,
        "domains": domains or {name: {} for name in names},
    }
    made = finish(lesson, SPEC, result.folder, result.best, facts, encoder=params.encoder, teacher=scores.teacher)
    report = Report.write(ctx.output("report"), explain(domains))
    return {**made, "teacher": Model(teacher), "report": report}


def read_domains(table: Table, column: str | None, row_ids: list[int]) -> "tuple[list[str], list[int]]":
    """Return the names of the domains and the domain number of each row.

    Raises:
        InkstoneError: ``compress.no_domain`` or ``compress.one_domain``.
    """
    from inkstone.components.nlp.compression.errors import NO_DOMAIN, ONE_DOMAIN

    name = column or table.info.roles.get("group", "")
    known = [item.name for item in table.info.columns]
    if name not in known:
        raise NO_DOMAIN(column=name or "group", columns=", ".join(known), at="domain")
    found = {row: str(value) for row, value in _cells(table, name)}
    values = [found[row] for row in row_ids]
    names = sorted(set(values))
    if len(names) < 2:
        raise ONE_DOMAIN(domain=names[0] if names else "", at="domain")
    return names, [names.index(value) for value in values]


def _cells(table: Table, name: str) -> Any:
    for batch in table.batches([ROW_ID, name]):
        yield from zip(batch.column(ROW_ID).to_pylist(), batch.column(name).to_pylist(), strict=True)


def prototypes_of(lesson: "Lesson", params: MetaDistil, domains: list[int]) -> "np.ndarray":
    """Return the prototype score of each row, by the mean hidden states of the teacher's encoder as it comes."""
    from inkstone.components.nlp.compression.domains import prototype_scores
    from inkstone.components.nlp.sentence_vectors import sentence_vectors

    encoder = lesson.ctx.encoder(params.teacher_encoder)
    found = sentence_vectors(encoder, lesson.rows.texts, lesson.rows.pairs, progress=lesson.ctx.progress)
    labels = [lesson.labels.index(label or "") for label in lesson.rows.labels or []]
    return prototype_scores(found, labels, domains)


def _teach_teacher(
    lesson: "Lesson", params: MetaDistil, domains: list[int], prototypes: "np.ndarray", part: tuple[int, int]
) -> "FitResult":
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.compression.meta_teacher import DOMAIN, WEIGHT, MetaSettings, MetaTeacher
    from inkstone.components.nlp.compression.students import student_of
    from inkstone.components.nlp.compression.training import fit_settings
    from inkstone.components.nlp.recipes import recipe_for

    ctx = lesson.ctx
    folder = ctx.encoder(params.teacher_encoder)
    recipe = recipe_for(params.teacher_encoder, folder, lesson.labelled)
    task = student_of(lesson, folder, recipe, max_length=params.max_length, random_weights=False)
    own = task.to_dict()
    encoder = own.pop("encoder")
    settings = MetaSettings(encoder=encoder, classifier=own, domains=max(domains) + 1, corruption=params.corruption)
    columns: dict[str, Any] = {"text": lesson.rows.texts, "label": lesson.rows.labels}
    if lesson.rows.pairs is not None:
        columns["text_pair"] = lesson.rows.pairs
    roles: dict[Role, str] = {"text": "text", "label": "label"}
    if lesson.pairs:
        roles["text_pair"] = "text_pair"
    described = [ColumnInfo(name=name, dtype="string") for name in columns]
    described += [ColumnInfo(name=DOMAIN, dtype="int64"), ColumnInfo(name=WEIGHT, dtype="float64")]
    shutil.rmtree(ctx.scratch() / "meta", ignore_errors=True)
    with TableWriter(ctx.scratch() / "meta", described) as writer:
        weights = (1 + prototypes) / max(float((1 + prototypes).mean()), 1e-12)
        writer.write({ROW_ID: lesson.rows.row_ids, **columns, DOMAIN: domains, WEIGHT: weights.tolist()})
        table = writer.finish(roles=roles, labels=lesson.labels)
    return ctx.fit(MetaTeacher(settings), table, lesson.dev, fit_settings(lesson, params, recipe, part=part))


def _weigh(lesson: "Lesson", params: MetaDistil, scores: Any, prototypes: "np.ndarray") -> Any:
    """Return the teacher's scores with the weight of each row."""
    import hashlib

    import numpy as np

    from inkstone.components.nlp.compression.domains import expertise
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores, keys_of
    from inkstone.components.nlp.metrics import softmax

    if not params.selective:
        return scores
    keys = keys_of(lesson.rows)
    logits, _ = scores.of(keys)
    true = np.array([lesson.labels.index(label or "") for label in lesson.rows.labels or []])
    right = softmax(logits.astype(np.float64))[np.arange(len(true)), true]
    weights = expertise(prototypes, right)
    identity = hashlib.sha256(scores.teacher.encode() + weights.astype(np.float32).tobytes()).hexdigest()
    return TeacherScores.made(identity, scores.labels, keys, logits, weights)


def _teach_student(lesson: "Lesson", params: MetaDistil, teacher: "Path", parts: int) -> "FitResult":
    """Train in two stages: layers and scores, then scores alone from where the first ended."""
    from inkstone.components.compress.distil import Distil, student_task
    from inkstone.components.nlp.compression.distillation import Distillation
    from inkstone.components.nlp.compression.lesson import fit_student
    from inkstone.components.nlp.compression.subject import subject_of_teacher

    shared = {name: value for name, value in params.model_dump().items() if name in Distil.model_fields}
    subject = subject_of_teacher(teacher)
    start = None
    if params.hidden_weight:
        task, settings = student_task(subject, lesson, Distil(**{**shared, "alpha": 1.0}), teacher)
        # Every epoch counts here: the layers, not the figure, are what this stage is after.
        first = fit_student(lesson, task, settings.model_copy(update={"part": (1, parts), "patience": None}))
        start = lesson.ctx.scratch() / "first-stage"
        shutil.rmtree(start, ignore_errors=True)
        shutil.copytree(first.folder, start)
    task, settings = student_task(subject, lesson, Distil(**{**shared, "hidden_weight": 0.0}), teacher)
    if start is not None:
        own = {**task.settings.student, "initial": str(start), "random_weights": True}
        task = Distillation(task.settings.model_copy(update={"encoder": str(start), "student": own}))
        settings = settings.model_copy(update={"head_rate": 1.0})
    return fit_student(lesson, task, settings.model_copy(update={"part": (parts - 1, parts)}))


def _by_domain(
    dev: Table | None, column: str | None, models: "Mapping[str, Path]", lesson: "Lesson"
) -> dict[str, dict[str, float]]:
    """Return the accuracy of each model on the dev rows of each domain, where the dev rows name theirs."""
    from inkstone.components.nlp.fewshot.folds import pick, score
    from inkstone.components.nlp.rows import read_rows

    name = column or (dev.info.roles.get("group", "") if dev is not None else "")
    if dev is None or name not in {item.name for item in dev.info.columns}:
        return {}
    rows = read_rows(dev).labelled()
    domain = {row: str(value) for row, value in _cells(dev, name)}
    found: dict[str, dict[str, float]] = {}
    for value in sorted({domain[row] for row in rows.row_ids}):
        own = pick(rows, [place for place, row in enumerate(rows.row_ids) if domain[row] == value])
        found[value] = {who: score(folder, own, lesson.labels)["accuracy"] for who, folder in models.items()}
    return found


def explain(domains: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return the report: accuracy of teacher and student in each domain."""
    heads = [text("领域", "Domain"), text("老师准确率", "Teacher accuracy"), text("学生准确率", "Student accuracy")]
    rows: list[list[Any]] = [
        [name, round(own["teacher"], 4), round(own["student"], 4)] for name, own in domains.items()
    ]
    if rows:
        mean = [sum(row[place] for row in rows) / len(rows) for place in (1, 2)]
        rows.append([text("平均", "Mean").model_dump(), round(mean[0], 4), round(mean[1], 4)])
    return {
        "title": SPEC.title.model_dump(),
        "sections": [
            {
                "title": text("各领域（开发集）", "Each domain (dev rows)").model_dump(),
                "kind": "table",
                "columns": [head.model_dump() for head in heads],
                "rows": rows,
            }
        ],
    }
