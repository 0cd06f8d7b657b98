"""The Gradio demo of a tagging model: entities highlighted in the text, keywords, labels and category beside it."""

from html import escape
from typing import Any, cast

import gradio as gr

from inkstone.backend.service import tagging
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.answers import FoundEntity, Keyword, TagAnswer
from inkstone.components.texts import Language, Text, text
from inkstone.studio.file_tab import FileAnswers, file_tab, plain
from inkstone.studio.language import catalogue

LONGEST = 20_000
SHOWN = 8
WORDS: dict[str, Text] = {
    "category": text("类别", "Category"),
    "labels": text("标签", "Labels"),
    "keywords": text("关键词", "Keywords"),
    "absent": text("不在原文中的关键词", "Keywords that do not stand in the text"),
    "entities": text("实体", "Entities"),
    "tag": text("打标", "Tag"),
    "json": text("接口返回的内容", "What the service answers"),
    "examples": text("例子", "Examples"),
    "one": text("一条文本", "One text"),
    "text": text("文本", "Text"),
    "category_prob": text("类别概率", "Probability"),
}
EXAMPLES = {
    "zh": "王小明上周在北京参加了星光科技公司的新品发布会，介绍了新款手机的拍照功能。",
    "en": "Anna Lee presented the new phone of Starlight Technology in Rome last week.",
}


