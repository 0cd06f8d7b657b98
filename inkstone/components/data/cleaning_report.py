"""The report of ``data.clean``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import Report
from inkstone.components.data.cleaning import Outcome
from inkstone.components.texts import Text, text

_STEPS = {
    "html": text("去除 HTML", "HTML stripped"),
    "invisible": text("去除不可见字符", "Invisible characters removed"),
    "width": text("全角转半角", "Full-width to half-width"),
    "emoji": text("处理表情符号", "Emoji handled"),
    "spaces": text("整理空白", "Spaces tidied"),
}
_DROPS = {
    "empty": text("空文本", "Empty text"),
    "duplicate": text("重复", "Duplicate"),
    "contradiction": text("同文本不同标签", "One text, several labels"),
}
_PARTS = {"table": text("数据", "Data"), "dev": text("开发集", "Dev set"), "test": text("测试集", "Test set")}


def write_report(folder: Path, outcomes: Mapping[str, Outcome]) -> Report:
    """Write what was done to each part: counts and examples."""
    sections: list[dict[str, Any]] = []
    for part, outcome in outcomes.items():
        sections += _sections(_PARTS[part], outcome)
    title = text("清洗报告", "What cleaning did")
    Report.write(folder, {"title": title.model_dump(), "sections": sections})
    return Report(folder)


def _sections(part: Text, outcome: Outcome) -> list[dict[str, Any]]:
    facts: list[tuple[Text, int]] = [
        (text("清洗前行数", "Rows before"), outcome.before),
        (text("清洗后行数", "Rows after"), outcome.after),
    ]
    facts += [
        (_suffix(_DROPS[name], "（丢弃）", " (dropped)"), count) for name, count in outcome.dropped.items() if count
    ]
    facts += [
        (_suffix(_STEPS[name], "（改动）", " (changed)"), count) for name, count in outcome.normaliser.changed.items()
    ]
    sections: list[dict[str, Any]] = [
        {"kind": "facts", "title": part.model_dump(), "facts": [[name.model_dump(), value] for name, value in facts]}
    ]
    changed = [
        [_STEPS[step].model_dump(), before, after]
        for step, examples in outcome.normaliser.examples.items()
        for before, after in examples
    ]
    if changed:
        columns = [text("步骤", "Step"), text("之前", "Before"), text("之后", "After")]
        sections.append(_table(part, text("改动示例", "Examples of changes"), columns, changed))
    dropped = [[_DROPS[reason].model_dump(), *row] for reason, examples in outcome.examples.items() for row in examples]
    if dropped:
        columns = [text("原因", "Reason"), text("行", "Row"), text("文本", "Text"), text("标签", "Label")]
        sections.append(_table(part, text("丢弃示例", "Examples of dropped rows"), columns, dropped))
    return sections


def _table(part: Text, title: Text, columns: list[Text], rows: list[list[Any]]) -> dict[str, Any]:
    named = text(f"{part.zh}：{title.zh}", f"{part.en}: {title.en}")
    return {
        "kind": "table",
        "title": named.model_dump(),
        "columns": [column.model_dump() for column in columns],
        "rows": rows,
    }


def _suffix(name: Text, zh: str, en: str) -> Text:
    return text(name.zh + zh, name.en + en)
