"""``tag.keywords``: finds keywords without any labelled data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Model, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.tag.keyword_parameters import keyword_count, user_words
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path


class Keywords(Params):
    """Parameters of ``tag.keywords``."""

    method: Literal["textrank", "tfidf", "yake", "encoder"] = param(
        "tfidf",
        impact=3,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "TF-IDF：在这批文本里少见、在本文里常见的词；TextRank：词与词相邻成图再排序；YAKE：单篇统计；编码器：与全文意思最近又互不重复的词。",
            "TF-IDF: words frequent here and rare in the collection. TextRank: a graph of neighbouring words. YAKE: statistics "
            "of the one text. Encoder: words nearest in meaning to the whole text, yet unlike each other.",
        ),
        choices={
            "textrank": text("TextRank", "TextRank"),
            "tfidf": text("TF-IDF", "TF-IDF"),
            "yake": text("YAKE", "YAKE"),
            "encoder": text("编码器（KeyBERT）", "Encoder (KeyBERT)"),
        },
    )
    count: int = keyword_count()
    nouns: bool = param(
        True,
        impact=2,
        common=True,
        title=text("只取名词", "Nouns alone"),
        help=text("候选限于名词和名词短语。", "Candidates are limited to nouns and noun phrases."),
    )
    longest: int = param(
        1,
        ge=1,
        le=5,
        impact=2,
        unit=text("词", "words"),
        title=text("短语长度", "Longest phrase"),
        help=text("大于 1 时，相邻的候选词可以合成短语。", "Above 1, neighbouring candidates may join into a phrase."),
    )
    user_words: str = user_words()
    window: int = param(
        2,
        ge=2,
        le=50,
        impact=1,
        unit=text("词", "words"),
        title=text("窗口", "Window"),
        help=text("TextRank、YAKE：相隔多近算相邻。", "TextRank and YAKE: how near counts as neighbouring."),
    )
    damping: float = param(
        0.85,
        gt=0,
        lt=1,
        impact=1,
        title=text("阻尼系数", "Damping"),
        help=text("TextRank 的阻尼系数。", "The damping of TextRank."),
    )
    encoder: str = param(
        "inkstone-zh-tiny",
        kind="encoder",
        impact=2,
        min_length=1,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text("仅用于“编码器”方法。", "For the method Encoder alone."),
    )
    diversity: float = param(
        0.3,
        ge=0,
        le=1,
        impact=1,
        title=text("多样性", "Diversity"),
        help=text("编码器方法：越大，所选的词彼此越不同。", "Encoder: larger chooses words less like each other."),
    )


SPEC = Component(
    id="tag.keywords",
    title=text("关键词提取", "Keywords"),
    summary=text(
        "不需要标注：TF-IDF、TextRank、YAKE 或编码器，可加自己的词。",
        "Needs no labels: TF-IDF, TextRank, YAKE or an encoder, with words of your own.",
    ),
    inputs=(Port(name="table", type=PortType.TABLE, title=text("数据表", "Table")),),
    outputs=(
        Port(name="table", type=PortType.TABLE, title=text("带关键词的表", "Table with keywords")),
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
    ),
    params=Keywords,
    keywords=("TextRank", "TF-IDF", "YAKE", "KeyBERT", "关键词", "keyword extraction", "jieba"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Keywords) -> Mapping[str, Artifact]:
    """Make the extractor from the texts, and apply it to them."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, save_extractor
    from inkstone.components.predict.tagging import tag_table
    from inkstone.components.tag.keyword_parameters import as_words

    table: Table = inputs["table"]
    settings = KeywordSettings(
        method=params.method,
        count=params.count,
        nouns=params.nouns,
        longest=params.longest,
        window=params.window,
        damping=params.damping,
        diversity=params.diversity,
        user_words=as_words(params.user_words),
    )
    ctx.check_cancelled()
    column = table.column("text")
    texts: list[str] = []
    if params.method == "tfidf":
        for batch in table.batches([column]):
            texts += [str(value or "") for value in batch.column(0).to_pylist()]
    encoder: Path | None = ctx.encoder(params.encoder) if params.method == "encoder" else None
    folder = ctx.output("model")
    save_extractor(folder, settings, texts, encoder)
    model_io.amend(folder, component=SPEC.key)
    return {"model": Model(folder), "table": tag_table(ctx, folder, table, 32)}
