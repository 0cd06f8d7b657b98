"""The Gradio demo of a risk-control model: one text with its marks and reasons, or a file of texts."""

import tempfile
from html import escape
from pathlib import Path
from typing import Any, cast

import gradio as gr

from inkstone.backend.service import risk
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.csv_safety import write_csv
from inkstone.backend.service.risk_views import Decision
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Language
from inkstone.studio.language import catalogue
from inkstone.studio.risk.marks import marked, marks_of, reason_lines
from inkstone.studio.risk.texts import TEXTS

_TONES = {"block": "#b5392a", "review": "#98591a", "pass": "#37754f"}
_CHUNK = 256
_SHOWN_SCORES = 6


def risk_blocks(version: ModelVersionView) -> gr.Blocks:
    """Return the page of a risk-control model."""
    from inkstone.studio.demo_page import _examples, head_of, language_of

    def word(key: str, language: Language = "zh") -> str:
        return TEXTS[key].in_language(language)

    with gr.Blocks(title=f"{version.name} · Inkstone", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        head = gr.Markdown(head_of(version, "zh"), elem_classes="ink-head")
        spoken = gr.State("zh")
        with gr.Tab(word("one")) as one_tab, gr.Row():
            with gr.Column(scale=3):
                text = gr.Textbox(label=word("text"), lines=5, max_length=20000, autofocus=True)
                button = gr.Button(word("decide"), variant="primary")
                samples = _examples(version, False)
                listed = [gr.Examples(samples, [text], api_visibility="private").dataset] if samples else []
            with gr.Column(scale=3):
                shown = gr.HTML(label=word("decision"))
                scores = gr.Label(label=word("result"), num_top_classes=_SHOWN_SCORES)
        with gr.Tab(word("many")) as many_tab:
            explain = gr.Markdown(word("many_help"))
            with gr.Row():
                file = gr.File(label=word("file"), file_types=[".txt", ".csv"], type="filepath")
                result = gr.File(label=word("result"), interactive=False)
            queue = gr.Checkbox(label=word("queue"), value=True)
            many = gr.Button(word("decide_file"), variant="primary")

        def show(given: str, language: Language) -> tuple[str, dict[str, float]]:
            answer = _ask(version, [given], queue=False)[0]
            return decision_html(given, answer, language), {item.label: item.score for item in answer.scores}

        def decide(given: str) -> dict[str, Any]:
            return _ask(version, [given], queue=False)[0].model_dump()

        def decide_file(name: str | None, queued: bool) -> str:
            return _file(version, name, queued)

        button.click(show, [text, spoken], [shown, scores], api_visibility="private")
        text.submit(show, [text, spoken], [shown, scores], api_visibility="private")
        gr.api(decide, api_name="decide")  # type: ignore[attr-defined]
        many.click(decide_file, [file, queue], result, api_name="decide_file")

        def translate(request: gr.Request) -> list[Any]:
            own = language_of(request)
            return [
                gr.Markdown(value=head_of(version, own)),
                own,
                gr.Tab(label=word("one", own)),
                gr.Textbox(label=word("text", own)),
                gr.Button(value=word("decide", own)),
                gr.Label(label=word("result", own)),
                gr.Tab(label=word("many", own)),
                gr.Markdown(value=word("many_help", own)),
                gr.File(label=word("file", own)),
                gr.File(label=word("result", own)),
                gr.Checkbox(label=word("queue", own)),
                gr.Button(value=word("decide_file", own)),
                *[gr.update(label=catalogue(own)["demo.examples"]) for _ in listed],
            ]

        parts = [head, spoken, one_tab, text, button, scores, many_tab, explain, file, result, queue, many, *listed]
        blocks.load(translate, None, parts, api_visibility="private", show_progress="hidden")
    return cast(gr.Blocks, blocks)


def decision_html(text: str, answer: Decision, language: Language) -> str:
    """Return a decision for people: what, about what, the marked text, the reasons."""
    data = answer.model_dump()
    tone = _TONES[answer.decision]
    name = TEXTS[answer.decision].in_language(language)
    head = (
        f'<div style="display:flex;align-items:center;gap:.6rem;margin-bottom:.6rem"><span style="background:{tone};color:#fff;'
        f'border-radius:5px;padding:.25rem .8rem;font-weight:600;font-size:1.1rem">{escape(name)}</span>'
        f"<span>{escape(answer.label)} · {answer.score:.1%}</span></div>"
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in reason_lines(data, language))
    return f'{head}{marked(text, marks_of(data["reasons"]))}<ul style="margin-top:.7rem;padding-left:1.2rem;list-style:disc">{lines}</ul>'


def _ask(version: ModelVersionView, texts: list[str], queue: bool) -> list[Decision]:
    try:
        return risk.decide(LOCAL, version.reference, texts, queue)
    except InkstoneError as error:
        raise gr.Error(f"{error.message('zh')}\n{error.message('en')}", duration=10) from error


def _file(version: ModelVersionView, name: str | None, queue: bool) -> str:
    """Return a CSV with the decision about each text; cells cannot be taken for formulas."""
    from inkstone.studio.demo_page import texts_of

    if not name:
        raise gr.Error("请先选择文件。\nChoose a file first.", duration=6)
    texts = texts_of(Path(name))
    rows: list[list[Any]] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        for item, answer in zip(chunk, _ask(version, chunk, queue), strict=True):
            language: Language = "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in item) else "en"
            reasons = " | ".join(reason_lines(answer.model_dump(), language))
            rows.append([item, answer.decision, answer.label, round(answer.score, 6), reasons])
    target = Path(tempfile.mkdtemp(prefix="inkstone-demo-")) / "decisions.csv"
    with target.open("w", newline="", encoding="utf-8-sig") as file:
        write_csv(file, ["text", "decision", "label", "score", "reasons"], rows)
    return str(target)
