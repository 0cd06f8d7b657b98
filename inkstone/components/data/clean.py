"""Component ``data.clean``: normalises texts and drops empty, duplicate and contradictory rows, with a report."""

from collections.abc import Mapping
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class CleanParams(Params):
    """Parameters of ``data.clean``."""

    width: bool = param(
        True,
        title=text("全角转半角", "Half-width"),
        help=text(
            "全角的字母、数字和符号转成半角，中文标点不动。",
            "Full-width letters, digits and signs become half-width; Chinese punctuation stays.",
        ),
        impact=1,
        common=True,
    )
    spaces: bool = param(
        True,
        title=text("整理空白", "Tidy spaces"),
        help=text(
            "连续的空白和换行合成一个空格，去掉首尾空白。",
            "Runs of spaces and line breaks become one space, none at the ends.",
        ),
        impact=1,
        common=True,
    )
    html: bool = param(
        True,
        title=text("去除 HTML", "Strip HTML"),
        help=text(
            "去掉 HTML 标签，并还原 &amp; 这样的转义。",
            "Removes HTML tags and turns entities such as &amp; into characters.",
        ),
        impact=1,
        common=True,
    )
    emoji: Literal["keep", "remove", "describe"] = param(
        "keep",
        title=text("表情符号", "Emoji"),
        help=text(
            "保留、去掉，或换成文字（如 [笑哭]）。",
            "Keep them, remove them, or write them as words such as [face with tears of joy].",
        ),
        choices={
            "keep": text("保留", "Keep"),
            "remove": text("去掉", "Remove"),
            "describe": text("换成文字", "Write as words"),
        },
        impact=1,
        common=True,
    )
    emoji_language: Literal["zh", "en"] = param(
        "zh",
        title=text("表情文字的语言", "Language of emoji words"),
        help=text("表情符号换成文字时用哪种语言。", "The language used where emoji are written as words."),
        choices={"zh": text("中文", "Chinese"), "en": text("英文", "English")},
        impact=0,
    )
    invisible: bool = param(
        True,
        title=text("去除不可见字符", "Remove invisible characters"),
        help=text(
            "去掉控制字符和零宽字符，它们常被用来躲避检查。",
            "Removes control and zero-width characters, which are often used to dodge filters.",
        ),
        impact=1,
    )
    drop_empty: bool = param(
        True,
        title=text("丢弃空文本", "Drop empty texts"),
        help=text(
            "丢弃没有内容的行（给定的开发集和测试集不丢行）。",
            "Drops rows without content (rows of a given dev or test set always stay).",
        ),
        impact=1,
    )
    drop_duplicates: bool = param(
        True,
        title=text("丢弃重复", "Drop duplicates"),
        help=text("文本和标签都相同的行只留第一行。", "Of rows with the same text and label only the first stays."),
        impact=1,
        common=True,
    )
    conflicts: Literal["majority", "drop", "keep"] = param(
        "majority",
        title=text("同文本不同标签", "One text, two labels"),
        help=text(
            "同一文本有不同标签时：采用多数（持平则丢弃），全部丢弃，或全部保留。",
            "Where one text has several labels: follow the majority (a tie drops it), drop all, or keep all.",
        ),
        choices={
            "majority": text("采用多数", "Follow the majority"),
            "drop": text("全部丢弃", "Drop all"),
            "keep": text("全部保留", "Keep all"),
        },
        impact=2,
    )


SPEC = Component(
    id="data.clean",
    title=text("清洗文本", "Clean texts"),
    summary=text(
        "统一全半角、空白、表情和 HTML，去掉空行和重复，并报告做了什么。",
        "Normalises width, spaces, emoji and HTML; drops empty and duplicate rows; reports what it did.",
    ),
    inputs=(
        Port(name="table", type=PortType.TABLE, title=text("表", "Table")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
        Port(name="test", type=PortType.TABLE, title=text("测试集", "Test"), optional=True),
    ),
    outputs=(
        Port(name="table", type=PortType.TABLE, title=text("表", "Table")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
        Port(name="test", type=PortType.TABLE, title=text("测试集", "Test"), optional=True),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=CleanParams,
    keywords=("清洗", "去重", "归一化", "normalise", "normalize", "duplicates", "html", "emoji"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: CleanParams) -> Mapping[str, Artifact]:
    """Clean the table; dev and test sets that a user gave are normalised alike but keep all their rows."""
    from inkstone.components.data.cleaning import clean_table
    from inkstone.components.data.cleaning_report import write_report

    outputs: dict[str, Artifact] = {}
    outcomes = {}
    for name in ("table", "dev", "test"):
        if name in inputs:
            table: Table = inputs[name]
            outcomes[name] = clean_table(ctx, table, ctx.output(name), params, drops_rows=name == "table")
            outputs[name] = outcomes[name].table
    outputs["report"] = write_report(ctx.output("report"), outcomes)
    return outputs
