"""Component ``data.read_table``: a dataset becomes a table."""

import shutil
from collections.abc import Mapping
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, Table
from inkstone.components.data.options import ReadOptions
from inkstone.components.data.reading import read_table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

_AUTO = text("自动识别", "Find out")


class ReadTableParams(Params):
    """Parameters of ``data.read_table``."""

    source: str = param(
        title=text("数据集", "Dataset"),
        help=text(
            "要读取的数据集和版本，如 dataset:消息@1；sample:… 是自带的示例数据。",
            "The dataset and version to read, such as dataset:messages@1; sample:… is data that comes with Inkstone.",
        ),
        kind="dataset",
        impact=3,
        common=True,
        min_length=1,
        max_length=300,
    )
    encoding: str = param(
        "auto",
        title=text("编码", "Encoding"),
        help=text(
            "文本文件的编码；自动识别支持 UTF-8、UTF-16、GB18030 等。",
            "Encoding of a text file; UTF-8, UTF-16, GB18030 and others are found by content.",
        ),
        impact=0,
        max_length=40,
    )
    delimiter: Literal["auto", ",", "\t", ";", "|", "_!_", "|||", "||", "::"] = param(
        "auto",
        title=text("分隔符", "Delimiter"),
        help=text("CSV 类文件中各列之间的符号。", "What stands between the cells of a delimited file."),
        choices={
            "auto": _AUTO,
            ",": text("逗号", "Comma"),
            "\t": text("制表符", "Tab"),
            ";": text("分号", "Semicolon"),
            "|": text("竖线", "Pipe"),
            "_!_": text("_!_（今日头条语料）", "_!_ (Toutiao corpora)"),
            "|||": text("三竖线 |||", "Three pipes |||"),
            "||": text("双竖线 ||", "Two pipes ||"),
            "::": text("双冒号 ::", "Two colons ::"),
        },
        impact=0,
    )
    header: Literal["auto", "yes", "no"] = param(
        "auto",
        title=text("表头", "Header"),
        help=text(
            "第一行是不是列名；没有列名时各列叫 column_1、column_2……",
            "Whether the first row holds column names; without, columns are called column_1, column_2, ...",
        ),
        choices={"auto": _AUTO, "yes": text("有", "Yes"), "no": text("没有", "No")},
        impact=0,
    )
    quoting: Literal["auto", "on", "off"] = param(
        "auto",
        title=text("引号", "Quoting"),
        help=text(
            "双引号是否用来括住单元格（其中可以有分隔符和换行）。",
            "Whether double quotes enclose cells (which may then hold delimiters and line breaks).",
        ),
        choices={
            "auto": _AUTO,
            "on": text("括住单元格", "Encloses cells"),
            "off": text("普通字符", "An ordinary character"),
        },
        impact=0,
    )
    sheet: str | None = param(
        None,
        title=text("工作表", "Sheet"),
        help=text(
            "XLSX 中要读的工作表；空着则读第一个有内容的。",
            "The sheet of a workbook; empty takes the first with content.",
        ),
        impact=0,
        max_length=100,
    )
    bad_rows: Literal["refuse", "skip"] = param(
        "refuse",
        title=text("坏行", "Bad rows"),
        help=text(
            "单元格数与表头不符的行：报错并指出行号，或跳过。",
            "Rows with too few or too many cells: stop and name the row, or skip them.",
        ),
        choices={"refuse": text("报错", "Stop"), "skip": text("跳过", "Skip")},
        impact=0,
    )


SPEC = Component(
    id="data.read_table",
    title=text("读取数据", "Read table"),
    summary=text(
        "读取 CSV、Excel、JSON、Parquet 或压缩包，自动识别编码和格式。",
        "Reads CSV, Excel, JSON, Parquet or a zip; finds encoding and format.",
    ),
    outputs=(Port(name="table", type=PortType.TABLE, title=text("表", "Table")),),
    params=ReadTableParams,
    keywords=("csv", "tsv", "excel", "xlsx", "json", "jsonl", "parquet", "zip", "导入", "上传", "import", "load"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: ReadTableParams) -> Mapping[str, Artifact]:
    """Read the dataset, or take the table that was parsed at upload when nothing differs from the defaults."""
    source = ctx.source(params.source)
    options = ReadOptions(**params.model_dump(exclude={"source"}))
    out = ctx.output("table")
    if source.table is not None and options == ReadOptions():
        for name in ("table.json", "rows.arrow"):
            shutil.copyfile(source.table / name, out / name)
    else:
        read_table(source.path, source.name, out, options, ctx.progress)
    info = Table(out).info
    ctx.log(
        text(
            f"读取了 {info.rows} 行、{len(info.columns)} 列。",
            f"Read {info.rows} rows and {len(info.columns)} columns.",
        )
    )
    skipped = info.origin.get("skipped_rows")
    if skipped:
        ctx.log(text(f"跳过了 {skipped} 个坏行。", f"Skipped {skipped} bad rows."), "warning")
    return {"table": Table(out)}
