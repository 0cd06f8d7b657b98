"""Small texts with several labels, written for the tests."""

from pathlib import Path
from typing import Any

from inkstone.components.artifacts import ColumnInfo, Table
from inkstone.components.data.writing import TableWriter

WORDS = {"体育/足球": "进球", "体育/篮球": "三分", "财经": "股票", "天气": "下雨"}
FRAMES = ["今天说说{a}和{b}", "{a}，还有{b}", "关于{b}与{a}的消息", "{a}{b}都来了！"]


def label_rows(count: int = 48) -> tuple[list[str], list[list[str]]]:
    """Return texts and lists of labels: the words in a text tell its labels."""
    names = list(WORDS)
    texts, labels = [], []
    for number in range(count):
        first, second = names[number % 4], names[(number // 4) % 4]
        texts.append(FRAMES[number // 16 % 4].format(a=WORDS[first], b=WORDS[second]))
        labels.append(sorted({first, second}))
    return texts, labels


def label_table(folder: Path, texts: list[str] | None = None, labels: list[Any] | None = None) -> Table:
    """Write a table with the roles text and labels."""
    if texts is None:
        texts, labels = label_rows()
    columns = [ColumnInfo(name="text", dtype="string"), ColumnInfo(name="labels", dtype="list<string>")]
    with TableWriter(folder, columns) as writer:
        writer.write({"text": texts, "labels": labels or []})
    return writer.finish(roles={"text": "text", "labels": "labels"})
