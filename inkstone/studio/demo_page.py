"""The Gradio demo of one model version: one text, or a file of texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import gradio as gr
from fastapi import FastAPI

from inkstone.backend.service import datasets, models, runs
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.loading import is_tagger
from inkstone.components.texts import Language, text
from inkstone.studio.file_tab import FileAnswers, file_tab, plain
from inkstone.studio.language import catalogue
from inkstone.studio.parts.theme import demo_css, demo_theme
from inkstone.studio.tagging_demo import tagging_blocks

SHOWN_LABELS = 8
EXAMPLES = 6


def demo_app(version: ModelVersionView, path: str) -> Any:
    """Return the Gradio application of a version, to be served at ``path``."""
    from inkstone.studio.risk.demo import risk_blocks

    makers = {"risk_control": risk_blocks}
    make = tagging_blocks if is_tagger(version.task) else makers.get(version.task, _blocks)
    house = FastAPI()
    gr.mount_gradio_app(
        house,
        make(version),
        path=path,
        ssr_mode=False,
        run_history=False,
        footer_links=["api"],
        show_error=True,
        max_file_size="20mb",
        theme=demo_theme(),
        css=demo_css(),
    )
    return house.routes[-1].app  # type: ignore[attr-defined]


def _blocks(version: ModelVersionView) -> gr.Blocks:
    pair = "pair" in version.task
    words = catalogue("zh")
    with gr.Blocks(title=f"{version.name} · Inkstone", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        head = gr.Markdown(head_of(version, "zh"), elem_classes="ink-head")
        spoken = gr.State("zh")
        with gr.Tab(words["demo.one"]) as one_tab:
            with gr.Row():
                with gr.Column(scale=3):
                    box = gr.Textbox(label=words["demo.text"], lines=5, max_length=20000, autofocus=True)
                    second = gr.Textbox(label=words["demo.pair"], lines=3, max_length=20000, visible=pair)
                    button = gr.Button(words["demo.predict"], variant="primary")
                with gr.Column(scale=2):
                    answer = gr.Label(label=words["demo.answer"], num_top_classes=SHOWN_LABELS)
            samples = _examples(version, pair)
            inputs = [box, second] if pair else [box]
            listed = []
            if samples:
                listed = [gr.Examples(samples, inputs, label=words["demo.examples"], api_visibility="private").dataset]
        # A file has one text a row: pairs are asked for in the first tab, by REST or on the command line.
        files = None if pair else file_tab(_file_answers(version), spoken)

        def predict(first: str, other: str = "") -> dict[str, float]:
            return _predict(version, first, other if pair else None)

        button.click(predict, inputs, answer, api_name="predict")
        box.submit(predict, inputs, answer, api_visibility="private")

        def translate(request: gr.Request) -> list[Any]:
            language = language_of(request)
            own = catalogue(language)
            return [
                gr.Markdown(value=head_of(version, language)),
                language,
                gr.Tab(label=own["demo.one"]),
                gr.Textbox(label=own["demo.text"], placeholder=own["demo.text_hint"]),
                gr.Textbox(label=own["demo.pair"], visible=pair),
                gr.Button(value=own["demo.predict"]),
                gr.Label(label=own["demo.answer"]),
                *(files.words(language) if files else []),
                *[gr.update(label=own["demo.examples"]) for _ in listed],
            ]

        shown = [head, spoken, one_tab, box, second, button, answer, *(files.parts if files else []), *listed]
        blocks.load(translate, None, shown, api_visibility="private", show_progress="hidden")
    return cast(gr.Blocks, blocks)


def language_of(request: gr.Request) -> Language:
    """Return the visitor's language."""
    wished = request.query_params.get("lang") or request.headers.get("accept-language", "zh")
    return "zh" if wished.lower().startswith("zh") else "en"


def head_of(version: ModelVersionView, language: Language) -> str:
    """Return the heading of a model's page as Markdown."""
    words = catalogue(language)
    figure = version.metrics.get("macro_f1")
    facts = [words["demo.version"].format(n=version.version), words["demo.labels"].format(n=len(version.labels))]
    if figure is not None:
        facts.append(f"{words['metric.macro_f1']} {figure:.1%}")
    return f"## {plain(version.name)}\n\n{' · '.join(facts)}"


def _predict(version: ModelVersionView, text: str, pair: str | None) -> dict[str, float]:
    """Return label to score, as the Label widget takes it."""
    with _told():
        ranked = models.predict(LOCAL, version.reference, [text], None if pair is None else [pair])[0]
    return {item.label: item.score for item in ranked}


def _file_answers(version: ModelVersionView) -> FileAnswers:
    columns = {"text": text("文本", "Text"), "label": text("类别", "Class"), "score": text("分数", "Score")}

    def answer(texts: list[str], _: bool) -> list[tuple[list[Any], dict[str, Any]]]:
        found = models.predict(LOCAL, version.reference, texts)
        return [
            (
                [item, ranked[0].label, round(ranked[0].score, 6)],
                {"text": item, "labels": [one.model_dump(exclude_none=True) for one in ranked]},
            )
            for item, ranked in zip(texts, found, strict=True)
        ]

    return FileAnswers(columns, answer, "predictions")


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of ours to the visitor, in both languages."""
    try:
        yield
    except InkstoneError as error:
        raise gr.Error(f"{error.message('zh')}\n{error.message('en')}", duration=10) from error


def _examples(version: ModelVersionView, pair: bool) -> list[list[str]]:
    """Return a few rows of the data that the model learned from, of as many classes as there is room for."""
    if not version.run_id:
        return []
    try:
        document = runs.get(LOCAL, version.run_id).document
        node = next(
            node for node in document.nodes.values() if node.component.startswith("data.map_columns") and node.enabled
        )
        source = next(
            node for node in document.nodes.values() if node.component.startswith("data.read_table") and node.enabled
        )
        preview = datasets.preview(LOCAL, source.params["source"], limit=400)
    except (InkstoneError, StopIteration, KeyError):  # the data is gone, or the pipeline is drawn otherwise
        return []
    wanted = [str(node.params.get(role)) for role in (("text", "text_pair") if pair else ("text",))]
    label = str(node.params.get("label"))
    if not all(name in preview.columns for name in wanted):
        return []
    numbers = [preview.columns.index(name) for name in wanted]
    seen: dict[Any, list[str]] = {}
    for row in preview.rows:
        key = row[preview.columns.index(label)] if label in preview.columns else len(seen)
        if key not in seen and all(row[number] and len(str(row[number])) < 300 for number in numbers):
            seen[key] = [str(row[number]) for number in numbers]
    return list(seen.values())[:EXAMPLES]
