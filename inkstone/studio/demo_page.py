"""The Gradio demo of one model version: one text, or a file of texts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import gradio as gr
from fastapi import FastAPI

from inkstone.backend.service import datasets, models, runs
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.csv_safety import write_csv
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.loading import is_tagger
from inkstone.components.texts import Language, Text
from inkstone.studio.language import catalogue
from inkstone.studio.parts.theme import demo_css, demo_theme
from inkstone.studio.tagging_demo import tagging_blocks

SHOWN_LABELS = 8
MOST_ROWS = 5000
CHUNK = 256
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
        with gr.Tab(words["demo.one"]) as one_tab:
            with gr.Row():
                with gr.Column(scale=3):
                    text = gr.Textbox(label=words["demo.text"], lines=5, max_length=20000, autofocus=True)
                    second = gr.Textbox(label=words["demo.pair"], lines=3, max_length=20000, visible=pair)
                    button = gr.Button(words["demo.predict"], variant="primary")
                with gr.Column(scale=2):
                    answer = gr.Label(label=words["demo.answer"], num_top_classes=SHOWN_LABELS)
            samples = _examples(version, pair)
            inputs = [text, second] if pair else [text]
            listed = []
            if samples:
                listed = [gr.Examples(samples, inputs, label=words["demo.examples"], api_visibility="private").dataset]
        with gr.Tab(words["demo.many"]) as many_tab:
            explain = gr.Markdown(words["demo.many_help"])
            with gr.Row():
                file = gr.File(label=words["demo.file"], file_types=[".txt", ".csv"], type="filepath")
                result = gr.File(label=words["demo.result"], interactive=False)
            many = gr.Button(words["demo.predict_many"], variant="primary")

        def predict(first: str, other: str = "") -> dict[str, float]:
            return _predict(version, first, other if pair else None)

        def predict_file(name: str) -> str:
            return _predict_file(version, name)

        button.click(predict, inputs, answer, api_name="predict")
        text.submit(predict, inputs, answer, api_visibility="private")
        many.click(predict_file, file, result, api_name="predict_file")

        def translate(request: gr.Request) -> list[Any]:
            own = catalogue(language_of(request))
            return [
                gr.Markdown(value=head_of(version, language_of(request))),
                gr.Tab(label=own["demo.one"]),
                gr.Textbox(label=own["demo.text"], placeholder=own["demo.text_hint"]),
                gr.Textbox(label=own["demo.pair"], visible=pair),
                gr.Button(value=own["demo.predict"]),
                gr.Label(label=own["demo.answer"]),
                gr.Tab(label=own["demo.many"]),
                gr.Markdown(value=own["demo.many_help"]),
                gr.File(label=own["demo.file"]),
                gr.File(label=own["demo.result"]),
                gr.Button(value=own["demo.predict_many"]),
                *[gr.update(label=own["demo.examples"]) for _ in listed],
            ]

        shown = [head, one_tab, text, second, button, answer, many_tab, explain, file, result, many, *listed]
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
    return f"## {_plain(version.name)}\n\n{' · '.join(facts)}"


def _plain(words: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#$" else sign for sign in words)


def _predict(version: ModelVersionView, text: str, pair: str | None) -> dict[str, float]:
    """Return label to score, as the Label widget takes it."""
    with _told():
        ranked = models.predict(LOCAL, version.reference, [text], None if pair is None else [pair])[0]
    return {item.label: item.score for item in ranked}


def _predict_file(version: ModelVersionView, name: str | None) -> str:
    """Return a CSV with a label and a score for each text of a file; cells cannot be taken for formulas."""
    if not name:
        raise gr.Error(_both(Text(zh="请先选择文件。", en="Choose a file first.")), duration=6)
    texts = texts_of(Path(name))
    rows: list[list[Any]] = []
    with _told():
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            for text, ranked in zip(chunk, models.predict(LOCAL, version.reference, chunk, None), strict=True):
                rows.append([text, ranked[0].label, round(ranked[0].score, 6)])
    target = Path(tempfile.mkdtemp(prefix="inkstone-demo-")) / "predictions.csv"
    with target.open("w", newline="", encoding="utf-8-sig") as file:
        write_csv(file, ["text", "label", "score"], rows)
    return str(target)


def texts_of(path: Path) -> list[str]:
    """Return the texts of an uploaded file: lines, or the text column of a CSV."""
    from inkstone.components.artifacts import Table
    from inkstone.components.data.reading import read_table
    from inkstone.components.data.roles import guess_roles

    if path.suffix.lower() == ".txt":
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
        return [line for line in lines if line.strip()][:MOST_ROWS]
    with _told(), tempfile.TemporaryDirectory(prefix="inkstone-demo-") as folder:
        info = read_table(path, path.name, Path(folder) / "table")
        table = Table(Path(folder) / "table")
        rows = table.dataset().select(range(min(info.rows, MOST_ROWS))).to_list()
        guess = guess_roles(info, rows[:1000]).get("text")
        column = guess.column if guess else info.columns[0].name
        return [str(row[column] or "") for row in rows]


@contextmanager
def _told() -> Iterator[None]:
    """Tell an error of ours to the visitor, in both languages."""
    try:
        yield
    except InkstoneError as error:
        raise gr.Error(f"{error.message('zh')}\n{error.message('en')}", duration=10) from error


def _both(words: Text) -> str:
    return f"{words.zh}\n{words.en}"


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
