"""The Gradio demo of a risk-control model: one text with its marks and reasons, or a file of texts."""

from html import escape
from typing import Any, cast

import gradio as gr

from inkstone.backend.service import risk
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.risk_views import Decision
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Language, text
from inkstone.studio.file_tab import FileAnswers, file_tab
from inkstone.studio.language import catalogue
from inkstone.studio.risk.marks import marked, marks_of, reason_lines
from inkstone.studio.risk.texts import TEXTS

_TONES = {"block": "#b5392a", "review": "#98591a", "pass": "#37754f"}
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
                box = gr.Textbox(label=word("text"), lines=5, max_length=20000, autofocus=True)
                button = gr.Button(word("decide"), variant="primary")
                samples = _examples(version, False)
                listed = [gr.Examples(samples, [box], api_visibility="private").dataset] if samples else []
            with gr.Column(scale=3):
                shown = gr.HTML(label=word("decision"))
                scores = gr.Label(label=word("result"), num_top_classes=_SHOWN_SCORES)
        files = file_tab(_file_answers(version), spoken)

        def show(given: str, language: Language) -> tuple[str, dict[str, float]]:
            answer = _ask(version, [given], queue=False)[0]
            return decision_html(given, answer, language), {item.label: item.score for item in answer.scores}

        def decide(given: str) -> dict[str, Any]:
            return _ask(version, [given], queue=False)[0].model_dump()

        button.click(show, [box, spoken], [shown, scores], api_visibility="private")
        box.submit(show, [box, spoken], [shown, scores], api_visibility="private")
        gr.api(decide, api_name="decide")  # type: ignore[attr-defined]

        def translate(request: gr.Request) -> list[Any]:
            own = language_of(request)
            return [
                gr.Markdown(value=head_of(version, own)),
                own,
                gr.Tab(label=word("one", own)),
                gr.Textbox(label=word("text", own)),
                gr.Button(value=word("decide", own)),
                gr.Label(label=word("result", own)),
                *files.words(own),
                *[gr.update(label=catalogue(own)["demo.examples"]) for _ in listed],
            ]

        parts = [head, spoken, one_tab, box, button, scores, *files.parts, *listed]
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
        f"<span>{escape(' + '.join(answer.classes))} · {answer.score:.1%}</span></div>"
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in reason_lines(data, language))
    return f'{head}{marked(text, marks_of(data["reasons"]))}<ul style="margin-top:.7rem;padding-left:1.2rem;list-style:disc">{lines}</ul>'


def _ask(version: ModelVersionView, texts: list[str], queue: bool) -> list[Decision]:
    try:
        return risk.decide(LOCAL, version.reference, texts, queue)
    except InkstoneError as error:
        raise gr.Error(f"{error.message('zh')}\n{error.message('en')}", duration=10) from error


def _file_answers(version: ModelVersionView) -> FileAnswers:
    columns = {
        "text": text("文本", "Text"),
        "decision": text("决定", "Decision"),
        "label": text("类别", "Class"),
        "score": text("分数", "Score"),
        "reasons": text("理由", "Reasons"),
    }

    def answer(texts: list[str], queued: bool) -> list[tuple[list[Any], dict[str, Any]]]:
        found = risk.decide(LOCAL, version.reference, texts, queued)
        return [
            (_cells(item, said), {"text": item, **said.model_dump()}) for item, said in zip(texts, found, strict=True)
        ]

    return FileAnswers(
        columns, answer, "decisions", TEXTS["queue"], {"decision": {name: TEXTS[name] for name in _TONES}}
    )


def _cells(given: str, answer: Decision) -> list[Any]:
    language: Language = "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in given) else "en"
    reasons = " | ".join(reason_lines(answer.model_dump(), language))
    return [given, answer.decision, "; ".join(answer.classes), round(answer.score, 6), reasons]
