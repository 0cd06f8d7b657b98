"""The file tab of the demo pages: which files are read, what comes back, what is refused and how."""

import csv
import json
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.texts import text
from inkstone.studio import demo_page, file_tab
from inkstone.studio.file_tab import FileAnswers
from inkstone.studio.tagging_demo import cells

LENGTHS = FileAnswers(
    {"text": text("文本", "Text"), "length": text("长度", "Length")},
    lambda texts, ticked: [
        ([item, len(item)], {"text": item, "length": len(item), "ticked": ticked}) for item in texts
    ],
    "lengths",
)


def work(kind: FileAnswers, name: str | None, language: str = "en") -> list[Any]:
    """Build the tab and do what its button does."""
    with gr.Blocks() as blocks:
        file_tab.file_tab(kind, gr.State("zh"))
    (pressed,) = [item.fn for item in blocks.fns.values() if item.name == "work"]
    found: list[Any] = pressed(name, True, language, lambda done: None)
    return found


FILES = {
    "lines.txt": ("=1+1\n明天开会\n\n", ["=1+1", "明天开会"]),
    "gbk.txt": ("明天上午十点开会，请大家准时参加\n今天休息，不用来公司".encode("gb18030"), ["明天上午十点开会，请大家准时参加", "今天休息，不用来公司"]),
    "table.csv": ("编号,内容\n1,=1+1\n2,明天开会\n", ["=1+1", "明天开会"]),
    "rows.jsonl": ('{"id": 1, "text": "=1+1"}\n{"id": 2, "text": "明天开会"}\n', ["=1+1", "明天开会"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_texts_come_back_in_order_as_csv_without_formulas_and_as_json_lines(
    inkstone_home: Path, tmp_path: Path, name: str
) -> None:
    content, texts = FILES[name]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    status, table, as_csv, as_lines = work(LENGTHS, str(tmp_path / name))
    assert status.value.startswith("2 texts")
    assert "<th>Text</th><th>Length</th>" in table.value
    assert all(f">{item}</td>" in table.value for item in texts)
    rows = list(csv.reader(Path(as_csv.value["path"]).read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["text", "length"]
    assert [row[0] for row in rows[1:]] == ["'=1+1" if item == "=1+1" else item for item in texts]
    found = [json.loads(line) for line in Path(as_lines.value["path"]).read_text("utf-8").splitlines()]
    assert found == [{"text": item, "length": len(item), "ticked": True} for item in texts]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.txt", b"\n \n", "empty"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00", "picture.txt"),
        ("broken.jsonl", b'{"text": "a"}\n{"text": \n', "2"),
    ],
)
def test_bad_files_are_refused_in_the_language_of_the_visitor(
    inkstone_home: Path, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    messages = []
    for language in ("en", "zh"):
        with pytest.raises(gr.Error) as caught:
            work(LENGTHS, str(tmp_path / name), language)
        messages.append(str(caught.value.message))
    assert told in messages[0].lower()
    assert messages[0] != messages[1]
    with pytest.raises(gr.Error, match="Choose a file"):
        work(LENGTHS, None)


def test_of_a_large_file_the_first_rows_are_answered_and_that_is_said(
    inkstone_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_tab, "MOST_ROWS", 600)
    monkeypatch.setattr(file_tab, "SHOWN_ROWS", 5)
    file = tmp_path / "many.csv"
    file.write_text("text\n" + "".join(f"第{number}条，内容\n" for number in range(700)), "utf-8")
    status, table, as_csv, _ = work(LENGTHS, str(file))
    assert "first 600" in status.value and "first 5" in status.value
    assert table.value.count("<tr>") == 1 + 5
    assert len(Path(as_csv.value["path"]).read_text("utf-8-sig").splitlines()) == 601


@pytest.mark.parametrize(("language", "said"), [("zh", "拦截"), ("en", "Block")])
def test_values_are_said_in_the_language_of_the_visitor_on_the_page_alone(
    inkstone_home: Path, tmp_path: Path, language: str, said: str
) -> None:
    kind = FileAnswers(
        {"decision": text("决定", "Decision")},
        lambda texts, ticked: [(["block"], {"decision": "block"}) for _ in texts],
        "decisions",
        worded={"decision": {"block": text("拦截", "Block")}},
    )
    (tmp_path / "texts.txt").write_text("加微信\n", "utf-8")
    _, table, as_csv, _ = work(kind, str(tmp_path / "texts.txt"), language)
    assert f">{said}</td>" in table.value
    assert Path(as_csv.value["path"]).read_text("utf-8-sig").splitlines() == ["decision", "block"]


def test_a_classifier_answers_a_file(seeded, tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("恭喜中奖，先汇款\n明天开会\n", "utf-8")
    *_, as_lines = work(demo_page._file_answers(models.get(LOCAL, seeded.model)), str(file))
    first = json.loads(Path(as_lines.value["path"]).read_text("utf-8").splitlines()[0])
    assert {item["label"] for item in first["labels"]} == {"广告", "诈骗", "正常"}


def test_what_users_wrote_is_escaped_and_cut() -> None:
    shown = file_tab._table(["<b>"], [["<script>", 0.25], ["长" * 999, ""]])
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "<b>" not in shown
    assert "25.0%" in shown and "长" * 301 not in shown and "…" in shown


def test_tags_as_cells() -> None:
    answer = TagAnswer.model_validate(
        {
            "category": [{"pred": "a", "prob": 0.5}],
            "labels": [{"pred": "x", "prob": 0.9}, {"pred": "y", "prob": 0.8}],
            "entities": [{"text": "北京", "label": "地名", "start": 0, "end": 2, "prob": 1.0}],
        }
    )
    assert cells("北京", answer, ["category", "labels", "entities"]) == ["北京", "a", 0.5, "x; y", "北京 [地名]"]
    assert cells("", TagAnswer(category=[], keywords=[]), ["category", "keywords"]) == ["", "", "", ""]
