"""The tab of a demo page that answers a whole file: a table of the answers, and the answers as CSV and as JSON lines."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from inkstone.backend.service.csv_safety import write_csv
from inkstone.backend.service.text_files import FileTexts, read_texts
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Language, Text, text

MOST_ROWS = 5_000
SHOWN_ROWS = 200
_CHUNK = 256
_LONGEST_CELL = 300
_WRAPPED = 16
"""A cell with more characters asks for a wider column."""
_PROGRESS = gr.Progress()  # Gradio finds it as the default of a parameter
_KINDS = [".txt", ".csv", ".tsv", ".json", ".jsonl", ".xlsx"]
TEXTS: dict[str, Text] = {
    "tab": text("整个文件", "A file"),
    "help": text(
        "上传每行一条文本的 TXT，或带文本列的 CSV、TSV、JSON、JSONL、Excel：20 MB 以内，回答前 5000 行。",
        "A TXT with one text a line, or a CSV, TSV, JSON, JSONL or Excel file with a text column: up to 20 MB; the first 5,000 rows are answered.",
    ),
    "file": text("文件", "File"),
    "start": text("处理整个文件", "Answer the file"),
    "csv": text("下载 CSV", "Download CSV"),
    "jsonl": text("下载 JSONL", "Download JSONL"),
    "none": text("请先选择文件。", "Choose a file first."),
    "lines": text("每行一条文本", "One text a line"),
    "column": text("文本列：{column}", "Text column: {column}"),
    "done": text("{rows} 条文本", "{rows} texts"),
    "cut": text("文件还有更多行，只处理了前 {rows} 行", "the file holds more rows; these are the first {rows}"),
    "shown": text("下表为前 {shown} 条", "the first {shown} are shown"),
}  # fmt: skip


@dataclass(frozen=True)
class FileAnswers:
    """How a kind of model answers files.

    Attributes:
        columns: Names in the CSV, and how the table on the page heads them.
        answer: Texts (and whether the box is ticked) to a row of cells and an object for each.
        name: Of the files to download.
        option: What the box says, for models that have one.
        worded: Column to its values in the visitor's language, on the page alone: files keep the values.
    """

    columns: Mapping[str, Text]
    answer: Callable[[list[str], bool], Sequence[tuple[list[Any], dict[str, Any]]]]
    name: str
    option: Text | None = None
    worded: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


@dataclass(frozen=True)
class FileTab:
    """The parts of the tab whose words depend on the language, and those words."""

    parts: list[Any]
    words: Callable[[Language], list[Any]]


def file_tab(kind: FileAnswers, spoken: Any) -> FileTab:
    """Make the tab within the page that is being built.

    Args:
        kind: How the model answers.
        spoken: The state that holds the visitor's language.
    """
    with gr.Tab(TEXTS["tab"].zh) as tab:
        explain = gr.Markdown(TEXTS["help"].zh)
        with gr.Row(equal_height=True):
            with gr.Column(scale=3):
                file = gr.File(label=TEXTS["file"].zh, file_types=_KINDS, type="filepath", height=150)
            with gr.Column(scale=2):
                box = gr.Checkbox(label=kind.option.zh if kind.option else "", value=True, visible=bool(kind.option))
                start = gr.Button(TEXTS["start"].zh, variant="primary")
                # Of no use before there are answers.
                as_csv = gr.DownloadButton(TEXTS["csv"].zh, interactive=False)
                as_lines = gr.DownloadButton(TEXTS["jsonl"].zh, interactive=False)
        status = gr.Markdown(visible=False)
        table = gr.HTML(visible=False)

        def work(name: str | None, ticked: bool, language: Language, progress: Any = _PROGRESS) -> list[Any]:
            if not name:
                raise gr.Error(TEXTS["none"].in_language(language), duration=6)
            try:
                found = read_texts(Path(name), MOST_ROWS)
                rows, objects = _answers(kind, found.texts, ticked, progress)
            except InkstoneError as error:
                raise gr.Error(error.message(language), duration=12) from error
            made = _written(kind, rows, objects)
            return [
                gr.Markdown(_status(found, language), visible=True),
                gr.HTML(_table(_headers(kind, language), _worded(kind, rows[:SHOWN_ROWS], language)), visible=True),
                *(gr.DownloadButton(value=str(path), interactive=True) for path in made),
            ]

        start.click(work, [file, box, spoken], [status, table, as_csv, as_lines], api_visibility="private")

    def words(language: Language) -> list[Any]:
        return [
            gr.Tab(label=TEXTS["tab"].in_language(language)),
            gr.Markdown(value=TEXTS["help"].in_language(language)),
            gr.File(label=TEXTS["file"].in_language(language)),
            gr.Checkbox(label=kind.option.in_language(language) if kind.option else ""),
            gr.Button(value=TEXTS["start"].in_language(language)),
            gr.DownloadButton(label=TEXTS["csv"].in_language(language)),
            gr.DownloadButton(label=TEXTS["jsonl"].in_language(language)),
        ]

    return FileTab([tab, explain, file, box, start, as_csv, as_lines], words)


def _headers(kind: FileAnswers, language: Language) -> list[str]:
    return [words.in_language(language) for words in kind.columns.values()]


def _worded(kind: FileAnswers, rows: list[list[Any]], language: Language) -> list[list[Any]]:
    known = [kind.worded.get(column, {}) for column in kind.columns]
    return [
        [
            words[cell].in_language(language) if words and cell in words else cell
            for cell, words in zip(row, known, strict=True)
        ]
        for row in rows
    ]


def _answers(
    kind: FileAnswers, texts: list[str], ticked: bool, progress: Any
) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    rows: list[list[Any]] = []
    objects: list[dict[str, Any]] = []
    for start in range(0, len(texts), _CHUNK):
        progress((start, len(texts)))
        for cells, found in kind.answer(texts[start : start + _CHUNK], ticked):
            rows.append(cells)
            objects.append(found)
    return rows, objects


def _written(kind: FileAnswers, rows: list[list[Any]], objects: list[dict[str, Any]]) -> tuple[Path, Path]:
    """Write both files; cells of the CSV cannot be taken for formulas. Gradio keeps them for an hour."""
    folder = Path(tempfile.mkdtemp(prefix="inkstone-demo-"))
    as_csv, as_lines = folder / f"{kind.name}.csv", folder / f"{kind.name}.jsonl"
    with as_csv.open("w", newline="", encoding="utf-8-sig") as file:
        write_csv(file, list(kind.columns), rows)
    with as_lines.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in objects)
    return as_csv, as_lines


def _status(found: FileTexts, language: Language) -> str:
    def say(key: str, **slots: object) -> str:
        return TEXTS[key].in_language(language).format(**slots)

    parts = [say("done", rows=f"{len(found.texts):,}")]
    parts.append(say("lines") if found.column is None else say("column", column=plain(found.column)))
    if found.more:
        parts.append(say("cut", rows=f"{MOST_ROWS:,}"))
    if len(found.texts) > SHOWN_ROWS:
        parts.append(say("shown", shown=SHOWN_ROWS))
    return " · ".join(parts)


def plain(words: str) -> str:
    """Return words whose signs Markdown does not take for its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#$" else sign for sign in words)


def _table(headers: list[str], rows: list[list[Any]]) -> str:
    """Return rows as an HTML table; what users wrote is escaped."""
    head = "".join(f"<th>{escape(name)}</th>" for name in headers)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f'<div class="ink-answers"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f'<td class="number">{value:.1%}</td>'
    content = str(value)
    long = ' class="long"' if len(content) > _WRAPPED else ""
    return f"<td{long}>{escape(content[:_LONGEST_CELL])}{'…' if len(content) > _LONGEST_CELL else ''}</td>"