def tagging_blocks(version: ModelVersionView) -> gr.Blocks:
    """Return the page of a version; which parts it shows, an answer to an empty text tells."""
    (probe,) = tagging.tag(LOCAL, version.reference, [""])
    given = [name for name in ("category", "labels", "keywords", "entities") if getattr(probe, name) is not None]
    zh = catalogue("zh")
    title = f"{version.name} · Inkstone"
    with gr.Blocks(title=title, analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        head = gr.Markdown(_head(version, "zh"), elem_classes="ink-head")
        spoken = gr.State("zh")
        with gr.Tab(WORDS["one"].zh) as one_tab:
            box = gr.Textbox(label=zh["demo.text"], lines=4, max_length=LONGEST, autofocus=True)
            button = gr.Button(WORDS["tag"].zh, variant="primary")
            shown: list[Any] = []
            absent: list[Any] = []
            with gr.Row():
                for name in ("category", "labels"):
                    if name in given:
                        shown.append(gr.Label(label=WORDS[name].zh, num_top_classes=SHOWN))
            for name in ("keywords", "entities"):
                if name in given:
                    shown.append(
                        gr.HighlightedText(label=WORDS[name].zh, combine_adjacent=False, show_legend=name == "entities")
                    )
                if name == "keywords" and name in given:
                    absent = [gr.HTML(visible=False)]
            with gr.Accordion(WORDS["json"].zh, open=False) as more:
                raw = gr.JSON(show_label=False)
            samples = gr.Examples(
                [[EXAMPLES["zh"]], [EXAMPLES["en"]]], [box], label=WORDS["examples"].zh, api_visibility="private"
            )
        files = file_tab(_file_answers(version, given), spoken)

        def answer(content: str, language: Language) -> list[Any]:
            found = _ask(version, content)
            beyond = absent_html(found.keywords or [], language)
            updates = [gr.HTML(beyond, visible=bool(beyond)) for _ in absent]
            return [*(_shown(name, content, found) for name in given), *updates, found.model_dump()]

        button.click(answer, [box, spoken], [*shown, *absent, raw], api_name="tag")
        box.submit(answer, [box, spoken], [*shown, *absent, raw], api_visibility="private")

        def translate(request: gr.Request) -> list[Any]:
            wished = request.query_params.get("lang") or request.headers.get("accept-language", "zh")
            language: Language = "zh" if wished.lower().startswith("zh") else "en"
            own = catalogue(language)
            parts = [gr.update(label=WORDS[name].in_language(language)) for name in given]
            return [
                gr.Markdown(value=_head(version, language)),
                language,
                gr.Tab(label=WORDS["one"].in_language(language)),
                gr.Textbox(label=own["demo.text"], placeholder=own["demo.text_hint"]),
                gr.Button(value=WORDS["tag"].in_language(language)),
                gr.update(label=WORDS["json"].in_language(language)),
                *parts,
                gr.update(label=WORDS["examples"].in_language(language)),
                *files.words(language),
            ]

        changing = [head, spoken, one_tab, box, button, more, *shown, samples.dataset, *files.parts]
        blocks.load(translate, None, changing, api_visibility="private", show_progress="hidden")
    return cast(gr.Blocks, blocks)


def _head(version: ModelVersionView, language: Language) -> str:
    words = catalogue(language)
    facts = [words["demo.version"].format(n=version.version)]
    if version.labels:
        facts.append(words["demo.labels"].format(n=len(version.labels)))
    return f"## {plain(version.name)}\n\n{' · '.join(facts)}"


def _file_answers(version: ModelVersionView, given: list[str]) -> FileAnswers:
    columns = ["text"]
    for name in given:
        columns += [name, "category_prob"] if name == "category" else [name]

    def answer(texts: list[str], _: bool) -> list[tuple[list[Any], dict[str, Any]]]:
        found = tagging.tag(LOCAL, version.reference, texts)
        return [
            (cells(item, said, given), {"text": item, **said.model_dump()})
            for item, said in zip(texts, found, strict=True)
        ]

    return FileAnswers({name: WORDS[name] for name in columns}, answer, "tags")


def cells(content: str, answer: TagAnswer, given: list[str]) -> list[Any]:
    """Return an answer as cells of a table: lists joined, entities as ``word [type]``."""
    row: list[Any] = [content]
    if "category" in given:
        best = answer.category[0] if answer.category else None
        row += [best.pred, best.prob] if best else ["", ""]
    if "labels" in given:
        row.append("; ".join(item.pred for item in answer.labels or []))
    if "keywords" in given:
        row.append("; ".join(item.word for item in answer.keywords or []))
    if "entities" in given:
        row.append("; ".join(f"{item.text} [{item.label}]" for item in answer.entities or []))
    return row


def _ask(version: ModelVersionView, content: str) -> TagAnswer:
    try:
        return tagging.tag(LOCAL, version.reference, [content or ""])[0]
    except InkstoneError as error:
        raise gr.Error(f"{error.message('zh')}\n{error.message('en')}", duration=10) from error


def _shown(name: str, content: str, answer: TagAnswer) -> Any:
    if name == "category":
        return {item.pred: item.prob for item in answer.category or []}
    if name == "labels":
        return {item.pred: item.prob for item in answer.labels or []}
    if name == "keywords":
        return highlighted(content, keyword_spans(answer.keywords or []))
    return highlighted(content, entity_spans(answer.entities or []))


def keyword_spans(keywords: list[Keyword]) -> list[tuple[int, int, str]]:
    """Return where keywords stand, each with its place in the ranking."""
    return [(start, end, f"{place}") for place, item in enumerate(keywords, 1) for start, end in item.spans]


def absent_html(keywords: list[Keyword], language: Language) -> str:
    """Return the keywords that do not stand in the text as chips, each with its place in the ranking; empty without any."""
    chips = "".join(
        f'<span class="ink-keyword">{escape(item.word)}<small>{place}</small></span>'
        for place, item in enumerate(keywords, 1)
        if not item.spans
    )
    if not chips:
        return ""
    return f'<div class="ink-absent"><p>{escape(WORDS["absent"].in_language(language))}</p>{chips}</div>'


def entity_spans(entities: list[FoundEntity]) -> list[tuple[int, int, str]]:
    """Return where entities stand, each with its type."""
    return [(item.start, item.end, item.label) for item in entities]


def highlighted(content: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, str | None]]:
    """Cut a text into pieces with and without a mark; of spans that overlap the longer one is shown."""
    pieces: list[tuple[str, str | None]] = []
    place = 0
    for start, end, label in sorted(spans, key=lambda item: (item[0], -item[1])):
        if start < place:
            continue
        if start > place:
            pieces.append((content[place:start], None))
        pieces.append((content[start:end], label))
        place = end
    if place < len(content):
        pieces.append((content[place:], None))
    return pieces
