"""``data.augment``: further training texts made from those at hand."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Model, Report, Table
from inkstone.components.nlp.parameters import training_seed
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    from inkstone.components.nlp.augmentation.augment import Made
    from inkstone.components.nlp.rows import TextRows


class Augment(Params):
    """Parameters of ``data.augment``."""

    method: Literal["masked", "easy", "both"] = param(
        "masked",
        impact=2,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "遮住整词再由语言模型填回；或同义词替换、插入、交换、删除；或各一半。",
            "Hide whole words and let a language model fill them in; or synonyms, insertion, swapping, deletion; or half each.",
        ),
        choices={
            "masked": text("语言模型改写", "Masked language model"),
            "easy": text("同义词、插入、交换、删除（EDA）", "Synonyms, insertion, swapping, deletion (EDA)"),
            "both": text("各一半", "Half each"),
        },
    )
    copies: int = param(
        4,
        ge=1,
        le=100,
        impact=3,
        common=True,
        unit=text("份", "copies"),
        title=text("扩充倍数", "Expansion"),
        help=text("每行改写成几份；过滤之后会少一些。", "New rows made of each row, before the filters."),
    )
    share: float = param(
        0.2,
        gt=0,
        lt=1,
        impact=2,
        common=True,
        title=text("改动比例", "Share changed"),
        help=text("每条文本改动多少比例的词，至少一个。", "Share of the words of a text that change, at least one."),
    )
    filling: Literal["best", "sample"] = param(
        "sample",
        impact=1,
        title=text("填词方式", "Filling"),
        help=text(
            "抽样更多样；最可能的词更通顺，但几份往往相同。",
            "Sampling varies more; the likeliest word reads better, but copies are often the same.",
        ),
        choices={"sample": text("抽样", "Sample"), "best": text("最可能的词", "The likeliest")},
    )
    encoder: str = param(
        "inkstone-zh-tiny",
        kind="encoder",
        impact=2,
        min_length=1,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text(
            "填词用的语言模型，同义词也由它的词向量得来。",
            "Guesses the hidden words; synonyms come from its embeddings.",
        ),
    )
    least_confidence: float = param(
        0.6,
        ge=0,
        le=1,
        impact=2,
        common=True,
        title=text("最低把握", "Least confidence"),
        help=text(
            "老师对新文本的把握低于它就丢弃；没有连接老师时不起作用。",
            "New texts of which the teacher is less sure are dropped; without a teacher it does nothing.",
        ),
    )
    disagreement: Literal["drop", "relabel"] = param(
        "drop",
        impact=1,
        title=text("老师认为标签变了", "The teacher sees another label"),
        help=text("丢弃这一行，或采用老师的标签。", "Drop the row, or take the teacher's label."),
        choices={"drop": text("丢弃", "Drop"), "relabel": text("采用老师的标签", "Take the teacher's")},
    )
    least_similarity: float = param(
        0.4,
        ge=0,
        lt=1,
        impact=1,
        title=text("最低相似度", "Least similarity"),
        help=text(
            "与原文的二字组相似度（0 到 1）低于它就丢弃；与原文相同的总是丢弃。",
            "New texts with less in common with the original (0 to 1, character bigrams) are dropped, and so are copies.",
        ),
    )
    seed: int | None = training_seed()


SPEC = Component(
    id="data.augment",
    title=text("数据增强", "Augment"),
    summary=text(
        "改写训练文本得到更多行，由老师模型把关并给出软标签；原来的行不变。",
        "Rewrites training texts into more rows, filtered and softly labelled by a teacher; original rows stay.",
    ),
    inputs=(
        Port(name="table", type=PortType.TABLE, title=text("表", "Table")),
        Port(name="teacher", type=PortType.MODEL, title=text("老师模型", "Teacher"), optional=True),
    ),
    outputs=(
        Port(name="table", type=PortType.TABLE, title=text("表", "Table")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Augment,
    keywords=("augmentation", "EDA", "数据增强", "扩充", "改写", "同义词", "回填"),
)
REASONS = {
    "same": text("与已有文本相同", "The same as a text at hand"),
    "unlike": text("与原文差别太大", "Too unlike the original"),
    "unsure": text("老师没有把握", "The teacher is unsure"),
    "other_label": text("老师认为标签变了", "The teacher sees another label"),
}
FLAG, SOFT = "augmented", "soft_label"


def run(ctx: Context, inputs: Mapping[str, Any], params: Augment) -> Mapping[str, Artifact]:
    """Write the original rows and the new ones below them."""
    from inkstone.components.nlp.augmentation.augment import augment
    from inkstone.components.nlp.compression.errors import NOTHING_TO_AUGMENT
    from inkstone.components.nlp.compression.lesson import check_teacher
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.rows import class_names, read_rows

    table: Table = inputs["table"]
    ctx.check_cancelled()
    rows = read_rows(table, label_needed=False)
    if not any(item.strip() for item in rows.texts):
        raise NOTHING_TO_AUGMENT(at="table")
    artifact: Model | None = inputs.get("teacher")
    teacher = load_model(artifact.path) if artifact is not None else None
    if teacher is not None:
        labels = class_names(table, rows) if rows.labels is not None else teacher.labels
        check_teacher(teacher, labels, rows.pairs is not None)
    seed = ctx.seed if params.seed is None else params.seed
    made = augment(ctx, rows, params, encoder=ctx.encoder(params.encoder), teacher=teacher, seed=seed)
    ctx.log(
        text(f"原有 {len(rows.texts)} 行，新增 {len(made.texts)} 行", f"{len(rows.texts)} rows, {len(made.texts)} new")
    )
    written = write(table, rows, made, ctx.output("table"), teacher.labels if teacher else None)
    return {"table": written, "report": Report.write(ctx.output("report"), explain(rows, made))}


def write(table: Table, rows: "TextRows", made: "Made", folder: "Path", labels: list[str] | None) -> Table:
    """Write the table: a new row keeps the ``_row`` and all other columns of the row that it was made from."""
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter

    info = table.info
    columns = [*info.columns, ColumnInfo(name=FLAG, dtype="bool")]
    if labels:
        columns.append(ColumnInfo(name=SOFT, dtype="list<float>"))
    columns = list({column.name: column for column in columns}.values())
    with TableWriter(folder, columns) as writer:
        whole = pa.Table.from_batches(list(table.batches()))
        old = {name: whole.column(name) for name in [ROW_ID, *(column.name for column in info.columns)]}
        count = len(rows.texts)
        extra = {FLAG: [False] * count} | ({SOFT: [None] * count} if labels else {})
        writer.write(old | extra)
        if made.texts:
            new = {name: values.take(pa.array(made.origin)) for name, values in old.items()}
            new |= {info.roles["text"]: made.texts, FLAG: [True] * len(made.texts)}
            if "label" in info.roles:
                new[info.roles["label"]] = made.labels
            if labels:
                new[SOFT] = made.soft
            writer.write(new)
        return writer.finish_like(info)


def explain(rows: "TextRows", made: "Made") -> dict[str, Any]:
    """Return the report: how many rows, what was dropped and why, some examples."""
    facts = [
        [text("原有行数", "Rows before").model_dump(), len(rows.texts)],
        [text("新增行数", "Rows added").model_dump(), len(made.texts)],
        *([REASONS[reason].model_dump(), count] for reason, count in sorted(made.dropped.items())),
    ]
    heads = [text("原文", "Before"), text("改写", "After"), text("标签", "Label")]
    examples = [
        [rows.texts[origin][:200], new[:200], label or ""]
        for origin, new, label in list(zip(made.origin, made.texts, made.labels, strict=True))[:: max(1, len(made.texts) // 20)]
    ]  # fmt: skip
    return {
        "title": SPEC.title.model_dump(),
        "sections": [
            {"title": text("行数", "Rows").model_dump(), "kind": "facts", "facts": facts},
            {
                "title": text("例子", "Examples").model_dump(),
                "kind": "table",
                "columns": [head.model_dump() for head in heads],
                "rows": examples[:20],
            },
        ],
    }
